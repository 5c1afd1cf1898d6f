"""The reading order: sections, then dates where there are any."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

SECTIONS = ("todo", "announcements", "decisions", "votes", "calls", "exchanges", "unanswered", "agenda")
BY_DATE = ("todo", "agenda")


class Placed(Protocol):
    """What has a place in the recap."""

    @property
    def section(self) -> str:
        """Its section."""
        ...

    @property
    def last_day(self) -> dt.date | None:
        """After it, there is no point in telling."""
        ...


def place(item: Placed) -> tuple[int, str, dt.date]:
    """Where an item stands among others; equal places keep their order."""
    known = item.section in SECTIONS
    day = (item.last_day or dt.date.max) if item.section in BY_DATE else dt.date.min
    return (SECTIONS.index(item.section) if known else len(SECTIONS), item.section, day)
