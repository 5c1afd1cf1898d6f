"""What the tables say of people, together: a card each, and what of it somebody may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import circles
from bot.authority import Member, Role
from bot.french.fold import fold
from bot.naming import Named
from bot.settings.model import Settings
from bot.store.people_tables import Contact, Person, Place, Preference, Referent, RoleRow, Shown, Status


@dataclass(frozen=True)
class RoleHeld:
    """One role as it is told: ``of`` is how its circle or territory is called, "" for the whole network."""

    role: str
    circle: str
    of: str
    until: dt.datetime | None = None


@dataclass(frozen=True)
class Card:
    """Somebody, with their place, their roles of this moment and where they are reached."""

    person: Person
    place: Place | None
    roles: tuple[RoleHeld, ...] = ()
    mail: tuple[str, ...] = ()
    chat: tuple[str, ...] = ()
    shown: frozenset[str] = field(default_factory=frozenset)

    @property
    def named(self) -> Named:
        """How this person can be called."""
        return Named(self.person.key, self.person.name, (*self.mail, *self.chat))

    @property
    def department(self) -> str:
        """That of the place; of a person without one, their own."""
        return (self.place.department if self.place else "") or self.person.department

    def sees(self, what: str) -> bool:
        """Whether the directory shows this (a ``Shown``)."""
        return what in self.shown

    def haystack(self) -> list[str]:
        """What a search looks in, of a card as it is seen (``seen_by``): nothing that it does not show."""
        place = self.place
        texts = [self.person.name, self.department]
        if place is not None:
            texts += [place.name, place.town, *map(str, place.sectors)]
        texts += [self.person.town] if self.sees(Shown.TOWN) else []
        return [*texts, *self.mail, *self.chat, *(f"{one.role} {one.of}" for one in self.roles)]


async def load(
    session: AsyncSession,
    settings: Settings,
    zones: Mapping[str, str],
    now: dt.datetime,
    *,
    former: bool = False,
) -> list[Card]:
    """Everybody's card, by name.  ``zones``: how territories are called; ``former``: who left as well."""
    query = select(Person, Place, Preference).where(Person.merged_into.is_(None))
    query = query.outerjoin(Place, Place.id == Person.place_id)
    query = query.outerjoin(Preference, Preference.person_id == Person.id)
    if not former:
        query = query.where(Person.left_at.is_(None))
    rows = (await session.execute(query.order_by(Person.key))).all()
    rows = sorted(rows, key=lambda row: fold(row.Person.name))
    contacts = await _contacts(session)
    roles = await _roles(session, settings, zones, now)
    return [
        Card(
            person,
            place,
            tuple(roles.get(person.id, ())),
            tuple(contacts.get((person.id, "mail"), ())),
            tuple(contacts.get((person.id, "room"), ())),
            frozenset(map(str, wishes.shown)) if wishes else frozenset(),
        )
        for person, place, wishes in rows
    ]


async def _contacts(session: AsyncSession) -> dict[tuple[int, str], list[str]]:
    rows = await session.scalars(
        select(Contact).where(Contact.verified_at.is_not(None)).order_by(Contact.rank, Contact.id)
    )
    found: dict[tuple[int, str], list[str]] = {}
    for row in rows:
        found.setdefault((row.person_id, row.channel), []).append(row.value)
    return found


async def _roles(
    session: AsyncSession, settings: Settings, zones: Mapping[str, str], now: dt.datetime
) -> dict[int, list[RoleHeld]]:
    rows = await session.scalars(
        select(RoleRow)
        .where(RoleRow.since <= now, or_(RoleRow.until.is_(None), RoleRow.until > now))
        .order_by(RoleRow.role, RoleRow.circle)
    )
    found: dict[int, list[RoleHeld]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(told(settings, zones, row))
    for one in await current_referents(session, now):
        role = RoleHeld(Role.REFERENT.value, one.territory, zones.get(one.territory, ""), one.until)
        there = found.setdefault(one.person_id or 0, [])
        if all((other.role, other.circle) != (role.role, role.circle) for other in there):
            there.append(role)
    return found


async def current_referents(
    session: AsyncSession, now: dt.datetime, person_id: int | None = None
) -> Sequence[Referent]:
    """The people (or the one) whom territories name themselves."""
    rows = select(Referent).where(or_(Referent.until.is_(None), Referent.until > now))
    rows = rows.where(
        Referent.person_id.is_not(None) if person_id is None else Referent.person_id == person_id
    )
    return (await session.scalars(rows.order_by(Referent.id))).all()


def told(settings: Settings, zones: Mapping[str, str], row: RoleRow) -> RoleHeld:
    """A role as it is told."""
    return RoleHeld(row.role, row.circle, name_of(settings, zones, row.role, row.circle), row.until)


def name_of(settings: Settings, zones: Mapping[str, str], role: str, circle: str) -> str:
    """How a role's circle or territory is called."""
    if role == Role.REFERENT.value:
        return zones.get(circle, circle)
    known = settings.circles.get(circle)
    return known.name if known else circle


def seen_by(cards: Iterable[Card], settings: Settings, viewer: Member) -> list[Card]:
    """The cards of members as ``viewer`` may see them.

    Without what is reserved to circles of others; an address or a chat id, the first of each, only of those
    who chose to show it.
    """
    return [
        Card(
            one.person,
            one.place,
            told_here(one.roles, settings, viewer, None),
            one.mail[:1] if one.sees(Shown.MAIL) else (),
            one.chat[:1] if one.sees(Shown.CHAT) else (),
            one.shown,
        )
        for one in cards
        if one.person.status == Status.SUBSCRIBER.value
    ]


def told_here(
    roles: Sequence[RoleHeld], settings: Settings, viewer: Member, circle: str | None
) -> tuple[RoleHeld, ...]:
    """Those of somebody's roles that may be told to ``viewer`` in a room that is ``circle``'s."""
    return tuple(one for one in roles if may_tell(settings, viewer, one.role, one.circle, circle))


def may_tell(settings: Settings, viewer: Member, role: str, of: str, circle: str | None = None) -> bool:
    """Whether ``viewer`` may be told who holds a role (in a room that is ``circle``'s)."""
    if not of or role == Role.REFERENT.value:
        return True
    known = settings.circles.get(of)
    if known is not None and not known.reserved:
        return True
    return circles.sees(settings.circles, viewer, of) and circle in (None, of)
