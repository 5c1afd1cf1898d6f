"""The hours said with a date: right beside it, or further off in its sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.french.dates.parts import at, month_of, weekday_of
from bot.french.dates.tokens import Token, clock_time
from bot.french.patterns import names
from bot.french.values import NamedTuple

_PARTS_OF_DAY = ("matin", "matinee", "soir", "soiree", "aprem", "midi", "nuit")
_BEFORE_HOUR = names("a de des vers entre pour avant partir d jusqu heure")
_TO = ("a", "-", "et", "/", "au", "jusqu", "–", "—")
_PAUSES = (",", "-", ":", "(", "|", ";", "·", "–", "—", "@")
_FURTHEST = 14
_AT_HOUR = names("rdv a des vers : ( - | , partir entre")
_OTHER_DAY = names("demain lendemain veille semaine hier soit avant jusqu tous chaque")


class Hours(NamedTuple):
    """The hours said with a date, and the last token that says them."""

    start: dt.time | None
    end: dt.time | None
    last: int
    before: bool = False


def read_hours(tokens: Sequence[Token], index: int) -> Hours | None:
    """The hours said right after a date, from a token on; None when none are."""
    last = index - 1
    while at(tokens, last + 1).text in ("au", "en", "apres", "l", "'", *_PARTS_OF_DAY) or (
        at(tokens, last + 1).text == "-" and at(tokens, last + 2).text == "midi"
    ):
        last += 1
        if at(tokens, last).text == "midi":
            noon = at(tokens, last - 1).text not in ("-", "apres")
            return Hours(dt.time(12) if noon else None, None, last)
    position, skipped, before = last + 1, 0, False
    while skipped < 5 and _leads_to_hour(at(tokens, position)):
        before |= at(tokens, position).text == "avant"
        position, skipped = position + 1, skipped + 1
    start = _time_at(tokens, position)
    if start is None:
        return Hours(None, None, last) if last >= index and _is_part_of_day(tokens, last) else None
    if start[1] is None:
        return None
    end = _end_time(tokens, start[0] + 1)
    return Hours(start[1], end[1] if end else None, end[0] if end else start[0], before)


def _is_part_of_day(tokens: Sequence[Token], index: int) -> bool:
    return at(tokens, index).text in _PARTS_OF_DAY


def _leads_to_hour(token: Token) -> bool:
    return token.text in _PAUSES or token.text == "'" or (token.kind == "word" and token.text in _BEFORE_HOUR)


def _time_at(tokens: Sequence[Token], index: int) -> tuple[int, dt.time | None] | None:
    """The last token and the time; the time is None where an hour follows that no clock shows."""
    token = at(tokens, index)
    if token.kind == "hour":
        following = at(tokens, index + 2)
        if at(tokens, index + 1).text == "/" and following.kind == "word" and weekday_of(following) is None:
            return None
        return index, clock_time(token)
    if token.text == "midi":
        return index, dt.time(12)
    if token.text == "minuit":
        begins = at(tokens, index - 1).text in ("des", "partir", "de")
        return index, dt.time(0) if begins else dt.time(23, 59)
    # "14-16h", "de 14 à 16h": the first hour borrows the sign of the second.
    if token.kind == "number" and token.text.isdigit() and int(token.text) < 24:
        end = _end_time(tokens, index + 1)
        if end and at(tokens, end[0]).kind == "hour":
            return index, dt.time(int(token.text))
    return None


def _end_time(tokens: Sequence[Token], index: int) -> tuple[int, dt.time] | None:
    if at(tokens, index).text not in _TO:
        return None
    while at(tokens, index + 1).text in ("'", "a") and at(tokens, index).text in ("jusqu", "'"):
        index += 1
    token = at(tokens, index + 1)
    if token.kind == "hour" and (time := clock_time(token)) is not None:
        return index + 1, dt.time(23, 59) if time == dt.time(0) else time
    if token.text == "midi":
        return index + 1, dt.time(12)
    return (index + 1, dt.time(23, 59)) if token.text == "minuit" else None


def hours_before(tokens: Sequence[Token], index: int) -> Hours | None:
    """The hours said right before a date (« à 14 h le jeudi 3 »); ``last`` is then their first token."""
    position = index - 1
    while at(tokens, position).text in ("le", "ce", ",", "(", "-", "du", "de") and index - position < 4:
        position -= 1
    token = at(tokens, position)
    time = clock_time(token) if token.kind == "hour" else None
    if time is None:
        return None
    if at(tokens, position - 1).text in ("-", "a") and at(tokens, position - 2).kind == "hour":
        start = clock_time(at(tokens, position - 2))
        return None if start is None else Hours(start, time, position - 2)
    return None if at(tokens, position - 1).text in ("/", "et") else Hours(time, None, position)


def hours_after(tokens: Sequence[Token], index: int) -> Hours | None:
    """The hours told further on (« demain devant la salle à 18h15 », « 7 mai », then « 19 h » a line below).

    Before another date, and not a length of time (« un atelier de 3 h »).
    """
    for position in range(index, min(index + _FURTHEST, len(tokens))):
        token, before = at(tokens, position), at(tokens, position - 1)
        if token.kind in ("full", "short") or weekday_of(token) is not None or month_of(token) is not None:
            return None
        if token.text in _OTHER_DAY or (token.text == "." and at(tokens, position + 1).kind == "line"):
            return None
        if token.kind != "hour":
            continue
        begins = before.text in _AT_HOUR or before.kind == "line"
        ranged = at(tokens, position - 2).text == "partir" or _end_time(tokens, position + 1)
        if not begins and not (before.text == "de" and ranged):
            return None
        return read_hours(tokens, position)
    return None


def hours_earlier(tokens: Sequence[Token], index: int, low: int) -> Hours | None:
    """The hours told before a date in its sentence, which begins at place ``low`` of the text."""
    for position in range(index, max(index - _FURTHEST, -1), -1):
        token = at(tokens, position)
        if token.start < low:
            return None
        if token.kind == "hour":
            ready = at(tokens, position - 1).text in ("a", "des", "vers", "de", "rdv", "\n", ":")
            hours = read_hours(tokens, position) if ready else None
            ends = hours is not None and hours.end is not None
            return hours if ends or at(tokens, position - 1).text not in ("de", "") else None
    return None
