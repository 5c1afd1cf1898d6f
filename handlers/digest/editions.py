"""Editions in the database: made, kept up to date, found again."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, func, select

from bot.clock import iso_week
from bot.protocols import Span
from bot.schedule import Weekly
from bot.settings.model import Settings
from bot.steering import effective, since, skipped
from bot.store.archive_tables import Message
from bot.store.tables import Meta
from bot.work import Work
from handlers.digest.desk.carrying import carry_over
from handlers.digest.items import as_row
from handlers.digest.order import place, ranks
from handlers.digest.sources.earlier import TOLD
from handlers.digest.sources.gather import gather
from handlers.digest.sources.taken_back import take_back, update
from handlers.digest.tables import RECAP, Edition, EditionState, Item, ItemState

__all__ = [
    "ANSWERABLE",
    "OPEN",
    "TOLD",
]

OPEN = (EditionState.DRAFT.value, EditionState.APPROVED.value)
ANSWERABLE = (*OPEN, EditionState.STOPPED.value)  # until its hour, who stopped it may think again
FIRST_SPAN = dt.timedelta(days=7)
YEAR = 53  # weeks: who skips more than a year wants no recap


def _recaps() -> Select[Edition]:
    return select(Edition).where(Edition.kind == RECAP)


def send_rule(settings: Settings) -> Weekly:
    """When the recap is sent."""
    return Weekly(settings.digest.day, settings.digest.time, since(settings))


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


def week_of(moment: dt.datetime, settings: Settings) -> str:
    """The ISO week of a moment, by the network's clocks."""
    return iso_week(moment.astimezone(settings.network.zone).date())


async def next_sending(work: Work) -> dt.datetime:
    """When a recap leaves next: in a week that has none yet, and in which coordination wants one."""
    settings = await effective(work.session, work.settings)
    edition = await current(work)
    if edition is not None and edition.send_at > work.now:
        return edition.send_at
    return await sending_after(work, settings, work.now)


async def sending_after(work: Work, settings: Settings, moment: dt.datetime) -> dt.datetime:
    """The first regular sending after ``moment`` of a week that has none yet and is not skipped."""
    rule = send_rule(settings)
    at = rule.next(moment, settings)
    for _ in range(YEAR):
        week = week_of(at, settings)
        edition = await of_week(work, week)
        if week not in skipped(settings) and (edition is None or edition.state in OPEN):
            break
        at = rule.next(at, settings)
    return at


async def open_for(work: Work, send_at: dt.datetime) -> Edition:
    """The edition that is sent at ``send_at``, made and filled if it is new."""
    week = week_of(send_at, work.settings)
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
        await carry_over(work, edition)
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
