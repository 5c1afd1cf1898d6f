"""Items as they are found, and as an edition keeps them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bot.protocols import DigestItem, Event
from handlers.digest.order import STEP
from handlers.digest.tables import Edition, Item, ItemState

TIMES = ("time", "end_time")


def as_row(edition: Edition, found: DigestItem, number: int, rank: int | None = None) -> Item:
    """What was found, as an item of an edition; its rank follows its number unless told."""
    return Item(
        edition_id=edition.id,
        number=number,
        rank=number * STEP if rank is None else rank,
        key=found.key,
        section=found.section,
        title=found.title,
        text=found.text,
        circle=found.circle,
        links=list(found.links),
        version=found.version,
        last_day=found.last_day,
        event=kept_event(found.event),
        told=found.told,
        state=ItemState.KEPT.value,
    )


def as_digest_item(item: Item) -> DigestItem:
    """A kept item, as it was contributed."""
    return DigestItem(
        key=item.key,
        section=item.section,
        title=item.title,
        text=item.text,
        circle=item.circle,
        last_day=item.last_day,
        links=tuple(item.links),
        version=item.version,
        event=event_of(item.event),
        told=item.told,
    )


def kept_event(event: Event | None) -> dict[str, str] | None:
    """An event as its item keeps it."""
    if event is None:
        return None
    told = {name: value for name, value in vars(event).items() if value}
    return {name: value if isinstance(value, str) else value.isoformat() for name, value in told.items()}


def event_of(kept: Mapping[str, str] | None) -> Event | None:
    """An event as its item kept it."""
    if not kept:
        return None
    time, end_time = (dt.time.fromisoformat(kept[name]) if name in kept else None for name in TIMES)
    start, end = dt.date.fromisoformat(kept["start"]), dt.date.fromisoformat(kept["end"])
    return Event(start, end, time, end_time, kept.get("place", ""))
