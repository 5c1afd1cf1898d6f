"""An SMTP server (RFC 5321) that keeps a ledger and misbehaves on order; a program of its own.

``python -m tests.servers.relay_server FOLDER PORT TLS_PORT CERTIFICATE KEY`` serves until it is killed.
FOLDER holds its orders (``orders.json``, read again whenever it changes) and its ledger.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import re
import signal
import socket
import struct
import sys
from pathlib import Path

from tests.servers.certificate import Certificate
from tests.servers.ledger import Ledger
from tests.servers.orders import Fault, StandingOrders, Step
from tests.servers.ports import HOST
from tests.servers.route import forward

NAME = "relais.example"
_GARBAGE = b"\x00\xff\xfe{]% nonsense\r\n\r\n"


class _Over(Exception):
    """The conversation is over."""


class Conversation:
    """One client's connection."""

    def __init__(
        self,
        orders: StandingOrders,
        ledger: Ledger,
        certificate: Certificate,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._orders, self._ledger, self._certificate = orders, ledger, certificate
        self._reader, self._writer = reader, writer
        self._logged_in = False
        self._sender: str | None = None
        self._recipients: list[str] = []

    async def run(self) -> None:
        """Answer until the client leaves or a fault ends it."""
        with contextlib.suppress(_Over, OSError, asyncio.IncompleteReadError):
            await self._answer("connect", f"220 {NAME} ESMTP")
            while True:
                await self._command(await self._line())
        self._writer.close()

    async def _command(self, line: str) -> None:
        verb = line.partition(" ")[0].upper()
        address = re.search(r"<([^>]*)>", line)
        if verb in ("EHLO", "HELO"):
            await self._answer("ehlo", self._capabilities())
        elif verb == "STARTTLS":
            await self._start_tls()
        elif verb == "AUTH":
            await self._authenticate(line.split())
        elif verb == "MAIL" and address:
            await self._mail(address[1])
        elif verb == "RCPT" and address:
            await self._recipient(address[1])
        elif verb == "DATA":
            await self._data()
        elif verb == "QUIT":
            await self._answer("quit", "221 2.0.0 Bye")
            raise _Over
        elif verb in ("RSET", "NOOP"):
            if verb == "RSET":
                self._sender, self._recipients = None, []
            await self._say("250 2.0.0 Ok")
        else:
            await self._say("502 5.5.2 Error: command not recognized")

    @property
    def _encrypted(self) -> bool:
        return self._writer.get_extra_info("ssl_object") is not None

    def _capabilities(self) -> str:
        lines = [NAME, "PIPELINING", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]
        if self._encrypted:
            lines.append("AUTH PLAIN LOGIN")
        elif self._orders.now.starttls:
            lines.append("STARTTLS")
        return "".join(f"250-{line}\r\n" for line in lines[:-1]) + f"250 {lines[-1]}"

    async def _start_tls(self) -> None:
        if self._encrypted or not self._orders.now.starttls:
            await self._say("502 5.5.1 Error: STARTTLS not available")
        elif await self._answer("starttls", "220 2.0.0 Ready to start TLS"):
            await self._writer.start_tls(self._certificate.server_context())

    async def _authenticate(self, words: list[str]) -> None:
        mechanism = words[1].upper() if len(words) > 1 else ""
        initial = words[2] if len(words) > 2 else None
        if not self._encrypted:
            await self._say("530 5.7.0 Must issue a STARTTLS command first")
            return
        try:
            if mechanism == "PLAIN":
                _, name, password = _decode(initial or await self._ask("")).split("\0")
            elif mechanism == "LOGIN":
                name = _decode(initial or await self._ask("Username:"))
                password = _decode(await self._ask("Password:"))
            else:
                await self._say("504 5.5.4 Error: mechanism not available")
                return
        except ValueError:
            await self._say("501 5.5.2 Error: malformed credentials")
            return
        if self._orders.now.login in (None, (name, password)):
            self._logged_in = await self._answer("auth", "235 2.7.0 Authentication successful")
        else:
            await self._answer("auth", "535 5.7.8 Error: authentication failed")

    async def _ask(self, prompt: str) -> str:
        await self._say("334 " + base64.b64encode(prompt.encode()).decode())
        return await self._line()

    async def _mail(self, sender: str) -> None:
        if self._orders.now.login and not self._logged_in:
            await self._say("530 5.7.0 Authentication required")
        elif self._sender is not None:
            await self._say("503 5.5.1 Error: nested MAIL command")
        elif await self._answer("mail", "250 2.1.0 Ok"):
            self._sender, self._recipients = sender, []

    async def _recipient(self, recipient: str) -> None:
        if self._sender is None:
            await self._say("503 5.5.1 Error: need MAIL command")
        elif await self._answer("rcpt", "250 2.1.5 Ok", [recipient]):
            self._recipients.append(recipient)

    async def _data(self) -> None:
        if self._sender is None or not self._recipients:
            await self._say("503 5.5.1 Error: need RCPT command")
            return
        if not await self._answer("data", "354 End data with <CR><LF>.<CR><LF>", self._recipients):
            return
        lines = [await self._reader.readuntil(b"\n")]
        if fault := self._orders.fault("body", self._recipients):
            await self._commit(fault)
        while lines[-1] != b".\r\n":
            lines.append(await self._reader.readuntil(b"\n"))
        mail = b"".join(line[1:] if line.startswith(b".") else line for line in lines[:-1])
        fault = self._orders.fault("dot", self._recipients)
        taken = (fault is None or fault.keep) and await self._take(self._sender, mail)
        self._sender = None
        if fault:
            await self._commit(fault)
        else:
            await self._say("250 2.0.0 Ok: kept" if taken else "451 4.4.1 Error: no route now")

    async def _take(self, sender: str, mail: bytes) -> bool:
        """Deliver and write down; False, with nothing written, when the next server is away."""
        try:
            await forward(self._orders.now.routes, sender, self._recipients, mail)
        except OSError:
            return False
        self._ledger.add(sender, self._recipients, mail)
        return True

    async def _answer(self, at: Step, reply: str, recipients: list[str] | None = None) -> bool:
        """Say ``reply``, or commit the fault that is ordered here; whether it was the reply."""
        fault = self._orders.fault(at, recipients or [])
        if fault is None:
            await self._say(reply)
        else:
            await self._commit(fault)
        return fault is None

    async def _commit(self, fault: Fault) -> None:
        if fault.what == "drop":
            connection: socket.socket = self._writer.get_extra_info("socket")
            # Closing with a linger of zero sends a reset instead of a polite end.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._writer.transport.abort()
            raise _Over
        if fault.what == "stall":
            while await self._reader.read(1 << 16):
                pass
            raise _Over
        if fault.what == "garbage":
            self._writer.write(_GARBAGE)
            await self._writer.drain()
        else:
            await self._say(fault.what)

    async def _say(self, reply: str) -> None:
        self._writer.write(reply.encode() + b"\r\n")
        await self._writer.drain()

    async def _line(self) -> str:
        line = await self._reader.readuntil(b"\n")
        return line.decode(errors="replace").rstrip("\r\n")


def _decode(word: str) -> str:
    """The text of a base64 word; ValueError."""
    try:
        return base64.b64decode(word, validate=True).decode()
    except binascii.Error as error:
        raise ValueError(word) from error


async def serve(folder: Path, port: int, tls_port: int, certificate: Certificate) -> None:
    """Serve on both ports until SIGTERM."""
    orders, ledger = StandingOrders(folder / "orders.json"), Ledger(folder)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Conversation(orders, ledger, certificate, reader, writer).run()

    limit = 1 << 20  # bytes a line
    await asyncio.start_server(converse, HOST, port, limit=limit)
    context = certificate.server_context()
    await asyncio.start_server(converse, HOST, tls_port, limit=limit, ssl=context)
    asked_to_end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked_to_end.set)
    await asked_to_end.wait()


def main() -> None:
    """The program."""
    folder, port, tls_port, path, key = sys.argv[1:]
    asyncio.run(serve(Path(folder), int(port), int(tls_port), Certificate(Path(path), Path(key))))


if __name__ == "__main__":
    main()
