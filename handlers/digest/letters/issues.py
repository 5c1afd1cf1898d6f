"""When letters fall due, and which period each is of.  Pure.

A letter drawn up in the first half of a month tells of the month (or the quarter) that has just ended;
later in a month, of the one that is ending.  It covers what was told since the hour of the issue before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.clock import local
from bot.settings.model import Letter, Settings

HALF = 15  # the last day of a month's first half
NEVER = dt.timedelta(days=366)


@dataclass(frozen=True)
class Issue:
    """One issue of a letter: the name of its period (2026-11, 2026-Q4), and what it covers, in UTC."""

    period: str
    since: dt.datetime
    at: dt.datetime


def latest(letter: Letter, now: dt.datetime, zone: ZoneInfo) -> Issue:
    """The issue of a letter that fell due last."""
    earlier = _months(letter, now.astimezone(zone).date(), -1)
    moments = (local(day, letter.time, zone) for day in earlier)
    at = next(moment for moment in moments if moment <= now)
    return Issue(_period(letter, at.astimezone(zone).date()), next(moments), at)


def following(letter: Letter, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """When a letter falls due next, in UTC."""
    moments = (local(day, letter.time, zone) for day in _months(letter, now.astimezone(zone).date(), 1))
    return next(moment for moment in moments if moment > now)


@dataclass(frozen=True)
class AnyLetter:
    """When one letter or another of the settings falls due."""

    def last(self, now: dt.datetime, settings: Settings) -> tuple[str, dt.datetime] | None:
        """The latest moment up to ``now``, and its name; None where there are no letters."""
        zone, letters = settings.network.zone, settings.digest.letters.values()
        at = max((latest(one, now, zone).at for one in letters), default=None)
        return None if at is None else (f"{at:%Y-%m-%d %H:%M}", at)

    def next(self, now: dt.datetime, settings: Settings) -> dt.datetime:
        """The first moment after ``now``."""
        zone, letters = settings.network.zone, settings.digest.letters.values()
        return min((following(one, now, zone) for one in letters), default=now + NEVER)


def rule(_settings: Settings) -> AnyLetter:
    """What the clock asks."""
    return AnyLetter()


def month_and_quarter(period: str) -> tuple[int, int, int]:
    """The year, the month (0 for a quarter) and the quarter (0 for a month) of a period."""
    year, _, part = period.partition("-")
    return (int(year), 0, int(part[1:])) if part.startswith("Q") else (int(year), int(part), 0)


def _months(letter: Letter, day: dt.date, step: int) -> Iterator[dt.date]:
    """The days of a letter from the month of ``day`` on, forward (1) or backward (-1)."""
    number = day.year * 12 + day.month - 1
    while True:
        year, month = divmod(number, 12)
        first_half = letter.day <= HALF
        if letter.every == "month" or month % 3 == (0 if first_half else 2):
            yield dt.date(year, month + 1, letter.day)
        number += step


def _period(letter: Letter, day: dt.date) -> str:
    told = day if letter.day > HALF else day.replace(day=1) - dt.timedelta(days=1)
    return f"{told:%Y-%m}" if letter.every == "month" else f"{told.year}-Q{(told.month + 2) // 3}"
