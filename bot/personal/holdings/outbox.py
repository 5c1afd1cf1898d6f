"""What we wrote to somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from bot.personal.holdings.contacts import as_json, values_of
from bot.protocols import Holding
from bot.store.people_tables import ReplyToken
from bot.store.tables import Body, OutboxRow, OutboxState
from bot.work import Work

ERASED = "its recipient was erased"
OPEN = (OutboxState.PENDING.value, OutboxState.HELD.value)
# Its bytes are being sent: they may have to be made again.
LEAVING = OutboxState.SENDING.value
BLANK: dict[str, Any] = {"subject": "", "text": "", "html": "", "attachments": [], "poll": None}
NOT_ENDED = (*OPEN, LEAVING, OutboxState.AWAITING_COPY.value, OutboxState.UNCERTAIN.value)


class Sent:
    """Owner of the outbox and of the bodies."""

    tables: ClassVar[frozenset[str]] = frozenset({OutboxRow.__tablename__, Body.__tablename__})
    proof: ClassVar[frozenset[str]] = frozenset()

    async def holdings(self, work: Work, person_id: int) -> Sequence[Holding]:
        """That something was sent, where and when; its words may be others', and are in their mailbox."""
        rows = await work.session.execute(
            select(
                OutboxRow.channel,
                OutboxRow.recipient,
                OutboxRow.klass,
                OutboxRow.state,
                OutboxRow.created_at,
                OutboxRow.sent_at,
            )
            .where(await _to(work, person_id))
            .order_by(OutboxRow.id)
        )
        return [Holding("sent", tuple(as_json(row) for row in rows))]

    async def erase(self, work: Work, person_id: int, alias: str) -> None:
        """What waits is cancelled, what was said to them alone loses its words, nothing has their address."""
        session = work.session
        theirs = await _to(work, person_id)
        # What is leaving at this moment leaves; were it lost on the way, it does not leave again.
        await session.execute(
            update(OutboxRow)
            .where(theirs, OutboxRow.state == LEAVING)
            .values(not_after=work.now - dt.timedelta(seconds=1))
            .execution_options(synchronize_session=False)
        )
        mine = and_(theirs, OutboxRow.state != LEAVING)
        numbers = list(await session.scalars(select(OutboxRow.id).where(mine)))
        await session.execute(delete(ReplyToken).where(ReplyToken.outbox_id.in_(numbers)))
        await session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(numbers), OutboxRow.state.in_((*OPEN, OutboxState.UNCERTAIN.value)))
            .values(state=OutboxState.CANCELLED.value, reason=ERASED)
            .execution_options(synchronize_session=False)
        )
        await session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(numbers))
            .values(params={})
            .execution_options(synchronize_session=False)
        )
        bodies = set(await session.scalars(select(OutboxRow.body_id).where(OutboxRow.id.in_(numbers))))
        await blank(work, bodies, numbers)

    async def expire(self, work: Work) -> None:
        """The words of what was sent to one person, and of answers to strangers, with their address."""
        kept = work.settings.retention
        personal = OutboxRow.person_id.is_not(None)
        await self._forget(work, personal, work.now - dt.timedelta(days=kept.sent_days))
        to_stranger = and_(
            OutboxRow.person_id.is_(None), OutboxRow.list_name.is_(None), OutboxRow.channel == "mail"
        )
        before = work.now - dt.timedelta(days=kept.strangers_days)
        for number in await self._forget(work, to_stranger, before):
            await work.session.execute(
                update(OutboxRow)
                .where(OutboxRow.id == number)
                .values(recipient="", effect_key=f"forgotten:{number}", reason="", params={})
                .execution_options(synchronize_session=False)
            )

    async def _forget(self, work: Work, which: ColumnElement[bool], before: dt.datetime) -> list[int]:
        """Blank what ended before; what several read (a recap) is no personal word.  Returns the rows."""
        at = func.coalesce(OutboxRow.sent_at, OutboxRow.created_at)
        other = aliased(OutboxRow)
        shared = exists().where(other.body_id == OutboxRow.body_id, other.id != OutboxRow.id)
        found = (
            await work.session.execute(
                select(OutboxRow.id, OutboxRow.body_id)
                .join(Body, Body.id == OutboxRow.body_id)
                .where(which, at < before, ~shared, OutboxRow.state.not_in(NOT_ENDED))
                .where(or_(Body.text != "", Body.subject != "", OutboxRow.recipient.contains("@")))
            )
        ).all()
        await blank(work, {row.body_id for row in found}, [row.id for row in found])
        return [row.id for row in found]


async def blank(work: Work, bodies: set[int], of: Sequence[int]) -> None:
    """Let go of the words of bodies that only these rows say."""
    others = exists().where(OutboxRow.body_id == Body.id, OutboxRow.id.not_in(list(of)))
    await work.session.execute(
        update(Body)
        .where(Body.id.in_(bodies), ~others)
        .values(**BLANK)
        .execution_options(synchronize_session=False)
    )


async def _to(work: Work, person_id: int) -> ColumnElement[bool]:
    """Of a query over the outbox: whether a row goes to this person, at whatever address."""
    values = await values_of(work.session, person_id)
    alone = and_(OutboxRow.list_name.is_(None), OutboxRow.recipient.in_(values))
    return or_(OutboxRow.person_id == person_id, alone)
