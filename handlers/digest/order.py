"""The reading order: sections, then dates where there are any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.protocols import DigestItem
from bot.settings.types import SECTIONS
from handlers.digest.tables import Item

BY_DATE = ("todo", "agenda", "dates")
BY_HAND = -1_000_000  # ranks up to it: coordination put these where they are, whatever their dates
STEP = 10  # between ranks, so that something fits in


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
    by_hand = isinstance(item, Item) and item.rank <= BY_HAND
    day = (item.last_day or dt.date.max) if item.section in BY_DATE and not by_hand else dt.date.min
    return (SECTIONS.index(item.section), item.section, day)


def ranks(found: Sequence[DigestItem], standing: Mapping[str, int]) -> dict[str, int]:
    """The ranks of what is not ``standing`` (a rank for each key) yet, so that each comes where it was found.

    Before what follows it in its section and stands already, else behind everything.
    """
    given: dict[str, int] = {}
    following: dict[str, int] = {}
    for item in reversed(found):
        if item.key in standing:
            following[item.section] = standing[item.key]
        elif item.section in following:
            given[item.key] = following[item.section] - 1
    last = max(standing.values(), default=0)
    for item in found:
        if item.key not in standing and item.key not in given:
            last += STEP
            given[item.key] = last
    return given
