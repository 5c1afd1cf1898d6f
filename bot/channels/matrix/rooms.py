"""Matrix as the house sees it: rooms heard and spoken to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.channels.base import Outcome, Post, RoomBatch, RoomEvent
from bot.channels.matrix.account import Account, Credentials
from bot.channels.matrix.doors import Doors
from bot.channels.matrix.halls import Halls
from bot.channels.matrix.hearing import Hearing
from bot.channels.matrix.server import Revoked, path
from bot.channels.matrix.speaking import Speaking
from bot.clock import Clock
from bot.errors import ChannelError

log = logging.getLogger(__name__)

CONNECTED_SECONDS = 30.0  # what is to be said waits so long for the first look at the rooms
TYPING_MS = 20_000
COURTESY_SECONDS = 5.0  # that we show what we read is worth no longer waiting


class MatrixRooms:
    """One account, from the first ``hear`` on.  ``wanted``: the rooms that the settings name."""

    def __init__(self, credentials: Credentials, folder: Path, wanted: Sequence[str], clock: Clock) -> None:
        self._credentials, self._folder, self._clock = credentials, folder, clock
        self._halls = Halls(wanted)
        self._account: Account | None = None
        self._hearing: Hearing | None = None
        self._speaking: Speaking | None = None
        self._doors: Doors | None = None
        self._ready = asyncio.Event()
        self._tending: asyncio.Task[None] | None = None
        self._notes: tuple[str, ...] = ()  # of our account, not told yet

    @property
    def name(self) -> str:
        """How the cursor knows it."""
        return f"matrix:{self._credentials.user}"

    async def hear(self, cursor: str | None, timeout: float) -> RoomBatch:
        """See ``Rooms``."""
        try:
            return await self._hear(cursor, timeout)
        except Revoked as gone:
            if not gone.soft:
                raise
        await self.close()  # the same device, with the same keys, logs in again
        return await self._hear(cursor, timeout)

    async def _hear(self, cursor: str | None, timeout: float) -> RoomBatch:
        hearing = self._hearing or await self._open()
        if not hearing.knows_rooms:
            await hearing.old_invites()
        batch = await hearing.hear(cursor, timeout)
        self._ready.set()
        if self._tending is None or self._tending.done():
            self._tending = asyncio.create_task(self._tend())
        now, doors = time.monotonic(), self._doors
        invites = [one for one in batch.invites if doors is None or doors.may_try(one.room, now)]
        notes, self._notes = self._notes, ()
        return replace(batch, invites=tuple(invites), notes=notes)

    async def say(self, post: Post) -> Outcome:
        """See ``Rooms``."""
        try:
            await asyncio.wait_for(self._ready.wait(), CONNECTED_SECONDS)
        except TimeoutError:
            raise ChannelError("matrix: not connected yet") from None
        if self._speaking is None:
            raise ChannelError("matrix: not connected any more")
        return await self._speaking.say(post)

    async def enter(self, room: str) -> None:
        """See ``Rooms``."""
        await self._answer(room, Doors.enter)

    async def leave(self, room: str) -> None:
        """See ``Rooms``."""
        await self._answer(room, Doors.leave)

    async def _answer(self, room: str, how: Callable[[Doors, str], Awaitable[object]]) -> None:
        doors = self._doors
        if doors is None:
            raise ChannelError("matrix: not connected")
        await doors.answer(room, time.monotonic(), lambda one: how(doors, one))

    async def reread(self, event: RoomEvent) -> RoomEvent | None:
        """See ``Rooms``."""
        if self._hearing is None or event.sealed is None or not self._hearing.can_open(event):
            return None
        return self._hearing.read(event.sealed, event.room)

    async def attend(self, room: str, event_id: str, *, busy: bool) -> None:
        """See ``Rooms``."""
        if self._account is None or not self._ready.is_set():
            return
        server, me = self._account.server, self._account.user
        content = {"typing": busy} | ({"timeout": TYPING_MS} if busy else {})
        with contextlib.suppress(ChannelError):
            if event_id:
                where = path("rooms", room, "receipt", "m.read", event_id)
                await server.post(where, {}, timeout=COURTESY_SECONDS)
            await server.put(path("rooms", room, "typing", me), content, timeout=COURTESY_SECONDS)

    async def close(self) -> None:
        """See ``Rooms``."""
        self._ready.set()  # whoever waits to say something hears at once that it is over
        if self._tending is not None:
            self._tending.cancel()
            await asyncio.gather(self._tending, return_exceptions=True)
            self._tending = None
        account, self._account = self._account, None
        self._hearing = self._speaking = self._doors = None
        if account is not None:
            await account.close()

    async def _tend(self) -> None:
        """See to the doors, beside what is heard: a server that does not answer holds up nobody."""
        if self._doors is None:
            return
        try:
            await self._doors.tend(time.monotonic())
        except Exception:
            log.exception("matrix: the doors")  # a defect there must not end our hearing

    async def _open(self) -> Hearing:
        self._ready.clear()
        account = Account(self._credentials, self._folder)
        try:
            await account.open()
        except BaseException:
            await account.close()
            raise
        self._notes = tuple(account.news)
        self._account = account
        self._halls.me = account.user
        self._doors = Doors(account.server, self._halls)
        self._hearing = Hearing(account, self._halls)
        self._speaking = Speaking(account, self._halls, self._hearing, self._clock)
        return self._hearing
