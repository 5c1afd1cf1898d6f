"""Bytes to and from an SMTP server: commands out, replies in, and a mail's body as it must travel (RFC 5321).

It takes over a connection that ``aiosmtplib`` has opened, encrypted and logged in.  From there on it
costs one wake-up a group of commands, where the library costs a lock, a task and a timer a command.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass

from bot.errors import ChannelError

# A reply larger than this is not from a mail server.
MOST_REPLY_BYTES = 64 * 1024
# A body leaves in pieces of this size, each within one timeout: a slow line is not taken for a dead one.
PIECE_BYTES = 256 * 1024

_LINE_END = re.compile(rb"\r\n|\r|\n")
_REPLY_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)


class ConnectionGone(ChannelError):
    """The connection was lost, or kept silent too long, or spoke something else than SMTP."""


@dataclass(frozen=True)
class Reply:
    """What the server answered: a code (RFC 5321 §4.2.1) and its text in one line."""

    code: int
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.text}".rstrip()


def body_on_wire(data: bytes) -> bytes:
    """A mail's bytes with CRLF line ends, dots doubled, and the final dot (RFC 5321 §4.5.2).

    A lone CR or LF becomes CRLF: servers that read one as the end of a line could be made to see
    a second mail in the first.
    """
    ends = data.count(b"\r\n")
    if ends != data.count(b"\n") or ends != data.count(b"\r"):
        data = _LINE_END.sub(b"\r\n", data)
    if not data.endswith(b"\r\n"):
        data += b"\r\n"
    if data.startswith(b"."):
        data = b"." + data
    return data.replace(b"\r\n.", b"\r\n..") + b".\r\n"


class Wire(asyncio.Protocol):
    """One connection.  Every wait ends: with what was waited for, or with ConnectionGone."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._lines: list[str] = []
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._paused = False
        self._gone = ""
        # Paused as long as anything is left: "drained" then means that the kernel has it all.
        transport.set_write_buffer_limits(high=1, low=0)
        transport.set_protocol(self)

    @property
    def quiet(self) -> bool:
        """Whether the connection is up and nothing was said that nobody asked for."""
        return not (
            self._gone or self._replies or self._buffer or self._lines or self._transport.is_closing()
        )

    def write(self, data: bytes) -> None:
        """Send bytes that form whole lines."""
        if self._gone:
            raise ConnectionGone(self._gone)
        self._transport.write(data)

    async def write_body(self, body: bytes, timeout: float) -> bool:
        """Send a body until the kernel has it all; False when the server answered before that.

        ``timeout`` is in seconds, for each piece.
        """
        for start in range(0, len(body), PIECE_BYTES):
            self.write(body if len(body) <= PIECE_BYTES else body[start : start + PIECE_BYTES])
            while self._paused:
                if self._replies:
                    return False
                await self._wait(timeout)
        return True

    async def reply(self, timeout: float) -> Reply:
        """The next reply, within ``timeout`` seconds."""
        while not self._replies:
            await self._wait(timeout)
        return self._replies.popleft()

    def drop(self, reason: str = "we closed it", *, politely: bool = False) -> None:
        """Let go of the connection: with a QUIT whose answer nobody awaits, or at once."""
        if politely and self.quiet:
            self._transport.write(b"QUIT\r\n")
            self._transport.close()
        else:
            self._transport.abort()
        self._lose(reason)

    async def _wait(self, timeout: float) -> None:
        if self._gone:
            raise ConnectionGone(self._gone)
        self._waiter = self._loop.create_future()
        timer = self._loop.call_later(timeout, self.drop, f"silent for {timeout:g} s")
        try:
            await self._waiter
        finally:
            timer.cancel()
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _lose(self, reason: str) -> None:
        self._gone = self._gone or reason
        self._wake()

    def data_received(self, data: bytes) -> None:
        """Cut what came into replies (asyncio calls this)."""
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._line(line.rstrip(b"\r"))
        if len(self._buffer) + sum(map(len, self._lines)) > MOST_REPLY_BYTES:
            self.drop("its answer had no end")
        if self._replies:
            self._wake()

    def _line(self, line: bytes) -> None:
        match = _REPLY_LINE.fullmatch(line)
        if match is None:
            self.drop(f"not an SMTP reply: {line[:80]!r}")
            return
        code, mark, text = match.groups()
        self._lines.append((text or b"").decode("utf-8", "replace").strip())
        if mark != b"-":
            self._replies.append(Reply(int(code), " ".join(self._lines)))
            self._lines.clear()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits (asyncio calls this)."""
        self._lose(f"connection lost ({exc})" if exc else "connection lost")

    def pause_writing(self) -> None:
        """Something is left to send (asyncio calls this)."""
        self._paused = True

    def resume_writing(self) -> None:
        """All was sent (asyncio calls this)."""
        self._paused = False
        self._wake()
