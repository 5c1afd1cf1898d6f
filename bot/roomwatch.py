"""Listens to the rooms: what happened is committed to the inbox together with the cursor."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from bot import inbox, people
from bot.authority import Role
from bot.channels.base import BACKOFF, Invite, RoomBatch, Rooms
from bot.clock import Clock
from bot.errors import ChannelError
from bot.protocols import Connections
from bot.store.engine import Store

log = logging.getLogger(__name__)


class RoomWatch:
    """Brings the rooms to the inbox.  ``key_wait``: how long what cannot be read waits for its key."""

    def __init__(
        self, store: Store, clock: Clock, rooms: Rooms, connections: Connections, key_wait: dt.timedelta
    ) -> None:
        self.store, self.clock, self.rooms, self.connections = store, clock, rooms, connections
        self._key_wait = key_wait
        self._failures = 0
        self._cursor: str | None = None  # how far we are, as it is written
        self._started = False  # keys may have come while we were away

    async def step(self, timeout: float) -> int:
        """Commit what happened since the cursor; waits up to ``timeout`` seconds.  Raises ChannelError."""
        cursor, self._cursor = self._cursor, None  # read again if anything goes wrong
        if cursor is None:
            cursor = await inbox.cursor_of(self.store, self.rooms.name)
        batch = await self.rooms.hear(cursor, timeout)
        self.connections.problems[self.rooms.name], self._failures = "", 0
        self.connections.notes += batch.notes
        moved = 0
        if batch.events or batch.rooms or batch.cursor != cursor:
            moved = await inbox.receive_events(
                self.store, self.rooms.name, batch, self.clock.now(), key_wait=self._key_wait
            )
        self._cursor = batch.cursor
        moved += await self._read_again(batch)
        return moved + await self._answer_invites(batch.invites)

    async def _read_again(self, batch: RoomBatch) -> int:
        """Give what could not be read another look, if keys came; returns how much is readable now."""
        if not batch.keys and self._started:
            return 0
        self._started = True
        readable = 0
        for number, sealed in await inbox.unreadable_events(self.store, self.rooms.name):
            event = await self.rooms.reread(sealed)
            if event is not None:
                readable += await inbox.readable_now(self.store, number, event)
        return readable

    async def _answer_invites(self, invites: Sequence[Invite]) -> int:
        """Enter where members ask us in, decline what others ask; returns how many were answered."""
        answered = 0
        for invite in invites:
            try:
                if await self._is_welcome(invite.sender):
                    await self.rooms.enter(invite.room)
                else:
                    await self.rooms.leave(invite.room)
                answered += 1
            except ChannelError as error:
                log.warning("rooms %s: invited to %s: %s", self.rooms.name, invite.room, error)
        return answered

    async def _is_welcome(self, sender: str) -> bool:
        async with self.store.read() as session:
            member = await people.by_contact(session, "room", sender, self.clock.now())
        return member is not None and (member.is_member or member.has(Role.COORDINATION))

    async def pause_after(self, error: ChannelError) -> float:
        """Note a failure; seconds to wait before the next try."""
        self.connections.problems[self.rooms.name] = str(error)
        self._failures += 1
        log.warning("rooms %s: %s", self.rooms.name, error)
        return BACKOFF[min(self._failures, len(BACKOFF)) - 1]
