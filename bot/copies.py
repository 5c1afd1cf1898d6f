"""Posts to a list that it has not brought back in time: coordination is asked what to do."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import reserved
from bot.store.tables import Body, OutboxRow, OutboxState
from bot.work import COORDINATORS, Asking, Work

WAITING = (OutboxState.AWAITING_COPY.value, OutboxState.UNCERTAIN.value)


async def overdue(session: AsyncSession, now: dt.datetime) -> list[OutboxRow]:
    """The posts that a list has not brought back in time, and that nobody was asked about."""
    return list(
        await session.scalars(
            select(OutboxRow).where(OutboxRow.state.in_(WAITING), OutboxRow.copy_due_at <= now)
        )
    )


async def look(work: Work) -> int:
    """Ask about each post whose copy is overdue, once; returns how many."""
    rows = await overdue(work.session, work.now)
    for row in rows:
        row.copy_due_at = None
        body = await work.session.get_one(Body, row.body_id)
        circle = await reserved.of_post(work, row)
        await work.tell_coordination(
            f"copy:{row.id}:{row.attempts}",
            "gates.no_copy",
            {
                "list": row.list_name,
                "subject": body.subject if circle is None else reserved.in_place_of(work, circle).subject,
                "certain": row.state == OutboxState.AWAITING_COPY,
                "sent_at": row.sent_at or row.dated_at or row.created_at,
            },
            Asking("gates", "no_copy", COORDINATORS, {"row": row.id}, replaces=False),
        )
    return len(rows)
