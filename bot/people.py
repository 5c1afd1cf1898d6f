"""Who is who: one person, several addresses and chat ids, several roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.authority import Held, Member, Role
from bot.store.people_tables import Contact, Person, Place, Preference, Referent, RoleRow, Status

NOW: BindParameter[dt.datetime] = bindparam("now")
CURRENT = (RoleRow.since <= NOW) & or_(RoleRow.until.is_(None), RoleRow.until > NOW)


def _named_by(row: type[Referent]) -> ColumnElement[bool]:
    """Whom a territory names: somebody, or the members of a place; a collective is nobody's account.

    For a query over people with their places; a place that left is nobody's any more.
    """
    speaks = (Person.status == Status.SUBSCRIBER.value) & Place.left_at.is_(None)
    who = or_(row.person_id == Person.id, (row.place_id == Person.place_id) & speaks)
    return who & (row.since <= NOW) & or_(row.until.is_(None), row.until > NOW)


def _who(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.id,
            Person.key,
            Person.name,
            Person.status,
            Person.department,
            Person.language,
            Preference.channel.label("preferred"),
            Place.key.label("place"),
            Contact.channel,
            Contact.value,
            RoleRow.role,
            RoleRow.circle,
            Referent.territory,
        )
        .outerjoin(Place, Place.id == Person.place_id)
        .outerjoin(Contact, (Contact.person_id == Person.id) & Contact.verified_at.is_not(None))
        .outerjoin(Preference, Preference.person_id == Person.id)
        .outerjoin(RoleRow, (RoleRow.person_id == Person.id) & CURRENT)
        .outerjoin(Referent, _named_by(Referent))
        .where(condition, Person.left_at.is_(None))
        .order_by(Person.key, Contact.rank, Contact.id)
    )


# Made once: each message asks who wrote it.
OF_CONTACT = _who(
    Person.id.in_(
        select(Contact.person_id).where(
            Contact.channel == bindparam("channel"),
            Contact.value == bindparam("value"),
            Contact.verified_at.is_not(None),
        )
    )
)
OF_KEY = _who(Person.key == bindparam("key"))
OF_ID = _who(Person.id == bindparam("id"))
OF_IDS = _who(Person.id.in_(bindparam("ids", expanding=True)))
WITH_ROLE = _who(
    Person.id.in_(
        select(RoleRow.person_id).where(
            RoleRow.role == bindparam("role"),
            CURRENT,
            or_(RoleRow.circle == bindparam("circle"), RoleRow.circle == ""),
        )
    )
)


THEIRS = aliased(Referent)
OF_TERRITORY = _who(
    or_(
        Person.id.in_(select(RoleRow.person_id).where(RoleRow.role == bindparam("role"), CURRENT)),
        select(THEIRS.id).where(_named_by(THEIRS), THEIRS.territory == bindparam("circle")).exists(),
    )
)


async def by_contact(session: AsyncSession, channel: str, value: str, now: dt.datetime) -> Member | None:
    """The person whose address or chat id this is."""
    values = {"channel": channel, "value": value.strip().lower(), "now": now}
    return next(iter(await _members(session, OF_CONTACT, values)), None)


async def by_key(session: AsyncSession, key: str, now: dt.datetime) -> Member | None:
    """The person whom the network calls ``key``."""
    found = await _members(session, OF_KEY, {"key": key, "now": now})
    return found[0] if found else await _merged(session, Person.key == key, now)


async def by_id(session: AsyncSession, person_id: int, now: dt.datetime) -> Member | None:
    """The person of that number."""
    found = await _members(session, OF_ID, {"id": person_id, "now": now})
    return found[0] if found else await _merged(session, Person.id == person_id, now)


async def by_ids(session: AsyncSession, ids: Collection[int], now: dt.datetime) -> list[Member]:
    """Those of these numbers who are here, in the order of their keys."""
    return await _members(session, OF_IDS, {"ids": list(ids), "now": now})


async def _merged(session: AsyncSession, who: ColumnElement[bool], now: dt.datetime) -> Member | None:
    """Whom somebody who is not there was merged into."""
    kept = await session.scalar(select(Person.merged_into).where(who))
    return None if kept is None else await by_id(session, kept, now)


async def with_role(session: AsyncSession, role: Role, now: dt.datetime, circle: str = "") -> list[Member]:
    """Everybody who holds the role now, in the order of their keys."""
    values = {"role": role.value, "circle": circle, "now": now}
    if role is Role.REFERENT:
        found = await _members(session, OF_TERRITORY, values)
        return [one for one in found if Held(role, circle) in one.roles]
    return await _members(session, WITH_ROLE, values)


async def _members(
    session: AsyncSession, query: Select[*tuple[Any, ...]], values: Mapping[str, Any]
) -> list[Member]:
    """Those whom a query made by ``_who`` finds: one line for each contact with each role."""
    found: dict[str, _Found] = {}
    for row in await session.execute(query, values):
        one = found.setdefault(row.key, _Found(row, {}, set()))
        if row.channel is not None:
            one.contacts.setdefault(row.channel, {})[row.value] = None
        if row.role is not None:
            one.roles.add(Held(Role(row.role), row.circle))
        if row.territory is not None:
            one.roles.add(Held(Role.REFERENT, row.territory))
    return [one.member() for one in found.values()]


@dataclass(frozen=True)
class _Found:
    """Somebody, while the lines are gathered.  ``contacts``: for each channel, its values in their order."""

    row: Row[*tuple[Any, ...]]
    contacts: dict[str, dict[str, None]]
    roles: set[Held]

    def member(self) -> Member:
        row = self.row
        return Member(
            id=row.id,
            key=row.key,
            name=row.name,
            is_member=row.status == Status.SUBSCRIBER.value,
            place=row.place or "",
            department=row.department,
            language=row.language,
            prefers=row.preferred or "",
            addresses=tuple(self.contacts.get("mail", ())),
            chats=tuple(self.contacts.get("room", ())),
            roles=frozenset(self.roles),
        )
