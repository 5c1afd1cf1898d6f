"""What may leave: pause, shadow, approval for lists, caps with a breaker."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.outbox import WEEK, Destination
from bot.settings.model import Gates as GateSettings
from bot.store.tables import Klass, OutboxRow, OutboxState, Switch

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


class Gate(enum.StrEnum):
    """The gates that a person can move."""

    PAUSE = "pause"
    SHADOW = "shadow"
    BREAKER = "breaker"


class Verdict(enum.StrEnum):
    """What a gate says of one row."""

    GO = "go"
    SHADOW = "shadow"
    APPROVAL = "approval"
    BREAKER = "breaker"
    PERSON = "person"  # this person had enough today: later
    FOLD = "fold"  # an ask too many in seven days: told in the recap instead


@dataclass(frozen=True)
class Standing:
    """Which gates are shut at this moment, and how much left lately."""

    paused: bool
    shadow: bool
    breaker: bool
    approval: bool
    sent_hour: int
    sent_day: int


async def standing(session: AsyncSession, settings: GateSettings, now: dt.datetime) -> Standing:
    """Read the gates; a switch moved by a person wins over the setting."""
    rows = list(await session.scalars(select(Switch)))
    switches = {row.name: row.on for row in rows}
    # Once coordination has settled a burst, the count begins anew: else the next mail would ask again.
    settled = max((row.at for row in rows if row.name == Gate.BREAKER and not row.on), default=now - DAY)
    return Standing(
        paused=switches.get(Gate.PAUSE, False),
        shadow=switches.get(Gate.SHADOW, settings.shadow),
        breaker=switches.get(Gate.BREAKER, False),
        approval=settings.approval,
        sent_hour=await _sent_since(session, max(now - HOUR, settled)),
        sent_day=await _sent_since(session, max(now - DAY, settled)),
    )


async def _sent_since(session: AsyncSession, since: dt.datetime) -> int:
    count = await session.scalar(
        select(func.count()).where(
            OutboxRow.sent_at > since, OutboxRow.planned.is_(False), OutboxRow.approved_by.is_(None)
        )
    )
    return count or 0


def counts(row: OutboxRow) -> bool:
    """Whether a row counts for the breaker: nobody planned it, and nobody let it go by hand."""
    return not row.planned and row.approved_by is None


async def move(
    session: AsyncSession, gate: Gate, *, on: bool, by: str, now: dt.datetime, reason: str = ""
) -> bool:
    """Shut or open a gate; returns whether that changed anything."""
    row = await session.get(Switch, gate.value)
    if row is None:
        session.add(Switch(name=gate.value, on=on, by=by, at=now, reason=reason))
        return True
    changed = row.on != on
    row.on, row.by, row.at, row.reason = on, by, now, reason
    return changed


async def judge(
    session: AsyncSession,
    row: OutboxRow,
    standing: Standing,
    settings: GateSettings,
    coordination: frozenset[str],
    released: int,
    now: dt.datetime,
) -> Verdict:
    """What becomes of one row that is ready to leave.

    ``coordination``: the addresses and rooms that are coordination's own, which no gate but the pause
    shuts out (else nobody could be told).  ``released``: how many rows that count this look lets go already.
    """
    if await _asked_enough(session, row, settings, now):
        return Verdict.FOLD
    if row.recipient in coordination:
        return Verdict.GO
    if standing.shadow:
        return Verdict.SHADOW
    if row.list_name and standing.approval and row.approved_by is None:
        return Verdict.APPROVAL
    if not counts(row):
        return Verdict.GO
    over_hour = standing.sent_hour + released >= settings.per_hour
    over_day = standing.sent_day + released >= settings.per_day
    if standing.breaker or over_hour or over_day:
        return Verdict.BREAKER
    if await _person_had_enough(session, row, settings, now):
        return Verdict.PERSON
    return Verdict.GO


async def _asked_enough(
    session: AsyncSession, row: OutboxRow, settings: GateSettings, now: dt.datetime
) -> bool:
    """Whether the person had, or may have had, their asks of the last seven days.

    ``enqueue`` counts them when they are written; what waits long (a pause, a server that is away) would
    otherwise leave together with those of another week.
    """
    if row.klass != Klass.ASK or row.person_id is None:
        return False
    since = now - WEEK
    tried = [OutboxState.PENDING.value, OutboxState.UNCERTAIN.value]
    had = await session.scalar(
        select(func.count())
        .where(OutboxRow.person_id == row.person_id, OutboxRow.klass == Klass.ASK.value)
        .where(OutboxRow.id != row.id)
        .where(
            or_(
                OutboxRow.sent_at > since,
                OutboxRow.state == OutboxState.SENDING.value,
                OutboxRow.state.in_(tried) & (OutboxRow.dated_at > since),
            )
        )
    )
    return (had or 0) >= settings.asks_per_week


async def _person_had_enough(
    session: AsyncSession, row: OutboxRow, settings: GateSettings, now: dt.datetime
) -> bool:
    if row.person_id is None or row.klass in (Klass.ANSWER, Klass.DUTY):
        return False
    had = await session.scalar(
        select(func.count()).where(
            OutboxRow.person_id == row.person_id,
            or_(OutboxRow.sent_at > now - DAY, OutboxRow.state == OutboxState.SENDING.value),
            OutboxRow.klass.in_([Klass.ASK.value, Klass.NEWS.value]),
        )
    )
    return (had or 0) >= settings.per_person_day


def same_place(row: OutboxRow) -> Destination:
    """Where a row was to go."""
    return Destination(row.channel, row.recipient, row.person_id, row.list_name)
