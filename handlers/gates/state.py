"""What coordination wants to know at a glance."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from bot import gates
from bot.schedule import next_due
from bot.store.tables import InboxRow, InboxState, OutboxRow, OutboxState
from bot.work import Work

SHOWN = 5  # held rows that are named
WEEK = dt.timedelta(days=7)


async def survey(work: Work, besides: int) -> dict[str, Any]:
    """The values of the message ``gates.state``; ``besides``: the inbox row of whoever asks."""
    session, now = work.session, work.now
    received = select(InboxRow.state, func.count()).where(InboxRow.id != besides).group_by(InboxRow.state)
    inbox = dict((await session.execute(received)).all())
    outbox = dict(
        (await session.execute(select(OutboxRow.state, func.count()).group_by(OutboxRow.state))).all()
    )
    standing = await gates.standing(session, work.settings.gates, now)
    dead = await session.scalar(
        select(func.count()).where(
            OutboxRow.state == OutboxState.DEAD.value, OutboxRow.created_at > now - WEEK
        )
    )
    lines = [line for source in work.house.contributions.states for line in await source(work)]
    return {
        "connections": sorted(work.house.connections.problems.items()),
        "new": inbox.get(InboxState.NEW.value, 0),
        "waiting": inbox.get(InboxState.WAITING.value, 0),
        "held": inbox.get(InboxState.HELD.value, 0),
        "held_rows": await _held(work),
        "pending": outbox.get(OutboxState.PENDING.value, 0) + outbox.get(OutboxState.SENDING.value, 0),
        "oldest": await session.scalar(
            select(func.min(OutboxRow.created_at)).where(OutboxRow.state == OutboxState.PENDING.value)
        ),
        "blocked": outbox.get(OutboxState.HELD.value, 0),
        "copies": outbox.get(OutboxState.AWAITING_COPY.value, 0),
        "uncertain": outbox.get(OutboxState.UNCERTAIN.value, 0),
        "dead": dead or 0,
        "lines": lines,
        "next_due": await next_due(work),
        "paused": standing.paused,
        "shadow": standing.shadow,
        "breaker": standing.breaker,
        "approval": standing.approval,
    }


async def _held(work: Work) -> list[str]:
    rows = await work.session.scalars(
        select(InboxRow).where(InboxRow.state == InboxState.HELD.value).order_by(InboxRow.id).limit(SHOWN)
    )
    return [str(row.id) for row in rows]
