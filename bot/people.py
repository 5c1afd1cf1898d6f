"""Who is who: one person, several addresses and chat ids, several roles."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.authority import Held, Member, Role
from bot.settings.model import PersonEntry, Settings
from bot.store.tables import Contact, Meta, Person, Place, RoleRow

OF_CONTACT = select(Contact.person_id).where(
    Contact.channel == bindparam("channel"), Contact.value == bindparam("value")
)


async def by_contact(session: AsyncSession, channel: str, value: str, now: dt.datetime) -> Member | None:
    """The person whose address or chat id this is."""
    values = {"channel": channel, "value": value.strip().lower()}
    person_id = await session.scalar(OF_CONTACT, values)
    if person_id is None:
        return None
    return next(iter(await _members(session, [person_id], now)), None)


async def by_key(session: AsyncSession, key: str, now: dt.datetime) -> Member | None:
    """The person whom the network calls ``key``."""
    person_id = await session.scalar(select(Person.id).where(Person.key == key))
    return None if person_id is None else next(iter(await _members(session, [person_id], now)), None)


async def by_id(session: AsyncSession, person_id: int, now: dt.datetime) -> Member | None:
    """The person of that number."""
    return next(iter(await _members(session, [person_id], now)), None)


async def with_role(session: AsyncSession, role: Role, now: dt.datetime, circle: str = "") -> list[Member]:
    """Everybody who holds the role now, in the order of their keys."""
    ids = await session.scalars(
        select(RoleRow.person_id)
        .where(RoleRow.role == role.value, _current(now))
        .where(or_(RoleRow.circle == circle, RoleRow.circle == ""))
    )
    return await _members(session, sorted(set(ids)), now)


def _current(now: dt.datetime):  # type: ignore[no-untyped-def]
    return (RoleRow.since <= now) & or_(RoleRow.until.is_(None), RoleRow.until > now)


async def _members(session: AsyncSession, ids: Sequence[int], now: dt.datetime) -> list[Member]:
    if not ids:
        return []
    people = await session.execute(
        select(Person, Place.key)
        .outerjoin(Place, Place.id == Person.place_id)
        .where(Person.id.in_(ids), Person.left_at.is_(None))
        .order_by(Person.key)
    )
    contacts: dict[tuple[int, str], list[str]] = {}
    for contact in await session.scalars(
        select(Contact).where(Contact.person_id.in_(ids)).order_by(Contact.rank, Contact.id)
    ):
        contacts.setdefault((contact.person_id, contact.channel), []).append(contact.value)
    roles: dict[int, set[Held]] = {}
    for row in await session.scalars(select(RoleRow).where(RoleRow.person_id.in_(ids), _current(now))):
        roles.setdefault(row.person_id, set()).add(Held(Role(row.role), row.circle))
    return [
        Member(
            id=person.id,
            key=person.key,
            name=person.name,
            is_member=person.member,
            place=place or "",
            department=person.department,
            language=person.language,
            addresses=tuple(contacts.get((person.id, "mail"), ())),
            chats=tuple(contacts.get((person.id, "room"), ())),
            roles=frozenset(roles.get(person.id, ())),
        )
        for person, place in people
    ]


async def sync_if_changed(
    session: AsyncSession, settings: Settings, entries: Sequence[PersonEntry], now: dt.datetime
) -> bool:
    """``sync``, unless the settings name the same people, places and roles as at the last start."""
    said = [entry.model_dump(mode="json") for entry in entries]
    places = {key: place.model_dump(mode="json") for key, place in settings.places.items()}
    digest = hashlib.sha256(json.dumps([said, places], sort_keys=True).encode()).hexdigest()
    row = await session.get(Meta, "roster")
    if row is not None and row.value == digest:
        return False
    await sync(session, settings, entries, now)
    await session.merge(Meta(name="roster", value=digest))
    return True


async def sync(
    session: AsyncSession, settings: Settings, entries: Iterable[PersonEntry], now: dt.datetime
) -> None:
    """Make the tables say what the settings say; people whom the settings do not name are left alone."""
    places = {place.key: place.id for place in await session.scalars(select(Place))}
    known = {person.key: person for person in await session.scalars(select(Person))}
    for entry in entries:
        if entry.place and entry.place not in places:
            named = settings.places.get(entry.place)
            row = Place(
                key=entry.place,
                name=named.name if named else entry.place,
                department=named.department if named else entry.department,
            )
            session.add(row)
            await session.flush()
            places[entry.place] = row.id
        person = known.get(entry.key)
        if person is None:
            person = known[entry.key] = Person(key=entry.key, member=entry.member, name=entry.name)
            session.add(person)
        person.name, person.member = entry.name, entry.member
        person.place_id, person.department = places.get(entry.place), entry.department
        await session.flush()
        await _sync_contacts(session, person, entry)
        await _sync_roles(session, person, entry, now)


async def _sync_contacts(session: AsyncSession, person: Person, entry: PersonEntry) -> None:
    wanted = [("mail", a.lower(), n) for n, a in enumerate(entry.addresses)]
    wanted += [("room", c.lower(), n) for n, c in enumerate(entry.chat)]
    rows = await session.scalars(select(Contact).where(Contact.person_id == person.id))
    there = {(row.channel, row.value): row for row in rows}
    for channel, value, rank in wanted:
        row = there.pop((channel, value), None)
        if row is None:
            session.add(Contact(person_id=person.id, channel=channel, value=value, rank=rank))
        else:
            row.rank = rank
    await session.flush()


async def _sync_roles(session: AsyncSession, person: Person, entry: PersonEntry, now: dt.datetime) -> None:
    wanted = set()
    for text in entry.roles:
        role, _, circle = text.partition(":")
        wanted.add((Role(role).value, circle))
    rows = await session.scalars(
        select(RoleRow).where(RoleRow.person_id == person.id, RoleRow.until.is_(None))
    )
    for row in rows:
        if (row.role, row.circle) in wanted:
            wanted.discard((row.role, row.circle))
        else:
            row.until = now
    for role, circle in sorted(wanted):
        session.add(RoleRow(person_id=person.id, role=role, circle=circle, since=now))
    await session.flush()
