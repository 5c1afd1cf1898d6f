"""Which edition is of which week: across the year's end, a week without one, two schedules in one week."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import resources
from bot.clock import PARIS
from bot.play.stage import Stage
from bot.settings import load
from bot.work import Work
from handlers.digest import editions
from handlers.digest.tables import Edition, EditionState

DECEMBER = dt.datetime(2026, 12, 28, 9, 0, tzinfo=PARIS)  # the Monday of 2026-W53


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(load(resources.config() / "demo.toml"), tmp_path, DECEMBER)
    await made.open()
    yield made
    await made.kill()


async def sends(stage: Stage, moment: dt.datetime) -> tuple[str, list[str]]:
    """Send the edition of that moment: its week, and the titles that it tells."""
    assert stage.app is not None
    async with stage.app.store.write() as session:
        work = Work(stage.app.house, session, moment.astimezone(dt.UTC))
        edition = await editions.open_for(work, work.now)
        titles = [item.title.partition(" (")[0] for item in await editions.items_of(work, edition, kept=True)]
        edition.state = EditionState.SENT.value
    stage.clock.set(moment)
    return edition.period, titles


async def test_the_weeks_of_the_year_s_end_each_have_their_own(stage: Stage) -> None:
    await stage.write("lea", "reseau", "Sujet : Serre\nLa serre du Port est montée.")
    friday = dt.datetime(2027, 1, 1, 9, 0, tzinfo=PARIS)
    assert await sends(stage, friday) == ("2026-W53", ["Serre"])
    await stage.write("karim", "reseau", "Sujet : Cave\nLa cave de La Ruche est vide.")
    assert await sends(stage, friday + dt.timedelta(days=7)) == ("2027-W01", ["Cave"])


async def test_a_week_without_a_recap_is_told_by_the_next(stage: Stage) -> None:
    await stage.write("lea", "reseau", "Sujet : Serre\nLa serre du Port est montée.")
    friday = dt.datetime(2027, 1, 1, 9, 0, tzinfo=PARIS)
    await sends(stage, friday - dt.timedelta(days=1))
    await stage.write("karim", "reseau", "Sujet : Cave\nLa cave de La Ruche est vide.")
    await stage.write("mona", "reseau", "Sujet : Toit\nLe toit de L'Atelier est refait.")
    assert await sends(stage, friday + dt.timedelta(days=14)) == ("2027-W02", ["Cave", "Toit"])


async def test_a_week_that_had_its_recap_has_no_other(stage: Stage) -> None:
    """Whatever the schedule says since: the next one tells what came after the first."""
    monday = DECEMBER + dt.timedelta(hours=1)
    await stage.write("lea", "reseau", "Sujet : Serre\nLa serre du Port est montée.")
    assert await sends(stage, monday) == ("2026-W53", ["Serre"])
    await stage.write("karim", "reseau", "Sujet : Cave\nLa cave de La Ruche est vide.")
    assert stage.app is not None
    async with stage.app.store.write() as session:
        work = Work(stage.app.house, session, stage.clock.now())
        assert (await editions.next_sending(work)).date() == dt.date(2027, 1, 8)
    assert await sends(stage, dt.datetime(2027, 1, 8, 9, 0, tzinfo=PARIS)) == ("2027-W01", ["Cave"])
    async with stage.app.store.read() as session:
        periods = list(await session.scalars(select(Edition.period).order_by(Edition.id)))
    assert periods == ["2026-W53", "2027-W01"]
