"""Dates, hours, counts and amounts, written as French people write them."""

from __future__ import annotations

import datetime as dt

from bot.french.dates.vocabulary import MONTH_NAMES, WEEKDAY_NAMES

NO_BREAK = "\u00a0"


def day(date: dt.date, *, year: bool = True) -> str:
    """« vendredi 27 novembre 2026 »; the first of a month is « 1er »."""
    text = f"{weekday(date)} {_number(date)} {MONTH_NAMES[date.month - 1]}"
    return f"{text} {date.year}" if year else text


def weekday(date: dt.date) -> str:
    """« vendredi »."""
    return WEEKDAY_NAMES[date.weekday()]


def hour(time: dt.time) -> str:
    """« 18 h » or « 18 h 30 », with no-break spaces; seconds are left out."""
    text = f"{time.hour}{NO_BREAK}h"
    return f"{text}{NO_BREAK}{time.minute:02d}" if time.minute else text


def hours(start: dt.time, end: dt.time | None) -> str:
    """« de 14 h à 16 h 30 », or « à 14 h » when no end is known."""
    return f"à {hour(start)}" if end is None else f"de {hour(start)} à {hour(end)}"


def moment(when: dt.datetime, zone: dt.tzinfo) -> str:
    """« vendredi 27 novembre 2026 à 18 h 30 », as the clocks of ``zone`` show it (``when`` is aware)."""
    # Through UTC: an hour that the clocks skip must be told as the one they show.
    there = when.astimezone(dt.UTC).astimezone(zone)
    return f"{day(there.date())} à {hour(there.time())}"


def span(start: dt.date, end: dt.date, *, year: bool = True) -> str:
    """« du mardi 22 au jeudi 24 novembre 2026 »; one day alone is that day."""
    if end <= start:
        return day(start, year=year)
    first = f"{weekday(start)} {_number(start)}"
    if (start.year, start.month) != (end.year, end.month):
        first = day(start, year=year and start.year != end.year)
    return f"du {first} au {day(end, year=year)}"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """« 1 vote », « 2 votes », « 1 200 votes »; zero is singular, as in French."""
    noun = singular if abs(number) < 2 else (plural if plural is not None else f"{singular}s")
    return f"{_grouped(number)}{NO_BREAK}{noun}"


def amount(cents: int) -> str:
    """« 2 000 € » or « 12,50 € », from an amount in cents."""
    euros, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    decimals = f",{rest:02d}" if rest else ""
    return f"{sign}{_grouped(euros)}{decimals}{NO_BREAK}€"


def _number(date: dt.date) -> str:
    return "1er" if date.day == 1 else str(date.day)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", NO_BREAK)
