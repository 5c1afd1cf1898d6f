"""Which editions a copy once a month tells again.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.settings.types import WEEKDAYS

WEEK = dt.timedelta(days=7)


def usual_day(week: str, weekday: str) -> dt.date:
    """The day of an ISO week (2026-W48) on which its recap usually leaves."""
    year, _, number = week.partition("-W")
    return dt.date.fromisocalendar(int(year), int(number), WEEKDAYS.index(weekday) + 1)


def covered(weeks: Sequence[str], weekday: str) -> int:
    """How many of the latest editions (their weeks, in order) leave again with the last one; 0: none.

    The last of a month does; or the first of another, if that of the month before never left.
    """
    days = [usual_day(week, weekday) for week in weeks]
    since, due = 0, False
    for at, day in enumerate(days):
        since, missed = (0, False) if due else (since, at > 0 and days[at - 1].month != day.month)
        since += 1
        due = missed or (day + WEEK).month != day.month
    return since if due else 0
