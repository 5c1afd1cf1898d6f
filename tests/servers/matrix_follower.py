"""What a member sees: a nio client that keeps listening, and everything that it heard, room by room."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
import nio

from tests.servers.matrix_admin import Event, MatrixError
from tests.servers.wait import until

_POLL = 20_000  # milliseconds that the server keeps a sync open
_PAUSE = 0.1  # seconds after an answer that was none


def accepted(response: Any) -> Any:
    """The answer of nio, which returns errors; here they are raised, as MatrixError."""
    if isinstance(response, nio.ErrorResponse):
        transport = response.transport_response
        answer = {"errcode": response.status_code, "error": response.message}
        raise MatrixError(transport.status if transport else 0, answer)
    return response


class Follower:
    """Follows the rooms of ``client`` until ``close``: through restarts of the server, missing nothing."""

    def __init__(self, client: nio.AsyncClient) -> None:
        self._client = client
        self._heard: dict[str, list[Event]] = defaultdict(list)
        self._known: set[str] = set()
        self._sealed: dict[str, tuple[nio.MegolmEvent, Event]] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return after the first sync, with the rooms of the member known and keys uploaded."""
        await self._sync(timeout=0)
        self._task = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stop listening; what ended it before is told by ``heard``, not here."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def heard(self, room: str) -> list[Event]:
        """What was seen in ``room`` so far, in order: the events as their senders made them.

        With two more keys: ``encrypted``, whether it came so, and ``readable``, whether it could be
        decrypted.  What could not keeps the type ``m.room.encrypted`` until its key comes.
        """
        if self._task is not None and self._task.done() and not self._task.cancelled():
            self._task.result()
        return list(self._heard[room])

    async def sees(
        self, room: str, wanted: Callable[[Event], Any], timeout: float = 20, what: str = "an event"
    ) -> Event:
        """The first event of ``room`` that fulfils ``wanted``, seen already or within ``timeout`` seconds.

        A ``wanted`` that stumbles over a missing key has not found what it wants.
        """

        def found() -> Event | None:
            return next((event for event in self.heard(room) if fulfils(wanted, event)), None)

        try:
            await until(lambda: found() is not None, timeout, what)
        except AssertionError as failed:
            seen = "\n".join(f"  {e['sender']} {e['type']} {e['content']}" for e in self._heard[room][-20:])
            raise AssertionError(f"{failed}; {self._client.user_id} has seen in {room}:\n{seen}") from None
        event = found()
        assert event is not None
        return event

    async def _follow(self) -> None:
        while True:
            try:
                await self._sync(_POLL)
            except (aiohttp.ClientError, TimeoutError, MatrixError) as error:
                if isinstance(error, MatrixError) and error.errcode in ("M_UNKNOWN_TOKEN", "M_FORBIDDEN"):
                    raise
                await asyncio.sleep(_PAUSE)

    async def _sync(self, timeout: int) -> None:
        since = self._client.next_batch
        try:
            response: nio.SyncResponse = accepted(await self._client.sync(timeout))
        except Exception:
            self._client.next_batch = since
            raise
        for room, info in response.rooms.join.items():
            events: Sequence[Any] = info.timeline.events
            if info.timeline.limited and since and room in self._heard:
                await self._fill(room, info.timeline.prev_batch, since)
            for event in [*info.state, *events] if room not in self._heard else events:
                self._keep(room, event)
        for room, left in response.rooms.leave.items():
            for event in left.timeline.events:
                self._keep(room, event)
        if self._client.olm:
            await self._exchange_keys()
            self._open()

    async def _fill(self, room: str, before: str | None, since: str) -> None:
        """Walk back from ``before`` to what was heard until ``since``."""
        missed: list[Any] = []
        while before:
            page = accepted(await self._client.room_messages(room, before, since, limit=100))
            missed += page.chunk
            before = page.end if page.chunk else None
        for event in reversed(missed):
            self._keep(room, event)

    def _keep(self, room: str, event: Any) -> None:
        source: Event = event.source
        if source["event_id"] in self._known:
            return
        self._known.add(source["event_id"])
        sealed = isinstance(event, nio.MegolmEvent)
        opened = bool(getattr(event, "decrypted", False))
        kept = {**source, "encrypted": sealed or opened, "readable": not sealed}
        self._heard[room].append(kept)
        if sealed:
            event.room_id = room
            self._sealed[event.event_id] = event, kept

    async def _exchange_keys(self) -> None:
        """What nio's own loop does between two syncs."""
        client = self._client
        await client.send_to_device_messages()
        if client.should_upload_keys:
            accepted(await client.keys_upload())
        if client.should_query_keys:
            accepted(await client.keys_query())
        if client.should_claim_keys:
            accepted(await client.keys_claim(client.get_users_for_key_claiming()))

    def _open(self) -> None:
        """Read what keys have come for since."""
        for event_id, (event, kept) in list(self._sealed.items()):
            with contextlib.suppress(nio.EncryptionError):
                kept.update(self._client.decrypt_event(event).source, readable=True)
                del self._sealed[event_id]


def fulfils(wanted: Callable[[Event], Any], event: Event) -> bool:
    """Whether ``event`` is ``wanted``, which an event without the keys that it asks for is not."""
    try:
        return bool(wanted(event))
    except (KeyError, TypeError, IndexError):
        return False
