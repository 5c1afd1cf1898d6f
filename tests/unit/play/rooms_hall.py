"""The hall of a test: its rooms and people, and what tests say and look for there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from bot.channels.base import (
    EventKind,
    NativePoll,
    Outcome,
    Post,
    PostFile,
    RoomBatch,
    RoomEvent,
    Rooms,
    Status,
)

ROOM, OTHER, ALICE, BRUNO = "#reseau", "#cac", "@alice:membres.example", "@bruno:membres.example"
EVERYTHING = frozenset(
    {
        "company",  # several people in ROOM and OTHER, heard by the bot
        "watermark",  # what was there before the first look is past
        "memory",  # another Rooms on the same place goes on from an old cursor
        "relations",  # people answer, react, edit, take back, vote
        "doors",  # the bot is invited, sent away
        "files",
    }
)
QUESTION = NativePoll("Quel jour ?", (("a", "mardi"), ("b", "jeudi")))


@dataclass(frozen=True)
class Seen:
    """One thing that the bot said, as the client of somebody else has it."""

    room: str  # ROOM, OTHER or another room of the test; "" in a direct message
    event_id: str
    text: str
    replies_to: str | None = None
    thread: str | None = None
    edits: str | None = None
    reaction: str | None = None
    poll: NativePoll | None = None
    ends: str | None = None
    files: tuple[PostFile, ...] = ()


class Hall(Protocol):
    """Where the rooms of one test are: ROOM and OTHER, with ALICE, BRUNO and the bot in them.

    Everything of it goes through a server or a client that is not the one under test.
    """

    abilities: frozenset[str]

    def rooms(self) -> Rooms:
        """The bot's ears and mouth there, as after a restart."""
        ...

    async def address(self, room: str) -> str:
        """What a post to that room of the test names it by: an id of the channel, or an address."""
        ...

    async def does(self, sender: str, room: str, body: str, **more: Any) -> str:
        """Somebody does something there; its event id ("" where clients know none).

        ``room`` is one of the test's, or what ``invites`` gave; empty: in a direct message to the bot.
        ``kind`` (a message unless told) with what it takes, as in a RoomEvent: ``replies_to``, ``thread``,
        ``choices``, ``poll``.
        """
        ...

    async def seen(self, reader: str) -> list[Seen]:
        """All that the bot said and ``reader`` can read, wherever, in order."""
        ...

    async def invites(self, sender: str, *, direct: bool = False) -> str:
        """Somebody makes a room and asks the bot in; the channel's own id of the room."""
        ...

    async def sends_away(self, room: str) -> None:
        """The bot is put out of a room of the test."""
        ...


def post(txn: str, text: str, room: str = ROOM, **more: Any) -> Post:
    """Something to say."""
    return Post(txn, room, more.pop("person", ""), text, f"<p>{text}</p>", **more)


async def say(hall: Hall, rooms: Rooms, txn: str, text: str, room: str = ROOM, **more: Any) -> str:
    """Say something in a room of the test; its event id."""
    outcome = await rooms.say(post(txn, text, await hall.address(room), **more))
    return accepted(outcome)


async def tell(rooms: Rooms, txn: str, text: str, person: str, **more: Any) -> str:
    """Say something to one person; its event id."""
    return accepted(await rooms.say(post(txn, text, "", person=person, **more)))


def accepted(outcome: Outcome) -> str:
    """The event id of something said."""
    assert outcome.status is Status.ACCEPTED, outcome
    assert outcome.external_id
    return outcome.external_id


async def until(
    rooms: Rooms, cursor: str | None, holds: Callable[[RoomBatch], bool], wait: float = 1
) -> tuple[RoomBatch, str]:
    """The first batch after the cursor of which something holds, and the new cursor."""
    async with asyncio.timeout(20):
        while True:
            batch = await rooms.hear(cursor, wait)
            cursor = batch.cursor
            if holds(batch):
                return batch, cursor


async def heard(rooms: Rooms, cursor: str | None, count: int) -> tuple[list[RoomEvent], str]:
    """At least ``count`` events that people made after the cursor, and the new cursor."""
    events: list[RoomEvent] = []
    async with asyncio.timeout(20):
        while len(events) < count:
            batch = await rooms.hear(cursor, 1)
            cursor = batch.cursor
            events += [one for one in batch.events if one.kind not in (EventKind.JOIN, EventKind.LEAVE)]
    assert cursor is not None
    return events, cursor


def needs(hall: Hall, *abilities: str) -> None:
    """Pass the test over where the channel has no such thing."""
    missing = set(abilities) - hall.abilities
    if missing:
        pytest.skip(f"not in this channel: {', '.join(sorted(missing))}")


async def texts(hall: Hall, reader: str, room: str = ROOM) -> list[str]:
    """What somebody read of the bot in one room."""
    return [one.text for one in await hall.seen(reader) if one.room == room]
