"""A year of the network under the clock: what is left of each kind at its end is what the settings keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import LargeBinary, func, select

from bot.personal.holdings import sweep
from bot.store.archive_tables import Message
from bot.store.tables import Body, DueRow, InboxRow, OutboxRow, Prompt
from tests.unit.privacy.conftest import THURSDAY, Scene

STRANGER = "quelqu.un@ailleurs.example"
# Short enough for a year to pass each, in the order in which they end.
KEPT = {"raw": 10, "strangers": 20, "asked": 40, "sent": 60, "archive": 90}


async def lived(scene: Scene) -> AsyncIterator[dt.datetime]:
    """Every other month somebody writes, asks, is written to; the clock moves by two weeks at once."""
    for month in range(0, 12, 2):
        await scene.write("karim", "reseau", f"Sujet : Mois {month}\nNous avons {month} chaises.")
        await scene.write("lea", "", "Pour le récap : le four est chaud")
        await scene.write(STRANGER, "", "Bonjour, qui êtes-vous ?")
        await scene.say("lea", "dm", "!mes-données")
        for _ in range(4):
            scene.clock.set(scene.clock.now() + dt.timedelta(days=15))
            await scene.bot.settle()
        yield scene.clock.now()


async def test_at_no_end_of_a_month_is_anything_older_than_it_may_be(
    scene: Scene, record_property: Any
) -> None:
    for name, days in KEPT.items():
        await scene.set(f"retention.{name}_days", str(days))
    async for now in lived(scene):
        old = {name: now - dt.timedelta(days=days + 5) for name, days in KEPT.items()}
        inbox, outbox = await scene.rows(InboxRow), await scene.rows(OutboxRow)
        bodies = {row.id: row for row in await scene.rows(Body)}
        assert not [row for row in inbox if row.raw and row.received < old["raw"]]
        assert not [row for row in inbox if STRANGER in row.author and row.received < old["strangers"]]
        assert not [row for row in await scene.rows(Prompt) if row.state and row.opened_at < old["asked"]]
        assert not [
            row for row in await scene.rows(DueRow) if row.data and (row.done_at or now) < old["asked"]
        ]
        personal = [row for row in outbox if row.person_id and (row.sent_at or now) < old["sent"]]
        assert not [row for row in personal if bodies[row.body_id].text]
        assert not [row for row in await scene.rows(Message) if row.at < old["archive"]]
        assert not [row for row in bodies.values() if row.attachments]
    assert now > THURSDAY + dt.timedelta(days=350)
    for table, size in (await sizes(scene)).items():
        record_property(str(table), size)


async def sizes(scene: Scene) -> dict[str, tuple[int, int]]:
    """Of each table, its rows and the bytes of its words."""
    found = {}
    async with scene.bot.store.read() as session:
        for table in sweep.all_tables().sorted_tables:
            blobs = [column for column in table.columns if isinstance(column.type, LargeBinary)]
            words = [func.total(func.length(one)) for one in (*sweep.columns_of(table), *blobs)]
            row = (await session.execute(select(func.count(), *words).select_from(table))).one()
            found[table.name] = (row[0], int(sum(row[1:])))
    return found


@pytest.fixture(autouse=True)
def shown(request: pytest.FixtureRequest) -> Any:
    """What is left of each table, for whoever runs this with ``-s``."""
    yield
    for table, (rows, size) in request.node.user_properties:
        print(f"{table:14} {rows:5} rows {size:8} characters")
