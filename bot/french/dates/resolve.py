"""From dates as they are written to days: what one leaves out, its neighbours or the calendar give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.french.dates import almanac
from bot.french.dates.parts import Part, at
from bot.french.dates.tokens import Token
from bot.french.patterns import names
from bot.french.values import NamedTuple

# Before a weekday these tell that it has been: « suite au CAC de mardi ».
_PAST = names("suite evoque convenu dit cr compte pv retour lors depuis vu discute")
# Also right before it, where an article is left out: « comme convenu mardi ».
_SAID = names("convenu evoque dit discute vu annonce echange promis decide depuis parle")
# And these that it is to come, whatever the tense: « nous l'avons fixée pour jeudi ».
_AHEAD = names("pour avant ici jusqu partir des ce prochain tard depuis a au")


class Sense(NamedTuple):
    """How dates are meant: the day of writing; only to come (``future``); how many days one without a
    year may lie back at most (``back``); weekdays as those that have been (``gone``).
    """

    on: dt.date
    future: bool = False
    back: int = almanac.RECENT
    gone: bool = False


class _Known(NamedTuple):
    month: int | None
    year: int | None


def resolve(
    tokens: Sequence[Token], parts: Sequence[Part], overlaps: Sequence[bool], sense: Sense
) -> list[dt.date] | None:
    """A day for each date of a series; None when the calendar has no such day."""
    days: list[dt.date] = []
    for part, known in zip(parts, _known(parts, overlaps), strict=True):
        day = _day(tokens, part, known, days, sense)
        if day is None:
            return None
        days.append(day)
    return days


def _known(parts: Sequence[Part], overlaps: Sequence[bool]) -> list[_Known]:
    """The month and year of each date, its own or taken from the dates after it."""
    known: list[_Known] = []
    month = year = None
    for part, overlap in zip(reversed(parts), reversed(overlaps), strict=True):
        if part.month is not None:
            if part.year is None and year is not None and month is not None and part.month > month:
                year -= 1
            month, year = part.month, part.year or year
        elif part.day is not None and month is not None and overlap:
            month, year = (month - 1, year) if month > 1 else (12, year and year - 1)
        known.append(_Known(month, year) if part.day is not None else _Known(None, None))
    return known[::-1]


def _day(
    tokens: Sequence[Token], part: Part, known: _Known, before: Sequence[dt.date], sense: Sense
) -> dt.date | None:
    if part.day is None:
        return _weekday(tokens, part, before, sense)
    if known.month is None:
        if before:
            return _after(before[-1], part.day, part.weekday)
        return almanac.nearest_day(sense.on, part.day, part.weekday, future=sense.future)
    if part.turn == "last":
        return almanac.nearest(sense.on - almanac.DAY, part.day, known.month, back=365)
    if known.year is not None:
        return almanac.make(known.year, known.month, part.day)
    if part.month is None and part.weekday is not None:
        inherited = almanac.nearest(sense.on, part.day, known.month, future=sense.future)
        if inherited is None or inherited.weekday() != part.weekday:
            return almanac.nearest_day(sense.on, part.day, part.weekday, future=sense.future)
    future = sense.future or part.turn == "next"
    return almanac.nearest(sense.on, part.day, known.month, part.weekday, future=future, back=sense.back)


def _after(before: dt.date, day: int, weekday: int | None) -> dt.date | None:
    """The day of the month that comes next after the date before it in the series."""
    for step in range(13):
        first = almanac.shift_months(before.replace(day=1), step)
        date = None if first is None else almanac.make(first.year, first.month, day)
        if date and date > before and (weekday is None or date.weekday() == weekday):
            return date
    return None


def _weekday(tokens: Sequence[Token], part: Part, before: Sequence[dt.date], sense: Sense) -> dt.date | None:
    """A weekday alone: the next, unless it is told as gone."""
    weekday = part.weekday or 0
    on = before[-1] if before else sense.on
    if part.turn == "last":
        return almanac.last_weekday(on, weekday)
    date = almanac.next_weekday(on, weekday)
    said = at(tokens, part.last).text
    if said.startswith("prochain") and not before and date == on + almanac.DAY:
        # The eve of a day one says « demain »: « mardi prochain » is then that of the week after.
        return almanac.shift(date, 7)
    if not before and at(tokens, part.first - 1).text == "ce" and on.weekday() == weekday:
        return on
    if part.turn in ("huit", "quinze"):
        return almanac.shift(date, 7 if part.turn == "huit" else 14)
    if not sense.future and not before and not part.turn:
        around = [at(tokens, position).text for position in range(part.first - 5, part.first)]
        told = around[-1] in ("de", "du", "", "vu") and not _PAST.isdisjoint(around)
        earlier = [at(tokens, position).text for position in range(part.first - 9, part.first)]
        told = told or (around[-1] in _SAID and "si" not in earlier)
        ahead = around[-1] in _AHEAD or around[-2] in ("avant", "ici", "jusqu", "partir", "tard")
        if told or (sense.gone and not ahead):
            return almanac.last_weekday(on, weekday)
    return date
