"""The settings' people into the tables.

Only what the settings themselves said before is changed: what a command, an import, a code or the list said
stays, also where it took back something of the settings.  What they no longer say ends; nothing vanishes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import contacts, merging
from bot.authority import Role
from bot.roster import places, territories
from bot.roster.adopting import adopt
from bot.roster.cells import free
from bot.roster.lapse import is_current, is_gone
from bot.settings.model import PersonEntry, Settings
from bot.settings.types import CIRCLE_ROLES
from bot.store.people_tables import Contact, Erasure, Person, Preference, RoleRow, Source, Status
from bot.store.tables import Meta, Prompt

log = logging.getLogger(__name__)

OURS = Source.SETTINGS.value


async def sync_if_changed(
    session: AsyncSession, settings: Settings, entries: Sequence[PersonEntry], now: dt.datetime
) -> bool:
    """``sync``, unless the settings say the same of who is who as at the last start."""
    digest = _digest(settings, entries)
    row = await session.get(Meta, "roster")
    if row is not None and row.value == digest:
        return False
    await sync(session, settings, entries, now)
    await session.merge(Meta(name="roster", value=digest))
    return True


def _digest(settings: Settings, entries: Sequence[PersonEntry]) -> str:
    said = {
        "people": [entry.model_dump(mode="json") for entry in entries],
        "places": {key: one.model_dump(mode="json") for key, one in settings.places.items()},
        "seats": {key: one.seats for key, one in settings.circles.items()},
        "territories": {key: one.model_dump(mode="json") for key, one in settings.territories.items()},
        "language": settings.network.language,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


async def sync(
    session: AsyncSession, settings: Settings, entries: Iterable[PersonEntry], now: dt.datetime
) -> None:
    """Make the tables say what the settings say."""
    entries = list(entries)
    named = {entry.key for entry in entries}
    where = await places.sync(session, settings, entries, now)
    await adopt(session, entries, now)
    tables = await _Tables.read(session)
    said: dict[int, _Said] = {}
    for entry in entries:
        person, own = tables.find(entry, named)
        if person is None:
            person, own = _enter(session, entry, settings, now), True
            await session.flush()
            tables.add(person)
        if person.id in tables.erased:
            continue
        of_person = said.setdefault(person.id, _Said(person))
        of_person.entries.append(entry)
        if own:
            _describe(person, entry, where.get(entry.place), tables)
    for old, key in tables.renamed.items():
        asked = update(Prompt).where(Prompt.audience == f"person:{old}")
        await session.execute(asked.values(audience=f"person:{key}"))
    wanted = {number: _wanted_contacts(one) for number, one in said.items()}
    for number, one in said.items():
        _sync_contacts(session, tables, one.person, wanted[number], now)
        _sync_roles(session, tables, one, now)
    for place, row in tables.contacts.items():
        if row.source == OURS and row.person_id in said and place not in wanted[row.person_id]:
            row.verified_at = None
    for person in tables.people.values():
        if person.id not in said:
            _no_longer_said(person, tables, now)
    _warn_of_lost_circles(settings, tables, now)
    await session.flush()
    await territories.sync(session, settings, tables.keys(), where, now)


def _warn_of_lost_circles(settings: Settings, tables: _Tables, now: dt.datetime) -> None:
    held = [row for rows in tables.roles.values() for row in rows if is_current(row, now)]
    circles = {row.circle for row in held if row.circle and row.role in CIRCLE_ROLES}
    for circle in sorted(circles - set(settings.circles)):
        log.warning("roles are held in the circle %s, which the settings do not name", circle)


@dataclass
class _Said:
    """What the settings say of one person: more than one entry if people were merged."""

    person: Person
    entries: list[PersonEntry] = field(default_factory=list)


@dataclass
class _Tables:
    """Who is who as it stands.  ``chosen``: who set preferences themselves."""

    people: dict[int, Person]
    by_key: dict[str, Person]
    contacts: dict[tuple[str, str], Contact]
    roles: dict[int, list[RoleRow]]
    erased: frozenset[int]
    chosen: frozenset[int]
    renamed: dict[str, str] = field(default_factory=dict)  # former keys, with those of now

    @classmethod
    async def read(cls, session: AsyncSession) -> _Tables:
        roles: dict[int, list[RoleRow]] = {}
        anew = {"populate_existing": True}  # a merge changes rows behind the session
        held = await session.scalars(select(RoleRow).order_by(RoleRow.id), execution_options=anew)
        for row in held:
            roles.setdefault(row.person_id, []).append(row)
        people = {row.id: row for row in await session.scalars(select(Person).order_by(Person.id))}
        contacts = await session.scalars(select(Contact), execution_options=anew)
        return cls(
            people,
            {row.key: row for row in people.values()},
            {(row.channel, row.value): row for row in contacts},
            roles,
            frozenset(await session.scalars(select(Erasure.person_id))),
            frozenset(await session.scalars(select(Preference.person_id))),
        )

    def add(self, person: Person) -> None:
        self.people[person.id] = self.by_key[person.key] = person

    def keys(self) -> dict[str, int]:
        """For each key the number of whom it means now: of two that were merged, the one that stayed."""
        return {person.key: self.kept(person).id for person in self.people.values()}

    def kept(self, person: Person) -> Person:
        """Whom somebody was merged into, or themselves."""
        while person.merged_into is not None:
            person = self.people[person.merged_into]
        return person

    def find(self, entry: PersonEntry, keys: set[str]) -> tuple[Person | None, bool]:
        """Whom an entry means, and whether it is theirs: not that of somebody merged into them.

        By key, else by an address or chat id that they have proven: the settings may name somebody anew, or
        somebody whom the list brought.
        """
        found = self.by_key.get(entry.key)
        holders = {
            row.person_id
            for place in _contacts_of(entry)
            if (row := self.contacts.get(place)) is not None and row.verified_at is not None
        }
        if found is not None and found.source == Source.LIST.value and found.merged_into is None:
            if found.id not in holders:
                self._rename(found, free(found.key, {*self.by_key, *keys}))
                found = None
            else:
                found.source = OURS
        if found is not None:
            kept = self.kept(found)
            return kept, kept is found
        if len(holders) != 1:
            return None, True
        holder = self.people[holders.pop()]
        if holder.key in keys or holder.id in self.erased:
            return None, True
        self._rename(holder, entry.key)
        holder.source = OURS
        return holder, True

    def _rename(self, person: Person, key: str) -> None:
        del self.by_key[person.key]
        self.renamed[person.key] = key
        person.key = key
        self.by_key[key] = person


def _enter(session: AsyncSession, entry: PersonEntry, settings: Settings, now: dt.datetime) -> Person:
    person = Person(
        key=entry.key,
        name=entry.name,
        status=entry.standing,
        language=entry.language or settings.network.language,
        source=OURS,
        entered_at=now,
        notice_at=now,
    )
    session.add(person)
    return person


def _describe(person: Person, entry: PersonEntry, place_id: int | None, tables: _Tables) -> None:
    if person.source != OURS:
        person.place_id = person.place_id or place_id
        person.department = person.department or entry.department
        person.town = person.town or entry.town
        return
    person.name, person.status, person.left_at = entry.name, entry.standing, None
    person.place_id, person.department, person.town = place_id, entry.department, entry.town
    if entry.language and person.id not in tables.chosen:
        person.language = entry.language


def _contacts_of(entry: PersonEntry) -> dict[tuple[str, str], int]:
    """Channel and value of each contact, with its rank."""
    ranks = {("mail", value.lower()): rank for rank, value in enumerate(entry.addresses)}
    return ranks | {("room", value.lower()): rank for rank, value in enumerate(entry.chat)}


def _wanted_contacts(said: _Said) -> dict[tuple[str, str], int]:
    wanted: dict[tuple[str, str], int] = {}
    for entry in reversed(said.entries):
        # Where somebody was written to before others were merged into them comes first.
        behind = 0 if entry.key == said.person.key else merging.BEHIND
        wanted |= {place: rank + behind for place, rank in _contacts_of(entry).items()}
    return wanted


def _sync_contacts(
    session: AsyncSession,
    tables: _Tables,
    person: Person,
    wanted: dict[tuple[str, str], int],
    now: dt.datetime,
) -> None:
    for place, rank in wanted.items():
        row = tables.contacts.get(place)
        if row is None:
            channel, value = place
            row = tables.contacts[place] = Contact(channel=channel, value=value, person_id=person.id)
            session.add(row)
        elif row.person_id == person.id and contacts.is_given_up(row):
            continue  # they lost it, and said so
        elif row.person_id != person.id and row.source != OURS and row.verified_at is not None:
            log.warning("%s: a contact that the settings give them stays with %s", person.key, row.person_id)
            continue
        if row.verified_at is None or row.person_id != person.id:
            row.person_id, row.source, row.verified_at = person.id, OURS, now
        row.rank = rank


def _sync_roles(session: AsyncSession, tables: _Tables, said: _Said, now: dt.datetime) -> None:
    wanted = set()
    for entry in said.entries:
        for text in entry.roles:
            role, _, circle = text.partition(":")
            wanted.add((Role(role).value, circle))
    rows = tables.roles.get(said.person.id, [])
    last = {(row.role, row.circle): row for row in rows}
    for row in rows:
        if row.source == OURS and is_current(row, now) and (row.role, row.circle) not in wanted:
            row.until = now
    # Neither what is held already nor what somebody took away.
    missing = {one for one in wanted if one not in last or is_gone(last[one], now)}
    for role, circle in sorted(missing):
        session.add(RoleRow(person_id=said.person.id, role=role, circle=circle, since=now, source=OURS))


def _no_longer_said(person: Person, tables: _Tables, now: dt.datetime) -> None:
    """Whom the settings named leaves; of the others only what the settings said of them ends."""
    if person.id in tables.erased or person.merged_into is not None:
        return
    for row in tables.roles.get(person.id, ()):
        if row.source == OURS and is_current(row, now):
            row.until = now
    if person.source == OURS and person.left_at is None:
        person.left_at, person.status = now, Status.FORMER.value
