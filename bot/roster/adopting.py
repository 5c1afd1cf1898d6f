"""Whom only the list brought, by an address that the settings give to somebody else: they are one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import merging
from bot.settings.model import PersonEntry
from bot.store.people_tables import Contact, Erasure, Merge, Person, Source

LISTED = Source.LIST.value


async def adopt(session: AsyncSession, entries: Sequence[PersonEntry], now: dt.datetime) -> None:
    """Merge them.  The list only knows an address; the settings say whose it is.

    Not those whom somebody has put apart again.
    """
    rows = await session.execute(
        select(Contact.value, Person)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.channel == "mail", Contact.source == LISTED, Contact.verified_at.is_not(None))
        .where(Person.source == LISTED, Person.left_at.is_(None), Person.merged_into.is_(None))
    )
    brought: dict[str, Person] = {row.value: row.Person for row in rows}
    if not brought:
        return
    parted = select(Merge.kept_id, Merge.gone_id).where(Merge.split_at.is_not(None))
    apart = {(row.kept_id, row.gone_id) for row in await session.execute(parted)}
    named = {entry.key for entry in entries}
    for entry in entries:
        found = [brought.get(address.lower()) for address in entry.addresses]
        mine = {one.id: one for one in found if one is not None and one.key not in named}
        if not mine:
            continue
        person = await session.scalar(
            select(Person)
            .where(Person.key == entry.key, Person.source != LISTED)
            .where(Person.left_at.is_(None), Person.merged_into.is_(None))
            .where(Person.id.not_in(select(Erasure.person_id)))
        )
        for one in mine.values():
            if person is not None and (person.id, one.id) not in apart:
                await merging.merge(session, person, one, Source.SETTINGS.value, now)
