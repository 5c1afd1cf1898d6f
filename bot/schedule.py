"""The third door: what falls due is a row, once for each kind, audience and period."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock, iso_week, local
from bot.protocols import Recurrence
from bot.settings.model import WEEKDAYS, Settings
from bot.steering import effective
from bot.store.engine import Store
from bot.store.tables import DueRow, DueState, Meta
from bot.work import House, Work

log = logging.getLogger(__name__)

RETRY = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Weekly:
    """Every week, on ``weekday`` (a French name) at ``time`` of the network's clocks."""

    weekday: str
    time: dt.time
    since: dt.datetime | None = None  # set then: occurrences up to it are none

    def last(self, now: dt.datetime, settings: Settings) -> tuple[str, dt.datetime] | None:
        """The latest occurrence up to ``now``: its ISO week, and its moment in UTC."""
        day = self._day(now, settings)
        at = local(day, self.time, settings.network.zone)
        return None if self.since is not None and at <= self.since else (iso_week(day), at)

    def next(self, now: dt.datetime, settings: Settings) -> dt.datetime:
        """The first occurrence after ``now``, in UTC."""
        after = now if self.since is None else max(now, self.since)
        day = self._day(after, settings) + dt.timedelta(days=7)
        return local(day, self.time, settings.network.zone)

    def _day(self, now: dt.datetime, settings: Settings) -> dt.date:
        """The day of the latest occurrence up to ``now``, whenever this was set."""
        zone = settings.network.zone
        today = now.astimezone(zone).date()
        day = today - dt.timedelta(days=(today.weekday() - WEEKDAYS.index(self.weekday)) % 7)
        return day if local(day, self.time, zone) <= now else day - dt.timedelta(days=7)


@dataclass(frozen=True)
class Daily:
    """Every day at ``time`` of the network's clocks."""

    time: dt.time

    def last(self, now: dt.datetime, settings: Settings) -> tuple[str, dt.datetime]:
        """The latest occurrence up to ``now``: its day, and its moment in UTC."""
        zone = settings.network.zone
        day = now.astimezone(zone).date()
        if local(day, self.time, zone) > now:
            day -= dt.timedelta(days=1)
        return day.isoformat(), local(day, self.time, zone)

    def next(self, now: dt.datetime, settings: Settings) -> dt.datetime:
        """The first occurrence after ``now``, in UTC."""
        day, _ = self.last(now, settings)
        zone = settings.network.zone
        return local(dt.date.fromisoformat(day) + dt.timedelta(days=1), self.time, zone)


JobRun = Callable[[Work, DueRow], Awaitable[None]]


@dataclass(frozen=True)
class Job:
    """Something that falls due.

    ``rule`` gives its recurrence, from the settings as they are now (``steering.effective``); None: only when
    a handler writes a row.
    """

    kind: str
    run: JobRun
    rule: Callable[[Settings], Recurrence] | None = None


async def plan(
    session: AsyncSession,
    kind: str,
    audience: str,
    period: str,
    due_at: dt.datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write down that something falls due; the same kind, audience and period again changes nothing."""
    there = await session.scalar(
        select(DueRow.id).where(DueRow.kind == kind, DueRow.audience == audience, DueRow.period == period)
    )
    if there is None:
        session.add(DueRow(kind=kind, audience=audience, period=period, due_at=due_at, data=dict(data or {})))
        await session.flush()


async def next_due(work: Work) -> dt.datetime | None:
    """When something will fall due next: a row that waits, or a recurrence of ``house.rules``."""
    row: dt.datetime | None = await work.session.scalar(
        select(DueRow.due_at).where(DueRow.state == DueState.WAITING.value).order_by(DueRow.due_at).limit(1)
    )
    settings = await effective(work.session, work.settings)
    moments = [rule(settings).next(work.now, settings) for rule in work.house.contributions.rules]
    return min([*moments, row] if row else moments, default=None)


class Schedule:
    """Looks at the clock, and runs what is due, each in one transaction with what it causes."""

    def __init__(self, house: House, store: Store, clock: Clock, jobs: Sequence[Job]) -> None:
        self.house, self.store, self.clock = house, store, clock
        self.jobs = {job.kind: job for job in jobs}
        self._planned: dict[Job, tuple[str, dt.datetime]] = {}  # what the table has for sure

    async def step(self) -> int:
        """Run everything that is due at this moment, in order; returns how many."""
        now = self.clock.now()
        await self._plan_recurrences(now)
        async with self.store.read() as session:
            ids = list(
                await session.scalars(
                    select(DueRow.id)
                    .where(DueRow.state == DueState.WAITING.value, DueRow.due_at <= now)
                    .order_by(DueRow.due_at, DueRow.id)
                )
            )
        for due_id in ids:
            try:
                await self._run(due_id, now)
            except Exception:  # noqa: BLE001 - one job's defect must not stop the clock for the others
                await self._failed(due_id, now)
        return len(ids)

    async def next_moment(self) -> dt.datetime | None:
        """When something will fall due next, as far as is known now."""
        async with self.store.read() as session:
            return await next_due(Work(self.house, session, self.clock.now()))

    async def _plan_recurrences(self, now: dt.datetime) -> None:
        """Write the rows of the latest occurrences, if a new period began since the last look."""
        async with self.store.read() as session:
            settings = await effective(session, self.house.settings)
        rules = {job: job.rule(settings) for job in self.jobs.values() if job.rule}
        last = {job: one for job, rule in rules.items() if (one := rule.last(now, settings)) is not None}
        if last == self._planned:
            return
        async with self.store.write() as session:
            for job, (period, at) in last.items():
                await self._recur(session, job, period, at, now)
        self._planned = last

    async def _recur(
        self, session: AsyncSession, job: Job, period: str, at: dt.datetime, now: dt.datetime
    ) -> None:
        """Write the row of one occurrence; what was missed before it is coalesced into it."""
        born = await session.scalar(select(Meta.value).where(Meta.name == "born_at"))
        if born is not None and at < dt.datetime.fromisoformat(born):
            return  # before we were there
        for row in await session.scalars(
            select(DueRow).where(
                DueRow.kind == job.kind, DueRow.state == DueState.WAITING.value, DueRow.due_at < at
            )
        ):
            row.state, row.done_at, row.note = DueState.COALESCED.value, now, f"done with {period}"
        await plan(session, job.kind, "network", period, at)

    async def _run(self, due_id: int, now: dt.datetime) -> None:
        async with self.store.write() as session:
            row = await session.get_one(DueRow, due_id)
            job = self.jobs.get(row.kind)
            if row.state != DueState.WAITING.value:
                return
            if job is None:
                row.state, row.note = DueState.CANCELLED.value, "its capability is not installed"
                return
            row.state, row.done_at = DueState.DONE.value, now
            await job.run(Work(self.house, session, now), row)

    async def _failed(self, due_id: int, now: dt.datetime) -> None:
        """Nothing of the job was kept: it is tried again in a while, and coordination is told once."""
        reference = f"D{due_id}"
        log.exception("due %s failed, reference %s", due_id, reference)
        async with self.store.write() as session:
            row = await session.get_one(DueRow, due_id)
            row.due_at, row.note = now + RETRY, f"failed, reference {reference}"
            await Work(self.house, session, now).tell_coordination(
                f"due-failed:{due_id}", "common.job_failed", {"kind": row.kind, "reference": reference}
            )
