"""Two records that become one: all that points to the one follows, and comes back exactly."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import signal
import sys
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import contacts, merging, people, resources
from bot.authority import Held, Role
from bot.contacts import End
from bot.roster import entries, sync
from bot.settings import load
from bot.store import schema
from bot.store.archive_tables import Message, Thread
from bot.store.engine import Store
from bot.store.people_tables import (
    Contact,
    Merge,
    Person,
    Preference,
    Referent,
    ReplyToken,
    RoleRow,
    Territory,
)
from bot.store.tables import Body, DueRow, OutboxRow, Prompt, UndoRow
from handlers.digest.tables import Line

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
KEYS = ("alice", "bruno", "chloe")
Snapshot = dict[str, list[tuple[Any, ...]]]
SETTINGS = load(resources.config() / "demo.toml")


async def _fill(session: AsyncSession) -> None:
    """Three people, each with something in every table where people have anything."""
    session.add_all([Territory(key="04", name="04"), Body(id=1, text="Bonjour.")])
    session.add(Thread(id=1, circle="reseau", subject="x", base_subject="x", started_at=NOW, last_at=NOW))
    for number, key in enumerate(KEYS, start=1):
        session.add(Person(id=number, key=key, name=key, status="subscriber"))
        await session.flush()
        for channel, value in (("mail", f"{key}@lisieres.example"), ("room", f"@{key}:lisieres.example")):
            await contacts.attach(session, number, End(channel, value), NOW)
        prompt = Prompt(capability="x", kind="x", audience=f"person:{key}", opened_at=NOW)
        row = OutboxRow(
            effect_key=key,
            channel="mail",
            recipient=f"{key}@lisieres.example",
            person_id=number,
            klass="ask",
            body_id=1,
            message_id=key,
            created_at=NOW,
        )
        session.add_all([prompt, row])
        await session.flush()
        session.add_all(
            [
                RoleRow(person_id=number, role="member", circle="cac", since=NOW),
                Referent(territory="04", person_id=number, since=NOW, source="command"),
                Preference(person_id=number, channel="mail"),
                UndoRow(person_id=number, capability="x", kind="x", at=NOW),
                DueRow(kind="x", audience=f"person:{key}", period="1", due_at=NOW),
                Line(person_id=number, text="visite", at=NOW),
                ReplyToken(
                    token=key,
                    person_id=number,
                    outbox_id=row.id,
                    prompt_id=prompt.id,
                    created_at=NOW,
                    expires_at=NOW,
                ),
                Message(
                    message_id=key,
                    thread_id=1,
                    circle="reseau",
                    author_name=key,
                    author_address=f"{key}@lisieres.example",
                    person_id=number,
                    subject="x",
                    at=NOW,
                    text="x",
                    content_hash="x",
                ),
            ]
        )
        await session.flush()


async def _snapshot(store: Store) -> Snapshot:
    """All that the database says, but for the history of merges."""
    async with store.read() as session:
        return {
            table.name: sorted(map(tuple, await session.execute(select(table))), key=str)
            for table in schema.all_tables().sorted_tables
            if table.name not in ("merges", "meta")
        }


async def _merge(store: Store, kept: int, gone: int) -> int:
    async with store.write() as session:
        first, second = await session.get_one(Person, kept), await session.get_one(Person, gone)
        return (await merging.merge(session, first, second, "alice", NOW)).id


async def _split(store: Store, row: int) -> None:
    async with store.write() as session:
        await merging.split(session, await session.get_one(Merge, row), NOW)


async def test_every_table_with_people_is_filled_here(store: Store) -> None:
    """So that what a new table holds is not forgotten by the tests below."""
    async with store.write() as session:
        await _fill(session)
        gone = await session.get_one(Person, 1)
        assert set(await merging.weigh(session, gone)) == {one.table.name for one in merging.pointers()}


async def test_all_that_points_to_them_follows(store: Store) -> None:
    async with store.write() as session:
        await _fill(session)
    await _merge(store, 1, 2)
    async with store.read() as session:
        left = await merging.weigh(session, await session.get_one(Person, 2))
        assert left == {"preferences": 1, "due": 1}  # there is one for each person, and Alice has hers
        kept = await people.by_key(session, "alice", NOW)
        assert kept is not None
        assert kept.addresses == ("alice@lisieres.example", "bruno@lisieres.example")
        assert [await people.by_id(session, 2, NOW), await people.by_key(session, "bruno", NOW)] == [kept] * 2


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
async def test_a_chain_comes_apart_in_any_order(store: Store, order: tuple[int, ...]) -> None:
    async with store.write() as session:
        await _fill(session)
    before = await _snapshot(store)
    rows = [await _merge(store, 2, 3), await _merge(store, 1, 2)]
    async with store.read() as session:
        everything = await people.by_key(session, "chloe", NOW)
        assert everything is not None
        assert (everything.key, len(everything.addresses)) == ("alice", 3)
    for at in order:
        await _split(store, rows[at])
    assert await _snapshot(store) == before


async def test_what_is_done_after_stays_but_places_go_back(store: Store) -> None:
    async with store.write() as session:
        await _fill(session)
    row = await _merge(store, 1, 2)
    async with store.write() as session:
        session.add(Line(person_id=1, text="après", at=NOW))
        await contacts.attach(session, 1, End("mail", "apres@lisieres.example"), NOW)
    await _split(store, row)
    async with store.read() as session:
        texts = await session.scalars(select(Line.person_id).where(Line.text == "après"))
        after = await people.by_contact(session, "mail", "apres@lisieres.example", NOW)
        bruno = await people.by_contact(session, "room", "@bruno:lisieres.example", NOW)
    assert list(texts) == [1]
    assert after is not None
    assert bruno is not None
    assert (after.key, bruno.key) == ("alice", "bruno")


async def test_a_place_given_up_and_found_by_another_stays_with_them(store: Store) -> None:
    """It had come with Bruno to Alice; now it is Chloé's, wherever she goes."""
    place = End("mail", "bruno@lisieres.example")
    async with store.write() as session:
        await _fill(session)
    row = await _merge(store, 1, 2)
    async with store.write() as session:
        await session.execute(delete(Contact).where(Contact.value == place.value))
        assert await contacts.attach(session, 3, place, NOW) is not None
    await _merge(store, 1, 3)
    await _split(store, row)
    async with store.read() as session:
        holder = await people.by_contact(session, "mail", place.value, NOW)
        chloe = await people.by_key(session, "chloe", NOW)
    assert holder is not None
    assert holder == chloe


async def test_who_is_put_apart_and_merged_elsewhere_stays_there(store: Store) -> None:
    """Chloé came to Alice with Bruno, then by herself: Bruno goes alone."""
    async with store.write() as session:
        await _fill(session)
    first, second = await _merge(store, 2, 3), await _merge(store, 1, 2)
    await _split(store, first)
    await _merge(store, 1, 3)
    await _split(store, second)
    async with store.read() as session:
        holders = [await people.by_contact(session, "room", f"@{key}:lisieres.example", NOW) for key in KEYS]
        lines = await session.scalars(select(Line.person_id).order_by(Line.id))
    assert [one.key if one else None for one in holders] == ["alice", "bruno", "alice"]
    assert list(lines) == [1, 2, 1]


async def test_what_stayed_on_the_way_comes_back_from_there(store: Store) -> None:
    """Chloé's preference went to Bruno, who had none, and not to Alice, who has hers."""
    async with store.write() as session:
        await _fill(session)
        await session.execute(delete(Preference).where(Preference.person_id == 2))
        await session.execute(update(Preference).where(Preference.person_id == 3).values(channel="room"))
    row = await _merge(store, 2, 3)
    await _merge(store, 1, 2)
    await _split(store, row)
    async with store.read() as session:
        wishes = await session.execute(select(Preference.person_id, Preference.channel))
    assert sorted(map(tuple, wishes)) == [(1, "mail"), (3, "room")]


async def test_it_is_written_where_it_was_before(store: Store) -> None:
    async with store.write() as session:
        await _fill(session)
    await _merge(store, 2, 1)
    async with store.read() as session:
        bruno = await people.by_key(session, "alice", NOW)
    assert bruno is not None
    assert (bruno.addresses[0], bruno.chats[0]) == ("bruno@lisieres.example", "@bruno:lisieres.example")


DIES = """
import asyncio, datetime, os, pathlib, signal, sys
from bot import merging
from bot.store.engine import Store
from bot.store.people_tables import Person

async def main():
    store, now = Store(pathlib.Path(sys.argv[1])), datetime.datetime.now(datetime.UTC)
    async with store.write() as session:
        kept, gone = [await session.get_one(Person, number) for number in (1, 2)]
        await merging.merge(session, kept, gone, "alice", now)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_killed_on_the_way_nothing_has_moved(store: Store) -> None:
    async with store.write() as session:
        await _fill(session)
    before = await _snapshot(store)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", DIES, str(store.path))
    assert await process.wait() == -signal.SIGKILL
    assert await _snapshot(store) == before


async def test_a_role_that_ended_stays_ended_and_a_mandate_keeps_its_end(store: Store) -> None:
    """Both bring their past with them, and take it back."""
    end = NOW + dt.timedelta(days=30)
    async with store.write() as session:
        await _fill(session)
        session.add_all(
            [
                RoleRow(person_id=2, role="coordination", since=NOW - dt.timedelta(days=9), until=NOW),
                RoleRow(person_id=2, role="secretary", circle="cac", since=NOW, until=end),
            ]
        )
    before = await _snapshot(store)
    row = await _merge(store, 1, 2)
    for moment, held in ((NOW, True), (end, False)):
        async with store.read() as session:
            alice = await people.by_key(session, "alice", moment)
        assert alice is not None
        assert Held(Role.COORDINATION) not in alice.roles
        assert (Held(Role.SECRETARY, "cac") in alice.roles) is held
    await _split(store, row)
    assert await _snapshot(store) == before


async def test_nobody_is_merged_twice(store: Store) -> None:
    async with store.write() as session:
        await _fill(session)
    await _merge(store, 1, 2)
    for kept, gone in ((1, 2), (3, 2), (2, 3), (1, 1)):
        with pytest.raises(merging.CannotMerge):
            await _merge(store, kept, gone)


async def test_the_settings_neither_bring_back_nor_take_back(store: Store) -> None:
    """They still name both: what they say of the one who is gone is said of the one who is kept."""

    async def say() -> None:
        async with store.write() as session:
            await sync.sync(session, SETTINGS, entries(SETTINGS), NOW)

    await say()
    before = await _snapshot(store)
    async with store.write() as session:
        named = {one.key: one for one in await session.scalars(select(Person))}
        row = (await merging.merge(session, named["lea"], named["bruno"], "alice", NOW)).id
    merged = await _snapshot(store)
    await say()
    assert {name: rows for name, rows in (await _snapshot(store)).items() if name != "contacts"} == {
        name: rows for name, rows in merged.items() if name != "contacts"
    }
    async with store.read() as session:
        lea = await people.by_contact(session, "room", "@bruno:lisieres.example", NOW)
        assert lea is not None
        assert (lea.key, lea.addresses[0]) == ("lea", "lea@lisieres.example")
        assert {Held(Role.FACILITATOR, "gt-animation"), Held(Role.MEMBER, "gt-formation")} <= lea.roles
        assert (
            await session.scalar(select(Contact.person_id).where(Contact.person_id == named["bruno"].id))
            is None
        )
    await _split(store, row)
    await say()
    assert await _snapshot(store) == before
