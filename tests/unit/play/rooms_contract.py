"""What every Rooms does.  A test class inherits from RoomsContract and has a fixture ``hall``."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from bot.channels.base import EventKind, Post, RoomEvent, Rooms, Status

ROOM, OTHER, ALICE, BRUNO = "#reseau", "#cac", "@alice:membres.example", "@bruno:membres.example"


class Hall(Protocol):
    """Where the rooms of one test are."""

    def rooms(self) -> Rooms:
        """The bot's ears and mouth there, as after a restart."""
        ...

    async def does(self, sender: str, room: str, body: str, **more: Any) -> str:
        """Somebody does something (``kind``, a message unless told); its event id."""
        ...

    async def read(self, room: str) -> list[str]:
        """What the bot said in a room, in order, as a person sees it."""
        ...


def post(txn: str, text: str, room: str = ROOM, **more: Any) -> Post:
    """Something to say."""
    return Post(txn, room, more.pop("person", ""), text, f"<p>{text}</p>", **more)


async def heard(rooms: Rooms, cursor: str | None, count: int) -> tuple[list[RoomEvent], str]:
    """At least ``count`` events after the cursor, and the new cursor."""
    events: list[RoomEvent] = []
    async with asyncio.timeout(20):
        while len(events) < count:
            batch = await rooms.hear(cursor, 1)
            events, cursor = events + list(batch.events), batch.cursor
    assert cursor is not None
    return events, cursor


class RoomsContract:
    """The tests."""

    async def test_the_first_look_is_a_watermark(self, hall: Hall) -> None:
        await hall.does(ALICE, ROOM, "avant")
        rooms = hall.rooms()
        first = await rooms.hear(None, 0)
        assert first.first
        await hall.does(ALICE, ROOM, "après")
        events, _ = await heard(rooms, first.cursor, 1)
        assert [event.body for event in events] == ["après"]
        await rooms.close()

    async def test_what_happens_comes_once_in_order_with_who_and_where(self, hall: Hall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        await hall.does(ALICE, ROOM, "un")
        await hall.does(BRUNO, ROOM, "deux")
        await hall.does(ALICE, ROOM, "trois")
        events, cursor = await heard(rooms, cursor, 3)
        assert [(event.sender, event.body) for event in events] == [
            (ALICE, "un"),
            (BRUNO, "deux"),
            (ALICE, "trois"),
        ]
        assert {event.kind for event in events} == {EventKind.MESSAGE}
        assert len({event.event_id for event in events}) == 3
        assert all(event.at.tzinfo is not None for event in events)
        assert (await rooms.hear(cursor, 0)).events == ()
        await rooms.close()

    async def test_an_old_cursor_gives_again_what_came_after_it(self, hall: Hall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        await hall.does(ALICE, ROOM, "un")
        events, _ = await heard(rooms, cursor, 1)
        await rooms.close()
        again = hall.rooms()
        assert [event.event_id for event in (await heard(again, cursor, 1))[0]] == [events[0].event_id]
        await again.close()

    async def test_hearing_ends_when_something_happens_and_by_itself(self, hall: Hall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        async with asyncio.timeout(20):
            assert (await rooms.hear(cursor, 0.01)).events == ()
            waiting = asyncio.create_task(rooms.hear(cursor, 60))
            await hall.does(ALICE, ROOM, "enfin")
            assert [event.body for event in (await waiting).events] == ["enfin"]
        await rooms.close()

    async def test_the_same_transaction_is_one_event(self, hall: Hall) -> None:
        rooms = hall.rooms()
        await rooms.hear(None, 0)
        one = await rooms.say(post("t1", "bonjour"))
        two = await rooms.say(post("t1", "bonjour"))
        three = await rooms.say(post("t2", "bonjour"))
        assert [one.status, two.status, three.status] == [Status.ACCEPTED] * 3
        assert one.external_id == two.external_id
        assert one.external_id != three.external_id
        assert await hall.read(ROOM) == ["bonjour", "bonjour"]
        await rooms.close()

    async def test_our_own_words_are_not_heard(self, hall: Hall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        await rooms.say(post("t1", "bonjour"))
        await hall.does(ALICE, ROOM, "salut")
        events, _ = await heard(rooms, cursor, 1)
        assert [event.body for event in events] == ["salut"]
        await rooms.close()

    async def test_answers_reactions_and_threads_say_what_they_are_about(self, hall: Hall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        said = (await rooms.say(post("t1", "une question"))).external_id
        await hall.does(ALICE, ROOM, "une réponse", replies_to=said)
        await hall.does(BRUNO, ROOM, "👍", kind=EventKind.REACTION, replies_to=said)
        events, _ = await heard(rooms, cursor, 2)
        assert [(event.kind, event.body, event.replies_to) for event in events] == [
            (EventKind.MESSAGE, "une réponse", said),
            (EventKind.REACTION, "👍", said),
        ]
        await rooms.close()
