"""A plan into the tables, in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import facts
from bot.clock import local
from bot.roster.plan import Case, Fate, Plan
from bot.settings.model import Settings
from bot.store.people_tables import Contact, Person, Place, RoleRow, Source, Status

IMPORT = Source.IMPORT.value
CHANNELS = {"address": "mail", "chat": "room"}


async def apply(session: AsyncSession, settings: Settings, plan: Plan, now: dt.datetime) -> None:
    """Write what the plan says: it must have been made in this very transaction."""
    session.add_all([Place(key=key, name=name) for key, name in plan.new_places])
    await session.flush()
    places = {place.key: place.id for place in await session.scalars(select(Place))}
    todo = [case for case in plan.cases if case.fate in (Fate.ADDED, Fate.CHANGED)]
    people = {person.id: person for person in await session.scalars(select(Person))}
    added = []
    whose: dict[int, Person] = {}
    for case in todo:
        if case.person_id is not None:
            person = people[case.person_id]
        else:
            person = Person(
                key=case.key,
                name=case.name,
                status=Status.SUBSCRIBER.value,
                language=settings.network.language,
                source=IMPORT,
                entered_at=now,
            )
            added.append(person)
        _describe(person, case, places, settings)
        whose[case.line.number] = person
    session.add_all(added)
    await session.flush()
    await _add_contacts(session, todo, whose, now)
    session.add_all(
        RoleRow(person_id=whose[case.line.number].id, role=role, circle=circle, since=now, source=IMPORT)
        for case in todo
        for change in case.changes
        if change.what == "role"
        for role, _, circle in [change.after.partition(":")]
    )
    if added:
        facts.record(session, now, "people.imported", number=len(added))
    await session.flush()


async def _add_contacts(
    session: AsyncSession, todo: Sequence[Case], whose: Mapping[int, Person], now: dt.datetime
) -> None:
    """Those that are new, behind those that are there; one that nobody had proven goes to its person."""
    there = {(row.channel, row.value): row for row in await session.scalars(select(Contact))}
    highest = select(Contact.person_id, func.max(Contact.rank).label("last")).group_by(Contact.person_id)
    ranks = {row.person_id: row.last for row in await session.execute(highest)}
    for case in todo:
        person = whose[case.line.number]
        for change in case.changes:
            if change.what not in CHANNELS:
                continue
            channel = CHANNELS[change.what]
            row = there.get((channel, change.after))
            if row is None:
                row = Contact(channel=channel, value=change.after)
                session.add(row)
            ranks[person.id] = row.rank = ranks.get(person.id, -1) + 1
            row.person_id, row.source, row.verified_at = person.id, IMPORT, now


def _describe(person: Person, case: Case, places: dict[str, int], settings: Settings) -> None:
    """What the file says of somebody themselves is from then on the import's word."""
    for change in case.changes:
        if change.what in CHANNELS or change.what == "role":
            continue
        person.source = IMPORT
        if change.what == "place":
            person.place_id = places[change.key]
        elif change.what == "entered":
            day = dt.date.fromisoformat(change.after)
            person.entered_at = local(day, dt.time(12), settings.network.zone)
        else:
            setattr(person, change.what, change.after)
        if change.what == "status":
            person.left_at = None
