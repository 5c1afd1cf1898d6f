"""Once a month, for those who chose so: with its last edition, all of it that is still worth telling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from bot.outbox import Content, Destination
from bot.protocols import DigestItem
from bot.work import Work
from handlers.digest.delivery import leaving
from handlers.digest.delivery.again import worth_telling
from handlers.digest.delivery.apart import of_circles
from handlers.digest.delivery.months import covered, usual_day
from handlers.digest.delivery.personal import Reading, readers, reading_of, send_many, with_part
from handlers.digest.editions import TOLD
from handlers.digest.items import as_row
from handlers.digest.page.compose import compose
from handlers.digest.page.pieces import footed
from handlers.digest.tables import RECAP, Edition, Item

MOST = 12  # editions looked back on: a month has five, and some may be stopped


async def send_monthly(work: Work, edition: Edition, post: int | None) -> int:
    """Write the month's copies, if ``edition``, which leaves now, is its last.  How many."""
    told = await _latest(work, edition)
    count = covered([one.period for one in told], work.settings.digest.day)
    there = [one for one in await readers(work) if one.monthly] if count else []
    if not there:
        return 0
    month = told[-count:]
    day = edition.send_at.astimezone(work.settings.network.zone).date()
    items = await worth_telling(work, month, day)
    parts = await of_circles(work, [one.period for one in month], day)
    groups: dict[Reading, list[Destination]] = defaultdict(list)
    for one in there:
        groups[reading_of(work, one.member, frozenset(), parts)].append(one.place)
    written = 0
    for reading, places in sorted(groups.items(), key=lambda group: str(group[0])):
        if not items and not reading.reserved:
            continue
        mail = with_part(work, _composed(work, month, items, reading.language), reading, parts)
        mail = footed(mail, work.render("letters.month_line", {}, reading.language))
        key = f"digest-month:{edition.period}"
        written += await send_many(work, key, places, mail, leaving.COPY, post, reading.reserved)
    return written


async def _latest(work: Work, edition: Edition) -> list[Edition]:
    """The recaps that were told up to this one, in their order."""
    rows = await work.session.scalars(
        select(Edition)
        .where(Edition.kind == RECAP, Edition.state.in_(TOLD), Edition.id <= edition.id)
        .order_by(Edition.id.desc())
        .limit(MOST)
    )
    return list(rows)[::-1]


def _composed(work: Work, month: Sequence[Edition], items: Sequence[DigestItem], language: str) -> Content:
    """The month as one recap; neither its edition nor its items are kept."""
    last = month[-1]
    whole = Edition(
        id=last.id,  # the calendar file's entries are those of the last one
        kind=RECAP,
        period=last.period,
        since=month[0].since,
        until=last.until,
        send_at=last.send_at,
        intro=last.intro,
        **dict.fromkeys(("messages", "minutes", "asks", "mails"), 0),  # told week by week
    )
    rows: list[Item] = [as_row(last, item, number) for number, item in enumerate(items, start=1)]
    day = usual_day(month[0].period, work.settings.digest.day)
    values = {"month": str(day.month), "year": day.year}
    subject = work.render("letters.month_subject", values, language).text
    return replace(compose(work, whole, rows, language=language), subject=subject, language=language)
