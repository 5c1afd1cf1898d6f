"""From one answer of the server to what happened, room by room, with what the server left out fetched."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.matrix.server import Server, ServerError, path
from bot.errors import ChannelError

log = logging.getLogger(__name__)

PAGE = 250  # events a request; servers may give fewer
MOST_PAGES = 2000
Event = Mapping[str, Any]


@dataclass(frozen=True)
class RoomPart:
    """What one sync says of one room: all of its state in order, and the events that we may act on."""

    room: str
    joined: bool
    state: tuple[Event, ...]
    events: tuple[Event, ...]


async def parts(server: Server, answer: Mapping[str, Any], since: str | None, me: str) -> list[RoomPart]:
    """The rooms of a sync, gaps filled back to ``since``; with None, nothing is fetched.

    Raises ChannelError when a gap cannot be filled now.
    """
    found = []
    for section, joined in (("join", True), ("leave", False)):
        for room, told in _dict(_dict(answer.get("rooms")).get(section)).items():
            timeline = _dict(_dict(told).get("timeline"))
            state = _events(_dict(_dict(told).get("state")).get("events"))
            events = _events(timeline.get("events"))
            start = timeline.get("prev_batch")
            missing = timeline.get("limited") and since is not None and not _has_entered(events, me)
            if missing and since is not None and isinstance(start, str):
                events = [*await _gap(server, str(room), start, since, me), *events]
            state += [one for one in events if "state_key" in one]
            found.append(RoomPart(str(room), joined, tuple(state), tuple(_since_entry(events, me))))
    return found


async def _gap(server: Server, room: str, start: str, since: str, me: str) -> list[Event]:
    """What happened between ``since`` and ``start``, in order; from our entry on, if we entered meanwhile."""
    backwards: list[Event] = []
    position = start
    for _ in range(MOST_PAGES):
        query = {"dir": "b", "from": position, "to": since, "limit": str(PAGE)}
        try:
            told = await server.get(path("rooms", room, "messages"), query)
        except ServerError as error:
            if not error.final:
                raise
            # We may no longer look there: what was said to us in it cannot be had any more.
            log.error("matrix: what happened meanwhile in %s cannot be read: %s", room, error)  # noqa: TRY400 - its stack tells nothing
            break
        page = _events(told.get("chunk"))
        backwards += page
        end = told.get("end")
        if _has_entered(page, me) or not isinstance(end, str) or end == position or not told.get("chunk"):
            break
        position = end
    else:
        raise ChannelError(f"matrix: the gap in {room} has no end")
    return backwards[::-1]


def _since_entry(events: list[Event], me: str) -> list[Event]:
    """Without what was said before we came in: a room's past is not acted on."""
    for at in range(len(events) - 1, -1, -1):
        if is_entry(events[at], me):
            left = any(_is_leaving(one, me) for one in events[:at])
            return events if left else events[at:]
    return events


def _has_entered(events: list[Event], me: str) -> bool:
    return any(is_entry(one, me) for one in events)


def is_entry(event: Event, me: str) -> bool:
    """Whether this is us coming into the room (and not a change of our name)."""
    if not _is_membership(event, me) or _dict(event.get("content")).get("membership") != "join":
        return False
    before = _dict(event.get("unsigned")).get("prev_content") or event.get("prev_content")
    return _dict(before).get("membership") != "join"


def _is_leaving(event: Event, me: str) -> bool:
    return _is_membership(event, me) and _dict(event.get("content")).get("membership") in ("leave", "ban")


def _is_membership(event: Event, me: str) -> bool:
    return event.get("type") == "m.room.member" and event.get("state_key") == me


def _events(value: Any) -> list[Event]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
