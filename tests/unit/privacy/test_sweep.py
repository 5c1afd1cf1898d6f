"""The sweep reads every table, of whoever it is, and leaves alone what an owner declares as proof."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, Text, UniqueConstraint, select, text

from bot.personal.holdings import sweep
from bot.personal.holdings.traces import Traces
from bot.store.tables import Act, InboxRow, InboxState, Prompt, Switch
from tests.unit.privacy.conftest import (
    ADDRESS,
    CHAT,
    NAME,
    OTHER_ADDRESS,
    THURSDAY,
    Scene,
    erase,
    found_beside,
)

MINUTES = Table(
    "minutes",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("approved", Text),
    Column("draft", Text),
    Column("state", JSON),
    Column("slug", String(50)),
    UniqueConstraint("slug"),
)
LEA = Traces("ancien·ne membre 1", "lea", "erased-1", (NAME,), (ADDRESS, OTHER_ADDRESS), (CHAT,))


@pytest.fixture
def minutes(monkeypatch: pytest.MonkeyPatch) -> Table:
    """A capability's table that nobody of the house knows."""
    monkeypatch.setattr(sweep, "all_tables", lambda: MINUTES.metadata)
    return MINUTES


async def test_proof_stays_and_everything_else_of_any_table_is_swept(scene: Scene, minutes: Table) -> None:
    said = {"who": [NAME.upper(), {"at": ADDRESS}]}
    rows = [
        {"approved": NAME, "draft": f"{NAME} lit", "state": said, "slug": ADDRESS},
        {"approved": "", "draft": None, "state": {"n": 1}, "slug": OTHER_ADDRESS},
        {"approved": "rien", "draft": "d'elle", "state": [], "slug": "x"},
    ]
    async with scene.bot.store.write() as session:
        await session.run_sync(lambda one: minutes.create(one.connection()))
        await session.execute(minutes.insert(), rows)
        await sweep.sweep(session, LEA, ["minutes.approved"])
        found: list[Any] = list(await session.execute(select(minutes).order_by(minutes.c.id)))
    assert found[0].approved == NAME
    assert found[0].draft == "ancien·ne membre 1 lit"
    assert found[0].state == {"who": ["ancien·ne membre 1", {"at": "ancien·ne membre 1"}]}
    slugs = [row.slug for row in found]
    assert slugs[0].startswith("ancien·ne membre 1#")
    assert slugs[1].startswith("ancien·ne membre 1#")
    assert slugs[0] != slugs[1], "what differed still differs"
    assert tuple(found[2][1:]) == ("rien", "d'elle", [], "x")


async def test_keys_of_people_change_and_equal_words_do_not(scene: Scene) -> None:
    """« lea » as who did it is her; « lea » inside a word or a sentence is anybody."""
    async with scene.bot.store.write() as session:
        session.add(Switch(name="shadow", on=True, by="lea", at=THURSDAY, reason="lea le voulait"))
        asked = {"capability": "x", "kind": "y", "state": {}, "opened_at": THURSDAY}
        session.add(Prompt(**asked, audience="person:lea"))
        session.add(Prompt(**asked, audience="person:leane"))
        await sweep.sweep(session, LEA, [])
    (switch,) = await scene.rows(Switch)
    assert (switch.by, switch.reason) == ("erased-1", "lea le voulait")
    assert {row.audience for row in await scene.rows(Prompt)} == {"person:erased-1", "person:leane"}


async def test_one_name_in_two_tables_is_still_one(scene: Scene) -> None:
    """A Message-ID that holds her address is how a mail and what it did know each other."""
    async with scene.bot.store.write() as session:
        mail = {"source": "s", "kind": "mail", "received": THURSDAY, "size": 1, "raw_hash": "0"}
        row = InboxRow(**mail, position="1", origin_id=f"<{ADDRESS}>")
        session.add(row)
        await session.flush()
        session.add(
            Act(
                author="x@y.example", origin_id=f"<{ADDRESS}>", action="say", content_hash="", inbox_id=row.id
            )
        )
        await sweep.sweep(session, LEA, [])
    (row,), (act,) = await scene.rows(InboxRow), await scene.rows(Act)
    assert ADDRESS not in row.origin_id
    assert row.origin_id == act.origin_id


async def test_what_is_held_and_names_her_is_told_to_coordination_and_kept(scene: Scene) -> None:
    await scene.write("karim", "", f"!aide\nBonjour, {NAME} arrive.")
    async with scene.bot.store.write() as session:
        await session.execute(text("UPDATE inbox SET state = 'held', reference = 'N1'"))
    scene.act()
    await erase(scene)
    told = [one for one in scene.sent if one.whom == "#coordination"]
    assert "N1" in told[0].searched
    (row, *_) = await scene.rows(InboxRow)
    assert row.state == InboxState.HELD
    assert row.raw is not None
    assert {value for _, value, _ in found_beside(scene)} == {NAME}
