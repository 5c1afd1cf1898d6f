"""Invitations decided, and what cannot be read waiting for its key."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot import inbox, resources, roster
from bot.channels.base import EventKind, RoomEvent, Status
from bot.channels.fake_rooms import ME, FakeRooms, direct_room
from bot.clock import SetClock
from bot.protocols import Connections
from bot.roomwatch import RoomWatch
from bot.roster.sync import sync
from bot.settings import load
from bot.store.engine import Store
from bot.store.lifecycle import prepare
from bot.store.tables import InboxRow
from tests.unit.play.rooms_hall import post

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TEN_MINUTES = dt.timedelta(minutes=10)
ALICE, INES, STRANGER = "@alice:lisieres.example", "@ines:lisieres.example", "@mallory:evil.example"


class Watched:
    """The rooms, and who listens to them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = SetClock(NOON)
        self.rooms = FakeRooms(self.clock)
        self.watch = self.after_a_start()

    def after_a_start(self) -> RoomWatch:
        self.watch = RoomWatch(self.store, self.clock, self.rooms, Connections(), TEN_MINUTES)
        return self.watch

    async def look(self) -> int:
        return await self.watch.step(0)

    async def rows(self) -> list[InboxRow]:
        async with self.store.read() as session:
            return list(await session.scalars(select(InboxRow).order_by(InboxRow.id)))

    async def events(self) -> list[RoomEvent]:
        return [inbox.load_event(row.raw) for row in await self.rows() if row.raw is not None]

    async def entered(self) -> list[str]:
        return [one.room for one in await self.events() if (one.kind, one.person) == (EventKind.JOIN, ME)]


@pytest_asyncio.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    """The demo's people, and rooms that were met."""
    store = Store(tmp_path / "navette.sqlite3", synchronous="off")
    await prepare(store, NOON)
    settings = load(resources.config() / "demo.toml")
    async with store.write() as session:
        await sync(session, settings, roster.entries(settings), NOON)
    made = Watched(store)
    await made.look()
    yield made
    await store.close()


async def test_members_are_followed_and_others_are_not(watched: Watched) -> None:
    watched.rooms.invite("!membre", "@Alice:lisieres.example")
    watched.rooms.invite(direct_room(ALICE), ALICE, direct=True)
    watched.rooms.invite("!inconnue", STRANGER)
    watched.rooms.invite("!nouvelle", INES)
    assert await watched.look() == 4
    await watched.look()
    assert await watched.entered() == ["!membre", direct_room(ALICE)]
    assert (await watched.rooms.hear("0", 0)).invites == ()
    assert watched.rooms.said == []


async def test_a_door_that_does_not_open_stops_no_other_and_is_tried_again(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    watched.rooms.barred.update({"!fermé", "!muet"})
    watched.rooms.invite("!muet", STRANGER)
    watched.rooms.invite("!fermé", ALICE)
    watched.rooms.invite("!ouvert", ALICE)
    assert await watched.look() == 1
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    await watched.look()
    assert await watched.entered() == ["!ouvert"]
    watched.rooms.barred.clear()
    await watched.look()
    await watched.look()
    assert await watched.entered() == ["!ouvert", "!fermé"]
    assert (await watched.rooms.hear("0", 0)).invites == ()


async def test_we_can_speak_where_we_entered(watched: Watched) -> None:
    watched.rooms.expel("!salon", told=False)
    watched.rooms.invite("!salon", ALICE)
    await watched.look()
    assert (await watched.rooms.say(post("t1", "bonjour", "!salon"))).status is Status.ACCEPTED


async def test_what_cannot_be_read_waits_and_reads_in_its_place_when_the_key_comes(watched: Watched) -> None:
    watched.rooms.seal()
    event = watched.rooms.happen(EventKind.MESSAGE, "!salon", ALICE, "!aide")
    await watched.look()
    (waiting,) = await watched.rows()
    assert (waiting.state, waiting.retry_at, waiting.position) == (
        "waiting",
        NOON + TEN_MINUTES,
        event.event_id,
    )
    watched.rooms.give_keys()
    assert await watched.look() == 1
    (row,) = await watched.rows()
    assert (row.state, row.retry_at) == ("new", None)
    assert (row.id, row.position, row.origin_id) == (waiting.id, event.event_id, event.event_id)
    assert (row.raw_hash, row.size) != (waiting.raw_hash, waiting.size)
    assert [one.body for one in await watched.events()] == ["!aide"]
    assert await watched.look() == 0


async def test_without_news_of_keys_nothing_is_read_again(watched: Watched) -> None:
    watched.rooms.seal()
    sealed = watched.rooms.happen(EventKind.MESSAGE, "!salon", ALICE, "!aide")
    await watched.look()
    watched.rooms._readable[sealed.event_id] = watched.rooms._sealed[sealed.event_id]
    await watched.look()
    assert [row.state for row in await watched.rows()] == ["waiting"]


async def test_keys_that_came_while_we_were_away_are_used_at_the_start(watched: Watched) -> None:
    watched.rooms.seal()
    sealed = watched.rooms.happen(EventKind.MESSAGE, "!salon", ALICE, "!aide")
    await watched.look()
    watched.rooms._readable[sealed.event_id] = watched.rooms._sealed[sealed.event_id]
    watched.after_a_start()
    assert await watched.look() == 1
    assert [row.state for row in await watched.rows()] == ["new"]


async def test_some_keys_read_some(watched: Watched) -> None:
    watched.rooms.seal()
    watched.rooms.happen(EventKind.MESSAGE, "!salon", ALICE, "un")
    await watched.look()
    watched.rooms.give_keys()
    watched.rooms.seal()
    watched.rooms.happen(EventKind.MESSAGE, "!salon", ALICE, "deux")
    await watched.look()
    assert [
        (row.state, event.body)
        for row, event in zip(await watched.rows(), await watched.events(), strict=True)
    ] == [
        ("new", "un"),
        ("waiting", ""),
    ]


async def test_what_ends_while_its_key_is_looked_for_stays_ended(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.rooms.seal()
    watched.rooms.happen(EventKind.MESSAGE, "!salon", ALICE, "!aide")
    await watched.look()
    reread = watched.rooms.reread

    async def slowly(event: RoomEvent) -> RoomEvent | None:
        async with watched.store.write() as session:
            (row,) = await session.scalars(select(InboxRow))
            row.state = "rejected"
        return await reread(event)

    monkeypatch.setattr(watched.rooms, "reread", slowly)
    watched.rooms.give_keys()
    assert await watched.look() == 0
    assert [row.state for row in await watched.rows()] == ["rejected"]


async def test_the_past_waits_for_no_key(tmp_path: Path) -> None:
    store = Store(tmp_path / "navette.sqlite3", synchronous="off")
    await prepare(store, NOON)
    watched = Watched(store)
    watched.rooms.seal()
    watched.rooms.happen(EventKind.MESSAGE, "!salon", ALICE, "!aide")
    await watched.look()
    assert [(row.state, row.past) for row in await watched.rows()] == [("new", True)]
    await store.close()


async def test_a_burst_that_comes_in_pieces_is_committed_in_order(watched: Watched) -> None:
    watched.rooms.cut(3)
    for number in range(10):
        watched.rooms.happen(EventKind.MESSAGE, "!salon", ALICE, str(number))
    counts = []
    while count := await watched.look():
        counts.append(count)
    assert counts == [3, 3, 3, 1]
    assert [event.body for event in await watched.events()] == list("0123456789")
