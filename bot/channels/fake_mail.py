"""A mailbox and a mail server in memory, which can be told to fail as real ones do."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from bot.channels.base import Envelope, MailboxState, Outcome, RawMail, Status
from bot.clock import Clock
from bot.errors import ChannelError, LoginRefused

FIRST_PART_BYTES = 256 * 1024  # what is kept of a message that is too large


@dataclass
class _Kept:
    """One message of a box."""

    uid: int
    received: dt.datetime
    raw: bytes
    seen: bool = False


class FakeBox:
    """What the server keeps, whoever is connected.

    ``refused``: the password is no longer right.  ``holding``: what arrives is not shown yet.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.uidvalidity, self.uidnext = 1, 1
        self.messages: list[_Kept] = []
        self.refused = self.holding = False
        self.connection = 1  # connections of another number are broken
        self._waiting: list[asyncio.Event] = []

    def deliver(self, raw: bytes) -> None:
        """Let a message arrive."""
        self.messages.append(_Kept(self.uidnext, self.clock.now(), raw))
        self.uidnext += 1
        self.wake()

    def take_away(self, uid: int) -> None:
        """Delete a message behind the reader's back; its number is never given again."""
        self.messages = [one for one in self.messages if one.uid != uid]

    def drop(self) -> None:
        """Break every connection."""
        self.connection += 1
        self.wake()

    def renumber(self) -> None:
        """Change UIDVALIDITY: the same messages under other numbers (RFC 9051 §2.3.1.1)."""
        self.uidvalidity += 1
        self.uidnext = 1
        for one in self.messages:
            one.uid, self.uidnext = self.uidnext, self.uidnext + 1
        self.drop()

    def hold(self) -> None:
        """Show nothing of what arrives until ``release``."""
        self.holding = True

    def release(self) -> None:
        """Show what was held back."""
        self.holding = False
        self.wake()

    def wake(self) -> None:
        """End every wait."""
        for event in self._waiting:
            event.set()

    async def change(self, timeout: float) -> None:
        """Return when something happened, at the latest after ``timeout`` seconds."""
        event = asyncio.Event()
        self._waiting.append(event)
        try:
            async with asyncio.timeout(timeout):
                await event.wait()
        except TimeoutError:
            return
        finally:
            self._waiting.remove(event)


class FakeMailbox:
    """A Mailbox: one connection to a ``FakeBox``.  ``max_size`` in bytes."""

    def __init__(self, box: FakeBox, max_size: int = 25 * 2**20) -> None:
        self._box, self._max_size = box, max_size
        self._connection = 0
        self._last = 0  # the highest number that was looked at

    @property
    def name(self) -> str:
        """How the cursor knows it."""
        return "fake:INBOX"

    async def open(self) -> MailboxState:
        """Connect.  Raises LoginRefused while the box refuses."""
        if self._box.refused:
            raise LoginRefused("fake: the password is refused")
        self._connection = self._box.connection
        return MailboxState(self._box.uidvalidity, self._box.uidnext)

    async def fetch(self, after: int, limit: int = 200) -> list[RawMail]:
        """The messages with a UID above ``after``: at most ``limit``, and about ``max_size`` bytes."""
        self._check()
        mails: list[RawMail] = []
        room = self._max_size
        for one in () if self._box.holding else self._box.messages:
            self._last = max(self._last, one.uid)
            if one.uid <= after or len(mails) == limit or room <= 0:
                continue
            truncated = len(one.raw) > self._max_size
            raw = one.raw[: min(FIRST_PART_BYTES, self._max_size)] if truncated else one.raw
            mails.append(RawMail(one.uid, one.received, raw, truncated))
            room -= len(raw)
        return mails

    async def wait(self, timeout: float) -> None:
        """Return when something arrived since the last fetch, at the latest after ``timeout`` seconds."""
        self._check()
        if self._box.holding or self._last >= self._box.uidnext - 1:
            await self._box.change(timeout)
        self._check()

    async def mark_seen(self, uids: Sequence[int]) -> None:
        """Show these as read."""
        self._check()
        for one in self._box.messages:
            one.seen = one.seen or one.uid in uids

    async def close(self) -> None:
        """Let go of the connection."""
        self._connection = 0

    def _check(self) -> None:
        if self._connection != self._box.connection:
            raise ChannelError("fake: not connected")


@dataclass
class _Trouble:
    """What the next mails will meet."""

    status: Status
    times: int
    kept: bool
    recipients: Collection[str] = field(default_factory=tuple)

    def meets(self, envelope: Envelope) -> bool:
        return self.times > 0 and (not self.recipients or envelope.recipient in self.recipients)


class FakeTransport:
    """A MailTransport that hands each mail to ``deliver``.  ``refused``: the password is no longer right."""

    def __init__(self, deliver: Callable[[Envelope], None], width: int = 4) -> None:
        self._deliver, self._width = deliver, width
        self._troubles: list[_Trouble] = []
        self.refused = False

    @property
    def width(self) -> int:
        """How many leave at once."""
        return self._width

    def trouble(
        self, status: Status, times: int = 1, *, kept: bool = False, recipients: Collection[str] = ()
    ) -> None:
        """The next ``times`` mails (to ``recipients``, if any are named) end as ``status``.

        ``kept``: the server has the mail all the same, as after an answer that was lost.
        """
        self._troubles.append(_Trouble(status, times, kept, recipients))

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        """Deliver each.  Raises LoginRefused while the server refuses."""
        if self.refused:
            raise LoginRefused("fake: the password is refused")
        return [self._send(envelope) for envelope in batch]

    async def close(self) -> None:
        """Nothing to let go of."""

    def _send(self, envelope: Envelope) -> Outcome:
        if "@" not in envelope.recipient:
            return Outcome(Status.REFUSED, f"fake: not an address: {envelope.recipient!r}")
        trouble = next((one for one in self._troubles if one.meets(envelope)), None)
        if trouble is None:
            self._deliver(envelope)
            return Outcome(Status.ACCEPTED, "fake: delivered")
        trouble.times -= 1
        if trouble.kept:
            self._deliver(envelope)
        return Outcome(trouble.status, "fake: as it was told")
