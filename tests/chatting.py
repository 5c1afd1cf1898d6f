"""The demo network with rooms that opted in: what people do there, and what is kept of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import select

from bot import resources
from bot.channels.base import EventKind, RoomEvent
from bot.clock import PARIS
from bot.play.stage import Stage
from bot.settings import load, override
from bot.store import search
from bot.store.archive_tables import Message, Thread
from bot.store.tables import InboxRow

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)
MODES = {"cac": "marked", "gt-animation": "all", "coordination": "all"}
PIN = "📌"


class Rooms(Stage):
    """The demo network, where the CAC's room tells what is marked and the GT Animation's tells all."""

    def __init__(self, folder: Path) -> None:
        settings = load(resources.config() / "demo.toml")
        for circle, mode in MODES.items():
            settings = override(settings, f"circles.{circle}.chat", mode)
        super().__init__(settings, folder, MONDAY)

    async def settle(self) -> None:
        """Let the bot do all that there is to do."""
        await self._running().settle()

    async def happens(
        self,
        kind: EventKind,
        who: str,
        room: str,
        body: str = "",
        on: RoomEvent | None = None,
        thread: str = "",
    ) -> RoomEvent:
        """Somebody does something in a room, perhaps to what was said before."""
        event = self.network.rooms.happen(
            kind,
            self.cast.room(room),
            self.cast.chatter(who).chat,
            body,
            replies_to=on.event_id if on else None,
            thread=thread or None,
        )
        await self._running().settle()
        return event

    async def says(
        self, who: str, room: str, text: str, on: RoomEvent | None = None, thread: str = ""
    ) -> RoomEvent:
        """Somebody speaks."""
        return await self.happens(EventKind.MESSAGE, who, room, text, on, thread)

    async def marks(self, who: str, room: str, on: RoomEvent, sign: str = PIN) -> RoomEvent:
        """Somebody reacts."""
        return await self.happens(EventKind.REACTION, who, room, sign, on)

    async def takes_back(self, who: str, room: str, on: RoomEvent) -> RoomEvent:
        """Somebody redacts."""
        return await self.happens(EventKind.REDACTION, who, room, "", on)

    async def rewords(self, who: str, room: str, on: RoomEvent, text: str) -> RoomEvent:
        """Somebody edits."""
        return await self.happens(EventKind.EDIT, who, room, text, on)

    async def later(self, **parts: float) -> None:
        """Let time pass: ``days``, ``hours``, ``minutes``."""
        await self.pass_until(self.clock.now() + dt.timedelta(**parts))

    async def archive(self) -> list[Message]:
        """Every message that is kept."""
        async with self._running().store.read() as session:
            return list(await session.scalars(select(Message).order_by(Message.id)))

    async def texts(self) -> list[str]:
        """What they say."""
        return [message.text for message in await self.archive()]

    async def found(self, words: str) -> list[str]:
        """What a search over every circle finds."""
        async with self._running().store.read() as session:
            return [hit.title for hit in await search.find(session, words, list(self.settings.circles))]

    async def raw_of(self, event: RoomEvent) -> bytes | None:
        """What the inbox still has of an event."""
        async with self._running().store.read() as session:
            return await session.scalar(select(InboxRow.raw).where(InboxRow.origin_id == event.event_id))

    async def thread(self, number: int) -> Thread | None:
        """An exchange of the archive."""
        async with self._running().store.read() as session:
            return await session.get(Thread, number)
