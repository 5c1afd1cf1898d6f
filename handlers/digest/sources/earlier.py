"""What earlier editions told: carried over until its last day, kept for this one, or not told again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from bot.protocols import DigestItem
from bot.store.archive_tables import Thread
from bot.work import Work
from handlers.digest.items import as_digest_item
from handlers.digest.keys import room_thread_in
from handlers.digest.phrases import Phrases
from handlers.digest.sources import titles
from handlers.digest.sources.archive import read
from handlers.digest.sources.exchanges import tell
from handlers.digest.tables import RECAP, Edition, EditionState, Item, ItemState
from handlers.digest.wording import shorten

TOLD = (EditionState.SENT.value, EditionState.EMPTY.value)
CARRIED = ("todo", "agenda")  # told again, shortly, until their last day has passed


@dataclass(frozen=True)
class Last:
    """What the last edition leaves to this one."""

    carried: tuple[DigestItem, ...]  # told before, and still to come
    kept: tuple[DigestItem, ...]  # not told yet: coordination kept it for this one


async def of_last(work: Work, phrases: Phrases, places: Sequence[str]) -> Last:
    """What the last edition told with a day to come, and what it did not tell."""
    last = await work.session.scalar(
        select(Edition.id)
        .where(Edition.kind == RECAP, Edition.state.in_(TOLD))
        .order_by(Edition.id.desc())
        .limit(1)
    )
    rows = await work.session.scalars(
        select(Item).where(Item.edition_id == last).order_by(Item.rank, Item.id)
    )
    rows_kept = [
        row
        for row in rows
        if row.state == ItemState.POSTPONED.value
        or (row.state == ItemState.KEPT.value and row.section in CARRIED and row.last_day)
    ]
    items = [(as_digest_item(row), row.state == ItemState.POSTPONED.value) for row in rows_kept]
    fresh = await reread(work, [item for item, _ in items], phrases, places)
    carried: list[DigestItem] = []
    kept: list[DigestItem] = []
    for item, postponed in items:
        now = fresh.get(item.key, item)
        if now is None:
            continue
        if postponed:
            kept.append(now)
        else:
            carried.append(_again(now, phrases.day))
    return Last(tuple(carried), tuple(kept))


def _again(item: DigestItem, day: dt.date) -> DigestItem:
    """What was told, said again in short: a thing to do says what, which its title may not."""
    title = item.title
    if item.section == "todo" and item.text and not item.told:
        written = dt.datetime.combine(day, dt.time(12), dt.UTC)
        title = titles.together(titles.topic(item.title, written), shorten(item.text))
    return replace(item, title=title, text="", links=item.links[:1], told=True)


async def told_already(work: Work, keys: Collection[str]) -> dict[str, str]:
    """The versions of those keys that an edition told, or that coordination took out of it."""
    rows = await work.session.execute(
        select(Item.key, Item.version)
        .join(Edition, Edition.id == Item.edition_id)
        .where(Edition.kind == RECAP, Edition.state.in_(TOLD), Item.key.in_(keys))
        .where(Item.state != ItemState.POSTPONED.value)
        .order_by(Edition.id)
    )
    return {row.key: row.version for row in rows}


async def reread(
    work: Work, items: Sequence[DigestItem], phrases: Phrases, places: Sequence[str]
) -> dict[str, DigestItem | None]:
    """What items of rooms read now that words of their exchanges were taken back or changed.

    Nothing for those of which nothing changed; None for those of which nothing is left.
    """
    numbers = {item.key: room_thread_in(item.key) for item in items}
    wanted = {number for number in numbers.values() if number is not None}
    if not wanted:
        return {}
    revisions = {
        number: str(revision)
        for number, revision in await work.session.execute(
            select(Thread.id, Thread.revision).where(Thread.id.in_(wanted))
        )
    }
    stale = {
        item.key: number
        for item in items
        if (number := numbers[item.key]) is not None and revisions.get(number) != item.version
    }
    if not stale:
        return {}
    found = await read(work, 0, None, only=set(stale.values()))
    now = {item.key: item for exchange in found for item in tell(exchange, phrases, places).items}
    return {key: now.get(key) for key in stale}


async def retold(work: Work, item: DigestItem, day: dt.date) -> DigestItem | None:
    """An item as it reads now, told on ``day``; None if nothing of it is left."""
    fresh = await reread(work, [item], Phrases(work, day), place_names(work))
    return fresh.get(item.key, item)


def place_names(work: Work) -> tuple[str, ...]:
    """What the network's own places are called."""
    return tuple(place.name for place in work.settings.places.values())
