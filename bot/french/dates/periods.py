"""Parts of months and years: « fin janvier », « au 1er trimestre 2023 », « avant Noël »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.french.dates import almanac
from bot.french.dates.months import (
    PRESSING,
    month_after,
    nth_weekday,
    piece,
    weeks_of_month,
    whole_month,
    words_before,
)
from bot.french.dates.parts import at, day_of, month_of, turn_of, weekday_of, year_of
from bot.french.dates.seasons import FEASTS, SEASONS, part_of_season, read_feast, read_season
from bot.french.dates.tokens import Span, Token
from bot.french.dates.vocabulary import MONTH_ABBREVIATIONS, MONTHS, ORDINALS
from bot.french.patterns import names

_PLACES = {"debut": "start", "fin": "end", "mi": "middle", "milieu": "middle", "courant": "whole"}
_IN = names("en courant depuis des pour mois jusqu jusque partir avant ici a")
_BY_YEAR = names("avant ici jusqu jusque")
STARTS = (
    MONTHS.keys()
    | ORDINALS.keys()
    | SEASONS.keys()
    | _PLACES.keys()
    | names("mois annee an trimestre semestre quinzaine semaine semaines week weekend dernier")
    | FEASTS
)
_QUARTERS = {"trimestre": 3, "semestre": 6}


def read_period(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """The period or the day of a feast named from a token on; None when none is."""
    word = at(tokens, index).text
    if at(tokens, index).kind == "month":
        numbers = [int(piece) for piece in word.split("/")]
        whole = almanac.month_span(numbers[1], numbers[0])
        return whole and Span(*whole, index, index, whole=True)
    if day_of(at(tokens, index)) and at(tokens, index + 1).text in ("du", "de", "courant"):
        return _day_of_month(tokens, index, on)
    year = year_of(at(tokens, index))
    if year and not _BY_YEAR.isdisjoint(at(tokens, position).text for position in (index - 1, index - 2)):
        low, high = almanac.make(year, 1, 1), almanac.make(year, 12, 31)
        return Span(low, high, index, index, whole=True) if low and high else None
    if word in _PLACES:
        return _placed(tokens, index, on)
    if month_of(at(tokens, index)) is not None:
        return _month(tokens, index, on)
    if word == "an" and (first := _new_year(tokens, index, on)):
        return first
    if word in ("mois", "annee", "an"):
        return _turned(tokens, index, on)
    if word in _QUARTERS:
        return _quarter(tokens, index, on)
    if word[:1] in "tq" and word[1:].isdigit():
        return _short_quarter(tokens, index)
    if word in SEASONS:
        return read_season(tokens, index, on)
    if word in ("quinzaine", "semaine", "week", "weekend"):
        return piece(tokens, index, on)
    if word == "semaines":
        return weeks_of_month(tokens, index, on)
    if word in ORDINALS or word in ("dernier", "1er", "2e", "3e", "4e", "2eme", "3eme", "4eme"):
        return nth_weekday(tokens, index, on)
    return read_feast(tokens, index, on)


def _new_year(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« le jour de l'an », « avant le nouvel an »."""
    words = [at(tokens, position).text for position in range(index - 6, index)]
    named = words[-4:] == ["jour", "de", "l", "'"] and words[1] in ("le", "au")
    if not (named or (words[-2:] == ["le", "nouvel"] and words[-3] in ("avant", "d", "ici"))):
        return None
    day = almanac.make(on.year + ((on.month, on.day) > (1, 1)), 1, 1)
    return Span(day, day, index - (3 if named else 1) - named, index) if day else None


def _day_of_month(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« le 15 du mois prochain », « le 20 courant »."""
    last, turn = index + 1, 0
    if [at(tokens, position).text for position in (index + 1, index + 2, index + 3)] == ["de", "ce", "mois"]:
        last = index + 3
    elif at(tokens, index + 1).text == "de":
        return None
    elif at(tokens, index + 1).text == "du":
        if at(tokens, index + 2).text != "mois" or at(tokens, index - 1).text in ("les", "chaque"):
            return None
        turn = turn_of(at(tokens, index + 3).text)
        last = index + (3 if turn else 2)
    whole = month_after(on, turn)
    day = day_of(at(tokens, index))
    date = almanac.make(whole[0].year, whole[0].month, day) if whole and day else None
    return None if date is None else Span(date, date, index, last)


def _placed(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« fin janvier », « mi-février », « à la fin du mois », « fin d'année », « début 2027 »."""
    place, position = _PLACES[at(tokens, index).text], index + 1
    while at(tokens, position).text in ("-", "de", "du", "d", "'", "la", "l", "mois", "cette", "ce", "cet"):
        if at(tokens, position).text == "mois" and at(tokens, position + 1).text not in ("de", "d"):
            break
        position += 1
    token = at(tokens, position)
    month = month_of(token) or (MONTH_ABBREVIATIONS.get(token.text) if token.kind == "word" else None)
    if month is not None:
        year = year_of(at(tokens, position + 1))
        span = whole_month(on, month, year)
        return span and _part(*span, place, index, position + (1 if year else 0))
    if token.text == "mois":
        turn = turn_of(at(tokens, position + 1).text)
        span = month_after(on, turn)
        return span and _part(*span, place, index, position + (1 if turn else 0))
    if token.text == "journee" and not PRESSING.isdisjoint(words_before(tokens, index)):
        return Span(on, on, index, position)
    if token.text in ("annee", "an"):
        if at(tokens, index - 1).text in ("de", "des") and at(tokens, index - 2).text != "partir":
            # « les fêtes de fin d'année », « le panier de fin d'année » are names.
            return None
        turn = turn_of(at(tokens, position + 1).text)
        return _part_of_year(on.year + turn, place, index, position + (1 if turn else 0))
    if token.text in SEASONS:
        season = read_season(tokens, position, on, placed=True)
        return season and part_of_season(season, place, index)
    if token.text in _QUARTERS:
        return _end_of_quarter(on, _QUARTERS[token.text], index, position) if place == "end" else None
    if token.text in ORDINALS and at(tokens, position + 1).text in _QUARTERS and place == "end":
        quarter = _quarter(tokens, position + 1, on)
        return quarter and quarter._replace(start=quarter.end.replace(day=1), first=index)
    year = year_of(token)
    return _part_of_year(year, place, index, position) if year else None


def _end_of_quarter(on: dt.date, length: int, first: int, last: int) -> Span | None:
    """« la fin du trimestre »: its last month's last ten days."""
    span = almanac.month_span(on.year, (on.month - 1) // length * length + length)
    return span and _part(*span, "end", first, last)


def _part(start: dt.date, end: dt.date, place: str, first: int, last: int) -> Span:
    """A third of a month, as people mean it; a deadline « avant la fin » is its last day."""
    if place == "start":
        end = start.replace(day=10)
    elif place == "middle":
        start, end = start.replace(day=10), start.replace(day=20)
    elif place == "end":
        start = start.replace(day=21)
    return Span(start, end, first, last, whole=True)


def _part_of_year(year: int, place: str, first: int, last: int) -> Span | None:
    months = {"start": (1, 2), "middle": (6, 7), "end": (12, 12), "whole": (1, 12)}[place]
    low, high = almanac.month_span(year, months[0]), almanac.month_span(year, months[1])
    return Span(low[0], high[1], first, last, whole=True) if low and high else None


def _month(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« en janvier », « au mois de mars », « janvier 2027 »."""
    month, year = month_of(at(tokens, index)), year_of(at(tokens, index + 1))
    if _long_gone(at(tokens, index + 1)):
        return None
    elided = at(tokens, index - 1).text == "'"
    before = at(tokens, index - 1 - elided).text
    earlier = at(tokens, index - 2 - elided)
    listed = (
        before in ("et", "ou", "/", "puis")
        and month_of(earlier) is not None
        and at(tokens, index - 3).text in _IN
    )
    listed = listed or (before in ("de", "d") and weekday_of(earlier) is not None)
    ranged = month_of(at(tokens, index + 2)) is not None and at(tokens, index + 1).text in ("a", "-", "et")
    ranged = ranged and (at(tokens, index + 1).text != "et" or before == "entre")
    if month is None or not (listed or year or ranged or before in _IN or earlier.text in ("mois", "partir")):
        return None
    turn = 0 if year else turn_of(at(tokens, index + 1).text)
    span = whole_month(on, month, year)
    if span is None:
        return None
    if turn < 0 <= (span[0] - on).days:
        span = whole_month(on, month, span[0].year - 1)
    last = index + (1 if year or turn else 0)
    return span and _month_range(tokens, Span(*span, index, last, whole=True))


def _long_gone(token: Token) -> bool:
    """Whether a number is the end of a year long gone (« mai 68 »)."""
    return token.kind == "number" and token.text.isdigit() and 31 < int(token.text) < 100


def _month_range(tokens: Sequence[Token], span: Span) -> Span:
    """« d'octobre à décembre »: to the end of the second month."""
    month = month_of(at(tokens, span.last + 2))
    between = at(tokens, span.first - 1).text == "entre" and at(tokens, span.last + 1).text == "et"
    if month is None or not (between or at(tokens, span.last + 1).text in ("a", "-")):
        return span
    year = year_of(at(tokens, span.last + 3))
    end = almanac.month_span(year or span.start.year + (month < span.start.month), month)
    if end is None or end[1] < span.end:
        return span
    return span._replace(end=end[1], last=span.last + (3 if year else 2))


def _turned(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« le mois prochain », « l'année dernière »."""
    turn = turn_of(at(tokens, index + 1).text)
    # "l'an dernier" tells when something was, not a day to know.
    year = at(tokens, index).text != "mois"
    gone = year and (turn < 0 or at(tokens, index + 1).text.startswith("suivant"))
    if turn == 0 or gone or at(tokens, index - 1).kind == "number":
        return None
    if year:
        low, high = almanac.make(on.year + turn, 1, 1), almanac.make(on.year + turn, 12, 31)
        return Span(low, high, index, index + 1, whole=True) if low and high else None
    span = month_after(on, turn)
    return None if span is None else Span(*span, index, index + 1, whole=True)


def _quarter(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    length = _QUARTERS[at(tokens, index).text]
    before, year = at(tokens, index - 1).text, year_of(at(tokens, index + 1))
    rank = ORDINALS.get(before) or (int(before[0]) if before[:1].isdigit() and not before.isdigit() else None)
    rank = 12 // length if before == "dernier" and year else rank
    if rank is None or not 1 <= rank <= 12 // length:
        return None
    last_month = rank * length
    if year is None:
        year = on.year if last_month >= on.month else on.year + 1
    low, high = almanac.month_span(year, last_month - length + 1), almanac.month_span(year, last_month)
    told = year_of(at(tokens, index + 1)) is not None
    return Span(low[0], high[1], index - 1, index + (1 if told else 0), whole=True) if low and high else None


def _short_quarter(tokens: Sequence[Token], index: int) -> Span | None:
    """« T3 2026 », « Q1 2027 »."""
    rank, year = int(at(tokens, index).text[1:]), year_of(at(tokens, index + 1))
    if year is None or not 1 <= rank <= 4:
        return None
    low, high = almanac.month_span(year, rank * 3 - 2), almanac.month_span(year, rank * 3)
    return Span(low[0], high[1], index, index + 1, whole=True) if low and high else None
