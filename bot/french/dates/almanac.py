"""Calendar arithmetic: from what people leave out to one day."""

from __future__ import annotations

import datetime as dt

FIRST_YEAR, LAST_YEAR = 1900, 2199
DAY = dt.timedelta(days=1)
# A day without a year is past when it lies at most this far back; else it is to come.
RECENT = 100
RECENT_DEADLINE = 30


def make(year: int, month: int, day: int) -> dt.date | None:
    """The day, or None where the calendar has none."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def shift(date: dt.date, days: int) -> dt.date | None:
    """The day so many days later, or None outside the years we read."""
    if abs(days) > 40_000:
        return None
    try:
        moved = date + days * DAY
    except OverflowError:
        return None
    return moved if FIRST_YEAR <= moved.year <= LAST_YEAR else None


def shift_months(date: dt.date, months: int) -> dt.date | None:
    """The same day so many months later, or the last of that month."""
    index = date.year * 12 + date.month - 1 + months
    first = make(index // 12, index % 12 + 1, 1)
    return first and first.replace(day=min(date.day, month_end(first).day))


def month_end(date: dt.date) -> dt.date:
    """The last day of the month."""
    following = date.replace(day=28) + 4 * DAY
    return following - following.day * DAY


def month_span(year: int, month: int) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of a month."""
    first = make(year, month, 1)
    return None if first is None else (first, month_end(first))


def week(date: dt.date) -> tuple[dt.date, dt.date]:
    """The Monday and the Sunday of the week of a day."""
    monday = date - date.weekday() * DAY
    return monday, monday + 6 * DAY


def next_weekday(on: dt.date, weekday: int) -> dt.date:
    """The next such weekday after a day."""
    return on + ((weekday - on.weekday() - 1) % 7 + 1) * DAY


def last_weekday(on: dt.date, weekday: int) -> dt.date:
    """The last such weekday before a day."""
    return on - ((on.weekday() - weekday - 1) % 7 + 1) * DAY


def nearest(
    on: dt.date,
    day: int,
    month: int,
    weekday: int | None = None,
    *,
    future: bool = False,
    back: int = RECENT,
) -> dt.date | None:
    """The day and month without a year that somebody writing on ``on`` means.

    The next one, unless the last one lies at most ``back`` days back; with ``future`` never a past
    one.  A weekday decides between the years around, when one of them agrees.
    """
    years = range(on.year - 2, on.year + 5)
    dates = [date for year in years if (date := make(year, month, day))]
    agreeing = [date for date in dates if weekday is None or date.weekday() == weekday]
    for candidates in (agreeing, dates):
        possible = [date for date in candidates if not future or date >= on]
        if weekday is not None and candidates is agreeing and possible:
            best = min(possible, key=lambda date: _distance(on, date))
            # Further than a year and a half away, the weekday is more likely a slip than meant.
            if abs((best - on).days) <= 550:
                return best
        elif possible:
            return min(possible, key=lambda date: _cost(on, date, back))
    return None


def nearest_day(on: dt.date, day: int, weekday: int | None = None, *, future: bool = False) -> dt.date | None:
    """The day of the month without a month ("mardi 14", "le 24") that somebody writing on ``on`` means."""
    months = (shift_months(on.replace(day=1), step) for step in range(-1, 13))
    dates = [date for first in months if first and (date := make(first.year, first.month, day))]
    possible = [
        date
        for date in dates
        if (weekday is None or date.weekday() == weekday) and (not future or date >= on)
    ]
    return min(possible, key=lambda date: _distance(on, date), default=None)


def _distance(on: dt.date, date: dt.date) -> int:
    days = (date - on).days
    return days if days >= 0 else -4 * days


def _cost(on: dt.date, date: dt.date, back: int) -> int:
    days = (date - on).days
    if days >= 0:
        return days + 1
    return 0 if -days <= back else 10_000 - days


def nth_weekday(year: int, month: int, weekday: int, rank: int) -> dt.date | None:
    """The ``rank``-th such weekday of a month; rank -1 is the last."""
    span = month_span(year, month)
    if span is None:
        return None
    if rank < 0:
        return last_weekday(span[1] + DAY, weekday) if span[1].year < LAST_YEAR else None
    date = next_weekday(span[0] - DAY, weekday) + (rank - 1) * 7 * DAY
    return date if date.month == month else None


def easter(year: int) -> dt.date:
    """Easter Sunday (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return dt.date(year, f // 31, f % 31 + 1)


def around_day(base: dt.date, day: int, low: dt.date) -> dt.date | None:
    """The day of the month nearest to a date and not before ``low``; one before it is half as likely."""
    months = (shift_months(base.replace(day=1), step) for step in range(-2, 4))
    dates = [date for first in months if first and (date := make(first.year, first.month, day))]
    return min(
        (date for date in dates if date >= low),
        key=lambda date: (date - base).days if date >= base else 2 * (base - date).days,
        default=None,
    )
