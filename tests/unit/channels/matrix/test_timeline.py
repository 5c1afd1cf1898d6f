"""What a sync tells of rooms, its gaps filled: in order, once, from our entry on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.matrix import gaps as gaps_module
from bot.channels.matrix.gaps import Gaps
from bot.channels.matrix.server import Revoked, ServerError
from bot.channels.matrix.timeline import Position, parts, while_in
from bot.errors import ChannelError
from tests.unit.channels.matrix.any_json import ANY_JSON, UNHURRIED
from tests.unit.channels.matrix.samples import ALICE, US, event, member

A, B = "!a:lisieres.example", "!b:lisieres.example"


class Shelves:
    """A server that has each room's events, and gives pages of them backwards.  Places are ``s<number>``."""

    def __init__(self, rooms: Mapping[str, list[dict[str, Any]]], page: int = 3) -> None:
        self.rooms, self.page = rooms, page
        self.trouble: dict[str, Exception] = {}
        self.asked: list[str] = []

    async def get(self, where: str, query: Mapping[str, str]) -> dict[str, Any]:
        room = next(one for one in self.rooms if one.replace("!", "%21").replace(":", "%3A") in where)
        self.asked.append(room)
        if room in self.trouble:
            raise self.trouble[room]
        end, since = int(query["from"][1:]), int(query["to"][1:])
        begin = max(since, end - self.page)
        found = self.rooms[room][begin:end][::-1]
        return {"chunk": found} | ({"end": f"s{begin}"} if begin > since else {})


def said(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [event("m.room.message", {"body": str(n)}, event_id=f"${n}") for n in range(start, start + count)]


def sync(rooms: Mapping[str, tuple[list[dict[str, Any]], int]], section: str = "join") -> dict[str, Any]:
    """An answer: of each room the end of its timeline, and how many of its events it holds."""
    return {
        "next_batch": "s100",
        "rooms": {
            section: {
                room: {
                    "timeline": {
                        "events": events[len(events) - given :],
                        "limited": given < len(events),
                        "prev_batch": f"s{len(events) - given}",
                    }
                }
                for room, (events, given) in rooms.items()
            }
        },
    }


def fails(status: int, code: str = "M_UNKNOWN") -> ServerError:
    return ServerError("GET", status, code, "")


def ids(events: Any) -> list[str]:
    return [one["event_id"] for one in events]


async def test_a_gap_is_filled_in_order() -> None:
    events = said(20)
    told, position = await parts(_gaps(Shelves({A: events})), sync({A: (events, 4)}), Position("s0"), US)
    assert ids(told[0].events) == ids(events)
    assert str(position) == "s100"


async def test_a_gap_ends_where_we_were() -> None:
    events = said(20)
    told, _ = await parts(_gaps(Shelves({A: events})), sync({A: (events, 4)}), Position("s9"), US)
    assert ids(told[0].events) == ids(events[9:])


async def test_the_first_look_fetches_nothing() -> None:
    shelves = Shelves({A: said(20)})
    await parts(_gaps(shelves), sync({A: (said(20), 4)}), None, US)
    assert shelves.asked == []


async def test_a_room_that_cannot_be_read_is_owed_its_events_and_the_others_go_on() -> None:
    first, second = said(20), said(5)
    shelves = Shelves({A: first, B: second})
    shelves.trouble[A] = fails(500)
    told, position = await parts(_gaps(shelves), sync({A: (first, 4), B: (second, 5)}), Position("s0"), US)
    assert {part.room: ids(part.events) for part in told} == {A: [], B: ids(second)}
    assert position == Position("s100", {A: "s0"})
    assert Position.read(str(position)) == position

    # Later, after a restart, the sync tells of more of it, and it can be read.
    del shelves.trouble[A]
    more = said(22)
    shelves.rooms = {A: more, B: second}
    told, position = await parts(_gaps(shelves), sync({A: (more, 2)}), position, US)
    assert ids(told[0].events) == ids(more)
    assert position == Position("s100")


async def test_what_is_owed_comes_even_if_nothing_new_is_told_of_the_room() -> None:
    events = said(20)
    shelves = Shelves({A: events})
    (part,), position = await parts(_gaps(shelves), {"next_batch": "s20"}, Position("s20", {A: "s5"}), US)
    assert (part.room, part.joined, ids(part.events)) == (A, None, ids(events[5:]))
    assert position == Position("s20")


async def test_a_gap_where_we_may_not_look_is_given_up() -> None:
    events = said(20)
    shelves = Shelves({A: events})
    shelves.trouble[A] = fails(403, "M_FORBIDDEN")
    told, position = await parts(_gaps(shelves), sync({A: (events, 4)}), Position("s0"), US)
    assert ids(told[0].events) == ids(events[-4:])
    assert position == Position("s100")


async def test_a_server_that_does_not_answer_is_asked_once_not_once_a_room() -> None:
    """Each question takes half a minute then."""
    rooms = {A: said(20), B: said(20)}
    shelves = Shelves(rooms)
    shelves.trouble = dict.fromkeys(rooms, ChannelError("no answer in 30 s"))
    _, position = await parts(
        _gaps(shelves), sync({room: (events, 2) for room, events in rooms.items()}), Position("s0"), US
    )
    assert position.owed == {A: "s0", B: "s0"}
    assert len(shelves.asked) == 1


async def test_what_failed_is_not_asked_again_at_once() -> None:
    shelves = Shelves({A: said(20)})
    shelves.trouble[A] = fails(500)
    gaps = _gaps(shelves)
    for _ in range(10):
        assert await gaps.fill(A, "s9", "s0") is None
    assert shelves.asked == [A]
    assert 0 < gaps.patience({A: "s0"}) <= 1
    assert gaps.patience({B: "s0"}) == 0
    assert gaps.patience({}) == float("inf")


async def test_a_session_that_is_unknown_is_told() -> None:
    shelves = Shelves({A: said(20)})
    shelves.trouble[A] = Revoked("M_UNKNOWN_TOKEN", soft=False)
    with pytest.raises(Revoked):
        await _gaps(shelves).fill(A, "s9", "s0")


async def test_an_answer_without_a_page_is_not_the_end_of_a_gap() -> None:
    assert await _gaps(Nothing()).fill(A, "s9", "s0") is None


async def test_a_flood_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps_module, "MOST_EVENTS", 10)
    found = await _gaps(Shelves({A: said(40)})).fill(A, "s40", "s0")
    assert ids(found) == ids(said(40)[-12:])


async def test_a_server_that_turns_in_circles_ends() -> None:
    class Circle:
        asked = 0

        async def get(self, where: str, query: Mapping[str, str]) -> dict[str, Any]:
            self.asked += 1
            return {"chunk": [], "end": query["from"]}

    circle = Circle()
    assert await Gaps(circle).fill(A, "s9", "s0") == []  # type: ignore[arg-type]
    assert circle.asked == 1


async def test_without_a_place_to_begin_the_whole_is_fetched() -> None:
    events = said(20)
    answer = sync({A: (events, 4)})
    del answer["rooms"]["join"][A]["timeline"]["prev_batch"]
    answer["next_batch"] = "s20"
    told, _ = await parts(_gaps(Shelves({A: events})), answer, Position("s0"), US)
    assert ids(told[0].events) == ids(events)


@pytest.mark.parametrize(
    ("story", "heard"),
    [
        ("1 2 3", "1 2 3"),
        ("1 invited 2 joined 3", "joined 3"),
        ("1 joined 2", "joined 2"),
        ("1 kicked 2 invited 3 back 4", "1 kicked back 4"),
        ("1 renamed 2", "1 renamed 2"),
        ("joined 1 kicked 2", "joined 1 kicked"),
        ("kicked 1", "kicked"),
        ("1 joined 2 kicked 3 back 4", "joined 2 kicked back 4"),
        ("invited declined 1", ""),
        ("1 bare-joined 2", "bare-joined 2"),
        ("1 bare-left 2", "1 bare-left"),
    ],
)
def test_what_is_said_while_we_are_in(story: str, heard: str) -> None:
    ours = {
        "invited": member(US, "invite", sender=ALICE),
        "joined": member(US, "join", "invite"),
        "back": member(US, "join", "leave"),
        "kicked": member(US, "leave", "join", sender=ALICE),
        "declined": member(US, "leave", "invite"),
        "renamed": member(US, "join", "join"),
        "bare-joined": member(US, "join"),
        "bare-left": member(US, "leave"),
    }
    events = [{**(ours.get(one) or event("m.room.message", {})), "event_id": one} for one in story.split()]
    assert " ".join(ids(while_in(events, US))) == heard


@UNHURRIED
@given(answer=st.dictionaries(st.sampled_from(["rooms", "next_batch"]), ANY_JSON))
def test_nothing_that_a_server_says_raises(answer: dict[str, Any]) -> None:
    asyncio.run(parts(_gaps(Nothing()), answer | {"next_batch": "s1"}, Position("s0"), US))


@UNHURRIED
@given(room=ANY_JSON)
def test_no_shape_of_a_room_raises(room: Any) -> None:
    answer = {"next_batch": "s1", "rooms": {"join": {A: room}, "leave": {B: room}}}
    asyncio.run(parts(_gaps(Nothing()), answer, Position("s0"), US))


class Nothing(Shelves):
    """Whatever room it is, nothing happened there."""

    def __init__(self) -> None:
        super().__init__({})

    async def get(self, where: str, query: Mapping[str, str]) -> dict[str, Any]:
        return {}


def _gaps(shelves: Shelves) -> Gaps:
    return Gaps(shelves)  # type: ignore[arg-type]
