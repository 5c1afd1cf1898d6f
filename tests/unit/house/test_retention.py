"""Raw bytes go some days after their row ended; what is open keeps them; facts never change."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.tables import FactRow, InboxRow
from tests.house import House


async def test_raw_bytes_are_kept_as_long_as_set_and_no_longer(tmp_path: Path) -> None:
    house = House(tmp_path, recap=False)
    await house.set("retention.raw_days", "10")
    await house.open()
    await house.write("emile", "", "aide")
    await house.pass_until(house.clock.now() + dt.timedelta(days=9))
    assert [row.raw is None for row in await house.inbox()] == [False]
    await house.pass_until(house.clock.now() + dt.timedelta(days=2))
    (row,) = await house.inbox()
    assert row.raw is None
    assert row.raw_hash
    assert row.origin_id
    await house.kill()


async def test_what_is_held_keeps_its_bytes(tmp_path: Path) -> None:
    house = House(tmp_path, recap=False)
    await house.open()
    await house.write("emile", "", "aide")
    async with house.bot.store.write() as session:
        await session.execute(update(InboxRow).values(state="held"))
    await house.pass_until(house.clock.now() + dt.timedelta(days=90))
    assert [row.raw is None for row in await house.inbox()] == [False]
    await house.kill()


@pytest.mark.parametrize("change", [update(FactRow).values(number=7), delete(FactRow)])
async def test_facts_are_append_only(tmp_path: Path, change: object) -> None:
    house = House(tmp_path)
    await house.open()
    await house.write("emile", "", "Pour le récap : la serre est finie")
    with pytest.raises(IntegrityError, match="append-only"):
        async with house.bot.store.write() as session:
            await session.execute(change)
    async with house.bot.store.read() as session:
        assert list(await session.scalars(select(FactRow.kind))) == ["digest.line"]
    await house.kill()
