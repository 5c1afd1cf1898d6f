"""How an edition is laid out: sections in the network's order, and in them whom each thing concerns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.protocols import Event
from bot.render import LINK
from bot.settings.model import Settings
from bot.settings.types import SectionName
from bot.work import Work
from handlers.digest.items import event_of
from handlers.digest.load.measure import WORDS_A_MINUTE
from handlers.digest.order import place
from handlers.digest.page.titles import Parts, parts, without_day
from handlers.digest.tables import Edition, Item

NO_YEAR = dt.timedelta(days=180)  # so near, nobody wonders which year
WHEN = "agenda"  # read by date: there, whom it concerns stands beside each thing


@dataclass(frozen=True)
class Fit:
    """How much of a section the page has room for; without a bound, all of it."""

    whole: int | None = None  # things shown whole
    named: int | None = None  # things that are only named
    letters: int | None = None  # characters of each text


WHOLE = Fit()


@dataclass(frozen=True)
class Entry:
    """One thing as it is read.  ``circle``: whom it concerns, unless everybody or its group says so."""

    number: int
    title: str
    lines: tuple[str, ...]
    links: tuple[str, ...]
    told: bool
    circle: str
    due: dt.date | None  # the last day to do it
    event: Event | None
    year: bool  # whether its day needs its year
    closing: bool  # whether its last day is that of the edition

    @property
    def parts(self) -> Parts:
        """Its title as a page sets it."""
        return parts(self.title)


@dataclass(frozen=True)
class Group:
    """What concerns the same people; ``name`` is empty where a section concerns everybody."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Shown:
    """One section as it is read: things shown whole, things only named, and how many more there are."""

    name: str
    groups: tuple[Group, ...]
    beyond: tuple[Entry, ...]
    unnamed: int
    count: int

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that is shown whole."""
        return tuple(entry for group in self.groups for entry in group.entries)


@dataclass(frozen=True)
class Gist:
    """What is in it for whom: how many things, the circles that some of it is for, and minutes to read."""

    counts: dict[str, int]  # by section
    reminders: int  # of what is to be done
    circles: tuple[str, ...]
    everybody: bool  # whether some of it concerns the whole network
    total: int
    minutes: int


class Layout:
    """Lays the items of one edition out.  ``first``: the circles whose matters its reader sees first."""

    def __init__(
        self, settings: Settings, edition: Edition, fit: Fit = WHOLE, first: Collection[str] = ()
    ) -> None:
        self._first = first
        self._digest, self._circles, self._fit = settings.digest, settings.circles, fit
        self._home = settings.lists[settings.digest.list].circle if settings.lists else ""
        self._day = edition.send_at.astimezone(settings.network.zone).date()

    def sections(self, items: Sequence[Item]) -> list[Shown]:
        """The items (best first) by section, in the order of the settings; empty sections vanish."""
        ordered = sorted(sorted(items, key=self._is_behind), key=place)
        by_section = {name: list(here) for name, here in groupby(ordered, key=lambda item: item.section)}
        return [self._section(name, by_section[name]) for name in self._digest.sections if name in by_section]

    def gist(self, items: Sequence[Item], sections: Sequence[Shown]) -> Gist:
        """What stands at the top."""
        there = {item.circle for item in items if item.section in self._digest.sections}
        named = [key for key in self._circles if key in there and key != self._home]
        return Gist(
            {section.name: section.count for section in sections},
            sum(item.told for item in items if item.section == "todo"),
            tuple(self._circles[key].name for key in named),
            bool(there - set(named)),
            sum(section.count for section in sections),
            _minutes(sections),
        )

    def cut(self, text: str) -> str:
        """As much of a text as there is room for."""
        most = self._fit.letters
        return text if most is None or len(text) <= most else text[: most - 1].rstrip() + "…"

    def _section(self, name: SectionName, items: Sequence[Item]) -> Shown:
        most = [most for most in (self._digest.limits.get(name), self._fit.whole) if most is not None]
        cut = min(most) if most else len(items)
        beyond = items[cut:]
        named = beyond if self._fit.named is None else beyond[: self._fit.named]
        return Shown(
            name,
            tuple(self._groups(name, items[:cut])),
            tuple(self._entry(item, with_circle=True) for item in named),
            len(beyond) - len(named),
            len(items),
        )

    def _groups(self, name: str, items: Sequence[Item]) -> Iterator[Group]:
        """The reader's circles, everybody, then circle by circle; the agenda stays one row of days."""
        if name == WHEN or not any(self._circle(item) for item in items):
            entries = tuple(self._entry(item, with_circle=True) for item in items)
            yield from [Group("", entries)] if entries else []
            return
        for circle in sorted(("", *self._circles), key=lambda key: key not in self._first):
            here = tuple(
                self._entry(item, with_circle=False) for item in items if self._circle(item) == circle
            )
            if here:
                yield Group(self._circles[circle or self._home].name if circle or self._home else "", here)

    def _is_behind(self, item: Item) -> bool:
        return self._circle(item) not in self._first

    def _circle(self, item: Item) -> str:
        """The key of the circle that an item concerns; empty: everybody."""
        return item.circle if item.circle in self._circles and item.circle != self._home else ""

    def _entry(self, item: Item, *, with_circle: bool) -> Entry:
        event = event_of(item.event)
        due = item.last_day if event is None and item.section == "todo" else None
        last = event.end if event else due
        circle = self._circle(item)
        return Entry(
            number=item.number,
            title=self.cut(without_day(" ".join(item.title.split()), event, due)),
            lines=tuple(self.cut(line.strip()) for line in item.text.splitlines() if line.strip()),
            links=tuple(_links(item)),
            told=item.told,
            circle=self._circles[circle].name if circle and with_circle else "",
            due=due,
            event=event,
            year=last is not None and abs(last - self._day) >= NO_YEAR,
            closing=due == self._day,
        )


def sections(work: Work, edition: Edition, items: Sequence[Item]) -> list[Shown]:
    """The kept items of an edition, laid out as the settings want them."""
    return Layout(work.settings, edition).sections(items)


def _links(item: Item) -> Iterator[str]:
    """The addresses of web pages that its text does not say already."""
    for link in dict.fromkeys(map(str, item.links)):
        if LINK.fullmatch(link) and link not in item.text:
            yield link


def letters(sections: Sequence[Shown]) -> int:
    """How many characters these sections show: no page of them has fewer bytes."""
    return sum(map(len, _shown(sections)))


def _minutes(sections: Sequence[Shown]) -> int:
    """How long reading takes, rounded up."""
    return max(1, -(-sum(len(text.split()) for text in _shown(sections)) // WORDS_A_MINUTE))


def _shown(sections: Sequence[Shown]) -> Iterator[str]:
    for section in sections:
        for entry in section.entries:
            yield entry.title
            yield from () if entry.told else entry.lines
        yield from (entry.title for entry in section.beyond)
