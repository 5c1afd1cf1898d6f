"""Matrix for tests that spoil things: the bot's ears as the house has them, and a gate before the server."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from bot.channels.base import EventKind, Outcome, Post, RoomBatch, RoomEvent, RoomNews, RoomStanding
from bot.channels.matrix.account import Credentials
from bot.channels.matrix.rooms import MatrixRooms
from bot.clock import Clock, SystemClock
from bot.errors import ChannelError, LoginRefused
from tests.servers.matrix_admin import Event, MatrixUser
from tests.servers.matrix_member import Member
from tests.servers.ports import HOST, free_port
from tests.servers.synapse import Synapse

LIMIT = 60.0  # seconds for anything that a test waits for
Manner = Callable[[web.Request, "Gate"], Awaitable[web.StreamResponse]]


class Gate:
    """An HTTP proxy before Synapse, which treats requests as told: the first manner that fits counts."""

    def __init__(self, base_url: str) -> None:
        self.url = ""
        self.asked: list[tuple[str, str]] = []  # method and path, unquoted
        self._base_url = base_url
        self._manners: list[tuple[str, str, Manner, list[int]]] = []
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/{path:.*}", self._treat)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        port = free_port()
        await web.TCPSite(self._runner, HOST, port).start()
        self.url = f"http://{HOST}:{port}"
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        assert self._runner is not None
        await self._session.close()
        await self._runner.cleanup()

    def treat(self, method: str, part: str, manner: Manner, times: int = 1_000_000) -> None:
        """From now on, for requests with ``part`` in their (unquoted) path."""
        self._manners.insert(0, (method, part, manner, [times]))

    def behave(self) -> None:
        """Pass everything."""
        self._manners.clear()

    def count(self, method: str, part: str) -> int:
        """How many such requests there were."""
        return sum(one == method and part in path for one, path in self.asked)

    async def forward(self, request: web.Request) -> tuple[int, bytes, str]:
        """Ask the server; its answer."""
        assert self._session is not None
        headers = {k: v for k, v in request.headers.items() if k in ("Authorization", "Content-Type")}
        async with self._session.request(
            request.method,
            aiohttp.client.URL(self._base_url + request.raw_path, encoded=True),
            data=await request.read(),
            headers=headers,
        ) as answer:
            return answer.status, await answer.read(), answer.content_type

    async def _treat(self, request: web.Request) -> web.StreamResponse:
        path = unquote(request.raw_path)
        self.asked.append((request.method, path))
        for method, part, manner, left in self._manners:
            if method == request.method and part in path and left[0] > 0:
                left[0] -= 1
                return await manner(request, self)
        return await passes(request, self)


async def passes(request: web.Request, gate: Gate) -> web.StreamResponse:
    """As if the gate were not there."""
    try:
        status, body, kind = await gate.forward(request)
    except aiohttp.ClientError:
        return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
    return web.Response(status=status, body=body, content_type=kind)


async def cuts(request: web.Request, gate: Gate) -> web.StreamResponse:
    """The connection breaks before the server hears of it."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def loses(request: web.Request, gate: Gate) -> web.StreamResponse:
    """The server does it, and its answer is lost."""
    await gate.forward(request)
    return await cuts(request, gate)


async def hangs(request: web.Request, gate: Gate) -> web.StreamResponse:
    """Nobody answers."""
    await asyncio.Event().wait()
    raise AssertionError


def answers(status: int, body: bytes | str, **headers: str) -> Manner:
    """Something else answers."""

    async def manner(request: web.Request, gate: Gate) -> web.StreamResponse:
        data = body.encode() if isinstance(body, str) else body
        return web.Response(status=status, body=data, headers=headers, content_type="application/json")

    return manner


def changes(how: Callable[[bytes], bytes]) -> Manner:
    """The server's answer, changed."""

    async def manner(request: web.Request, gate: Gate) -> web.StreamResponse:
        status, body, kind = await gate.forward(request)
        return web.Response(status=status, body=how(body), content_type=kind)

    return manner


class Ears:
    """The bot, as the house keeps it: what was heard and the cursor go together."""

    def __init__(self, make: Callable[[], MatrixRooms], cursor: str | None = None) -> None:
        self._make, self.cursor = make, cursor
        self.rooms = make()
        self.heard: list[RoomEvent] = []
        self.news: dict[str, RoomNews] = {}
        self.troubles = 0

    async def look(self, timeout: float = 0) -> RoomBatch:
        """One look; what it brought is kept."""
        batch = await self.rooms.hear(self.cursor, timeout)
        self.cursor = batch.cursor
        self.heard += batch.events
        if batch.whole:
            self.news.clear()
        self.news |= {one.room: one for one in batch.rooms}
        return batch

    async def until(self, holds: Callable[[], Any], limit: float = LIMIT) -> None:
        """Look until something holds; troubles are counted, and the same cursor is given again."""
        async with asyncio.timeout(limit):
            while not holds():
                try:
                    await self.look(0.2)
                except LoginRefused:
                    raise
                except ChannelError:
                    self.troubles += 1

    async def hears(self, *bodies: str, room: str = "") -> None:
        """Look until a message with each of these words was heard."""
        await self.until(lambda: set(bodies) <= set(self.bodies(room)))

    def bodies(self, room: str = "") -> list[str]:
        """What people said, in order."""
        kinds = (EventKind.MESSAGE, EventKind.UNREADABLE)
        return [one.body for one in self.heard if one.kind in kinds and room in ("", one.room)]

    async def enters(self, room: str) -> None:
        """Go where we are asked in, and hear it."""
        await self.until(lambda: self.stands(room) or room in self._invited())
        if not self.stands(room):
            await self.rooms.enter(room)
            await self.until(lambda: self.stands(room))

    def stands(self, room: str) -> bool:
        """Whether we know that we are in a room."""
        return room in self.news and self.news[room].standing is RoomStanding.JOINED

    def standing(self, room: str) -> RoomStanding | None:
        """How a room stands, as we were told."""
        return self.news[room].standing if room in self.news else None

    async def insist(self, post: Post, limit: float = LIMIT) -> Outcome:
        """Say one thing, as often as it takes, as the outbox does."""
        async with asyncio.timeout(limit):
            while True:
                try:
                    return await self.rooms.say(post)
                except ChannelError:
                    self.troubles += 1

    async def restart(self) -> None:
        """End, and begin again from the cursor."""
        await self.rooms.close()
        self.rooms = self._make()

    def _invited(self) -> set[str]:
        found = self.rooms._halls.invites
        return set(found)


class Place:
    """One account of ours, Alice, and the gate between us and the server."""

    def __init__(self, server: Synapse, bot: MatrixUser, alice: Member, folder: Path, gate: Gate) -> None:
        self.server, self.bot, self.alice, self.folder, self.gate = server, bot, alice, folder, gate
        self.ears: list[Ears] = []

    def listen(
        self,
        *wanted: str,
        clock: Clock | None = None,
        base: str = "",
        cursor: str | None = None,
    ) -> Ears:
        """Ears of the bot that did not hear yet."""
        credentials = Credentials(base or self.gate.url, self.bot.user_id, self.bot.password)
        ears = Ears(
            lambda: MatrixRooms(credentials, self.folder, wanted, clock or SystemClock()), cursor=cursor
        )
        self.ears.append(ears)
        return ears

    async def room(self, ears: Ears, name: str = "salon", **how: Any) -> str:
        """A room of Alice's that the bot is in and knows."""
        room = await self.alice.make_room(name, invite=[self.bot.user_id], **how)
        await ears.enters(room)
        return room

    async def said(self, room: str) -> list[Event]:
        """What the bot really said in a room, by the server's list."""
        return [
            one
            for one in await self.server.oracle.events(room, sender=self.bot.user_id)
            if "state_key" not in one
        ]

    async def floods(self, room: str, count: int, prefix: str = "m") -> list[str]:
        """Alice says many things, quickly and in order; what she said."""
        bodies = [f"{prefix}{number}" for number in range(count)]
        for body in bodies:
            await self.alice.says(room, body)
        return bodies

    async def close(self) -> None:
        """End all ears."""
        for one in self.ears:
            await one.rooms.close()


def post(room: str, text: str, *, txn: str = "", person: str = "", **more: Any) -> Post:
    """Something to say."""
    return Post(txn or secrets.token_urlsafe(8), room, person, text, more.pop("html", ""), **more)


def words(events: Sequence[Event]) -> list[str]:
    """The texts of events."""
    return [str(one["content"].get("body")) for one in events]
