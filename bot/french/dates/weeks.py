"""Weeks and week-ends: « la semaine prochaine », « début S48 », « ce week-end »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.french.dates import almanac
from bot.french.dates.parts import at, weekday_of
from bot.french.dates.tokens import Span, Token
from bot.french.patterns import names

_PARTS_OF_WEEK = names("fin debut milieu mi")


def read_week(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« la semaine prochaine », « mardi de la semaine prochaine », « semaine 47 »."""
    if at(tokens, index).text in ("week", "weekend", "wk"):
        return _other_week_end(tokens, index, on)
    if at(tokens, index).text[1:].isdigit():
        return _short_week(tokens, index, on)
    following = at(tokens, index + 1)
    weeks = _turn(following.text)
    if weeks is None:
        return _numbered_week(tokens, index, on)
    moved = almanac.shift(on, 7 * weeks)
    if moved is None:
        return None
    monday, sunday = almanac.week(moved)
    first = index - 1 if at(tokens, index - 1).text == "la" else index
    return _within(tokens, Span(monday, sunday, first, index + 1, whole=True))


def _within(tokens: Sequence[Token], week: Span) -> Span:
    """The part of the week that is meant: « mardi de la … », « en fin de … », « début de … »."""
    position = week.first - 1
    if at(tokens, position).text in ("de", "-"):
        position -= 1
    word = at(tokens, position)
    monday, sunday = week.start, week.end
    weekday = weekday_of(word)
    if weekday is not None:
        day = monday + weekday * almanac.DAY
        return week._replace(start=day, end=day, first=position, whole=False)
    parts = {"fin": (4, 6), "debut": (0, 1), "milieu": (2, 2), "mi": (2, 2)}
    if word.text in parts:
        low, high = parts[word.text]
        return week._replace(
            start=monday + low * almanac.DAY, end=monday + high * almanac.DAY, first=position
        )
    return week._replace(start=monday, end=sunday)


def _turn(word: str) -> int | None:
    if word in ("prochaine", "prochain", "suivante", "pro"):
        return 1
    return -1 if word in ("derniere", "dernier", "passee", "passe", "precedente") else None


def _numbered_week(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    token, before = at(tokens, index + 1), at(tokens, index - 1).text
    told = at(tokens, index - 3).text == "cette"
    if told or token.text in ("", ".", ",", ")", "!", "\n") or token.kind == "hour":
        return _end_of_this_week(tokens, index, on)
    if not token.text.isdigit() or not 1 <= int(token.text) <= 53 or before.isdigit():
        return None
    monday = _monday(int(token.text), on)
    if monday is None:
        return None
    return _within(tokens, Span(monday, monday + 6 * almanac.DAY, index, index + 1, whole=True))


def _short_week(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« S48 », « fin S7 »."""
    number, before = at(tokens, index).text[1:], at(tokens, index - 1).text
    if not 1 <= int(number) <= 53 or (len(number) == 1 and before not in _PARTS_OF_WEEK):
        return None
    monday = _monday(int(number), on)
    if monday is None:
        return None
    return _within(tokens, Span(monday, monday + 6 * almanac.DAY, index, index, whole=True))


def _monday(number: int, on: dt.date) -> dt.date | None:
    """The Monday of the ISO week with this number that is to come, or just gone."""
    for year in (on.year, on.year + 1):
        try:
            monday = dt.date.fromisocalendar(year, number, 1)
        except ValueError:
            continue
        if monday >= on - 60 * almanac.DAY:
            return monday
    return None


def _end_of_this_week(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    first = index - 1 if at(tokens, index - 1).text == "la" else index
    if at(tokens, first - 1).text not in ("de", "-") or at(tokens, first - 2).text not in _PARTS_OF_WEEK:
        return None
    monday, sunday = almanac.week(on)
    return _within(tokens, Span(monday, sunday, first, index, whole=True))


def week_end(tokens: Sequence[Token], index: int) -> int:
    return index + 2 if at(tokens, index + 1).text == "-" else index + (at(tokens, index + 1).text == "end")


def _other_week_end(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    last = week_end(tokens, index)
    turn = _turn(at(tokens, last + 1).text)
    before = [at(tokens, position).text for position in (index - 1, index - 2)]
    if turn is None and before[0] in ("le", "ce", "a") and before[1] in ("avant", "ici", "pour", "a", "des"):
        return saturday(on, index, last, 0)
    return None if turn is None else saturday(on, index, last + 1, min(turn, 0))


def saturday(on: dt.date, first: int, last: int, weeks: int) -> Span | None:
    saturday = almanac.shift(almanac.week(on)[0], 5 + 7 * weeks)
    if saturday is None:
        return None
    return Span(saturday, saturday + almanac.DAY, first, last, whole=True)
