"""Dates, hours, counts and amounts, written as British people write them."""

from __future__ import annotations

import datetime as dt

NO_BREAK = "\u00a0"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day(date: dt.date, *, year: bool = True) -> str:
    """'Friday 27 November 2026'."""
    text = f"{weekday(date)} {date.day} {MONTHS[date.month - 1]}"
    return f"{text} {date.year}" if year else text


def weekday(date: dt.date) -> str:
    """'Friday'."""
    return WEEKDAYS[date.weekday()]


def hours(start: dt.time, end: dt.time | None) -> str:
    """'from 14:00 to 16:30', or 'at 14:00' when no end is known."""
    first = f"{start:%H:%M}"
    return f"at {first}" if end is None else f"from {first} to {end:%H:%M}"


def span(start: dt.date, end: dt.date, *, year: bool = True) -> str:
    """'Tuesday 22 to Thursday 24 November 2026'; one day alone is that day."""
    if end <= start:
        return day(start, year=year)
    first = f"{weekday(start)} {start.day}"
    if (start.year, start.month) != (end.year, end.month):
        first = day(start, year=year and start.year != end.year)
    return f"{first} to {day(end, year=year)}"


def moment(when: dt.datetime, zone: dt.tzinfo) -> str:
    """'Friday 27 November 2026 at 18:30', as the clocks of ``zone`` show it (``when`` is aware).

    By the 24-hour clock: it is what the members' own papers show.
    """
    # Through UTC: an hour that the clocks skip must be told as the one they show.
    there = when.astimezone(dt.UTC).astimezone(zone)
    return f"{day(there.date())} at {there:%H:%M}"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """'1 vote', '2 votes', '1,200 votes'; zero is plural, as in English."""
    noun = singular if abs(number) == 1 else (plural if plural is not None else f"{singular}s")
    return f"{number:,}{NO_BREAK}{noun}"


def amount(cents: int) -> str:
    """'€2,000' or '€12.50', from an amount in cents."""
    euros, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    decimals = f".{rest:02d}" if rest else ""
    return f"{sign}€{euros:,}{decimals}"
