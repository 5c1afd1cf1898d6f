"""The settings' territories into the tables, and whom each turns to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.roster.lapse import is_current, is_gone
from bot.roster.places import newly_unsaid
from bot.settings.model import Settings
from bot.store.people_tables import Referent, Source, Territory

OURS = Source.SETTINGS.value
SAID = "territories said"

Who = tuple[int | None, int | None, str | None]  # a person, a place, a collective: one of them


async def sync(
    session: AsyncSession,
    settings: Settings,
    people: Mapping[str, int],
    places: Mapping[str, int],
    now: dt.datetime,
) -> None:
    """Make the tables say what the settings say of territories.

    One that they no longer say covers nothing any more.  ``people``, ``places``: the number of each, by key.
    """
    there = {row.key: row for row in await session.scalars(select(Territory))}
    for key, named in settings.territories.items():
        row = there.get(key)
        if row is None:
            row = there[key] = Territory(key=key)
            session.add(row)
        row.name, row.departments = named.name, list(named.departments)
        row.towns, row.except_towns = list(named.towns), list(named.except_towns)
    await session.flush()
    for key in await newly_unsaid(session, SAID, settings.territories):
        there[key].departments, there[key].towns, there[key].except_towns = [], [], []
    wanted = {
        (key, who)
        for key, named in settings.territories.items()
        for referent in named.referents
        if (who := _who(referent, people, places)) is not None
    }
    await _sync_referents(session, wanted, now)


def _who(referent: str, people: Mapping[str, int], places: Mapping[str, int]) -> Who | None:
    kind, colon, name = referent.partition(":")
    if not colon:
        return (people[referent], None, None) if referent in people else None
    return (None, places[name], None) if kind == "place" else (None, None, name.strip())


async def _sync_referents(session: AsyncSession, wanted: set[tuple[str, Who]], now: dt.datetime) -> None:
    rows = list(await session.scalars(select(Referent).order_by(Referent.id)))
    named = [(row.territory, (row.person_id, row.place_id, row.collective)) for row in rows]
    last = dict(zip(named, rows, strict=True))
    for which, row in zip(named, rows, strict=True):
        if row.source == OURS and is_current(row, now) and which not in wanted:
            row.until = now
    missing = [one for one in wanted if one not in last or is_gone(last[one], now)]
    for territory, (person_id, place_id, collective) in sorted(missing, key=str):
        session.add(
            Referent(
                territory=territory,
                person_id=person_id,
                place_id=place_id,
                collective=collective,
                since=now,
                source=OURS,
            )
        )
    await session.flush()
