"""From one answer of the server to what happened, room by room, with what the server left out fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.matrix.fields import fields
from bot.channels.matrix.gaps import Event, Gaps, events_of

_SEPARATOR = "\n"


@dataclass(frozen=True)
class Position:
    """Where we are: in the server's stream, and in each room that could not be read so far.

    ``owed``: room → the place in the stream after which nothing of it was given.
    """

    place: str
    owed: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def read(cursor: str) -> Position:
        """The position that ``str`` made."""
        place, _, owed = cursor.partition(_SEPARATOR)
        return Position(place, json.loads(owed) if owed else {})

    def __str__(self) -> str:
        return self.place + (_SEPARATOR + json.dumps(self.owed, sort_keys=True) if self.owed else "")


@dataclass(frozen=True)
class RoomPart:
    """What one sync says of one room: all of its state in order, and the events that we may act on.

    ``joined`` is None for a room of which the server said nothing new: only what was owed came.
    """

    room: str
    joined: bool | None
    state: tuple[Event, ...]
    events: tuple[Event, ...]


async def parts(
    gaps: Gaps, answer: Mapping[str, Any], since: Position | None, me: str
) -> tuple[list[RoomPart], Position]:
    """The rooms of a sync, gaps filled back to ``since``, and the position after it.

    With None nothing is fetched.  A room whose gap cannot be filled now is owed all of its events; the
    others do not wait for it.  Raises LoginRefused.
    """
    place = answer["next_batch"]
    owed = since.owed if since is not None else {}
    found, still_owed, told_of = [], {}, set()
    for room, joined, told in _told(answer):
        told_of.add(room)
        timeline = fields(told.get("timeline"))
        events = events_of(timeline.get("events"))
        state = [*events_of(fields(told.get("state")).get("events")), *_of_state(events)]
        back_to = owed.get(room)
        if back_to is None and since is not None and timeline.get("limited"):
            back_to = since.place
        if back_to is not None:
            start = timeline.get("prev_batch")
            if not isinstance(start, str):
                start, events = place, []
            missed = await gaps.fill(room, start, back_to)
            if missed is None:
                still_owed[room] = back_to
            events = [*missed, *events] if missed is not None else []
        found.append(RoomPart(room, joined, tuple(state), tuple(while_in(events, me))))
    for room, back_to in owed.items():
        if room not in told_of:
            missed = await gaps.fill(room, place, back_to)
            if missed is None:
                still_owed[room] = back_to
            found.append(RoomPart(room, None, (), tuple(while_in(missed or [], me))))
    return found, Position(place, still_owed)


def while_in(events: list[Event], me: str) -> list[Event]:
    """What was said while we were in the room: its past, and what we were not to hear, is not acted on.

    Who writes to us alone does so right after having asked us in: that is said to us.
    """
    inside, kept = _began_inside(events, me), []
    for event in events:
        if _is_membership(event, me):
            now = _is_inside(event.get("content"))
            if inside or now:
                kept.append(event)
            inside = now
        elif inside:
            kept.append(event)
    return kept


def _began_inside(events: list[Event], me: str) -> bool:
    """Whether we were in the room before the first of these events."""
    first = next((one for one in events if _is_membership(one, me)), None)
    if first is None:
        return True
    before = fields(first.get("unsigned")).get("prev_content") or first.get("prev_content")
    if before:
        return _is_inside(before)
    return _membership(first.get("content")) in ("leave", "ban")


def _is_inside(content: Any) -> bool:
    """Whether a membership of ours makes what follows ours to act on."""
    asked_alone = _membership(content) == "invite" and fields(content).get("is_direct") is True
    return bool(_membership(content) == "join" or asked_alone)


def _told(answer: Mapping[str, Any]) -> Iterator[tuple[str, bool, Mapping[str, Any]]]:
    for section, joined in (("join", True), ("leave", False)):
        for room, told in fields(fields(answer.get("rooms")).get(section)).items():
            yield room, joined, fields(told)


def _of_state(events: list[Event]) -> list[Event]:
    return [one for one in events if "state_key" in one]


def _is_membership(event: Event, me: str) -> bool:
    return event.get("type") == "m.room.member" and event.get("state_key") == me


def _membership(content: Any) -> Any:
    return fields(content).get("membership")
