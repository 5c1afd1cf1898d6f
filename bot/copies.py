"""Posts to a list that it has not brought back in time: coordination is asked what to do."""

from __future__ import annotations

from sqlalchemy import select

from bot.store.tables import Body, OutboxRow, OutboxState
from bot.work import COORDINATORS, Asking, Work

WAITING = (OutboxState.AWAITING_COPY.value, OutboxState.UNCERTAIN.value)


async def look(work: Work) -> int:
    """Ask about each post whose copy is overdue, once; returns how many."""
    rows = list(
        await work.session.scalars(
            select(OutboxRow).where(OutboxRow.state.in_(WAITING), OutboxRow.copy_due_at <= work.now)
        )
    )
    for row in rows:
        row.copy_due_at = None
        body = await work.session.get_one(Body, row.body_id)
        await work.tell_coordination(
            f"copy:{row.id}:{row.attempts}",
            "gates.no_copy",
            {
                "list": row.list_name,
                "subject": body.subject,
                "certain": row.state == OutboxState.AWAITING_COPY,
                "sent_at": row.sent_at or row.dated_at,
            },
            Asking("gates", "no_copy", COORDINATORS, {"row": row.id}, replaces=False),
        )
    return len(rows)
