"""What may leave: pause, shadow, approval for lists, caps with a breaker, and what each person wants."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import reach
from bot.outbox import WEEK, Destination
from bot.reach import Fate, Wishes
from bot.settings.model import Gates as GateSettings
from bot.store.tables import Klass, OutboxRow, OutboxState, Switch
from bot.work import Work

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
    PERSON = "person"  # this person had enough for now: later
    QUIET = "quiet"  # not at this hour: when it is over
    FOLD = "fold"  # an ask that is not wanted, or too many in seven days: told in the recap instead
    DROP = "drop"  # not wanted at all: let go


@dataclass(frozen=True)
class Ruling:
    """What the gates say of one row, why, and until when it waits."""

    verdict: Verdict
    reason: str = ""
    until: dt.datetime | None = None


LEAVES = Ruling(Verdict.GO)
OF_FATE = {Fate.WAIT: Verdict.QUIET, Fate.FOLD: Verdict.FOLD, Fate.DROP: Verdict.DROP}
ENOUGH = "asked enough in the last seven days"
PERSON_ENOUGH = "enough for one person in one day"
PERSON_AGAIN = dt.timedelta(hours=3)  # when somebody had enough for now, their next look

# Columns, not objects: this is asked before every group of a recap to thousands.
SWITCHES = select(Switch.name, Switch.on, Switch.at)


SENT = select(func.count().filter(OutboxRow.sent_at > bindparam("hour")), func.count()).where(
    OutboxRow.sent_at > bindparam("day"), OutboxRow.planned.is_(False), OutboxRow.approved_by.is_(None)
)


@dataclass(frozen=True)
class Gates:
    """Which gates are shut at this moment.  ``counts_since``: what left before is settled."""

    paused: bool
    shadow: bool
    breaker: bool
    approval: bool
    counts_since: dt.datetime


@dataclass(frozen=True)
class Standing(Gates):
    """The gates, and how much left lately."""

    sent_hour: int
    sent_day: int


async def read(session: AsyncSession, settings: GateSettings, now: dt.datetime) -> Gates:
    """Read the gates; a switch moved by a person wins over the setting."""
    rows = (await session.execute(SWITCHES)).all()
    switches = {row.name: row.on for row in rows}
    # Once coordination has settled a burst, the count begins anew: else the next mail would ask again.
    settled = max((row.at for row in rows if row.name == Gate.BREAKER and not row.on), default=now - DAY)
    return Gates(
        paused=switches.get(Gate.PAUSE, False),
        shadow=switches.get(Gate.SHADOW, settings.shadow),
        breaker=switches.get(Gate.BREAKER, False),
        approval=settings.approval,
        counts_since=settled,
    )


async def standing(session: AsyncSession, settings: GateSettings, now: dt.datetime) -> Standing:
    """The gates, and what left in the last hour and day."""
    return await _count(session, await read(session, settings, now), now)


async def _count(session: AsyncSession, gates: Gates, now: dt.datetime) -> Standing:
    since = {"hour": max(now - HOUR, gates.counts_since), "day": max(now - DAY, gates.counts_since)}
    hour, day = (await session.execute(SENT, since)).one()
    return Standing(**vars(gates), sent_hour=hour, sent_day=day)


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


class Look:
    """One look at what is ready to leave.

    What a gate must count or find out is asked for when a row comes to it, and only once: a recap that
    coordination planned for thousands comes to none.
    """

    def __init__(self, work: Work, gates: Gates) -> None:
        self.work, self.gates = work, gates
        self._wishes: dict[int, Wishes] = {}
        self._coordination: frozenset[str] | None = None
        self._standing: Standing | None = None

    @classmethod
    async def begin(cls, work: Work) -> Look:
        """Read which gates are shut."""
        return cls(work, await read(work.session, work.settings.gates, work.now))

    async def judge(self, row: OutboxRow, released: int) -> Ruling:
        """What becomes of one row.  ``released``: how many rows that count this look lets go already."""
        if row.params.get(reach.COMMAND):
            return LEAVES
        if wants := self._wishes.get(row.person_id or 0) if reach.concerns(row.klass) else None:
            course = reach.course(wants, row.klass, row.params, self.work.now, self.work.settings)
            if course.fate is not Fate.GO:
                return Ruling(OF_FATE[course.fate], course.reason, course.until)
        if await _asked_enough(self.work.session, row, self.work.settings.gates, self.work.now):
            if reach.is_tellable(row.params, reach.untold(self.work.settings)):
                return Ruling(Verdict.FOLD, ENOUGH)
            return Ruling(Verdict.PERSON, ENOUGH, self.work.now + PERSON_AGAIN)
        ruling = await self._judge(row, released)
        # Coordination's own places no gate but the pause shuts out, else nobody could be told.
        if ruling is not LEAVES and row.recipient in await self.coordination():
            return LEAVES
        return ruling

    async def _judge(self, row: OutboxRow, released: int) -> Ruling:
        settings = self.work.settings.gates
        if self.gates.shadow:
            return Ruling(Verdict.SHADOW)
        if row.list_name and self.gates.approval and row.approved_by is None:
            return Ruling(Verdict.APPROVAL)
        if not counts(row):
            return LEAVES
        sent = await self.standing()
        over_hour = sent.sent_hour + released >= settings.per_hour
        over_day = sent.sent_day + released >= settings.per_day
        if sent.breaker or over_hour or over_day:
            return Ruling(Verdict.BREAKER)
        if await _person_had_enough(self.work.session, row, settings, self.work.now):
            return Ruling(Verdict.PERSON, PERSON_ENOUGH, self.work.now + PERSON_AGAIN)
        return LEAVES

    async def know(self, rows: Iterable[OutboxRow]) -> None:
        """Find out, once for all of them, what the people whom asks and news are for want to receive."""
        people = {
            row.person_id for row in rows if row.person_id is not None and reach.concerns(row.klass)
        } - self._wishes.keys()
        if people:
            self._wishes |= await reach.wishes_of(self.work.session, people, self.work.settings)

    async def coordination(self) -> frozenset[str]:
        """The addresses and rooms that are coordination's own."""
        if self._coordination is None:
            places = await self.work.coordination_places(everywhere=True)
            members = await self.work.coordinators()
            chats = {chat for member in members for chat in member.chats + member.addresses}
            self._coordination = frozenset({place.recipient for place in places} | chats)
        return self._coordination

    async def standing(self) -> Standing:
        """The gates, and how much left lately."""
        if self._standing is None:
            self._standing = await _count(self.work.session, self.gates, self.work.now)
        return self._standing


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
