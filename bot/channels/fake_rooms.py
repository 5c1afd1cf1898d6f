"""Rooms in memory, which can be told to fail as real ones do."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from bot.channels.base import EventKind, Outcome, Post, RoomBatch, RoomEvent, Status
from bot.clock import Clock
from bot.errors import ChannelError


@dataclass(frozen=True)
class Said:
    """One thing that the bot said.  ``room`` is ``dm:`` and a chat id in a direct message."""

    at: dt.datetime
    event_id: str
    room: str
    post: Post


def direct_room(person: str) -> str:
    """The room of the direct messages with a person (their chat id)."""
    return f"dm:{person}"


class FakeRooms:
    """Rooms: what people do comes in by ``happen``, what the bot says is handed to ``told``."""

    def __init__(self, clock: Clock, told: Callable[[Said], None] = lambda _: None) -> None:
        self.clock = clock
        self.said: list[Said] = []
        self._told = told
        self._events: list[RoomEvent] = []
        self._late: list[RoomEvent] | None = None
        self._by_txn: dict[str, Said] = {}
        self._count = 0
        self._limited = self._lost = 0
        self._lost_kept = False
        self._waiting: list[asyncio.Event] = []

    @property
    def name(self) -> str:
        """How the cursor knows it."""
        return "fake:rooms"

    def happen(
        self,
        kind: EventKind,
        room: str,
        sender: str,
        body: str = "",
        *,
        replies_to: str | None = None,
        thread: str | None = None,
        choices: tuple[str, ...] = (),
        direct: bool = False,
    ) -> RoomEvent:
        """Let somebody do something; the event that the bot will hear of."""
        event = RoomEvent(
            self._new_id(), room, sender, self.clock.now(), kind, body, replies_to, thread, choices, direct
        )
        if self._late is not None:
            self._late.append(event)
        else:
            self._add(event)
        return event

    def hold(self) -> None:
        """What happens now is heard later only: a slow server, or a key that is not there yet."""
        self._late = self._late or []

    def release(self) -> None:
        """Let what was held be heard."""
        late, self._late = self._late or [], None
        for event in late:
            self._add(event)

    def limit(self, times: int = 1) -> None:
        """Refuse the next ``times`` posts for being too many."""
        self._limited = times

    def lose(self, times: int = 1, *, kept: bool = False) -> None:
        """Lose the next ``times`` posts; when ``kept``, only the answer is lost."""
        self._lost, self._lost_kept = times, kept

    async def hear(self, cursor: str | None, timeout: float) -> RoomBatch:
        """What happened after ``cursor``; waits up to ``timeout`` seconds for something."""
        if cursor is None:
            return RoomBatch(tuple(self._events), str(len(self._events)), first=True)
        known = int(cursor)
        if known >= len(self._events) and timeout > 0:
            await self._change(timeout)
        return RoomBatch(tuple(self._events[known:]), str(len(self._events)))

    async def say(self, post: Post) -> Outcome:
        """Say one thing, once for each transaction id.  Raises ChannelError when told to."""
        if self._limited:
            self._limited -= 1
            raise ChannelError("fake: too many requests")
        if self._lost:
            self._lost -= 1
            if self._lost_kept:
                self._keep(post)
            raise ChannelError("fake: the answer was lost")
        return Outcome(Status.ACCEPTED, external_id=self._keep(post).event_id)

    async def enter(self, room: str) -> None:
        """Nobody asks us in."""

    async def leave(self, room: str) -> None:
        """Rooms of the fake have no door."""

    async def reread(self, event: RoomEvent) -> RoomEvent | None:
        """Nothing is unreadable here."""
        return None

    async def attend(self, room: str, event_id: str, *, busy: bool) -> None:
        """Nobody looks."""

    async def close(self) -> None:
        """Nothing to let go of."""

    def last_said(self, room: str, *, poll: bool = False) -> Said | None:
        """The bot's last message in a room (or its last native poll), edits and reactions left out."""
        return next(
            (
                one
                for one in reversed(self.said)
                if one.room == room
                and one.post.reaction is None
                and one.post.edits is None
                and (one.post.poll is not None or not poll)
            ),
            None,
        )

    def _keep(self, post: Post) -> Said:
        there = self._by_txn.get(post.txn)
        if there is not None:
            return there
        room = direct_room(post.person) if post.person else post.room
        said = Said(self.clock.now(), self._new_id(), room, post)
        self._by_txn[post.txn] = said
        self.said.append(said)
        self._told(said)
        return said

    def _new_id(self) -> str:
        self._count += 1
        return f"$event{self._count}"

    def _add(self, event: RoomEvent) -> None:
        self._events.append(event)
        for waiting in self._waiting:
            waiting.set()

    async def _change(self, timeout: float) -> None:
        event = asyncio.Event()
        self._waiting.append(event)
        try:
            async with asyncio.timeout(timeout):
                await event.wait()
        except TimeoutError:
            return
        finally:
            self._waiting.remove(event)
