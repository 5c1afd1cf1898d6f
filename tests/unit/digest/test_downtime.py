"""The recap and the machine that was off: one recap, once, whatever the hour that it comes back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot import resources
from bot.clock import PARIS
from bot.play.show import Block
from bot.play.stage import Stage
from bot.settings import load, override

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)


async def stage(folder: Path, **changes: object) -> Stage:
    settings = load(resources.config() / "demo.toml")
    for key, value in changes.items():
        settings = override(settings, f"digest.{key}", value)
    made = Stage(settings, folder, MONDAY)
    await made.open()
    await made.write("bruno", "reseau", "Sujet : Chantier\nLe chantier a lieu le 29 décembre à 9 h.")
    return made


def recaps(blocks: list[Block]) -> list[str]:
    return [block.letter.subject for block in blocks if block.whom.startswith("reseau@") and block.letter]


async def sleep_until(made: Stage, moment: dt.datetime) -> None:
    """The machine is off until ``moment``."""
    made.act()
    await made.kill()
    made.clock.set(moment)
    await made.open()


async def test_off_over_the_sending_hour_sends_it_when_back(tmp_path: Path) -> None:
    made = await stage(tmp_path)
    await sleep_until(made, dt.datetime(2026, 11, 27, 15, 0, tzinfo=PARIS))
    assert len(recaps(made.sent)) == 1
    await sleep_until(made, dt.datetime(2026, 11, 27, 18, 0, tzinfo=PARIS))
    assert recaps(made.sent) == []
    await made.kill()


async def test_four_weeks_off_give_one_recap(tmp_path: Path) -> None:
    made = await stage(tmp_path)
    await sleep_until(made, dt.datetime(2026, 12, 19, 8, 0, tzinfo=PARIS))
    assert len(recaps(made.sent)) == 1
    await made.kill()


async def test_off_between_the_draft_and_the_sending(tmp_path: Path) -> None:
    made = await stage(tmp_path)
    await made.pass_until(dt.datetime(2026, 11, 26, 17, 0, tzinfo=PARIS))
    await made.say("alice", "#coordination", "titre de la 1 : Un grand chantier")
    await sleep_until(made, dt.datetime(2026, 11, 28, 10, 0, tzinfo=PARIS))
    (block,) = [block for block in made.sent if block.whom.startswith("reseau@")]
    assert "Un grand chantier" in block.text
    await made.kill()


async def test_what_arrives_at_the_very_hour_is_told_in_one_recap_or_the_next(tmp_path: Path) -> None:
    made = await stage(tmp_path)
    friday = dt.datetime(2026, 11, 27, 9, 0, tzinfo=PARIS)
    await made.pass_until(friday)
    made.act()
    await made.write(
        "chloe", "reseau", "Sujet : Four à pain\nLa Fabrique cherche un four à pain, qui en a un ?"
    )
    await made.pass_until(friday + dt.timedelta(days=7))
    (block,) = [block for block in made.sent if block.whom.startswith("reseau@")]
    assert "Four à pain" in block.text
    await made.kill()


@pytest.mark.parametrize("hour", ["02:30", "02:00", "03:00"])
async def test_a_sending_hour_in_the_night_that_the_clocks_repeat(tmp_path: Path, hour: str) -> None:
    """On 25 October 2026 02:30 comes twice: the recap is sent once."""
    settings = override(
        override(load(resources.config() / "demo.toml"), "digest.day", "dimanche"), "digest.time", hour
    )
    made = Stage(settings, tmp_path, dt.datetime(2026, 10, 23, 9, 0, tzinfo=PARIS))
    await made.open()
    await made.write("bruno", "reseau", "Sujet : Chantier\nLe chantier a lieu le 12 décembre à 9 h.")
    made.act()
    await made.pass_until(dt.datetime(2026, 10, 25, 12, 0, tzinfo=PARIS))
    assert len(recaps(made.sent)) == 1
    await made.kill()
