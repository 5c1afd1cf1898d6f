"""A small LMTP client (RFC 2033): how mail gets into Dovecot's mailboxes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from tests.servers.ports import HOST

Reply = tuple[int, str]


class LmtpClient:
    """One connection to an LMTP server on loopback; use as an async context manager."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> LmtpClient:
        self._reader, self._writer = await asyncio.open_connection(HOST, self._port)
        await self._reply()
        await self._command("LHLO relais.example")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def send(self, sender: str, recipients: Sequence[str], data: bytes) -> dict[str, Reply]:
        """Hand over one mail; the server's last word on each recipient.  Bare LF become CRLF."""
        answers = {}
        await self._command(f"MAIL FROM:<{sender}>")
        for recipient in recipients:
            answers[recipient] = await self._command(f"RCPT TO:<{recipient}>")
        accepted = [recipient for recipient, (code, _) in answers.items() if code < 300]
        if not accepted:
            await self._command("RSET")
            return answers
        await self._command("DATA")
        lines = re.sub(rb"\r?\n", b"\r\n", data if data.endswith(b"\n") else data + b"\r\n")
        self._writer.write(re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n")
        for recipient in accepted:
            answers[recipient] = await self._reply()
        return answers

    async def _command(self, line: str) -> Reply:
        self._writer.write(line.encode() + b"\r\n")
        return await self._reply()

    async def _reply(self) -> Reply:
        await self._writer.drain()
        while line := (await self._reader.readline()).decode(errors="replace"):
            if line[3:4] != "-":
                return int(line[:3]), line[4:].rstrip()
        raise ConnectionError("the LMTP server closed the connection")
