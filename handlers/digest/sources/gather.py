"""What happened since the last edition, as items of the next: all that is worth telling, the best first."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import or_, select

from bot.protocols import DigestItem, Span
from bot.settings.types import SECTIONS
from bot.store.tables import OutboxRow, OutboxState
from bot.work import Work
from handlers.digest.keys import thread_in
from handlers.digest.phrases import Phrases
from handlers.digest.sources.archive import LATE, Exchange, read, reserved
from handlers.digest.sources.cited import cited
from handlers.digest.sources.earlier import CARRIED, Last, of_last, place_names, told_already
from handlers.digest.sources.elsewhere import knows_authors
from handlers.digest.sources.exchanges import Told, tell
from handlers.digest.sources.lines import items_of_lines, put_right, waiting
from handlers.digest.sources.matters import same as is_same
from handlers.digest.sources.once import once
from handlers.digest.sources.unanswered import unanswered

log = logging.getLogger(__name__)

ROOMS_SHARE = 3  # of the exchanges that are shown whole, rooms have at most one in so many


async def gather(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """The items of the edition that is sent on ``day``, in each section the best first; none told twice."""
    phrases = Phrases(work, day)
    places = place_names(work)
    last = await of_last(work, phrases, places)
    exchanges = await read(work, span.after_message, span.since - LATE)
    lines = await waiting(work, span)
    knows = knows_authors([one.opener for one in exchanges if not one.where])
    told = _ranked(work, [tell(one, phrases, places, knows=knows) for one in exchanges])
    asked = await _new(work, await unanswered(work, span, day))
    told = _without_asked(told, asked)
    written = [*asked, *(item for one in told for item in one.items)]
    written = put_right(work, written, lines, phrases, places)
    found = [
        *_carried(last, told),
        *_postponed(last, written),
        *await _folded(work),
        *items_of_lines(work, lines, phrases, places),
        *written,
        *await _contributed(work, span, day),
    ]
    found = once([item for item in found if item.last_day is None or item.last_day >= day])
    put = {thread_in(one.about.key) for one in lines if one.about is not None and not one.was_told}
    net = cited(_uncorrected(exchanges, put), _shown(work, found), phrases, span.until)
    return [*found, *net]


def _uncorrected(exchanges: Iterable[Exchange], corrected: set[int | None]) -> list[Exchange]:
    """Days of what its author put right are those that the author names."""
    return [one for one in exchanges if one.thread.id not in corrected]


def _ranked(work: Work, told: Iterable[Told]) -> list[Told]:
    """The best exchanges first; of those shown whole, rooms have no more than their share.

    What was written to everybody is not drowned by a busy room.
    """
    ordered = sorted(told, key=lambda one: one.weight, reverse=True)
    rooms = [one for one in ordered if one.exchange.where]
    most = work.settings.digest.limits.get("exchanges", len(ordered))
    share = max(1, most // ROOMS_SHARE)
    mails = [one for one in ordered if not one.exchange.where]
    whole = sorted([*mails[: max(0, most - share)], *rooms[:share]], key=lambda one: one.weight, reverse=True)
    return [*whole, *mails[max(0, most - share) :], *rooms[share:]]


def _without_asked(told: Sequence[Told], asked: Sequence[DigestItem]) -> list[Told]:
    """A question that waits for an answer is told as such, and not as an exchange."""
    waiting_ = {thread_in(item.key) for item in asked}
    return [
        replace(one, text=None) if one.exchange.thread.id in waiting_ and not one.exchange.where else one
        for one in told
    ]


def _carried(last: Last, told: Sequence[Told]) -> list[DigestItem]:
    """What was told and is still to come, but what was moved or cancelled since."""
    changes = [one for one in told if one.gone]
    return [item for item in last.carried if not any(_undoes(one, item) for one in changes)]


def _undoes(told: Told, item: DigestItem) -> bool:
    day = item.event.start if item.event else item.last_day
    if day not in told.gone:
        return False
    return thread_in(item.key) == told.exchange.thread.id or is_same(item.title, told.exchange.title)


def _postponed(last: Last, written: list[DigestItem]) -> list[DigestItem]:
    """What coordination kept for this edition; an exchange that went on meanwhile is told in one piece."""
    now = {item.key: (at, item) for at, item in enumerate(written)}
    kept = []
    for item in last.kept:
        there = now.get(item.key)
        if there is not None and there[1].text and there[1].text not in item.text:
            item = replace(item, text=f"{item.text}\n{there[1].text}".strip())
        kept.append(item)
    return kept


async def _new(work: Work, items: Sequence[DigestItem]) -> list[DigestItem]:
    """Those that no edition told, unless something changed since."""
    versions = await told_already(work, [item.key for item in items])
    return [item for item in items if versions.get(item.key) != item.version]


async def _contributed(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """What other capabilities bring.  What was told is told again shortly while its day is to come."""
    found: list[DigestItem] = []
    for contribute in work.house.contributions.digest:
        for item in await contribute(work, span):
            if item.circle in reserved(work):
                continue
            if item.section not in SECTIONS:
                log.error(
                    "the recap has no section %r: %s stands among the announcements", item.section, item.key
                )
                item = replace(item, section="announcements")
            found.append(item)
    versions = await told_already(work, [item.key for item in found])
    again = [item for item in found if versions.get(item.key) == item.version]
    new = [item for item in found if item not in again]
    still = [replace(item, text="", links=item.links[:1], told=True) for item in again if item.last_day]
    return [*new, *still]


def _shown(work: Work, found: Sequence[DigestItem]) -> list[DigestItem]:
    """The items as the page will show them: beyond the limit of a section, by their title alone."""
    limits, counted = work.settings.digest.limits, dict.fromkeys(SECTIONS, 0)
    shown = []
    for item in found:
        if item.section not in work.settings.digest.sections:
            continue
        section = next(one for one in SECTIONS if one == item.section)
        counted[section] += 1
        whole = section in CARRIED or counted[section] <= limits.get(section, counted[section])
        shown.append(item if whole else replace(item, text=""))
    return shown


async def _folded(work: Work) -> list[DigestItem]:
    """Asks that somebody would not have, or one too many: the recap asks everybody, once.

    However long ago they were written: what waited for months is folded when it would have left.
    """
    rows = await work.session.scalars(
        select(OutboxRow)
        .where(OutboxRow.state == OutboxState.FOLDED.value)
        .where(or_(OutboxRow.not_after.is_(None), OutboxRow.not_after >= work.now))
        .order_by(OutboxRow.id)
    )
    asks = {row.params["recap"]["key"]: row.params["recap"] for row in rows if "recap" in row.params}
    told = await told_already(work, list(asks))
    return [
        DigestItem(key, "todo", ask["title"], ask.get("text", ""), circle=ask.get("circle", ""))
        for key, ask in asks.items()
        if key not in told and ask.get("circle", "") not in reserved(work)
    ]
