"""Editions in the database: made, kept up to date, found again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from bot.clock import iso_week
from bot.protocols import Span
from bot.schedule import Weekly
from bot.settings.model import Settings
from bot.store.archive_tables import Message
from bot.store.tables import Meta
from bot.work import Work
from handlers.digest.earlier import TOLD
from handlers.digest.gather import gather
from handlers.digest.items import as_row
from handlers.digest.order import place, ranks
from handlers.digest.tables import RECAP, Edition, EditionState, Item, ItemState
from handlers.digest.taken_back import is_taken_back, take_back, update

__all__ = [
    "ANSWERABLE",
    "OPEN",
    "TOLD",
]

OPEN = (EditionState.DRAFT.value, EditionState.APPROVED.value)
ANSWERABLE = (*OPEN, EditionState.STOPPED.value)  # until its hour, who stopped it may think again
FIRST_SPAN = dt.timedelta(days=7)


def _recaps() -> Select[Edition]:
    return select(Edition).where(Edition.kind == RECAP)


def send_rule(settings: Settings) -> Weekly:
    """When the recap is sent."""
    return Weekly(settings.digest.day, settings.digest.time)


def draft_rule(settings: Settings) -> Weekly:
    """When its draft is shown to coordination."""
    return Weekly(settings.digest.draft_day, settings.digest.draft_time)


async def of_week(work: Work, week: str) -> Edition | None:
    """The edition of an ISO week."""
    found: Edition | None = await work.session.scalar(
        select(Edition).where(Edition.kind == RECAP, Edition.period == week)
    )
    return found


async def current(work: Work) -> Edition | None:
    """The edition that is being prepared, if its draft exists."""
    found: Edition | None = await work.session.scalar(
        _recaps().where(Edition.state.in_(OPEN)).order_by(Edition.id.desc()).limit(1)
    )
    return found


async def last_sent(work: Work) -> Edition | None:
    """The latest edition that was sent."""
    found: Edition | None = await work.session.scalar(
        _recaps().where(Edition.state == EditionState.SENT.value).order_by(Edition.id.desc()).limit(1)
    )
    return found


async def open_for(work: Work, send_at: dt.datetime) -> Edition:
    """The edition that is sent at ``send_at``, made and filled if it is new."""
    local = send_at.astimezone(work.settings.network.zone)
    week = iso_week(local.date())
    edition = await of_week(work, week)
    if edition is None:
        for older in await work.session.scalars(_recaps().where(Edition.state.in_(OPEN))):
            older.state = EditionState.STOPPED.value  # nobody answered in its week: the new one tells it all
        span = await span_until(work, work.now)
        edition = Edition(
            period=week,
            since=span.since,
            until=span.until,
            after_message=span.after_message,
            last_message=span.after_message,
            send_at=send_at,
            state=EditionState.DRAFT.value,
        )
        work.session.add(edition)
        await work.session.flush()
        await refresh(work, edition)
    return edition


async def span_until(work: Work, until: dt.datetime) -> Span:
    """What the next edition covers: since the previous cut-off, or the first week."""
    last = await work.session.scalar(
        _recaps().where(Edition.state.in_(TOLD)).order_by(Edition.id.desc()).limit(1)
    )
    if last is not None:
        return Span(last.until, until, last.last_message)
    born = await work.session.scalar(select(Meta.value).where(Meta.name == "born_at"))
    start = dt.datetime.fromisoformat(born) if born else until
    return Span(min(start, until) - FIRST_SPAN, until)


async def refresh(work: Work, edition: Edition) -> int:
    """Bring in what arrived since the draft; what coordination changed stays changed.  How many are new."""
    edition.until = work.now
    edition.last_message = await work.session.scalar(select(func.max(Message.id))) or 0
    items = await items_of(work, edition)
    day = edition.send_at.astimezone(work.settings.network.zone).date()
    span = Span(edition.since, edition.until, edition.after_message)
    told = sorted(await gather(work, span, day), key=place)
    await take_back(work, items, {found.key: found for found in told})
    there = {item.key: item for item in items}
    number = max((item.number for item in items), default=0)
    placed = ranks(told, {item.key: item.rank for item in items})
    for found in told:
        if found.key in there:
            update(there[found.key], found)
            continue
        number += 1
        work.session.add(as_row(edition, found, number, placed[found.key]))
    await work.session.flush()
    return len(placed)


async def items_of(work: Work, edition: Edition, *, kept: bool = False) -> list[Item]:
    """The items of an edition, by section and rank."""
    query = select(Item).where(Item.edition_id == edition.id).order_by(Item.rank, Item.id)
    if kept:
        query = query.where(Item.state == ItemState.KEPT.value)
    return list(await work.session.scalars(query))


def snapshot(edition: Edition, items: Sequence[Item]) -> dict[str, Any]:
    """All that an answer of coordination may change, to go back to it."""
    return {
        "edition": edition.id,
        "state": edition.state,
        "intro": edition.intro,
        "approved_by": edition.approved_by,
        "send_at": edition.send_at.isoformat(),
        "items": {
            str(item.id): [item.state, item.rank, item.title, item.text, item.section, item.edited]
            for item in items
        },
    }


def put_back(edition: Edition, items: Sequence[Item], kept: dict[str, Any]) -> None:
    """Undo: everything as ``snapshot`` saw it; what was added since is dropped."""
    edition.state, edition.intro, edition.approved_by = kept["state"], kept["intro"], kept["approved_by"]
    edition.send_at = dt.datetime.fromisoformat(kept["send_at"])
    for item in items:
        before = kept["items"].get(str(item.id))
        if is_taken_back(item):
            continue  # nobody but its author could bring it back
        if before is None:
            item.state = ItemState.DROPPED.value
        else:
            item.state, item.rank, item.title, item.text, item.section, item.edited = before
