"""Saying things: each once, in the order in which we are asked, however often the server must be asked."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import Any

from nio.crypto.attachments import encrypt_attachment

from bot.channels.base import Outcome, Post, PostFile, Status
from bot.channels.matrix.account import Account
from bot.channels.matrix.content import MARK, Piece, contents_of, file_content
from bot.channels.matrix.halls import Halls
from bot.channels.matrix.hearing import Hearing
from bot.channels.matrix.privately import Privately
from bot.channels.matrix.server import Limited, ServerError, path
from bot.clock import Clock
from bot.errors import ChannelError, LoginRefused

log = logging.getLogger(__name__)

# Synapse forgets transaction ids after 24 h: what may have been said before that is looked for.
REMEMBERED = dt.timedelta(hours=20)
LOOKED_AT, PAGE = 2000, 100  # events of a room, when it is; and at once
CLOCKS_APART = dt.timedelta(minutes=5)
PATIENCE = 120.0  # seconds that a rate limit may take before the others of the outbox go on
RETRIES = (0.3, 1.0, 3.0)  # seconds between tries when the connection breaks: the same transaction id


class Speaking:
    """The mouth of one account."""

    def __init__(self, account: Account, halls: Halls, hearing: Hearing, clock: Clock) -> None:
        self.account, self.halls, self.hearing, self.clock = account, halls, hearing, clock
        self._privately = Privately(account, halls)

    async def say(self, post: Post) -> Outcome:
        """Say one thing.  Raises ChannelError if it may be tried again with the same transaction id."""
        try:
            room = await self._room_of(post)
            if not self.halls.is_in(room):
                return Outcome(Status.REFUSED, f"we are not in the room {room}")
            said = await self._said_before(room, post)
            if said is None:
                said = await self._say_all(room, post)
            return Outcome(Status.ACCEPTED, external_id=said)
        except Limited:
            raise
        except ServerError as error:
            if error.code == "M_DUPLICATE_ANNOTATION":
                return Outcome(Status.ACCEPTED, "the same reaction was there")
            if error.final:
                return Outcome(Status.REFUSED, str(error))
            raise

    async def _room_of(self, post: Post) -> str:
        if not post.person:
            return self.halls.resolve(post.room)
        return await self._privately.room_with(post.person, post.room)

    async def _say_all(self, room: str, post: Post) -> str | None:
        first: str | None = None
        for piece in contents_of(post, mark=post.txn):
            event = await self._send(room, piece, post.txn)
            first = first or event
        for number, file in enumerate(post.files, 1):
            content = await self._upload(room, file, post)
            event = await self._send(room, Piece("m.room.message", content, f".file{number}"), post.txn)
            first = first or event
        return first

    async def _send(self, room: str, piece: Piece, txn: str) -> str:
        """The event id of one piece; its transaction id is the post's with the piece's own ending."""
        assert self.account.sealing is not None  # noqa: S101 - the account is open
        kind, content = await self.account.sealing.seal(room, piece.type, piece.content)
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
                pause = limit.seconds
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

    async def _said_before(self, room: str, post: Post) -> str | None:
        """The event that says this already, for what is older than the server's memory of transactions."""
        if post.first_at is None or self.clock.now() - post.first_at < REMEMBERED:
            return None
        oldest = (post.first_at - CLOCKS_APART).timestamp() * 1000
        position, found = "", None
        for _ in range(LOOKED_AT // PAGE):
            query = {"dir": "b", "limit": str(PAGE)} | ({"from": position} if position else {})
            told = await self.account.server.get(path("rooms", room, "messages"), query)
            page = [one for one in told.get("chunk") or [] if isinstance(one, dict)]
            for event in page:
                if event.get("sender") == self.account.user and self._mark_of(event, room) == post.txn:
                    found = str(event["event_id"])  # the first of its pieces comes last
            position = str(told.get("end") or "")
            if not page or not position or page[-1].get("origin_server_ts", 0) < oldest:
                break
        return found

    def _mark_of(self, event: dict[str, Any], room: str) -> object:
        content = self.hearing.unseal(event, room).get("content")
        return content.get(MARK) if isinstance(content, dict) else None


def _next(pauses: Any, error: ChannelError) -> float:
    """The next pause; the error itself when there is none left."""
    pause = next(pauses, None)
    if pause is None:
        raise error
    return float(pause)
