"""One logged-in connection to an SMTP server: one mail after the other, knowing at each step where it is."""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass, field
from typing import Literal, cast

import aiosmtplib

from bot import failpoints
from bot.channels.base import Envelope, Outcome, Status
from bot.channels.smtp_wire import ConnectionGone, Reply, Wire, body_on_wire
from bot.errors import ChannelError, LoginRefused

Tls = Literal["starttls", "tls", "none"]

# Control characters and spaces would begin another command or parameter.
_UNSPEAKABLE = re.compile(r"[\x00-\x20\x7f<>]")


class Stale(ChannelError):
    """A kept connection turned out dead before the server took notice of the mail: use another."""


@dataclass(frozen=True)
class Relay:
    """The server that takes our mail, and how we speak to it.  Times in seconds."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    tls: Tls
    ssl_context: ssl.SSLContext | None
    timeout: float
    final_timeout: float  # for the answer to the final dot: giving up there makes a mail uncertain
    local_hostname: str | None


async def open_session(relay: Relay) -> Session:
    """Connect, encrypt, log in.  Raises LoginRefused, or ChannelError when it may work later."""
    where = f"{relay.host}:{relay.port}"
    try:
        client = await _connect(relay)
    except aiosmtplib.SMTPAuthenticationError as error:
        text = f"{where} refused the login: {error.code} {error.message}"
        # 4xx (RFC 4954 §6): it could not look, which says nothing of the password.
        raise (LoginRefused if error.code >= 500 else ChannelError)(text) from error
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise ChannelError(f"{where}: {error or type(error).__name__}") from error
    wire = Wire(cast(asyncio.Transport, client.transport))
    return Session(wire, relay, dict(client.esmtp_extensions))


async def _connect(relay: Relay) -> aiosmtplib.SMTP:
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        use_tls=relay.tls == "tls",
        start_tls=relay.tls == "starttls",
        tls_context=relay.ssl_context,
        local_hostname=relay.local_hostname,
        timeout=relay.timeout,
    )
    try:
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await _greet(client)
        if relay.user is not None:
            await _log_in(client, relay)
    except BaseException:
        client.close()
        raise
    return client


async def _greet(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


async def _log_in(client: aiosmtplib.SMTP, relay: Relay) -> None:
    if not client.supported_auth_methods:
        raise LoginRefused(f"{relay.host}:{relay.port} offers no login that we know; encryption: {relay.tls}")
    await client.login(relay.user or "", relay.password or "")


class Session:
    """Hands over one mail at a time.  ``extensions``: the EHLO keywords, in lower case, and their values."""

    def __init__(self, wire: Wire, relay: Relay, extensions: dict[str, str]) -> None:
        self._wire = wire
        self._relay = relay
        self._extensions = extensions
        self._pipelining = "pipelining" in extensions
        size = extensions.get("size", "")
        self._most_bytes = int(size) if size.isascii() and size.isdigit() else 0
        self._busy = False
        self._used = False
        self._open_transaction = False
        self._known = False  # whether the server has accepted MAIL of the mail in hand

    @property
    def usable(self) -> bool:
        """Whether another mail may go over it: up, silent, and not left in the middle of one."""
        return not self._busy and self._wire.quiet

    def drop(self) -> None:
        """Close it, politely when it is not in the middle of something."""
        self._wire.drop(politely=not self._busy)

    async def deliver(self, envelope: Envelope) -> Outcome:
        """Hand over one mail.  Raises Stale (see there) and LoginRefused when the server wants a login."""
        try:
            commands = self._commands(envelope)
        except ValueError as error:
            return Outcome(Status.REFUSED, str(error))
        self._busy, self._known = True, False
        try:
            refusal = await self._announce(commands)
        except (ConnectionGone, OSError) as error:
            self._wire.drop()
            if self._used and not self._known:
                raise Stale(str(error)) from error
            return Outcome(Status.LATER, f"before the body left: {error}")
        self._used = True
        outcome = refusal or await self._hand_over(envelope.data)
        self._busy = False
        return outcome

    def _commands(self, envelope: Envelope) -> list[bytes]:
        """RSET if needed, MAIL, RCPT, DATA.  ValueError says why this mail can never go over this server."""
        size, limit = len(envelope.data), self._most_bytes
        if limit and size > limit:
            raise ValueError(f"{size} bytes, and the server takes at most {limit} (SIZE)")
        sender = _path(envelope.sender) if envelope.sender else b""
        recipient = _path(envelope.recipient)
        options = b""
        if "size" in self._extensions:
            options += b" SIZE=%d" % size
        if "8bitmime" in self._extensions and not envelope.data.isascii():
            options += b" BODY=8BITMIME"
        if not (sender.isascii() and recipient.isascii()):
            if "smtputf8" not in self._extensions:
                raise ValueError("the server does not take addresses with accents (SMTPUTF8)")
            options += b" SMTPUTF8"
        commands = [b"MAIL FROM:<%b>%b\r\n" % (sender, options), b"RCPT TO:<%b>\r\n" % recipient, b"DATA\r\n"]
        return [b"RSET\r\n", *commands] if self._open_transaction else commands

    async def _announce(self, commands: list[bytes]) -> Outcome | None:
        """Up to the server's 354; the outcome if it does not come to that."""
        if self._pipelining:
            self._wire.write(b"".join(commands))
        refusal: Outcome | None = None
        for command in commands:
            verb = command[:4].decode()
            if not self._pipelining:
                self._wire.write(command)
            reply = await self._wire.reply(self._relay.timeout)
            expected = 3 if verb == "DATA" else 2
            if reply.code // 100 == expected:
                self._took(verb)
            elif refusal is None:
                refusal = self._refusal(verb, reply)
                if not self._pipelining:
                    return refusal
            if verb == "DATA" and refusal and reply.code // 100 == expected:
                await self._send_nothing()
        return refusal

    def _took(self, verb: str) -> None:
        if verb == "RSET":
            self._open_transaction = False
        elif verb == "MAIL":
            self._known = self._open_transaction = True
        elif verb == "RCPT":
            failpoints.hit("smtp.rcpt")

    async def _send_nothing(self) -> None:
        """End a DATA that was let in though nobody is to receive it (RFC 2920 §3.1)."""
        try:
            self._wire.write(b".\r\n")
            await self._wire.reply(self._relay.timeout)
        except ConnectionGone as error:
            self._wire.drop(str(error))  # the refusal stands
        self._open_transaction = False

    async def _hand_over(self, data: bytes) -> Outcome:
        """The body and the server's last word.  From here on, losing the connection leaves doubt."""
        try:
            whole = await self._wire.write_body(body_on_wire(data), self._relay.timeout)
            failpoints.hit("smtp.data_sent")
            reply = await self._wire.reply(self._relay.final_timeout)
        except (ConnectionGone, OSError) as error:
            self._wire.drop()
            return Outcome(Status.UNCERTAIN, f"after the body began to leave: {error}")
        self._open_transaction = False
        if not whole:
            self._wire.drop("it answered before the end of the body")
        if reply.code // 100 in (4, 5):
            if reply.code == 421:
                self._wire.drop(str(reply))
            return Outcome(Status.LATER if reply.code < 500 else Status.REFUSED, f"body: {reply}")
        if reply.code // 100 != 2 or not whole:
            self._wire.drop("unexpected answer")
            return Outcome(Status.UNCERTAIN, f"unexpected answer to the body: {reply}")
        try:
            failpoints.hit("smtp.accepted")
        except OSError:
            self._wire.drop()
        return Outcome(Status.ACCEPTED, str(reply))

    def _refusal(self, verb: str, reply: Reply) -> Outcome:
        """What an answer other than the expected one means; ConnectionGone if it is about the connection."""
        if reply.code == 530:  # RFC 4954 §6: it says nothing of this mail, none would pass
            self._wire.drop(str(reply))
            raise LoginRefused(f"{self._relay.host} wants a login: {reply}")
        if reply.code // 100 == 5 and verb != "RSET":
            return Outcome(Status.REFUSED, f"{verb}: {reply}")
        if reply.code // 100 != 4 or reply.code == 421:
            raise ConnectionGone(f"{verb}: {reply}")
        return Outcome(Status.LATER, f"{verb}: {reply}")


def _path(address: str) -> bytes:
    """An address as it stands between < and >; in ASCII where only the domain has accents (RFC 5890)."""
    if not address or _UNSPEAKABLE.search(address):
        raise ValueError(f"not an address: {address!r}")
    local, at, domain = address.rpartition("@")
    if not domain.isascii() and local.isascii():
        try:
            return local.encode() + at.encode() + domain.encode("idna")
        except UnicodeError as error:
            raise ValueError(f"not a domain: {domain!r}") from error
    return address.encode()
