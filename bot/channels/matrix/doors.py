"""Coming into rooms and leaving them: those that the settings name, those where an upgraded one goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from bot.channels.base import BACKOFF
from bot.channels.matrix.halls import Halls
from bot.channels.matrix.server import Server, ServerError, path
from bot.errors import ChannelError

log = logging.getLogger(__name__)


class Forged(ChannelError):
    """An upgrade that does not link back."""


class Doors:
    """Tends to the doors.  One that stays shut is tried again, ever more rarely, and disturbs no other."""

    def __init__(self, server: Server, halls: Halls) -> None:
        self.server, self.halls = server, halls
        self._tries: dict[str, tuple[int, float]] = {}  # what failed: how often, and when to try again
        self._forged: set[str] = set()  # rooms whose upgrade nobody but themselves tells of

    async def tend(self, now: float) -> None:
        """Find and enter what we should be in.  ``now``: a clock that never goes back, in seconds."""
        due = [self._try(name, now, self._enter_wanted) for name in self.halls.wanted if self._is_due(name)]
        for room, state in list(self.halls.states.items()):
            told = state.successor and room not in self.halls.replaced and self.halls.is_in(room)
            if told and room not in self._forged and state.successor not in self.halls.entering:
                due.append(self._try(room, now, self._follow))
        await asyncio.gather(*due)

    async def answer(self, room: str, now: float, how: Callable[[str], Awaitable[object]]) -> None:
        """``enter`` or ``leave`` where we were asked in.  Raises ChannelError.

        An invitation that cannot be answered now is told again later; one that never can be, no more.
        """
        try:
            await how(room)
        except ChannelError as error:
            self._put_off(room, now)
            if isinstance(error, ServerError) and error.final:
                self.halls.invites.pop(room, None)
            raise
        self._tries.pop(room, None)

    def may_try(self, name: str, now: float) -> bool:
        """Whether what failed may be tried again."""
        return now >= self._tries.get(name, (0, 0.0))[1]

    async def enter(self, room: str, via: tuple[str, ...] = ()) -> str:
        """Join a room by id or address; its id.  Raises ChannelError."""
        query = "".join(f"{'&' if at else '?'}via={quote(server)}" for at, server in enumerate(via))
        told = await self.server.post(path("join", room) + query, {})
        entered = told.get("room_id")
        if not isinstance(entered, str):
            raise ChannelError(f"matrix: nobody says that we are in {room}")
        self.halls.invites.pop(entered, None)
        if not self.halls.is_in(entered):
            self.halls.entering.add(entered)
        return entered

    async def leave(self, room: str) -> None:
        """Leave a room for good, or decline an invitation.  Raises ChannelError."""
        await self.server.post(path("rooms", room, "leave"), {})
        self.halls.invites.pop(room, None)
        self.halls.entering.discard(room)
        if room in self.halls.states:
            self.halls.left.add(room)  # the server tells nothing more of what is forgotten
        await self.server.post(path("rooms", room, "forget"), {})

    def _is_due(self, name: str) -> bool:
        room = self.halls.resolve(name)
        unknown = name.startswith("#") and name not in self.halls.names
        outside = not self.halls.is_in(room) and room not in self.halls.entering
        return unknown or (outside and room not in self.halls.replaced.values())

    def _put_off(self, name: str, now: float) -> None:
        count = self._tries.get(name, (0, 0.0))[0]
        self._tries[name] = (count + 1, now + BACKOFF[min(count, len(BACKOFF) - 1)] * 2)

    async def _try(self, name: str, now: float, how: Callable[[str], Awaitable[None]]) -> None:
        if not self.may_try(name, now):
            return
        try:
            await how(name)
        except ChannelError as error:
            log.warning("matrix: the door of %s: %s", name, error)
            self._put_off(name, now)
            if isinstance(error, Forged) or (isinstance(error, ServerError) and error.final):
                self.halls.shut.add(name)
        else:
            self._tries.pop(name, None)
            self.halls.shut.discard(name)

    async def _enter_wanted(self, name: str) -> None:
        if name.startswith("#"):
            told = await self.server.get(path("directory", "room", name))
            room = told.get("room_id")
            if not isinstance(room, str):
                raise ChannelError(f"the directory gives no room for {name}")
            self.halls.names[name] = room
        room = self.halls.resolve(name)
        if not self.halls.is_in(room) and room not in self.halls.replaced.values():
            await self.enter(name)

    async def _follow(self, old: str) -> None:
        """Enter where a room says that it goes on; only if that one says that it comes from here."""
        state = self.halls.states[old]
        new = state.successor
        was_in = self.halls.is_in(new)
        if not was_in:
            via = dict.fromkeys(member.partition(":")[2] for member in state.members)
            await self.enter(new, tuple(server for server in via if server)[:3])
        create = await self.server.get(path("rooms", new, "state", "m.room.create", ""))
        predecessor = create.get("predecessor")
        if isinstance(predecessor, dict) and predecessor.get("room_id") == old:
            return  # when it is heard, the two are linked
        self._forged.add(old)
        if not was_in:  # else anybody's room could make us leave any other
            await self.leave(new)
        raise Forged(f"{old} says that it goes on as {new}, which does not say so")
