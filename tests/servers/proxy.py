"""A TCP proxy before a server on loopback, which spoils the conversation on order while it runs."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass

from tests.servers.ports import HOST, free_port

_GARBAGE = b"\x00\xff\xfe{]% nonsense\r\n"


@dataclass(frozen=True)
class _Manners:
    """How bytes pass.  Counters start anew with each new order, and with each connection."""

    to_server: int | None = None  # reset the connection after so many bytes; None: never
    to_client: int | None = None
    garble: bool = False


class FaultProxy:
    """Connect to ``host``, ``port`` instead of the server's.  In-process: it lives in the test's loop.

    Every order holds for the connections that are open and for new ones, until ``behave``.
    """

    host = HOST

    def __init__(self, server_port: int) -> None:
        self.port = free_port()
        self.connections = 0  # made since the start
        self._server_port = server_port
        self._listener: asyncio.Server | None = None
        self._manners = _Manners()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._conversations: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen."""
        self._listener = await asyncio.start_server(self._begin, HOST, self.port)

    async def stop(self) -> None:
        """Listen no more and cut what is open."""
        await self.refuse()
        for conversation in self._conversations:
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)

    async def behave(self) -> None:
        """Pass everything; what a stall held back passes now."""
        self._manners = _Manners()
        self._flowing.set()
        if self._listener is None:
            await self.start()

    async def refuse(self) -> None:
        """Refuse new connections and cut those that are open."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self.drop()

    def drop(self) -> None:
        """Reset every open connection now; new ones are as welcome as before."""
        for writer in self._writers:
            _reset(writer)

    def cut_after(self, *, to_server: int | None = None, to_client: int | None = None) -> None:
        """Reset a connection once so many more bytes have passed in that direction."""
        self._manners = _Manners(to_server=to_server, to_client=to_client)

    def stall(self) -> None:
        """Accept connections and bytes, and hold them back in both directions."""
        self._flowing.clear()

    def garble(self) -> None:
        """Give clients nonsense in place of whatever the server says."""
        self._manners = _Manners(garble=True)

    def inject(self, data: bytes) -> None:
        """Say ``data`` now to every connected client, as if the server had."""
        for writer in self._writers:
            if writer.get_extra_info("sockname")[1] == self.port:
                writer.write(data)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        # A task of our own: asyncio logs an error for one of its own that is cancelled.
        conversation = asyncio.create_task(self._converse(reader, writer))
        self._conversations.add(conversation)
        conversation.add_done_callback(self._conversations.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pair = {writer}
        self._writers.add(writer)
        try:
            server_reader, server_writer = await asyncio.open_connection(HOST, self._server_port)
            pair.add(server_writer)
            self._writers.add(server_writer)
            await asyncio.gather(
                self._pass(reader, server_writer, to_client=False),
                self._pass(server_reader, writer, to_client=True),
            )
        except OSError:
            # The server refuses, or a side has reset: the other side shall see it.
            for each in pair:
                _reset(each)
        finally:
            for each in pair:
                each.close()
            self._writers -= pair

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, to_client: bool
    ) -> None:
        manners, passed = self._manners, 0
        while data := await reader.read(1 << 16):
            await self._flowing.wait()
            if manners is not self._manners:
                manners, passed = self._manners, 0
            limit = manners.to_client if to_client else manners.to_server
            if limit is not None and passed + len(data) >= limit:
                writer.write(data[: limit - passed])
                await writer.drain()
                raise ConnectionResetError("cut on order")
            passed += len(data)
            writer.write(_GARBAGE if manners.garble and to_client else data)
            await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Cut a connection the hard way: with a linger of zero, closing sends a reset."""
    connection: socket.socket | None = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        if connection is not None and connection.fileno() >= 0:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
