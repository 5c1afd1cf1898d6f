"""Coming into rooms and leaving them: those that the settings name, those where an upgraded one goes on."""

from __future__ import annotations

import logging

from bot.channels.base import BACKOFF
from bot.channels.matrix.halls import Halls
from bot.channels.matrix.server import Server, path
from bot.errors import ChannelError, LoginRefused

log = logging.getLogger(__name__)


class Doors:
    """Tends to the doors.  One that stays shut is tried again, ever more rarely, and disturbs no other."""

    def __init__(self, server: Server, halls: Halls) -> None:
        self.server, self.halls = server, halls
        self._tries: dict[str, tuple[int, float]] = {}  # what failed: how often, and when to try again

    async def tend(self, now: float) -> None:
        """Find and enter what we should be in.  ``now``: a clock that never goes back, in seconds."""
        for name in self.halls.wanted:
            if not self.halls.is_in(self.halls.resolve(name)):
                await self._try(name, now, self._enter_wanted)
        for room, state in list(self.halls.states.items()):
            if state.successor and room not in self.halls.replaced:
                await self._try(room, now, self._follow)

    async def enter(self, room: str, via: tuple[str, ...] = ()) -> str:
        """Join a room by id or address; its id.  Raises ChannelError."""
        query = "".join(f"{'&' if at else '?'}via={server}" for at, server in enumerate(via))
        told = await self.server.post(path("join", room) + query, {})
        self.halls.invites.pop(room, None)
        return str(told.get("room_id", room))

    async def leave(self, room: str) -> None:
        """Leave a room for good, or decline an invitation.  Raises ChannelError."""
        await self.server.post(path("rooms", room, "leave"), {})
        self.halls.invites.pop(room, None)
        await self.server.post(path("rooms", room, "forget"), {})

    async def _try(self, name: str, now: float, how) -> None:  # type: ignore[no-untyped-def]
        count, again = self._tries.get(name, (0, 0.0))
        if now < again:
            return
        try:
            await how(name)
            self._tries.pop(name, None)
        except LoginRefused:
            raise
        except ChannelError as error:
            log.warning("matrix: the door of %s: %s", name, error)
            self._tries[name] = (count + 1, now + BACKOFF[min(count, len(BACKOFF) - 1)] * 2)

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
        if not self.halls.is_in(new):
            via = dict.fromkeys(member.partition(":")[2] for member in state.members)
            await self.enter(new, tuple(server for server in via if server)[:3])
        create = await self.server.get(path("rooms", new, "state", "m.room.create", ""))
        predecessor = create.get("predecessor")
        if not isinstance(predecessor, dict) or predecessor.get("room_id") != old:
            log.error("matrix: %s says that it goes on as %s, which does not say so", old, new)
            await self.leave(new)
            self._tries[old] = (len(BACKOFF), float("inf"))
            raise ChannelError("an upgrade that does not link back")
        self.halls.replaced[old] = new
