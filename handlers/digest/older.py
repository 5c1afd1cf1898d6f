"""Which recap somebody wants to read again: « 2026-W47 », « du 20 novembre », « de la semaine dernière »."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import select

from bot.clock import iso_week
from bot.french.dates import find
from bot.french.fold import fold
from bot.work import Work
from handlers.digest.tables import RECAP, Edition, EditionState

WEEK = re.compile(r"(?:(?P<year>\d{4})[ -]?)?(?:w|s|semaine |week )\s?(?P<week>\d{1,2})\b")
YEAR = dt.timedelta(days=365)
LISTED = 5  # recaps that are offered when none is found


async def sent(work: Work) -> list[Edition]:
    """The recaps that were sent, the latest first."""
    rows = await work.session.scalars(
        select(Edition)
        .where(Edition.kind == RECAP, Edition.state == EditionState.SENT.value)
        .order_by(Edition.id.desc())
    )
    return list(rows)


async def find_edition(work: Work, said: str) -> Edition | None:
    """The sent recap that is asked for: of a week, of a day, or the one of that day's week."""
    editions, zone = await sent(work), work.settings.network.zone
    week = WEEK.search(fold(said))
    if week is not None:
        year = week["year"] or str(work.now.astimezone(zone).isocalendar().year)
        period = f"{year}-W{int(week['week']):02d}"
        return next((one for one in editions if one.period == period), None)
    dates = find(said, work.now.astimezone(zone))
    if not dates:
        return None
    first, last = dates[0].start, dates[0].end
    if first > work.now.astimezone(zone).date():  # no recap is to come: that day of the year before
        first, last = first - YEAR, last - YEAR
    for one in editions:
        if first <= one.send_at.astimezone(zone).date() <= last:
            return one
    return next((one for one in editions if one.period == iso_week(first)), None)
