"""One connection to an IMAP server: ``aioimaplib``, kept from hanging, drowning or telling secrets.

Every call ends within its time; after any doubt the connection is thrown away (``ChannelError``).
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aioimaplib import aioimaplib

from bot.errors import ChannelError

T = TypeVar("T")

# The library recurses once a line of what it is given at a time: so many are harmless, and beyond them
# it is given pieces that hold too few to matter.
MANY_LINES = 100
PIECE_BYTES = 2048
# The longest line that makes sense: the answer to a SEARCH that finds half a million messages.
MOST_LINE_BYTES = 4 * 2**20

_FETCH = re.compile(rb"\d+ FETCH \(")
_EXISTS = re.compile(rb"\d+ EXISTS")


class _Protocol(aioimaplib.IMAP4ClientProtocol):  # type: ignore[misc]
    """The library's protocol, with what it leaves out: news between commands, BYE, and its own failures."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop | None, lost: Callable[[Exception | None], None]
    ) -> None:
        super().__init__(loop, lost)
        self.news = asyncio.Event()
        self.reason = ""

    def data_received(self, data: bytes) -> None:
        step = len(data) if data.count(b"\r\n") <= MANY_LINES else PIECE_BYTES
        try:
            for start in range(0, len(data), step):
                super().data_received(data[start : start + step])
        except Exception as error:  # noqa: BLE001
            # Whatever its parser stumbles over.  asyncio would log the library's text, which may hold
            # the command in hand: at login, the password.
            self.fail(f"it sent what cannot be read ({type(error).__name__})")
        if len(self.incomplete_line) > MOST_LINE_BYTES:
            self.fail("it sent a line without an end")

    def fail(self, reason: str) -> None:
        """Break off, for ``reason``."""
        self.reason = self.reason or reason
        self.transport.abort()

    async def welcome(self, command: bytes) -> None:
        # The library runs this as a task whose failure nobody sees.
        try:
            await super().welcome(command)
        except (aioimaplib.AioImapException, IndexError, UnicodeDecodeError):
            self.fail(f"it greeted us with {command[:200].decode('utf-8', 'replace')!r}")

    def _untagged_response(self, line: bytes) -> Any:
        text = line[2:]
        if text.upper().startswith(b"BYE"):
            self.reason = self.reason or f"it said {text[:200].decode('utf-8', 'replace')!r}"
            self.conn_lost_cb(None)  # the end itself may keep us waiting
        elif _EXISTS.match(text) or self.has_pending_idle_command():
            self.news.set()
        command = self.pending_async_commands.get("FETCH")
        if command is not None and self.pending_sync_command is None and _FETCH.match(text):
            # The library would take every "* " out of the line.
            command.append_to_resp(text)
            return command
        return super()._untagged_response(line)


class _Client(aioimaplib.IMAP4):  # type: ignore[misc]
    def create_client(
        self,
        host: str,
        port: int,
        loop: asyncio.AbstractEventLoop | None,
        conn_lost_cb: Callable[[Exception | None], None],
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        running = asyncio.get_running_loop()
        self.protocol = _Protocol(running, conn_lost_cb)
        connecting = running.create_connection(lambda: self.protocol, host, port, ssl=ssl_context)
        self._client_task = running.create_task(connecting)


class Connection:
    """A connection that is greeted; ``timeout`` in seconds, for each answer."""

    def __init__(self, host: str, port: int, ssl_context: ssl.SSLContext | None, timeout: float) -> None:
        # At DEBUG the library logs whole mails, at INFO lines that it does not understand.
        logging.getLogger("aioimaplib").setLevel(logging.WARNING)
        self._where = f"imap {host}:{port}"
        self._timeout = timeout
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # Its own timeouts are a second line: ours ends the connection.
        self._client = _Client(host, port, None, timeout * 2, self._on_lost, ssl_context)
        self._idle: asyncio.Future[Any] | None = None
        self._idle_since = 0.0

    async def greet(self) -> None:
        """Connect and wait for the server's greeting."""
        await self.call("connect", self._client.wait_hello_from_server())

    @property
    def state(self) -> str:
        """NONAUTH, AUTH or SELECTED (RFC 9051 §3)."""
        return str(self._client.get_state())

    def has(self, capability: str) -> bool:
        """Whether the server announced it."""
        return bool(self._client.has_capability(capability))

    async def login(self, user: str, password: str) -> tuple[str, str]:
        """The server's result (OK, NO, BAD) and text; then its capabilities are known."""
        response = await self.call("LOGIN", self._client.login(aioimaplib.quoted(user), password))
        if response.result == "OK":
            # A server may put them into its answer, but the library misreads the last one there.
            await self.call("CAPABILITY", self._client.protocol.capability())
        return response.result, _status(response)

    async def select(self, folder: str) -> list[bytes]:
        """The answers to SELECT of a folder as it is called on the wire."""
        response = await self.call("SELECT", self._client.select(aioimaplib.quoted(folder)))
        self._client.protocol.news.clear()  # its EXISTS is the state, not news
        return self._checked("SELECT", response)

    async def search(self, criteria: str) -> list[bytes]:
        """The answers to UID SEARCH, up to date."""
        protocol = self._client.protocol
        await self.end_idle()
        # Dovecot searches what it has told us of, and looks for news only afterwards.
        await self.call("NOOP", self._client.noop())
        protocol.news.clear()
        response = await self.call("SEARCH", protocol.search(criteria, charset=None, by_uid=True))
        return self._checked("SEARCH", response)

    async def fetch(self, uids: str, parts: str, expected_bytes: int) -> tuple[bool, list[bytes | bytearray]]:
        """Whether UID FETCH was all well, and its answers."""
        seconds = self._timeout + expected_bytes / 50_000  # a line slower than that is not one
        await self.end_idle()
        # The inner timeout is between two pieces of the answer.
        fetching = self._client.protocol.fetch(uids, parts, by_uid=True, timeout=self._timeout)
        response = await self.call("FETCH", fetching, seconds)
        if response.result not in ("OK", "NO"):
            self._checked("FETCH", response)
        return response.result == "OK", response.lines

    async def store(self, uids: str, flags: str) -> tuple[bool, str]:
        """Whether UID STORE was all well, and the server's text."""
        await self.end_idle()
        response = await self.call("STORE", self._client.protocol.store(uids, flags, by_uid=True))
        return response.result == "OK", _status(response)

    async def pushed(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for the server to say something of itself; whether it did.

        Without IDLE it does so only in answer to other commands.
        """
        event = self._client.protocol.news
        news = asyncio.ensure_future(event.wait())
        ends: set[asyncio.Future[Any]] = {news, self._lost}
        try:
            await asyncio.wait(ends, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
        if self._lost.done():
            raise self._gone("IDLE")
        told = event.is_set()
        event.clear()
        return told

    async def idle(self, renew: float) -> float:
        """Be in IDLE (RFC 2177), begun anew if older than ``renew`` seconds; how long it may stay so."""
        loop = asyncio.get_running_loop()
        if self._idle is not None and loop.time() >= self._idle_since + renew:
            await self.end_idle()
        if self._idle is None:
            self._idle = await self.call("IDLE", self._client.idle_start(timeout=renew * 3))
            self._idle_since = loop.time()
        return self._idle_since + renew - loop.time()

    async def end_idle(self) -> None:
        """Leave IDLE, if we are in it."""
        if self._idle is None:
            return
        idle, self._idle = self._idle, None
        self._client.idle_done()
        self._checked("IDLE", await self.call("DONE", idle))
        queue = self._client.protocol.idle_queue
        while not queue.empty():
            queue.get_nowait()

    async def logout(self) -> None:
        """Say good-bye, briefly, and close; never raises."""
        if not self._lost.done() and self.state in ("AUTH", "SELECTED"):
            try:
                await self.end_idle()
                await self.call("LOGOUT", self._client.logout(), 2.0)
            except ChannelError:
                pass  # it is thrown away all the same
        self.drop("we closed it")

    def drop(self, reason: str) -> None:
        """Throw the connection away."""
        protocol = self._client.protocol
        protocol.reason = protocol.reason or reason
        self._client._client_task.cancel()
        for task in [*self._client.tasks, *protocol.tasks]:
            task.cancel()
        if self._client._idle_waiter is not None:
            self._client._idle_waiter.cancel()
        if protocol.transport is not None:
            protocol.transport.abort()
        if not self._lost.done():
            self._lost.set_result(None)

    async def call(self, what: str, awaitable: Awaitable[T], timeout: float | None = None) -> T:
        """What the library returns, or ChannelError and the end of the connection."""
        task = asyncio.ensure_future(awaitable)
        ends: set[asyncio.Future[Any]] = {task, self._lost}
        seconds = timeout or self._timeout
        try:
            await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
        except (aioimaplib.AioImapException, OSError, ValueError, IndexError, AttributeError) as error:
            # Not the text of the library's errors: it may hold the command, hence the password.
            text = str(error) if isinstance(error, OSError) else ""
            silent = isinstance(error, aioimaplib.CommandTimeout)
            self.drop(f"silent for {self._timeout:g} s" if silent else text or type(error).__name__)
            raise self._gone(what) from None
        except asyncio.CancelledError:
            self.drop("we were interrupted")
            raise
        finally:
            task.cancel()
        self.drop(f"silent for {seconds:g} s")
        raise self._gone(what)

    def _checked(self, what: str, response: Any) -> list[bytes]:
        if response.result != "OK":
            raise ChannelError(f"{self._where}: {what}: {response.result} {_status(response)}")
        lines: list[bytes] = response.lines
        return lines

    def _on_lost(self, error: Exception | None) -> None:
        if not self._lost.done():
            protocol = self._client.protocol
            protocol.reason = protocol.reason or (
                f"connection lost ({error})" if error else "connection lost"
            )
            self._lost.set_result(None)

    def _gone(self, what: str) -> ChannelError:
        return ChannelError(f"{self._where}: {what}: {self._client.protocol.reason or 'connection lost'}")


def _status(response: Any) -> str:
    """The text of the tagged answer."""
    last = response.lines[-1] if response.lines else b""
    return bytes(last).decode("utf-8", "replace")
