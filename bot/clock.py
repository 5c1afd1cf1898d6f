"""Now, the network's time zone, and the periods that things fall due in.

Everything takes its time from a ``Clock`` that it is given; nothing else reads the machine's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

UTC = dt.UTC
PARIS = ZoneInfo("Europe/Paris")


class Clock(Protocol):
    """Tells the time, as an aware datetime in UTC."""

    def now(self) -> dt.datetime:
        """The present moment."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        """The present moment."""
        return dt.datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands still until it is set: for plays, the demo and tests."""

    at: dt.datetime

    def now(self) -> dt.datetime:
        """The moment it was last set to."""
        return self.at.astimezone(UTC)

    def set(self, at: dt.datetime) -> None:
        """Go to ``at`` (aware)."""
        if at.tzinfo is None:
            raise ValueError("an aware datetime is needed")
        self.at = at


def iso_week(moment: dt.date) -> str:
    """The ISO 8601 week of a day, as ``2026-W47``."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


def local(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The moment, in UTC, when the clocks of ``zone`` show ``time`` on ``day``.

    A time that the clocks show twice is its first occurrence; one that they skip is the moment
    of the jump.  So a weekly hour exists exactly once on every day, whatever the season.
    """
    naive = dt.datetime.combine(day, time)
    moment = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == naive:
        return moment
    # Skipped: fold=1 reads it with the offset after the jump, which lands before it.
    before = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    low, high = before, moment
    while high - low > dt.timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset():
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
