"""Where an installation stands, read from its database by whoever asks, also while the service is down."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot import gates
from bot.gates import Standing
from bot.settings.model import Gates
from bot.store import meta
from bot.store.tables import DueRow, DueState, InboxRow, OutboxRow, OutboxState

ALIVE = dt.timedelta(minutes=3)  # a heartbeat older than that means that the service is down or stuck
TO_SEND = (OutboxState.PENDING.value, OutboxState.SENDING.value)
JOURNALS = ("", "-wal", "-shm")


@dataclass(frozen=True)
class Status:
    """What an administrator wants to know at a glance."""

    at: dt.datetime
    heartbeat: dt.datetime | None  # when the service last said that it lives
    connections: Mapping[str, str]  # each channel, and why it is not connected ("" when it is)
    inbox: Mapping[str, int]  # rows in each state
    outbox: Mapping[str, int]
    oldest_unsent: dt.datetime | None
    next_due: tuple[str, dt.datetime] | None  # kind, and when
    overdue: int
    standing: Standing
    database_bytes: int

    @property
    def alive(self) -> bool:
        """Whether the service gave a sign of life in the last three minutes."""
        return self.heartbeat is not None and self.at - self.heartbeat <= ALIVE

    @property
    def to_send(self) -> int:
        """How many mails and messages are on their way."""
        return sum(self.outbox.get(state, 0) for state in TO_SEND)


async def look(session: AsyncSession, path: Path, settings: Gates, now: dt.datetime) -> Status:
    """The status of the database at ``path``, which ``session`` reads."""
    connections = await meta.get(session, meta.CONNECTIONS)
    waiting = DueRow.state == DueState.WAITING.value
    due = await session.execute(
        select(DueRow.kind, DueRow.due_at)
        .where(waiting, DueRow.due_at > now)
        .order_by(DueRow.due_at)
        .limit(1)
    )
    oldest = await session.scalar(
        select(OutboxRow.created_at).where(OutboxRow.state.in_(TO_SEND)).order_by(OutboxRow.id).limit(1)
    )
    overdue = await session.scalar(
        select(func.count()).select_from(DueRow).where(waiting, DueRow.due_at <= now)
    )
    return Status(
        at=now,
        heartbeat=await meta.moment(session, meta.HEARTBEAT),
        connections=json.loads(connections) if connections else {},
        inbox=await _states(session, InboxRow.state),
        outbox=await _states(session, OutboxRow.state),
        oldest_unsent=oldest,
        next_due=None if (found := due.one_or_none()) is None else (found.kind, found.due_at),
        overdue=overdue or 0,
        standing=await gates.standing(session, settings, now),
        database_bytes=sum(_size(path.with_name(path.name + end)) for end in JOURNALS),
    )


async def _states(session: AsyncSession, column: InstrumentedAttribute[str]) -> dict[str, int]:
    rows = await session.execute(select(column, func.count()).group_by(column))
    return {state: number for state, number in rows}  # noqa: C416 - a row is not quite a tuple


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
