"""Watches one mailbox: what is new is committed to the inbox, then we wait for more."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot import inbox
from bot.channels.base import BACKOFF, Mailbox
from bot.clock import Clock
from bot.errors import ChannelError
from bot.protocols import Connections
from bot.store.engine import Store

log = logging.getLogger(__name__)

CHUNK = 200  # messages a fetch: more, and the IMAP library's recursive parser gives up


@dataclass(frozen=True)
class Position:
    """How far a mailbox was read.  Mails below ``past_below`` were there before us."""

    validity: int
    uid: int
    past_below: int

    @classmethod
    def parse(cls, text: str) -> Position:
        """From the cursor's text, ``validity:uid:past_below``."""
        validity, uid, past_below = (int(part) for part in text.split(":"))
        return cls(validity, uid, past_below)

    def __str__(self) -> str:
        return f"{self.validity}:{self.uid}:{self.past_below}"


class MailWatch:
    """Brings a mailbox to the inbox."""

    def __init__(self, store: Store, clock: Clock, mailbox: Mailbox, connections: Connections) -> None:
        self.store, self.clock, self.mailbox, self.connections = store, clock, mailbox, connections
        self._position: Position | None = None
        self._failures = 0

    async def step(self) -> int:
        """Commit what is there and not committed yet; returns how many are new.  Raises ChannelError."""
        if self._position is None:
            self._position = await self._meet()
        fresh = 0
        while True:
            position = self._position
            mails = await self.mailbox.fetch(position.uid, CHUNK)
            if not mails:
                self.connections.problems[self.mailbox.name], self._failures = "", 0
                return fresh
            fresh += await inbox.receive_mails(
                self.store,
                self.mailbox.name,
                position.validity,
                mails,
                self.clock.now(),
                past_below=position.past_below,
            )
            self._position = Position(position.validity, mails[-1].uid, position.past_below)
            await self.mailbox.mark_seen([mail.uid for mail in mails])

    async def pause_after(self, error: ChannelError) -> float:
        """Note a failure and let go of the connection; seconds to wait before the next try."""
        await self.mailbox.close()
        self._position = None
        self.connections.problems[self.mailbox.name] = str(error)
        self._failures += 1
        log.warning("mailbox %s: %s", self.mailbox.name, error)
        return BACKOFF[min(self._failures, len(BACKOFF)) - 1]

    async def _meet(self) -> Position:
        """Open the mailbox, and tell where to go on from."""
        state = await self.mailbox.open()
        cursor = await inbox.cursor_of(self.store, self.mailbox.name)
        if cursor is not None:
            position = Position.parse(cursor)
            if position.validity == state.uidvalidity:
                return position
            log.warning("mailbox %s: UIDVALIDITY changed, reading it all again", self.mailbox.name)
            position = Position(state.uidvalidity, 0, 0)
        else:
            # The first meeting: what is there already is archived, and nothing of it acted on.  Where that
            # ends is committed first, so that being killed in the middle changes nothing.
            position = Position(state.uidvalidity, 0, state.uidnext)
        async with self.store.write() as session:
            await inbox.move_cursor(session, self.mailbox.name, str(position), self.clock.now())
        return position
