"""Who somebody is: profile, contacts, roles, preferences, codes, tokens, merges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, delete, or_, select, update

from bot.personal.holdings.contacts import as_json, values_of
from bot.protocols import Holding
from bot.store.people_tables import (
    Contact,
    Erasure,
    LinkCode,
    Merge,
    Person,
    Place,
    Preference,
    Referent,
    ReplyToken,
    RoleRow,
    Status,
)
from bot.work import Work


class Directory:
    """Owner of the tables of who is who (``bot/store/people_tables.py``)."""

    tables: ClassVar[frozenset[str]] = frozenset(
        {
            Contact.__tablename__,
            Erasure.__tablename__,
            LinkCode.__tablename__,
            Merge.__tablename__,
            Person.__tablename__,
            Preference.__tablename__,
            Referent.__tablename__,
            ReplyToken.__tablename__,
            RoleRow.__tablename__,
        }
    )
    proof: ClassVar[frozenset[str]] = frozenset()

    async def holdings(self, work: Work, person_id: int) -> Sequence[Holding]:
        """Profile, contacts, roles, preferences as they are kept; codes and tokens without their secret."""
        found = []
        for kind, query in _queries(person_id, await _codes_of(work, person_id)).items():
            rows = (await work.session.execute(query)).all()
            found.append(Holding(kind, tuple(as_json(row) for row in rows)))
        return found

    async def erase(self, work: Work, person_id: int, alias: str) -> None:
        """All goes but the row, without a name, and its roles, ended: what was counted still counts."""
        session = work.session
        await session.execute(delete(LinkCode).where(await _codes_of(work, person_id)))
        for table in (Contact, Preference, ReplyToken):
            await session.execute(delete(table).where(table.person_id == person_id))
        await session.execute(
            delete(Merge).where(or_(Merge.kept_id == person_id, Merge.gone_id == person_id))
        )
        for held in (RoleRow, Referent):
            still = or_(held.until.is_(None), held.until > work.now)
            await session.execute(
                update(held).where(held.person_id == person_id, still).values(until=work.now)
            )
        await session.execute(
            update(Person)
            .where(Person.id == person_id)
            .values(status=Status.FORMER.value, place_id=None, department="", town="", left_at=work.now)
        )

    async def expire(self, work: Work) -> None:
        """Codes, tokens and merges that nobody can use any more."""
        before = work.now - dt.timedelta(days=work.settings.retention.asked_days)
        await work.session.execute(delete(LinkCode).where(LinkCode.expires_at < before))
        await work.session.execute(delete(ReplyToken).where(ReplyToken.expires_at < before))
        await work.session.execute(delete(Merge).where(Merge.split_at < before))


async def _codes_of(work: Work, person_id: int) -> ColumnElement[bool]:
    values = await values_of(work.session, person_id)
    return or_(LinkCode.from_value.in_(values), LinkCode.to_value.in_(values))


def _merges_of(person_id: int) -> ColumnElement[bool]:
    return or_(Merge.kept_id == person_id, Merge.gone_id == person_id)


def _queries(person_id: int, codes: ColumnElement[bool]) -> dict[str, Select[Any]]:
    """What is told of each kind."""
    profile = (
        select(
            Person.key,
            Person.name,
            Place.name.label("place"),
            Person.department,
            Person.town,
            Person.status,
            Person.language,
            Person.source,
            Person.entered_at,
            Person.notice_at,
            Person.left_at,
        )
        .outerjoin(Place, Place.id == Person.place_id)
        .where(Person.id == person_id)
    )
    contacts = select(Contact.channel, Contact.value, Contact.source, Contact.verified_at)
    roles = select(RoleRow.role, RoleRow.circle, RoleRow.since, RoleRow.until, RoleRow.source)
    columns = [column for column in Preference.__table__.columns if column.name != "person_id"]
    referent = select(Referent.territory, Referent.since, Referent.until, Referent.source)
    asked = select(LinkCode.from_value, LinkCode.to_value, LinkCode.created_at, LinkCode.used_at)
    tokens = select(ReplyToken.created_at, ReplyToken.expires_at, ReplyToken.revoked_at)
    merges = select(Merge.kept_id, Merge.gone_id, Merge.at, Merge.split_at)
    return {
        "profile": profile,
        "contacts": contacts.where(Contact.person_id == person_id),
        "roles": roles.where(RoleRow.person_id == person_id),
        "referent": referent.where(Referent.person_id == person_id),
        "preferences": select(*columns).where(Preference.person_id == person_id),
        "codes": asked.where(codes),
        "tokens": tokens.where(ReplyToken.person_id == person_id),
        "merges": merges.where(_merges_of(person_id)),
    }
