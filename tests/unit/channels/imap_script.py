"""An IMAP server in the test's own loop that answers as it is told, word for word."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

DROP = b"drop"
STALL = b"stall"

USUAL = {
    "GREETING": b"* OK ready\r\n",
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK done\r\n",
    "LOGIN": b"{tag} OK logged in\r\n",
    "SELECT": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\n{tag} OK [READ-WRITE] done\r\n",
    "NOOP": b"{tag} OK done\r\n",
    "UID SEARCH": b"* SEARCH\r\n{tag} OK done\r\n",
    "UID FETCH": b"{tag} OK done\r\n",
    "UID STORE": b"{tag} OK done\r\n",
    "IDLE": b"+ idling\r\n",
    "DONE": b"{idle} OK done\r\n",
    "LOGOUT": b"* BYE bye\r\n{tag} OK done\r\n",
}


class ImapScript:
    """``answers[command]`` are given in turn instead of the usual ones; the last one stays.

    ``{tag}`` in an answer is the command's tag.  Answers may be DROP or STALL.
    """

    def __init__(self) -> None:
        self.answers: dict[str, list[bytes]] = {}
        self.commands: list[str] = []
        self.port = 0
        self.ended = 0  # connections
        self.writers: list[asyncio.StreamWriter] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.writers.append(writer)
        with contextlib.suppress(OSError):
            await self._converse(reader, writer)
        self.ended += 1
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        idle = b""
        command, tag = "GREETING", b""
        while True:
            told = self.answers.get(command, [USUAL[command]])
            answer = told.pop(0) if len(told) > 1 else told[0]
            if answer == DROP:
                return
            if answer != STALL:
                writer.write(answer.replace(b"{tag}", tag).replace(b"{idle}", idle))
                await writer.drain()
            line = (await reader.readline()).rstrip()
            if not line:
                return
            self.commands.append(line.decode())
            words = line.split()
            tag = words[0]
            command = "DONE" if line == b"DONE" else words[1].decode()
            if command == "UID":
                command = f"UID {words[2].decode()}"
            if command == "IDLE":
                idle = tag

    def push(self, data: bytes) -> None:
        """Say something to whoever is connected, unasked."""
        for writer in self.writers:
            writer.write(data)


@contextlib.asynccontextmanager
async def serving(script: ImapScript) -> AsyncIterator[ImapScript]:
    """The script on a port of its own."""
    server = await asyncio.start_server(script.talk, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        for writer in script.writers:
            writer.transport.abort()
