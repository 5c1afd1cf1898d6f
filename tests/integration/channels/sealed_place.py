"""Navette on Synapse as the house uses it: it listens all the time, and rereads when keys come."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from nio.crypto.olm_machine import Olm

from bot.channels.base import EventKind, Post, RoomBatch, RoomEvent, Status
from bot.channels.matrix.account import Account, Credentials
from bot.channels.matrix.rooms import MatrixRooms
from bot.channels.matrix.sealing import Sealing
from bot.clock import SystemClock
from bot.errors import ChannelError, LoginRefused
from tests.servers.matrix_admin import MatrixUser
from tests.servers.matrix_member import Member
from tests.servers.wait import EVERY, until

BEFORE_THE_KEY = "nio.save_inbound_group_session"
_LOOK = 5.0  # seconds that one look at the rooms waits


class SealedBot:
    """One account of Navette's with its folder, through restarts.  ``base_url`` may be a proxy's."""

    def __init__(self, base_url: str, user: MatrixUser, folder: Path) -> None:
        self.base_url, self.user, self.folder = base_url, user, folder
        self.cursor: str | None = None
        self.events: list[RoomEvent] = []  # as they came
        self.read: list[RoomEvent] = []  # what was unreadable, and is read now
        self.batches: list[RoomBatch] = []
        self.refused: LoginRefused | None = None
        self._waiting: list[RoomEvent] = []
        self._rooms: MatrixRooms | None = None
        self._task: asyncio.Task[None] | None = None
        self._numbers = itertools.count(1)
        self._run = secrets.token_hex(4)

    @property
    def credentials(self) -> Credentials:
        """What an administrator gave."""
        return Credentials(self.base_url, self.user.user_id, self.user.password)

    @property
    def rooms(self) -> MatrixRooms:
        """The channel, while it is up."""
        assert self._rooms is not None
        return self._rooms

    @property
    def account(self) -> Account:
        """The account of the channel, once it has looked at its rooms."""
        account = self.rooms._account
        assert account is not None
        return account

    @property
    def sealing(self) -> Sealing:
        """The keys of its device."""
        sealing = self.account.sealing
        assert sealing is not None
        return sealing

    @property
    def device_id(self) -> str:
        """The device that it is logged in on."""
        assert self.account.session is not None
        return self.account.session.device_id

    async def start(self) -> None:
        """Return after the first look at the rooms; it goes on in the background."""
        self._rooms = MatrixRooms(self.credentials, self.folder, (), SystemClock())
        await self.look()
        self._task = asyncio.create_task(self._listen())

    async def look(self, timeout: float = 0) -> RoomBatch:
        """One look, as the house takes it: invitations are accepted, keys tried."""
        batch = await self.rooms.hear(self.cursor, timeout)
        for invite in batch.invites:
            with contextlib.suppress(ChannelError):
                await self.rooms.enter(invite.room)
        self.batches.append(batch)
        self.events += batch.events
        self._waiting += [event for event in batch.events if event.kind is EventKind.UNREADABLE]
        if batch.keys:
            await self._reread()
        self.cursor = batch.cursor
        return batch

    async def deafen(self) -> None:
        """Listen no more, and stay connected."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    async def stop(self) -> None:
        """Close politely."""
        await self.deafen()
        if self._rooms is not None:
            await self._rooms.close()
            self._rooms = None

    async def restart(self) -> None:
        """Stop, and go on from the same cursor."""
        await self.stop()
        await self.start()

    async def is_in(self, room: str) -> None:
        """Return when it knows that it is in ``room``."""
        await self._until(lambda: self.rooms._halls.is_in(room), f"Navette in {room}")

    async def hears(
        self, wanted: Callable[[RoomEvent], Any] | str, kind: EventKind = EventKind.MESSAGE
    ) -> RoomEvent:
        """The first event of ``kind`` that is ``wanted``, or that has these words; heard or yet to come."""

        def fits(event: RoomEvent) -> bool:
            told = event.body == wanted if isinstance(wanted, str) else wanted(event)
            return event.kind is kind and bool(told)

        def found() -> RoomEvent | None:
            return next((event for event in (*self.events, *self.read) if fits(event)), None)

        await self._until(lambda: found() is not None, f"{wanted!r} to be heard by Navette")
        event = found()
        assert event is not None
        return event

    async def tells(self, room: str, text: str, **more: Any) -> str:
        """Say something, until the server has it; returns the event id."""
        told = Post(self.txn(), room, more.pop("person", ""), text, more.pop("html", ""), **more)
        return await self.posts(told)

    async def posts(self, post: Post) -> str:
        """Post something; returns the event id."""
        outcome = await self.rooms.say(post)
        assert outcome.status is Status.ACCEPTED, outcome
        assert outcome.external_id
        return outcome.external_id

    def txn(self) -> str:
        """A transaction id that was never used."""
        return f"{self._run}-{next(self._numbers)}"

    async def met(self, host: Member, *guests: Member, **how: Any) -> str:
        """An encrypted room of ``host`` with everybody in it, as all of them know."""
        people = [self.user.user_id, *(guest.user_id for guest in guests)]
        room = await host.make_room("salon", encrypted=True, invite=people, **how)
        for guest in guests:
            await guest.join(room)
        await self.is_in(room)
        for member in (host, *guests):
            users = member.client.rooms[room].users
            await until(partial(_are_in, people, users), 20, f"all in {room}, as {member.user_id} knows it")
        return room

    async def _listen(self) -> None:
        while True:
            try:
                await self.look(_LOOK)
            except LoginRefused as refused:
                self.refused = refused
                return
            except ChannelError:
                await asyncio.sleep(EVERY)

    async def _reread(self) -> None:
        for event in list(self._waiting):
            opened = await self.rooms.reread(event)
            if opened is not None:
                self._waiting.remove(event)
                self.read.append(opened)

    async def _until(self, condition: Callable[[], bool], what: str) -> None:
        def look() -> bool:
            if self._task is not None and self._task.done() and not self.refused:
                self._task.result()
            return condition()

        try:
            await until(look, 20, what)
        except AssertionError as failed:
            last = "\n".join(f"  {e.kind} {e.sender} {e.body!r}" for e in (*self.events, *self.read)[-20:])
            raise AssertionError(f"{failed}; {self.user.user_id} has heard:\n{last}") from None

    async def dies(self, point: str, room: str = "", text: str = "") -> None:
        """Go on from our cursor in a process of its own, say ``text`` there, and be killed at ``point``.

        That is a failpoint, or BEFORE_THE_KEY: when a letter was opened, and its key is not yet kept.
        """
        place = [self.base_url, self.user.user_id, self.user.password, str(self.folder)]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.integration.channels.sealed_place"),
            *(*place, self.cursor or "", room, text, point),
            env={**os.environ, "NAVETTE_FAILPOINTS": f"{point}=kill"},
            cwd=Path(__file__).parents[3],
        )
        assert await asyncio.wait_for(process.wait(), 60) == -signal.SIGKILL


def _are_in(people: Iterable[str], users: Mapping[str, Any]) -> bool:
    return all(one in users and not users[one].invited for one in people)


@asynccontextmanager
async def sealed_bot(base_url: str, user: MatrixUser, folder: Path) -> AsyncIterator[SealedBot]:
    """One that has started, and is stopped at the end."""
    bot = SealedBot(base_url, user, folder)
    try:
        await bot.start()
        yield bot
    finally:
        await bot.stop()


async def _go_on(base_url: str, user_id: str, password: str, folder: str, *rest: str) -> None:
    """What a process does until it is killed; half a minute at most."""
    cursor, room, text, point = rest
    if point == BEFORE_THE_KEY:
        Olm.save_inbound_group_session = _die
    bot = SealedBot(base_url, MatrixUser(user_id, password), Path(folder))
    bot.cursor = cursor or None
    async with asyncio.timeout(30):
        await bot.start()
        if text:
            await bot.tells(room, text)
        await asyncio.Event().wait()


def _die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(_go_on(*sys.argv[1:]))
