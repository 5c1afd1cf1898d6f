"""What capabilities give each other, without knowing each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.settings.model import Settings


@dataclass(frozen=True)
class Event:
    """When something takes place, by the clocks of the network; without hours it is whole days."""

    start: dt.date
    end: dt.date
    time: dt.time | None = None
    end_time: dt.time | None = None
    place: str = ""  # as it was said


@dataclass(frozen=True)
class DigestItem:
    """One thing for the weekly recap."""

    key: str  # stable from week to week: what was told is told again only if ``version`` changed
    section: str  # one of bot.settings.types.SECTIONS
    title: str
    text: str
    circle: str = ""  # whom it concerns; empty: everybody
    version: str = ""
    last_day: dt.date | None = None  # after it, there is no point in telling
    links: tuple[str, ...] = ()
    event: Event | None = None  # in the agenda, and in the calendar file that goes with it
    told: bool = False  # by an earlier edition: said again in short, until its last day


@dataclass(frozen=True)
class Span:
    """What an edition covers: after ``since``, up to ``until``.

    Of the archive: the messages after number ``after_message``.  A mail that was under way at the cut-off
    has an earlier hour than it, and a later number: by number, none is told twice and none is lost.
    """

    since: dt.datetime
    until: dt.datetime
    after_message: int = 0


@dataclass
class Connections:
    """How the channels are doing; written by those who use them.

    ``problems``: for each channel, why it is not connected, or an empty text.  ``notes``: what coordination
    should be told of it, as codes, until it is written down.
    """

    problems: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Holding:
    """One kind of thing that is held on a person."""

    kind: str  # a word of words.toml [holding]
    rows: tuple[Mapping[str, Any], ...]  # as JSON has it
    proof: bool = False  # stays after an erasure, as proof: the kind's word says why


class DataOwner(Protocol):
    """What holds things on people, and so can say what, let go of it, and keep nothing for too long.

    A name, an address or a chat id that stands inside a text needs no owner: an erasure looks for it in
    every table (``bot/personal/holdings/sweep.py``).
    """

    @property
    def tables(self) -> frozenset[str]:
        """The tables that it answers for."""
        ...

    @property
    def proof(self) -> frozenset[str]:
        """The columns (``table.column``) in which a name stays after an erasure, as proof."""
        ...

    async def holdings(self, work: Any, person_id: int) -> Sequence[Holding]:
        """All that is held on a person; ``work`` is a ``bot.work.Work``."""
        ...

    async def erase(self, work: Any, person_id: int, alias: str) -> None:
        """Let go of all of it but what must stay as proof; ``alias`` stands where a name must."""
        ...

    async def expire(self, work: Any) -> None:
        """Let go of what was kept for as long as the settings say."""
        ...


class Recurrence(Protocol):
    """Something that falls due again and again."""

    def last(self, now: dt.datetime, settings: Settings) -> tuple[str, dt.datetime] | None:
        """The latest occurrence up to ``now``: the name of its period, and its moment in UTC.

        None when there was none yet: what was set at run time begins when it was.
        """
        ...

    def next(self, now: dt.datetime, settings: Settings) -> dt.datetime:
        """The first moment after ``now``, in UTC."""
        ...
