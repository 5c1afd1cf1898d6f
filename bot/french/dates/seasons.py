"""Seasons and feasts: « cet été », « au printemps 2027 », « avant Noël », « lundi de Pâques »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.french.dates import almanac
from bot.french.dates.parts import at, turn_of, year_of
from bot.french.dates.tokens import Span, Token
from bot.french.patterns import names

# Where the seasons of the sky and those of the weather agree: the day each begins, and its length in days.
SEASONS = {"printemps": (3, 21), "ete": (6, 21), "automne": (9, 23), "hiver": (12, 21)}
_LENGTHS = {"printemps": 71, "ete": 71, "automne": 68, "hiver": 69}
FEASTS = names("noel paques toussaint pentecote ascension rentree")
_BEFORE_SCHOOL = names("a pour des avant ici")
_BEFORE_FEAST = names("entre avant ici a jusqu des lundi")


def read_season(tokens: Sequence[Token], index: int, on: dt.date, *, placed: bool = False) -> Span | None:
    """« au printemps », « cet été », « l'automne 2027 »; a bare « été » is a participle more often."""
    before, following = at(tokens, index - 1).text, at(tokens, index + 1)
    year = year_of(following)
    turn = turn_of(following.text)
    said = before in ("cet", "ce") or (before == "au" and at(tokens, index).text == "printemps")
    said = said or placed or (before == ":" and following.text in (".", ",", "\n", ""))
    if before == "'" and not placed and at(tokens, index - 2).text == "l":
        said = (
            at(tokens, index - 3).text in ("a", "avant", "ici", "pour", "des")
            or turn != 0
            or year is not None
        )
    if not said and (year is None or at(tokens, index).text == "ete"):
        return None
    if turn < 0:
        return None
    month, day = SEASONS[at(tokens, index).text]
    start = almanac.make(year or on.year, month, day)
    if start is None:
        return None
    if year is None and (start + 91 * almanac.DAY < on or (turn > 0 and start <= on)):
        start = almanac.make(on.year + 1, month, day)
    if before in ("cet", "ce") and start and (on - start).days > _LENGTHS[at(tokens, index).text]:
        # « les livres empruntés cet été », said in September, tells no day to know.
        return None
    end = start and almanac.shift(start, _LENGTHS[at(tokens, index).text])
    return Span(start, end, index, index + (1 if year or turn else 0), whole=True) if start and end else None


def part_of_season(season: Span, place: str, first: int) -> Span:
    """« à la fin de l'été » begins a little before its last month, as people speak."""
    month = 20 * almanac.DAY
    if place == "start":
        season = season._replace(end=season.start + month)
    elif place == "middle":
        season = season._replace(start=season.start + month, end=season.end - month)
    elif place == "end":
        season = season._replace(start=season.end - month / 2)
    return season._replace(first=first)


def read_feast(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """The day of a feast named at a token, where it is told as a term (« avant Noël »)."""
    word = at(tokens, index).text
    if word == "rentree":
        return _back_to_school(tokens, index, on)
    if word not in FEASTS:
        return None
    words = [at(tokens, position).text for position in (index - 2, index - 1)]
    monday = words == ["lundi", "de"]
    if words == ["veille", "de"] and at(tokens, index - 3).text == "la":
        day = _feast(word, on)
        return Span(day - almanac.DAY, day - almanac.DAY, index - 2, index) if day else None
    if at(tokens, index - 1).text == "de" and not (monday and word in ("paques", "pentecote")):
        return None
    around = [at(tokens, position).text for position in (index - 1, index - 2)]
    if not any(before in _BEFORE_FEAST for before in around):
        return None
    day = _feast(word, on)
    return (
        Span(day + monday * almanac.DAY, day + monday * almanac.DAY, index - 2 * monday, index)
        if day
        else None
    )


def _feast(word: str, on: dt.date) -> dt.date | None:
    """The next day of a feast."""
    for year in (on.year, on.year + 1):
        day = {
            "noel": almanac.make(year, 12, 25),
            "toussaint": almanac.make(year, 11, 1),
            "paques": almanac.easter(year),
            "ascension": almanac.easter(year) + 39 * almanac.DAY,
            "pentecote": almanac.easter(year) + 49 * almanac.DAY,
        }[word]
        if day and day >= on:
            return day
    return None


def _back_to_school(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« à la rentrée », « d'ici la rentrée »: the first days of September."""
    words = [at(tokens, position).text for position in (index - 2, index - 1)]
    if (
        words[1] != "la"
        or words[0] not in _BEFORE_SCHOOL
        or at(tokens, index + 1).text in ("de", "du", "des")
    ):
        return None
    year = on.year if on.month < 9 else on.year + 1
    first, last = almanac.make(year, 9, 1), almanac.make(year, 9, 10)
    return Span(first, last, index, index, whole=True) if first and last else None
