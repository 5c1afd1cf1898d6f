"""Listens to the rooms: what happened is committed to the inbox together with the cursor."""

from __future__ import annotations

import logging

from bot import inbox
from bot.channels.base import BACKOFF, Rooms
from bot.clock import Clock
from bot.errors import ChannelError
from bot.protocols import Connections
from bot.store.engine import Store

log = logging.getLogger(__name__)


class RoomWatch:
    """Brings the rooms to the inbox."""

    def __init__(self, store: Store, clock: Clock, rooms: Rooms, connections: Connections) -> None:
        self.store, self.clock, self.rooms, self.connections = store, clock, rooms, connections
        self._failures = 0

    async def step(self, timeout: float) -> int:
        """Commit what happened since the cursor; waits up to ``timeout`` seconds.  Raises ChannelError."""
        cursor = await inbox.cursor_of(self.store, self.rooms.name)
        batch = await self.rooms.hear(cursor, timeout)
        self.connections.problems[self.rooms.name], self._failures = "", 0
        if not batch.events and batch.cursor == cursor:
            return 0
        return await inbox.receive_events(self.store, self.rooms.name, batch, self.clock.now())

    async def pause_after(self, error: ChannelError) -> float:
        """Note a failure; seconds to wait before the next try."""
        self.connections.problems[self.rooms.name] = str(error)
        self._failures += 1
        log.warning("rooms %s: %s", self.rooms.name, error)
        return BACKOFF[min(self._failures, len(BACKOFF)) - 1]
