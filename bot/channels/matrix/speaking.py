"""Saying things: each once, in the order in which we are asked, however often the server must be asked."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from typing import Any

from nio.crypto.attachments import encrypt_attachment

from bot.channels.base import Outcome, Post, PostFile, Status
from bot.channels.matrix.account import Account
from bot.channels.matrix.content import MARK, Piece, contents_of, file_content
from bot.channels.matrix.gaps import Event, page_of
from bot.channels.matrix.halls import Halls
from bot.channels.matrix.hearing import Hearing, sealing_of
from bot.channels.matrix.privately import Privately
from bot.channels.matrix.server import Limited, ServerError, path
from bot.clock import Clock
from bot.errors import ChannelError, LoginRefused

log = logging.getLogger(__name__)

# Synapse forgets transaction ids after 24 h: what may have been said before that is looked for.
REMEMBERED = dt.timedelta(hours=20)
LOOKED_AT, PAGE = 10_000, 100  # events of a room, when it is; and at once
CLOCKS_APART = dt.timedelta(minutes=5)
PATIENCE = 120.0  # seconds that a rate limit may take before the others of the outbox go on
BREATH = 0.5  # seconds, at the least, between tries while it lasts, whatever the server says
RETRIES = (0.3, 1.0, 3.0)  # seconds between tries when the connection breaks: the same transaction id


class Speaking:
    """The mouth of one account."""

    def __init__(self, account: Account, halls: Halls, hearing: Hearing, clock: Clock) -> None:
        self.account, self.halls, self.hearing, self.clock = account, halls, hearing, clock
        self._privately = Privately(account, halls)
        self._turns: dict[str, asyncio.Lock] = {}  # room → whose turn it is: first come, first said

    async def say(self, post: Post) -> Outcome:
        """Say one thing.  Raises ChannelError if it may be tried again with the same transaction id."""
        try:
            room = await self._room_of(post)
            if not self.halls.is_in(room):
                if self.halls.is_on_the_way(post.room):
                    raise ChannelError(f"matrix: not in the room {room} yet")
                return Outcome(Status.REFUSED, f"we are not in the room {room}")
            async with self._turns.setdefault(room, asyncio.Lock()):
                event = await self._say_all(room, post, await self._said_before(room, post))
            return Outcome(Status.ACCEPTED, external_id=event)
        except Limited:
            raise
        except ServerError as error:
            if error.code == "M_DUPLICATE_ANNOTATION":
                return Outcome(Status.ACCEPTED, "the same reaction was there")
            if not error.final or self._goes_on_elsewhere(post):
                raise
            if error.status in (403, 404):
                await self._look_where_we_are()
            return Outcome(Status.REFUSED, str(error))

    async def _look_where_we_are(self) -> None:
        """After a refusal: of a room that an administrator deleted no sync tells that we are out of it."""
        with contextlib.suppress(ServerError):
            told = await self.account.server.get(path("joined_rooms"))
            if isinstance(rooms := told.get("joined_rooms"), list):
                self.halls.left.update(self.halls.states.keys() - set(map(str, rooms)))

    def _goes_on_elsewhere(self, post: Post) -> bool:
        """Whether the room was upgraded, and the way to its successor is not at its end."""
        state = self.halls.states.get(self.halls.resolve(post.room)) if not post.person else None
        return state is not None and state.successor != "" and state.room not in self.halls.shut

    async def _room_of(self, post: Post) -> str:
        if not post.person:
            return self.halls.resolve(post.room)
        return await self._privately.room_with(post.person, post.room)

    async def _say_all(self, room: str, post: Post, said: list[str]) -> str | None:
        """Say each piece in order, those apart that were said before; the event id of the first."""
        events = list(said)
        pieces = contents_of(post, mark=post.txn)
        for piece in pieces[len(said) :]:
            events.append(await self._send(room, piece, post.txn))
        for number, file in enumerate(post.files, 1):
            if len(pieces) + number <= len(said):
                continue
            content = await self._upload(room, file, post)
            piece = Piece("m.room.message", content, f".file{number}")
            events.append(await self._send(room, piece, post.txn))
        return events[0] if events else None

    async def _send(self, room: str, piece: Piece, txn: str) -> str:
        """The event id of one piece; its transaction id is the post's with the piece's own ending."""
        kind, content = await sealing_of(self.account).seal(room, piece.type, piece.content)
        where = path("rooms", room, "send", kind, f"{txn}{piece.txn_suffix}")
        told = await self._insist(where, content)
        event = told.get("event_id")
        if not isinstance(event, str):
            raise ChannelError("matrix: an event without an id")
        return event

    async def _insist(self, where: str, content: dict[str, Any]) -> dict[str, Any]:
        """PUT until the server answers: again after a pause when it says so, or when the connection broke."""
        loop = asyncio.get_running_loop()
        until, broken = loop.time() + PATIENCE, iter(RETRIES)
        while True:
            try:
                return await self.account.server.put(where, content)
            except Limited as limit:
                if loop.time() + limit.seconds > until:
                    raise
                pause = max(limit.seconds, BREATH)
            except ServerError as error:
                if error.status < 500:
                    raise
                pause = _next(broken, error)
            except LoginRefused:
                raise
            except ChannelError as error:
                pause = _next(broken, error)
            await asyncio.sleep(pause)

    async def _upload(self, room: str, file: PostFile, post: Post) -> dict[str, Any]:
        """The content of a file's event, after its bytes are on the server; encrypted where the room is."""
        data, sealed = file.data, None
        if self.halls.states[room].encrypted:
            data, sealed = await asyncio.to_thread(encrypt_attachment, file.data)
        mime = "application/octet-stream" if sealed else file.type
        told = await self.account.server.call("POST", "/_matrix/media/v3/upload", data, mime=mime)
        url = told.get("content_uri")
        if not isinstance(url, str):
            raise ChannelError("matrix: an upload without an address")
        return file_content(file, url, sealed, mark=post.txn, post=post)

    async def _said_before(self, room: str, post: Post) -> list[str]:
        """The events that say this already, in order: only for what the server may have forgotten.

        Since its pieces are said in order, they are the first ones.
        """
        if post.first_at is None or self.clock.now() - post.first_at < REMEMBERED:
            return []
        oldest = (post.first_at - CLOCKS_APART).timestamp() * 1000
        query, found = {"dir": "b", "limit": str(PAGE)}, []
        for _ in range(LOOKED_AT // PAGE):
            told = await self.account.server.get(path("rooms", room, "messages"), query)
            page = page_of(told)
            for event in page:
                if event.get("sender") == self.account.user and self._mark_of(event, room) == post.txn:
                    found.append(str(event.get("event_id")))
            end = told.get("end")
            # One of them may lie about its time; a whole page does not.
            if not isinstance(end, str) or (page and all(_stamp(event) < oldest for event in page)):
                break
            query["from"] = end
        return found[::-1]

    def _mark_of(self, event: Event, room: str) -> object:
        content = self.hearing.unseal(event, room).get("content")
        return content.get(MARK) if isinstance(content, dict) else None


def _stamp(event: Event) -> float:
    """When an event says that it was sent, in milliseconds since 1970."""
    stamp = event.get("origin_server_ts")
    return stamp if isinstance(stamp, int | float) else 0


def _next(pauses: Any, error: ChannelError) -> float:
    """The next pause; the error itself when there is none left."""
    pause = next(pauses, None)
    if pause is None:
        raise error
    return float(pause)
