"""An SMTP server in the test's own loop that answers as it is told, word for word."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

DROP = "drop"
STALL = "stall"


class SmtpScript:
    """``extensions`` are announced; ``answers[verb]`` are given in turn instead of the usual ones.

    Verbs are ``CONNECT``, ``EHLO``, ``MAIL``, ``RCPT``, ``DATA``, ``BODY`` (after the final dot), ``RSET``.
    An answer is a reply, several lines of it, or DROP or STALL.
    """

    def __init__(self, *extensions: str) -> None:
        self.extensions = extensions
        self.answers: dict[str, list[str]] = {}
        self.commands: list[str] = []
        self.bodies: list[bytes] = []
        self.groups: list[bytes] = []  # what came in one piece
        self.connections = 0
        self.ended = 0  # connections
        self.port = 0
        self.writers: list[asyncio.StreamWriter] = []

    def answer(self, verb: str, usual: str) -> str:
        """The next answer to ``verb``."""
        told = self.answers.get(verb)
        return told.pop(0) if told else usual

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        self.writers.append(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await self._converse(reader, writer)
        self.ended += 1
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = [self.extensions[-1]] if self.extensions else []
        hello = "\r\n".join(
            [
                *(f"250-{each}" for each in ("script.example", *self.extensions[:-1])),
                *map("250 {}".format, lines),
            ]
        )
        usual = {
            "EHLO": hello if lines else "250 script.example",
            "DATA": "354 go",
            "CONNECT": "220 script.example",
        }
        await self._say(reader, writer, self.answer("CONNECT", usual["CONNECT"]))
        buffered = b""
        while True:
            if b"\n" not in buffered:
                piece = await reader.read(1 << 16)
                if not piece:
                    return
                self.groups.append(piece)
                buffered += piece
                continue
            line, _, buffered = buffered.partition(b"\n")
            verb = line[:4].decode().upper()
            self.commands.append(line.decode().rstrip("\r"))
            said = self.answer(verb, usual.get(verb, "250 ok"))
            await self._say(reader, writer, said)
            if verb == "QUIT":
                return
            if verb == "DATA" and said.startswith("354"):
                body = buffered
                while not (body.endswith(b"\r\n.\r\n") or body == b".\r\n"):
                    piece = await reader.read(1 << 16)
                    if not piece:
                        return
                    body += piece
                buffered = b""
                self.bodies.append(body)
                await self._say(reader, writer, self.answer("BODY", "250 kept"))

    async def _say(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, what: str) -> None:
        if what == DROP:
            raise ConnectionResetError
        if what == STALL:
            while await reader.read(1 << 16):
                pass
            raise ConnectionResetError
        writer.write(what.encode() + b"\r\n")
        await writer.drain()


@contextlib.asynccontextmanager
async def serving(script: SmtpScript) -> AsyncIterator[SmtpScript]:
    """The script on a port of its own."""
    server = await asyncio.start_server(script.talk, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        for writer in script.writers:
            writer.transport.abort()
