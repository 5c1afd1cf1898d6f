"""The sender of mails: claimed rows are composed, sent, and marked with what became of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import claims, failpoints
from bot.burial import bury
from bot.channels.base import MailTransport, Outcome, Status
from bot.claims import Claim
from bot.clock import Clock
from bot.composing import Composer
from bot.errors import LoginRefused
from bot.outbox import AGAIN, note
from bot.store.engine import Store
from bot.store.tables import Doubt, OutboxRow, OutboxState
from bot.work import House, Work

log = logging.getLogger(__name__)

# After a failure that may pass: 1, 5, 15 min, 1, 2, 4 h, then every 4 h; given up after about two days.
BACKOFF = tuple(dt.timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240))
MOST_ATTEMPTS = 16
MOST_AGAIN = 3  # a server that keeps every mail and never says so would fill a mailbox
COPY_LOOK = dt.timedelta(minutes=15)  # how long a doubtful post to a list may take to come back

_outbox = cast(Table, OutboxRow.__table__)
MARK_SENDING = (
    update(_outbox)
    .where(_outbox.c.id == bindparam("row"))
    .values(
        state=OutboxState.SENDING.value,
        attempts=bindparam("tries"),
        dated_at=bindparam("dated"),
        hash=bindparam("bytes"),
    )
)
MARK_SENT = (
    update(_outbox)
    .where(_outbox.c.id == bindparam("row"), _outbox.c.state == OutboxState.SENDING.value)
    .values(
        state=OutboxState.SENT.value,
        reason=bindparam("why"),
        sent_at=bindparam("at"),
        external_id=bindparam("theirs"),
    )
)


class Delivery:
    """Takes the outbox's mails to their server."""

    def __init__(self, house: House, store: Store, clock: Clock, mail: MailTransport | None) -> None:
        self.house, self.store, self.clock, self.mail = house, store, clock, mail
        self.refused_login = ""
        self.stopping = False  # the group that is being sent is then the last
        self.composer = Composer(house, store)
        # What became of the last group, until it is written down: the disk may be full.
        self._unmarked: list[tuple[Claim, Outcome]] = []

    async def recover(self) -> None:
        """After a crash: what was being sent is in doubt, and each row's own policy says what then."""
        known = [one.row.id for one, _ in self._unmarked]
        async with self.store.write() as session:
            now = self.clock.now()
            for row in await session.scalars(
                select(OutboxRow)
                .where(OutboxRow.state == OutboxState.SENDING.value, OutboxRow.channel == "mail")
                .where(OutboxRow.id.not_in(known))
            ):
                _doubt(row, now, "stopped while sending")

    async def step(self) -> int:
        """Send the mails that may leave; returns how many rows moved."""
        if self.mail is None or self.refused_login:
            return 0
        async with self.store.read() as session:
            waiting = await claims.anything(session, self.clock.now(), "mail")
        if not waiting and not self._unmarked:
            return 0
        async with self.store.write() as session:
            await claims.put_aside(Work(self.house, session, self.clock.now()))
        return await self._mails(self.mail)

    async def _mails(self, transport: MailTransport) -> int:
        moved = 0
        while True:
            # Marking one group and claiming the next is one transaction: half the syncs.
            group = await self._turn(0 if self.stopping else transport.width)
            moved += len(group)
            if not group:
                return moved
            failpoints.hit("outbox.claimed")
            try:
                results = await transport.send([one.envelope for one in group if one.envelope])
            except LoginRefused as refusal:
                self.refused_login = str(refusal)
                log.error("the mail server refuses our password: %s", refusal)  # noqa: TRY400 - its stack tells nothing
                results = [Outcome(Status.LATER, str(refusal))] * len(group)
            self._unmarked = list(zip(group, results, strict=True))
            if self.refused_login:
                await self._turn(0)
                return moved

    async def _turn(self, width: int) -> list[Claim]:
        """Write down what became of the last group, and claim the next: both or neither."""
        outcomes = self._unmarked
        async with self.store.write() as session:
            work = Work(self.house, session, self.clock.now())
            if outcomes:
                await self._mark_all(work, outcomes)
                failpoints.hit("outbox.before_marked")
            group: list[Claim] = []
            if width:
                group = await self._claim(work, width)
                await _write_claims(session, group)
        self._unmarked = []
        if outcomes:
            failpoints.hit("outbox.marked")
        return group

    async def _claim(self, work: Work, width: int) -> list[Claim]:
        bodies = {one.body.id: one.body for one, _ in self._unmarked}
        while group := await claims.claim(work, width, bodies):
            if sealed := [one for claimed in group if (one := await self._seal(work, claimed))]:
                return sealed
        return []

    async def _seal(self, work: Work, one: Claim) -> Claim | None:
        """The claim with its bytes; None, and the row dead, if these bytes cannot be made (again)."""
        try:
            envelope = self.composer.envelope(one)
        except Exception as error:
            # Whatever is wrong with one mail must not hold back those behind it.
            log.exception("outbox %s cannot be composed", one.row.id)
            await bury(work, one.row, f"it cannot be composed: {type(error).__name__}: {error}")
            return None
        digest = hashlib.sha256(envelope.data).hexdigest()
        if one.row.hash and one.row.hash != digest:
            await bury(work, one.row, "it may have left, and composing it again gave other bytes")
            return None
        one.row.hash = digest
        return replace(one, envelope=envelope)

    async def _mark_all(self, work: Work, outcomes: Sequence[tuple[Claim, Outcome]]) -> None:
        """Nearly all of thousands of mails have left: that takes one statement, and no look at the rows."""
        sent, others = [], []
        for one, outcome in outcomes:
            if outcome.status is Status.ACCEPTED and not one.row.list_name:
                note(one.row, outcome.detail)
                marks = {"at": work.now, "why": one.row.reason, "theirs": outcome.external_id}
                sent.append({"row": one.row.id, **marks})
            else:
                others.append((one, outcome))
        if sent:
            await work.session.execute(MARK_SENT, sent)
        if others:
            await self._mark_each(work, others)

    async def _mark_each(self, work: Work, outcomes: Sequence[tuple[Claim, Outcome]]) -> None:
        ids = [one.row.id for one, _ in outcomes]
        found = await work.session.scalars(select(OutboxRow).where(OutboxRow.id.in_(ids)))
        rows = {row.id: row for row in found}
        for one, outcome in outcomes:
            # No longer "sending": the list's copy came back before the server's answer was written down.
            if rows[one.row.id].state == OutboxState.SENDING.value:
                await self._mark(work, rows[one.row.id], outcome)
        await work.session.flush()

    async def _mark(self, work: Work, row: OutboxRow, outcome: Outcome) -> None:
        if outcome.status is Status.ACCEPTED:  # by a list: see ``_mark_all`` for the others
            note(row, outcome.detail)
            hours = self.house.settings.lists[str(row.list_name)].copy_hours
            row.state = OutboxState.AWAITING_COPY.value
            row.sent_at, row.external_id = work.now, outcome.external_id
            row.copy_due_at = work.now + dt.timedelta(hours=hours)
        elif outcome.status is Status.UNCERTAIN:
            _doubt(row, work.now, outcome.detail)
        elif outcome.status is Status.REFUSED or row.attempts >= MOST_ATTEMPTS:
            await bury(work, row, outcome.detail)
        else:
            note(row, outcome.detail)
            row.state = OutboxState.PENDING.value
            row.not_before = work.now + BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
            if not row.reason.startswith(AGAIN):
                row.hash = ""  # nobody has these bytes: a later version may make others


async def _write_claims(session: AsyncSession, group: Sequence[Claim]) -> None:
    """Write that these are being sent, in one statement: row by row it takes twice the time of the rest."""
    for one in group:
        session.expunge(one.row)
    claimed = [
        {"row": one.row.id, "tries": one.row.attempts, "dated": one.row.dated_at, "bytes": one.row.hash}
        for one in group
    ]
    if claimed:
        await session.execute(MARK_SENDING, claimed)


def _doubt(row: OutboxRow, now: dt.datetime, why: str) -> None:
    """Nobody knows whether it left: what then is the row's own policy, and is written down."""
    if not row.list_name:
        row.sent_at = now  # it may have reached them: whoever counts what they had counts it
    if row.doubt == Doubt.AGAIN and row.reason.count(AGAIN) < MOST_AGAIN:
        note(row, f"{AGAIN}same Message-ID: {why}")
        row.state = OutboxState.PENDING.value
        row.not_before = now + BACKOFF[min(max(row.attempts, 1), len(BACKOFF)) - 1]
    elif row.doubt == Doubt.ASK:
        note(row, f"looking for the list's copy: {why}")
        row.state = OutboxState.UNCERTAIN.value
        row.copy_due_at = now + COPY_LOOK
    else:
        note(row, f"let go: {why}")
        row.state = OutboxState.UNCERTAIN.value
