"""The reading order: sections, then dates where there are any."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from bot.settings.types import SECTIONS

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
    day = (item.last_day or dt.date.max) if item.section in BY_DATE else dt.date.min
    return (SECTIONS.index(item.section), item.section, day)
