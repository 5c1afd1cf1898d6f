"""What a sync left out of a room: fetched backwards, in its time, without holding up other rooms."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from bot.channels.base import BACKOFF
from bot.channels.matrix.server import Server, ServerError, path
from bot.errors import ChannelError, LoginRefused

log = logging.getLogger(__name__)

PAGE = 250  # events a request; servers may give fewer
MOST_EVENTS = 100_000  # of one gap: what is older is given up, or a flood of one room would be our end
MOST_REQUESTS = 2_000  # servers also give pages of nothing, where we may not look
Event = Mapping[str, Any]


class Gaps:
    """The gaps of one account's rooms.  One that cannot be filled is tried again, ever more rarely."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._tries: dict[str, tuple[int, float]] = {}  # what failed: how often, and when to try again
        self._rest = 0.0  # the server itself does not answer: until then nothing is asked

    async def fill(self, room: str, start: str, since: str) -> list[Event] | None:
        """What happened between ``since`` and ``start``, in order; None if it cannot be had now.

        Empty, or only the end of it, where the server says that we may not look.  Raises LoginRefused.
        """
        clock = asyncio.get_running_loop().time
        count, again = self._tries.get(room, (0, 0.0))
        if clock() < max(again, self._rest):
            return None
        try:
            found = await self._walk(room, start, since)
        except LoginRefused:
            raise
        except ChannelError as error:
            log.warning("matrix: what happened meanwhile in %s cannot be read yet: %s", room, error)
            self._tries[room] = (count + 1, clock() + BACKOFF[min(count, len(BACKOFF) - 1)])
            if not isinstance(error, ServerError):
                self._rest = clock() + BACKOFF[0]
            return None
        self._tries.pop(room, None)
        return found

    def patience(self, rooms: Mapping[str, str]) -> float:
        """Seconds until one of ``rooms`` may be tried again; infinite for none."""
        now = asyncio.get_running_loop().time()
        waits = (self._tries.get(room, (0, 0.0))[1] - now for room in rooms)
        return max(0.0, min(waits, default=float("inf")))

    async def _walk(self, room: str, start: str, since: str) -> list[Event]:
        backwards: list[Event] = []
        position = start
        for _ in range(MOST_REQUESTS):
            query = {"dir": "b", "from": position, "to": since, "limit": str(PAGE)}
            try:
                told = await self.server.get(path("rooms", room, "messages"), query)
            except ServerError as error:
                if not error.final:
                    raise
                log.error("matrix: what happened meanwhile in %s cannot be read: %s", room, error)  # noqa: TRY400 - its stack tells nothing
                break
            backwards += page_of(told)
            end = told.get("end")
            # An empty page is not the end: it may hold only what we may not see.
            if not isinstance(end, str) or end == position:
                break
            position = end
            if len(backwards) >= MOST_EVENTS:
                log.error(
                    "matrix: more than %s events meanwhile in %s: older ones are lost", MOST_EVENTS, room
                )
                break
        return backwards[::-1]


def page_of(told: Mapping[str, Any]) -> list[Event]:
    """The events of one page of a room.  Raises ChannelError for what is none: it is not an empty one."""
    if not isinstance(told.get("chunk"), list):
        raise ChannelError("matrix: a page without events")
    return events_of(told["chunk"])


def events_of(value: Any) -> list[Event]:
    """The objects of what should be a list of events."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
