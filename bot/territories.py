"""Which zones cover a place or somebody, and whom a zone turns to now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.authority import Role
from bot.circles import bare
from bot.store.people_tables import Person, Place, Referent, RoleRow, Territory


@dataclass(frozen=True)
class Zone:
    """A territory, or a département of the network taken as one (``key`` is its number)."""

    key: str
    name: str
    departments: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    except_towns: tuple[str, ...] = ()

    def covers(self, department: str, town: str) -> bool:
        """Whether what stands in this town and département is in the zone (see ``Territory``).

        A town that is not known is none of those that the zone names.
        """
        here = bare(town)
        if here and here in map(bare, self.towns):
            return True
        left_out = bool(here) and here in map(bare, self.except_towns)
        return bool(department) and department in self.departments and not left_out

    @property
    def extent(self) -> tuple[int, bool, int, str]:
        """What puts the narrowest first: whole départements, then less than whole, then towns."""
        return len(self.departments), not self.except_towns, len(self.towns), self.key


@dataclass(frozen=True)
class Answerable:
    """Whom a zone turns to: a person or a place (``id`` its number, ``key`` its key), or a collective."""

    kind: str  # person, place, collective
    name: str
    key: str = ""
    id: int = 0


def covering(zones: Iterable[Zone], department: str, town: str) -> list[Zone]:
    """Every zone that covers this spot, the narrowest first."""
    return sorted((zone for zone in zones if zone.covers(department, town)), key=lambda zone: zone.extent)


def named(zones: Sequence[Zone], said: str) -> Zone | None:
    """The zone that somebody calls by its key or its name, however they write it."""
    wanted = bare(said)
    return next((zone for zone in zones if wanted and wanted in (bare(zone.key), bare(zone.name))), None)


async def zones(session: AsyncSession, departments: Sequence[str]) -> list[Zone]:
    """Every territory by name, then each of ``departments`` that is none of them."""
    rows = await session.scalars(select(Territory).order_by(Territory.name))
    found = [
        Zone(row.key, row.name, tuple(row.departments), tuple(row.towns), tuple(row.except_towns))
        for row in rows
    ]
    known = {zone.key for zone in found}
    return [*found, *(Zone(one, one, (one,)) for one in departments if one not in known)]


async def referents(session: AsyncSession, now: dt.datetime) -> dict[str, list[Answerable]]:
    """For each zone whom it turns to now; one that is vacant is not in it.

    A person who has the role of referent of a zone, and one who is named by it, are the same.
    """
    found: dict[str, dict[Answerable, None]] = {}
    roles = await session.execute(
        select(RoleRow.circle, Person.id, Person.key, Person.name)
        .join(Person, Person.id == RoleRow.person_id)
        .where(RoleRow.role == Role.REFERENT.value, RoleRow.since <= now, Person.left_at.is_(None))
        .where(or_(RoleRow.until.is_(None), RoleRow.until > now))
        .order_by(Person.key)
    )
    for zone, person_id, key, name in roles:
        found.setdefault(zone, {})[Answerable("person", name, key, person_id)] = None
    for zone, one in await _named(session, now):
        found.setdefault(zone, {})[one] = None
    return {zone: list(ones) for zone, ones in found.items()}


async def _named(session: AsyncSession, now: dt.datetime) -> list[tuple[str, Answerable]]:
    rows = await session.execute(
        select(Referent, Person, Place)
        .outerjoin(Person, Person.id == Referent.person_id)
        .outerjoin(Place, Place.id == Referent.place_id)
        .where(Referent.since <= now, or_(Referent.until.is_(None), Referent.until > now))
        .order_by(Referent.id)
    )
    found = []
    for row, person, place in rows:
        if person is not None and person.left_at is None:
            found.append((row.territory, Answerable("person", person.name, person.key, person.id)))
        elif place is not None and place.left_at is None:
            found.append((row.territory, Answerable("place", place.name, place.key, place.id)))
        elif row.collective is not None:
            found.append((row.territory, Answerable("collective", row.collective)))
    return found


def referents_of(
    held: Mapping[str, list[Answerable]], zones: Iterable[Zone], department: str, town: str
) -> list[tuple[Zone, list[Answerable]]]:
    """Each zone that covers this spot with whom it turns to, the narrowest first; none: vacant."""
    return [(zone, held.get(zone.key, [])) for zone in covering(zones, department, town)]
