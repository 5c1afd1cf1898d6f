"""Time in plays: nothing that falls due is skipped, all of it comes in order, and it never goes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.channels.base import Status
from bot.clock import PARIS
from bot.play import moments
from bot.play.show import Block
from bot.play.stage import Stage
from bot.settings import Settings
from tests.unit.play.conftest import Play

START = dt.datetime(2026, 11, 23, 9, tzinfo=PARIS)


def rung(sent: Sequence[Block]) -> list[str]:
    return [block.text.removeprefix("Ding ") for block in sent]


async def test_what_falls_due_happens_at_its_moment_and_in_order(run: Play) -> None:
    _, sent = await run("@ 2026-11-23 09:00\nalice: !sonne 90 10 20\n@ +1h\n@ 2026-11-23 12:00\n")
    assert rung(sent) == [
        "parrot.once 2026-11-23 09:10",
        "parrot.once 2026-11-23 09:20",
        "parrot.once 2026-11-23 10:30",
    ]


async def test_what_falls_due_at_the_target_itself_happens(run: Play) -> None:
    result, _ = await run("alice: !sonne 10\n@ +9m\n?! Ding\n@ +1m\n? Ding\n@ +1m\n?! Ding\n")
    assert not result.failures


async def test_each_week_of_a_month(run: Play) -> None:
    _, sent = await run("@ 2026-11-02 09:00\n@ +28d\n")
    assert rung(sent) == [f"parrot.sunday 2026-11-{day} 02:30" for day in ("08", "15", "22", "29")]


async def test_nothing_falls_due_while_the_bot_is_off(run: Play) -> None:
    """What was missed is done when it is back, at the hour that it then is, and once."""
    result, sent = await run("alice: !sonne 10 20\nrestart 2026-11-23 12:00\n? Ding\n@ +1d\n?! Ding\n")
    assert not result.failures
    assert {moment[-5:] for moment in rung(sent)} == {"12:00"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # 02:30 comes twice: the bell rings the first time only.
        ("2026-10-24 12:00", "2026-10-25 12:00", "2026-10-25 02:30"),
        # 02:30 never comes: it rings when the clocks jump.
        ("2027-03-27 12:00", "2027-03-28 12:00", "2027-03-28 03:00"),
    ],
)
async def test_the_nights_when_clocks_change(run: Play, before: str, after: str, expected: str) -> None:
    _, sent = await run(f"@ {before}\n@ {after}\n")
    assert rung(sent) == [f"parrot.sunday {expected}"]


async def test_a_day_ends_at_the_same_hour_and_an_hour_lasts_an_hour(run: Play) -> None:
    result, _ = await run(
        """@ 2026-10-24 12:00
@ +1d
alice: !sonne 0
? Ding parrot.once 2026-10-25 12:00
@ 2026-10-31 01:00
@ +24h
alice: !sonne 0
? 2026-11-01 01:00
"""
    )
    assert not result.failures, result.failures
    result, _ = await run("@ 2026-10-25 00:30\n@ +3h\nalice: !sonne 0\n? 2026-10-25 02:30\n")
    assert not result.failures, result.failures


async def test_a_play_without_a_moment_begins_on_a_monday_at_nine(run: Play) -> None:
    _, sent = await run("alice: !sonne 0\n@ 2026-11-23 10:00\n")
    assert rung(sent) == ["parrot.once 2026-11-23 09:00"]


async def test_what_a_server_refuses_for_now_is_tried_again_while_time_passes(
    settings: Settings, tmp_path: Path
) -> None:
    stage = Stage(settings, tmp_path, START)
    await stage.open()
    stage.network.transport.trouble(Status.LATER, times=2)
    await stage.write("emile", "", "!dis un")
    assert stage.sent == []
    await stage.wait(0, dt.timedelta(minutes=10))
    # One minute later, then five: not at the end of the wait.
    assert [(block.text, block.thing.at - START) for block in stage.sent] == [("un", dt.timedelta(minutes=6))]
    await stage.kill()


async def test_something_that_falls_due_for_ever_is_an_error_and_not_a_hang(
    run: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moments, "MOST", 3)
    result, _ = await run("@ 2026-11-02 09:00\n@ +60d\n")
    assert [failure.number for failure in result.failures] == [2]
