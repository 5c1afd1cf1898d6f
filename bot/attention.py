"""Showing people in a room that we are at it, when their answer takes longer than a moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.base import RoomEvent, Rooms

A_MOMENT = 1.0  # seconds; what is answered sooner shows nothing
AGAIN = 15.0  # clients forget that somebody types after some twenty seconds


class Attention:
    """Read receipts and "is typing", for what is being handled."""

    def __init__(self, rooms: Rooms | None, moment: float = A_MOMENT) -> None:
        self.rooms, self.moment = rooms, moment
        self._ending: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def to(self, event: RoomEvent | None) -> AsyncIterator[None]:
        """Show it if the block takes longer than a moment; what shows it never holds up the block."""
        if self.rooms is None or event is None:
            yield
            return
        shown = asyncio.Event()
        showing = asyncio.create_task(self._show(self.rooms, event, shown))
        try:
            yield
        finally:
            showing.cancel()
            if shown.is_set():
                ending = asyncio.create_task(self.rooms.attend(event.room, "", busy=False))
                self._ending.add(ending)
                ending.add_done_callback(self._ending.discard)

    async def _show(self, rooms: Rooms, event: RoomEvent, shown: asyncio.Event) -> None:
        await asyncio.sleep(self.moment)
        shown.set()
        while True:
            await rooms.attend(event.room, event.event_id, busy=True)
            await asyncio.sleep(AGAIN)
