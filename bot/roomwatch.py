"""Listens to the rooms: what happened is committed to the inbox together with the cursor."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from bot import inbox, people, visits
from bot.authority import Role
from bot.channels.base import BACKOFF, Invite, RoomBatch, Rooms
from bot.clock import Clock
from bot.errors import ChannelError
from bot.protocols import Connections
from bot.settings.model import Reach
from bot.store.engine import Store

log = logging.getLogger(__name__)

LOOK_AGAIN = dt.timedelta(hours=1)  # at the visits whose days are over


class RoomWatch:
    """Brings the rooms to the inbox.  ``key_wait``: how long what cannot be read waits for its key.

    ``reach``: how many direct rooms of strangers are entered; None where nobody would meet them.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rooms: Rooms,
        connections: Connections,
        key_wait: dt.timedelta,
        reach: Reach | None = None,
    ) -> None:
        self.store, self.clock, self.rooms, self.connections = store, clock, rooms, connections
        self._key_wait, self._reach = key_wait, reach
        self._visits_at: dt.datetime | None = None  # when we looked at them last
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
        if self._reach is not None:
            moved += await self._end_visits(self._reach, told=bool(batch.rooms))
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
        """Enter where members ask us in, and alone with others; decline the rest.  How many were answered."""
        answered = 0
        for invite in invites:
            try:
                if await self._is_welcome(invite):
                    await self.rooms.enter(invite.room)
                else:
                    log.info("rooms %s: declined %s of %s", self.rooms.name, invite.room, invite.sender)
                    await self.rooms.leave(invite.room)
                answered += 1
            except ChannelError as error:
                log.warning("rooms %s: invited to %s: %s", self.rooms.name, invite.room, error)
        return answered

    async def _is_welcome(self, invite: Invite) -> bool:
        now = self.clock.now()
        async with self.store.read() as session:
            member = await people.by_contact(session, "room", invite.sender, now)
        if member is not None:
            return invite.direct or member.is_member or member.has(Role.COORDINATION)
        if self._reach is None or not invite.direct:
            return False
        async with self.store.write() as session:
            return await visits.admit(session, self._reach, invite, now)

    async def _end_visits(self, reach: Reach, *, told: bool) -> int:
        """Leave the rooms of those who stay unknown; how many.  ``told``: how some rooms stand changed."""
        now = self.clock.now()
        long_ago = self._visits_at is None or now >= self._visits_at + LOOK_AGAIN
        if not told and not long_ago:
            return 0
        self._visits_at = now
        async with self.store.read() as session:
            over = await visits.over(session, reach, now)
        left = []
        for room in over:
            try:
                await self.rooms.leave(room)
                left.append(room)
            except ChannelError as error:
                log.warning("rooms %s: leaving %s: %s", self.rooms.name, room, error)
        if left or long_ago:
            async with self.store.write() as session:
                await visits.forget(session, reach, left, [one for one in over if one not in left], now)
        return len(left)

    async def pause_after(self, error: ChannelError) -> float:
        """Note a failure; seconds to wait before the next try."""
        self.connections.problems[self.rooms.name] = str(error)
        self._failures += 1
        log.warning("rooms %s: %s", self.rooms.name, error)
        return BACKOFF[min(self._failures, len(BACKOFF)) - 1]
