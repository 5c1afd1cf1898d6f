"""The settings' places into the tables: what they are, the years of their memberships, their seats."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.roster.lapse import is_current, is_gone
from bot.settings.model import PersonEntry, Settings
from bot.store.people_tables import Membership, Place, Seat, Source
from bot.store.tables import Meta

OURS = Source.SETTINGS.value
SAID = "places said"  # the keys that the settings named at the last look: a row does not say who named it


async def sync(
    session: AsyncSession, settings: Settings, entries: Sequence[PersonEntry], now: dt.datetime
) -> dict[str, int]:
    """Make the tables say what the settings say of places; the number of each, by key.

    A place that only a person's entry names is one as well.
    """
    there = {row.key: row for row in await session.scalars(select(Place))}
    for entry in entries:
        if entry.place and entry.place not in there and entry.place not in settings.places:
            there[entry.place] = Place(key=entry.place, name=entry.place, department=entry.department)
            session.add(there[entry.place])
    for key, named in settings.places.items():
        place = there.get(key)
        if place is None:
            place = there[key] = Place(key=key)
            session.add(place)
        place.name, place.department, place.town = named.name, named.department, named.town
        place.sectors, place.rural, place.left_at = list(named.sectors), named.rural, None
    await session.flush()
    for key in await newly_unsaid(session, SAID, settings.places):
        if key in there and there[key].left_at is None:
            there[key].left_at = now
    keys = {key: place.id for key, place in there.items()}
    await _sync_memberships(session, settings, keys, now)
    await _sync_seats(session, settings, keys, now)
    return keys


async def newly_unsaid(session: AsyncSession, name: str, said: Mapping[str, object]) -> list[str]:
    """The keys that the settings said at the last look and no longer; those of now are kept as ``name``."""
    before = await session.get(Meta, name)
    keys: list[str] = [] if before is None else json.loads(before.value)
    await session.merge(Meta(name=name, value=json.dumps(sorted(said))))
    return [key for key in keys if key not in said]


async def _sync_memberships(
    session: AsyncSession, settings: Settings, keys: Mapping[str, int], now: dt.datetime
) -> None:
    """Years that are over stay as they were; one to come that the settings take back was never one."""
    there = {(row.place_id, row.year): row for row in await session.scalars(select(Membership))}
    wanted: dict[tuple[int, int], bool] = {}
    for key, place in settings.places.items():
        wanted |= {(keys[key], year): False for year in place.due_years}
        wanted |= {(keys[key], year): True for year in place.paid_years}
    for (place_id, year), paid in wanted.items():
        row = there.get((place_id, year))
        if row is None:
            session.add(Membership(place_id=place_id, year=year, paid=paid, source=OURS, at=now))
        elif row.source == OURS and row.paid != paid:
            row.paid, row.at = paid, now
    this_year = now.astimezone(settings.network.zone).year
    for which, row in there.items():
        if row.source == OURS and which not in wanted and row.year >= this_year:
            await session.delete(row)
    await session.flush()


async def _sync_seats(
    session: AsyncSession, settings: Settings, keys: Mapping[str, int], now: dt.datetime
) -> None:
    wanted = {(circle, keys[key]) for circle, one in settings.circles.items() for key in one.seats}
    rows = list(await session.scalars(select(Seat).order_by(Seat.id)))
    last = {(row.circle, row.place_id): row for row in rows}
    for row in rows:
        if row.source == OURS and is_current(row, now) and (row.circle, row.place_id) not in wanted:
            row.until = now
    for circle, place_id in sorted(one for one in wanted if one not in last or is_gone(last[one], now)):
        session.add(Seat(circle=circle, place_id=place_id, since=now, source=OURS))
    await session.flush()
