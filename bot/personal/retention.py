"""Nothing is kept longer than the settings say."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging

from sqlalchemy import select

from bot.personal import erasure
from bot.schedule import Daily, Job, plan
from bot.store import files
from bot.store.people_tables import Person, Status
from bot.store.tables import DueRow
from bot.work import Work

log = logging.getLogger(__name__)

AT = dt.time(4)
WARNED = dt.timedelta(days=30)  # before those who left are erased, coordination hears of it
FORMER = "retention.former"


async def expire(work: Work, due: DueRow) -> None:
    """Let every owner let go of what was kept long enough; those who left long ago are announced.

    So do the copies of the database that a migration or a restore put aside: they are raw bytes too.
    """
    for owner in work.house.contributions.owners:
        await owner.expire(work)
    await _announce_former(work)
    before = work.now - dt.timedelta(days=work.settings.retention.raw_days)
    for path in await asyncio.to_thread(files.purge_aside, work.settings.store.path, before):
        log.info("deleted %s, which was kept aside long enough", path.name)


async def _announce_former(work: Work) -> None:
    """Tell coordination, a month before, who is to be erased; plan it once."""
    until = work.now - dt.timedelta(days=work.settings.retention.former_days) + WARNED
    rows = await work.session.scalars(
        select(Person)
        .where(Person.status == Status.FORMER.value, Person.left_at <= until)
        .where(Person.merged_into.is_(None), Person.id.not_in(erasure.ERASED))
        .order_by(Person.name)
    )
    fresh = []
    for person in rows:
        assert person.left_at is not None  # noqa: S101 - asked for by the query
        planned = select(DueRow.id).where(
            DueRow.kind == FORMER, DueRow.audience == str(person.id), DueRow.period == f"{person.left_at:%F}"
        )
        if await work.session.scalar(planned) is None:
            await plan(
                work.session,
                FORMER,
                str(person.id),
                f"{person.left_at:%F}",
                work.now + WARNED,
                {"id": person.id},
            )
            fresh.append(person.name)
    if fresh:
        values = {"names": fresh, "at": work.now + WARNED}
        await work.tell_coordination(f"former-soon:{work.now:%F}", "privacy.former_soon", values)


async def erase_former(work: Work, due: DueRow) -> None:
    """Erase somebody who left long ago, unless they came back meanwhile."""
    person = await work.session.get(Person, due.data["id"])
    if person is None or person.status != Status.FORMER.value or person.left_at is None:
        return
    if f"{person.left_at:%F}" == due.period:
        await erasure.erase(work, person.id)


JOB = Job("retention", expire, rule=lambda _settings: Daily(AT))
FORMER_JOB = Job(FORMER, erase_former)
