"""The world outside one bot, in memory: its mailbox, everybody's mailboxes, lists that distribute, rooms.

It stays while the bot is killed and started again.  Deliveries take no time.
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import email.utils
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.channels import fake_server
from bot.channels.base import Envelope
from bot.channels.fake_list import FakeList
from bot.channels.fake_mail import FakeBox, FakeMailbox, FakeTransport
from bot.channels.fake_rooms import FakeRooms, Said
from bot.clock import Clock


@dataclass(frozen=True)
class Sent:
    """One mail that the bot sent.  ``command``: to a list's server, for no person."""

    at: dt.datetime
    recipient: str
    data: bytes
    command: bool = False


@dataclass(frozen=True)
class Held:
    """One mail in somebody's mailbox.  ``from_bot``: directly, or by a list."""

    address: str
    received: dt.datetime
    data: bytes
    from_bot: bool


class FakeNetwork:
    """Everything outside.  ``authserv_id``: the name under which the bot's server says who wrote a mail.

    ``aliases``: other addresses whose mail comes into the bot's mailbox.
    """

    def __init__(
        self,
        clock: Clock,
        bot_address: str,
        lists: Sequence[FakeList],
        authserv_id: str,
        aliases: Collection[str] = (),
    ) -> None:
        self.clock, self.bot_address, self.lists = clock, bot_address.lower(), lists
        self.authserv_id = authserv_id
        self.aliases = frozenset(alias.lower() for alias in aliases)
        self.box = FakeBox(clock)
        self.rooms = FakeRooms(clock, self._told)
        self.transport = FakeTransport(self._take)
        self.sent: list[Sent | Said] = []  # all that the bot said, in order
        self.held: list[Held] = []  # all that arrived in people's mailboxes, in order

    def mailbox(self) -> FakeMailbox:
        """A connection to the bot's mailbox."""
        return FakeMailbox(self.box)

    def post(self, raw: bytes, recipient: str, sender: str, *, genuine: bool = True) -> None:
        """Somebody's mail to one recipient.  ``sender`` is the envelope's; not ``genuine``: a forged From."""
        self._route(raw, recipient.lower(), sender, genuine=genuine, from_bot=False)

    def _take(self, envelope: Envelope) -> None:
        recipient = envelope.recipient.lower()
        command = any(one.takes(recipient) for one in self.lists)
        self.sent.append(Sent(self.clock.now(), envelope.recipient, envelope.data, command))
        if command:
            self._obey(envelope)
        else:
            self._route(envelope.data, recipient, envelope.sender, genuine=True, from_bot=True)

    def _obey(self, envelope: Envelope) -> None:
        """Answer REVIEW, as the server does to the owner of a list; other commands are let pass."""
        command = fake_server.command_of(envelope.data)
        for one in self.lists:
            if one.takes(envelope.recipient.lower()) and command == f"REVIEW {one.name}":
                answer = fake_server.refuse if one.secret else fake_server.review
                self._from_server(one, answer(one, envelope.sender, self.clock.now()))

    def _subscribe(self, one: FakeList, recipient: str, sender: str) -> None:
        """A mail to ``reseau-subscribe@`` or ``reseau-unsubscribe@``: done at once, and the owner is told."""
        notice = fake_server.subscribe(one, recipient, sender, self.bot_address, self.clock.now())
        if notice is not None:
            self._from_server(one, notice)

    def _from_server(self, one: FakeList, raw: bytes) -> None:
        domain = one.address.partition("@")[2]
        self.box.deliver(
            self._vouched(raw, one.owner, genuine=True, proof=f"dkim=pass header.d={domain}") + raw
        )

    def _told(self, said: Said) -> None:
        self.sent.append(said)

    def _route(self, raw: bytes, recipient: str, sender: str, *, genuine: bool, from_bot: bool) -> None:
        if self._is_ours(recipient):
            self.box.deliver(self._vouched(raw, sender, genuine) + raw)
            return
        for one in self.lists if genuine else ():
            if one.takes(recipient):
                self._subscribe(one, recipient, sender.lower())
        mailing_list = next((one for one in self.lists if one.address.lower() == recipient), None)
        if mailing_list is None:
            self.held.append(Held(recipient, self.clock.now(), raw, from_bot))
            return
        copy = mailing_list.distribute(raw)
        if copy is None:
            return
        for member in mailing_list.members:
            self.held.append(Held(member.lower(), self.clock.now(), copy, from_bot))
        domain = mailing_list.address.partition("@")[2]
        proof = f"dkim=pass header.d={domain}"
        self.box.deliver(self._vouched(copy, mailing_list.owner, genuine, proof) + copy)

    def _is_ours(self, recipient: str) -> bool:
        """The bot's address, also with a token in it (``navette+token@…``), or an alias."""
        ours, _, at = self.bot_address.partition("@")
        local, _, domain = recipient.partition("@")
        tokened = domain == at and local.startswith((f"{ours}+", f"{ours}-"))
        return tokened or recipient == self.bot_address or recipient in self.aliases

    def _vouched(self, raw: bytes, sender: str, genuine: bool, proof: str = "") -> bytes:
        """What the bot's server writes on top of what it receives (RFC 8601)."""
        message = email.message_from_bytes(raw.partition(b"\r\n\r\n")[0], policy=email.policy.compat32)
        author = email.utils.parseaddr(str(message.get("From", "")))[1]
        result = "pass" if genuine else "fail"
        results = [
            *([proof] if proof else []),
            f"spf=pass smtp.mailfrom={sender}",
            f"dmarc={result} header.from={author.rpartition('@')[2].lower()}",
        ]
        stamp = email.utils.format_datetime(self.clock.now())
        return (
            f"Authentication-Results: {self.authserv_id};\r\n\t" + ";\r\n\t".join(results) + "\r\n"
            f"Return-Path: <{sender}>\r\nDelivered-To: {self.bot_address}\r\n"
            f"Received: from {sender.rpartition('@')[2]} by {self.authserv_id} with ESMTPS; {stamp}\r\n"
        ).encode()
