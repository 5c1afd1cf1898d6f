"""Parts of a month: « le premier jeudi de décembre », « les deux premières semaines de septembre »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.french.dates import almanac
from bot.french.dates.hours import read_hours
from bot.french.dates.parts import at, month_of, turn_of, weekday_of, year_of
from bot.french.dates.tokens import Span, Token
from bot.french.dates.vocabulary import NUMBERS, ORDINALS
from bot.french.patterns import names

PRESSING = names("avant ici")


def whole_month(on: dt.date, month: int, year: int | None) -> tuple[dt.date, dt.date] | None:
    """A month without a year is this one or the next to come, or a month just gone."""
    if year is not None:
        return almanac.month_span(year, month)
    spans = [span for step in range(-1, 12) if (span := month_after(on, step)) and span[0].month == month]
    return min(spans, key=lambda span: abs((span[0] - on).days), default=None)


def month_after(on: dt.date, step: int) -> tuple[dt.date, dt.date] | None:
    first = almanac.shift_months(on.replace(day=1), step)
    return None if first is None else almanac.month_span(first.year, first.month)


def words_before(tokens: Sequence[Token], index: int) -> list[str]:
    return [at(tokens, position).text for position in range(index - 3, index)]


def nth_weekday(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« le premier jeudi de décembre », « le dernier vendredi du mois prochain »."""
    word = at(tokens, index).text
    weekday = weekday_of(at(tokens, index + 1))
    if weekday is None or at(tokens, index + 2).text not in ("de", "du", "d"):
        return None
    if at(tokens, index - 1).text in ("chaque", "tous", "les", "et"):
        return None
    position = index + (4 if at(tokens, index + 3).text == "'" else 3)
    rank = -1 if word == "dernier" else ORDINALS.get(word) or int(word[0])
    month, last = month_of(at(tokens, position)), position
    if month is not None:
        year = year_of(at(tokens, position + 1))
        span = whole_month(on, month, year)
        last += 1 if year else 0
    elif at(tokens, position).text == "mois":
        turn = turn_of(at(tokens, position + 1).text)
        # « le 2e mardi du mois » is that of every month, unless a term is told.
        if not turn and PRESSING.isdisjoint(words_before(tokens, index)):
            return None
        span, last = month_after(on, turn), position + (1 if turn else 0)
    else:
        return None
    day = span and almanac.nth_weekday(span[0].year, span[0].month, weekday, rank)
    if not day:
        return None
    hours = read_hours(tokens, last + 1)
    if hours is None:
        return Span(day, day, index, last)
    return Span(day, day, index, hours.last, hours.start, hours.end, deadline=hours.before)


def weeks_of_month(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« les deux premières semaines de septembre »."""
    which, number = at(tokens, index - 1).text, at(tokens, index - 2).text
    count = NUMBERS.get(number) or (int(number) if number.isdigit() else 0)
    month = month_of(at(tokens, index + 2 + (at(tokens, index + 2).text == "'")))
    whole = whole_month(on, month, None) if month and which in ("premieres", "dernieres") else None
    if whole is None or not 1 < count < 5 or at(tokens, index + 1).text not in ("de", "d"):
        return None
    start, end = whole
    length = (7 * count - 1) * almanac.DAY
    days = (start, start + length) if which == "premieres" else (end - length, end)
    return Span(*days, index - 2, index + 2, whole=True)


def piece(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« la première quinzaine de mars », « la dernière semaine de novembre », « 2e week-end de mai »."""
    before = at(tokens, index - 1).text
    last_one = before in ("dernier", "derniere")
    rank = ORDINALS.get(before) or (int(before[0]) if before[:1].isdigit() and not before.isdigit() else None)
    position = index + (3 if at(tokens, index + 1).text == "-" else 1)
    if at(tokens, position).text not in ("de", "d") or not (rank or last_one):
        return None
    position += 2 if at(tokens, position + 1).text == "'" else 1
    month, year = month_of(at(tokens, position)), year_of(at(tokens, position + 1))
    whole = whole_month(on, month, year) if month else None
    if whole is None:
        return None
    start, end = _piece_days(at(tokens, index).text, *whole, -1 if last_one else rank or 1)
    return Span(start, end, index - 1, position + (1 if year else 0), whole=True)


def _piece_days(word: str, start: dt.date, end: dt.date, rank: int) -> tuple[dt.date, dt.date]:
    if word == "quinzaine":
        return (start, start.replace(day=15)) if rank == 1 else (start.replace(day=16), end)
    if word == "semaine":
        low = end - 6 * almanac.DAY if rank < 0 else start + (rank - 1) * 7 * almanac.DAY
        return low, low + 6 * almanac.DAY
    saturday = almanac.nth_weekday(start.year, start.month, 5, rank) or start
    return saturday, saturday + almanac.DAY
