"""The demo's outside: a Maildir in, a Maildir out, a list that distributes, rooms in memory."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Sequence

from bot.app import Channels
from bot.channels.base import Envelope, Outcome, Status
from bot.channels.fake_list import FakeList
from bot.channels.fake_rooms import FakeRooms
from bot.channels.maildir import MaildirMailbox, MaildirTransport, make_maildir
from bot.clock import Clock
from bot.settings import Settings


class ListedTransport:
    """A MaildirTransport behind which the lists distribute: a post to one comes back to the bot."""

    def __init__(self, outside: DemoWorld, inner: MaildirTransport) -> None:
        self._outside, self._inner = outside, inner

    @property
    def width(self) -> int:
        """How many leave at once."""
        return self._inner.width

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        """Write each mail, and let the lists do their work."""
        outcomes = await self._inner.send(batch)
        for envelope, outcome in zip(batch, outcomes, strict=True):
            if outcome.status is Status.ACCEPTED:
                self._outside.distribute(envelope)
        return outcomes

    async def close(self) -> None:
        """Nothing to let go of."""


class DemoWorld:
    """Everything outside the bot, in the folder of the demo's settings."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.clock = clock
        self.received, self.sent = settings.mail.inbox.path, settings.mail.outbox.path
        self.rooms = FakeRooms(clock)
        self._lists = [FakeList(one.address, [], one.tag) for one in settings.lists.values()]
        make_maildir(self.received)

    def channels(self) -> Channels:
        """What the bot is connected to."""
        transport = ListedTransport(self, MaildirTransport(self.sent))
        return Channels(MaildirMailbox(self.received), transport, self.rooms)

    def distribute(self, envelope: Envelope) -> None:
        """What a list brings back to the bot of the bot's own post."""
        for one in self._lists:
            copy = one.distribute(envelope.data) if envelope.recipient == one.address else None
            if copy is not None:
                self.deliver(copy, self.clock.now())

    def deliver(self, raw: bytes, at: dt.datetime) -> None:
        """A mail arrives at ``at``."""
        name = f"{at.timestamp():.6f}.{secrets.token_hex(6)}.demo"
        file = self.received / "tmp" / name
        file.write_bytes(raw)
        os.utime(file, (at.timestamp(), at.timestamp()))
        file.rename(self.received / "new" / name)
