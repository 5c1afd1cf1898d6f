"""Which moments a play does not jump over."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.fake_list import FakeList
from bot.clock import PARIS
from bot.play.moments import next_moment
from bot.play.stage import Stage
from bot.settings import Settings
from bot.store.tables import Body, InboxRow, OutboxRow

START = dt.datetime(2026, 11, 23, 9, tzinfo=PARIS)
SUNDAY = dt.datetime(2026, 11, 29, 2, 30, tzinfo=PARIS)


@pytest.fixture
async def stage(settings: Settings, tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(settings, tmp_path, START)
    await stage.open()
    yield stage
    await stage.kill()


def _sending(state: str, key: str = "k1", **more: Any) -> OutboxRow:
    return OutboxRow(
        effect_key=key,
        channel="mail",
        recipient="a@membres.example",
        klass="news",
        body_id=1,
        message_id="1@membres.example",
        state=state,
        created_at=START,
        **more,
    )


def _received(state: str, **more: Any) -> InboxRow:
    kept: dict[str, Any] = {"source": "s", "position": "1", "kind": "mail", "received": START, "size": 0}
    return InboxRow(**kept, raw_hash="", origin_id="", state=state, **more)


@pytest.mark.parametrize(
    ("row", "column", "counts"),
    [
        (lambda at: _sending("pending", not_before=at), "not_before", True),
        (lambda at: _sending("sent", not_before=at), "not_before", False),
        (lambda at: _sending("awaiting_copy", copy_due_at=at), "copy_due_at", True),
        (lambda at: _sending("uncertain", copy_due_at=at), "copy_due_at", True),
        (lambda at: _sending("sent", copy_due_at=at), "copy_due_at", False),
        (lambda at: _received("waiting", retry_at=at), "retry_at", True),
        (lambda at: _received("held", retry_at=at), "retry_at", False),
    ],
)
async def test_a_row_that_waits_has_its_moment(stage: Stage, row: Any, column: str, counts: bool) -> None:
    app, at = stage.app, START + dt.timedelta(minutes=7)
    assert app is not None
    assert await next_moment(app) == SUNDAY
    async with app.store.write() as session:
        session.add(Body(id=1, text="x"))
        await session.flush()
        session.add(row(at))
    assert await next_moment(app) == (at if counts else SUNDAY), column
    stage.clock.set(at)
    assert await next_moment(app) == SUNDAY


async def test_what_is_late_already_does_not_hide_what_comes(stage: Stage) -> None:
    """While the bot is paused, rows whose moment is over stay."""
    app = stage.app
    assert app is not None
    late, coming = START - dt.timedelta(hours=1), START + dt.timedelta(hours=1)
    async with app.store.write() as session:
        session.add(Body(id=1, text="x"))
        await session.flush()
        session.add(_sending("pending", not_before=late))
        session.add(_sending("pending", not_before=coming, key="k2"))
    assert await next_moment(app) == coming


async def test_the_alarm_of_a_copy_that_does_not_come_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeList, "distribute", lambda _self, _raw: None)
    await stage.write("alice", "", "!écris reseau Bonjour")
    assert [block.channel for block in stage.sent] == ["mail"]
    stage.act()
    await stage.wait(1, dt.timedelta())
    assert [(block.whom, block.thing.at - START) for block in stage.sent] == [
        ("#coordination", dt.timedelta(hours=6))
    ]


async def test_a_restart_is_another_bot_in_the_same_world(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the first one is not asked to stop: a power cut asks nobody."""
    before, network = stage.app, stage.network

    async def stop(_self: object) -> None:
        raise AssertionError("asked to stop")

    monkeypatch.setattr("bot.app.App.stop", stop)
    await stage.say("alice", "#reseau", "!dis un")
    await stage.restart()
    assert stage.app is not before
    assert stage.network is network
    assert len(network.rooms.said) == 1
    await stage.say("alice", "#reseau", "!dis deux")
    assert [one.post.text for one in network.rooms.said] == ["un", "deux"]
