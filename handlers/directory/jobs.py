"""What falls due: coordination is told which roles and seats end, a week before and on the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.authority import Role
from bot.outbox import Terms
from bot.protocols import Recurrence
from bot.schedule import Daily, Job
from bot.settings.model import Settings
from bot.store.people_tables import Person, Place, Referent, RoleRow, Seat
from bot.store.tables import DueRow, DueState, Klass
from bot.work import COORDINATION, Work
from handlers.directory import cards, lookup
from handlers.directory.parameters import LAST_MINUTE
from handlers.directory.rules import nearing

KIND = "roles.ending"
TOLD_AT = dt.time(9)


@dataclass(frozen=True)
class End:
    """The day on which somebody's, or a place's, role or seat ends."""

    day: dt.date
    name: str
    role: cards.RoleHeld


def rule(_settings: Settings) -> Recurrence:
    """Every morning."""
    return Daily(TOLD_AT)


async def tell_endings(work: Work, due: DueRow) -> None:
    """One message for all that ends in a week, and today."""
    day = dt.date.fromisoformat(due.period)
    soon, today = nearing(day, await _previous(work, day))
    ends = await _ends(work)
    in_a_week = [one for one in ends if soon[0] < one.day <= soon[1]]
    on_the_day = [one for one in ends if today[0] < one.day <= today[1]]
    await _tell(work, f"{KIND}:{due.period}", in_a_week, on_the_day)


async def _tell(work: Work, key: str, soon: Sequence[End], today: Sequence[End]) -> None:
    """What is reserved to a circle is told to each of coordination alone: others read its room."""
    told = {"soon": [one for one in soon if not _is_reserved(work, one)]}
    told["today"] = [one for one in today if not _is_reserved(work, one)]
    if told["soon"] or told["today"]:
        await work.tell_coordination(key, "directory.endings", told)
    values = {"soon": [one for one in soon if _is_reserved(work, one)]}
    values["today"] = [one for one in today if _is_reserved(work, one)]
    if values["soon"] or values["today"]:
        for member in await work.coordinators():
            to = work.to_person(member)
            if to is not None:
                rendered = work.render("directory.endings", values, member.language)
                await work.send(f"{key}:{member.key}", to, rendered, Terms(klass=Klass.DUTY))


def _is_reserved(work: Work, end: End) -> bool:
    circle = work.settings.circles.get(end.role.circle)
    return circle is not None and circle.reserved and end.role.circle != COORDINATION


async def _previous(work: Work, day: dt.date) -> dt.date:
    """The day of which the ends were last told; the day before, if they never were."""
    period = await work.session.scalar(
        select(DueRow.period)
        .where(DueRow.kind == KIND, DueRow.state == DueState.DONE.value, DueRow.period < day.isoformat())
        .order_by(DueRow.period.desc())
        .limit(1)
    )
    return dt.date.fromisoformat(period) if period else day - dt.timedelta(days=1)


async def _ends(work: Work) -> list[End]:
    """Everything that has an end that somebody set beforehand, in order."""
    names = {zone.key: zone.name for zone in await lookup.zones(work)}
    found: list[tuple[dt.datetime | None, str, cards.RoleHeld]] = []
    roles = await work.session.execute(
        select(RoleRow, Person.name)
        .join(Person, Person.id == RoleRow.person_id)
        .where(RoleRow.until.is_not(None), Person.left_at.is_(None))
    )
    found += [(row.until, name, cards.told(work.settings, names, row)) for row, name in roles]
    seats = await work.session.execute(
        select(Seat, Place.name).join(Place, Place.id == Seat.place_id).where(Seat.until.is_not(None))
    )
    for seat, name in seats:
        of = cards.name_of(work.settings, names, "", seat.circle)
        found.append((seat.until, name, cards.RoleHeld("seat", seat.circle, of)))
    for row in await work.session.scalars(select(Referent).where(Referent.until.is_not(None))):
        of = names.get(row.territory, row.territory)
        name = await _name_of(work, row)
        found.append((row.until, name, cards.RoleHeld(Role.REFERENT.value, row.territory, of)))
    return sorted(_planned(work, found), key=lambda one: (one.day, one.name))


def _planned(work: Work, found: Iterable[tuple[dt.datetime | None, str, cards.RoleHeld]]) -> Iterator[End]:
    """Those that were to come; what somebody ended on the spot is no news to coordination."""
    for until, name, role in found:
        if until is not None:
            there = until.astimezone(work.settings.network.zone)
            if until > work.now or there.time() == LAST_MINUTE:
                yield End(there.date(), name, role)


async def _name_of(work: Work, row: Referent) -> str:
    if row.person_id is not None:
        return (await work.session.get_one(Person, row.person_id)).name
    if row.place_id is not None:
        return (await work.session.get_one(Place, row.place_id)).name
    return row.collective or ""


JOB = Job(KIND, tell_endings, rule)
