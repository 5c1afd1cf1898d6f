"""Seasons and feasts: « cet été », « au printemps 2027 », « avant Noël », « lundi de Pâques »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.french import almanac
from bot.french.parts import at, turn_of, year_of
from bot.french.patterns import names
from bot.french.tokens import Span, Token

SEASONS = {"printemps": (3, 20), "ete": (6, 21), "automne": (9, 22), "hiver": (12, 21)}
_BEFORE_FEAST = names("avant ici a jusqu des lundi")


def read_season(tokens: Sequence[Token], index: int, on: dt.date, *, placed: bool = False) -> Span | None:
    """« au printemps », « cet été », « l'automne 2027 »; a bare « été » is a participle more often."""
    before, following = at(tokens, index - 1).text, at(tokens, index + 1)
    year = year_of(following)
    turn = turn_of(following.text)
    said = before in ("cet", "ce") or (before == "au" and at(tokens, index).text == "printemps")
    said = said or placed
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
    end = start and almanac.shift(start, 91)
    return Span(start, end, index, index + (1 if year or turn else 0), whole=True) if start and end else None


def part_of_season(season: Span, place: str, first: int) -> Span:
    """« à la fin de l'été » begins a little before its last month, as people speak."""
    month = 30 * almanac.DAY
    if place == "start":
        season = season._replace(end=season.start + month)
    elif place == "middle":
        season = season._replace(start=season.start + month, end=season.end - month)
    elif place == "end":
        season = season._replace(start=season.end - month)
    return season._replace(first=first)


def read_feast(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """The day of a feast named at a token, where it is told as a term (« avant Noël »)."""
    word = at(tokens, index).text
    monday = [at(tokens, position).text for position in (index - 2, index - 1)] == ["lundi", "de"]
    if word not in ("noel", "paques", "toussaint", "pentecote"):
        return None
    if at(tokens, index - 1).text == "de" and not (monday and word in ("paques", "pentecote")):
        return None
    around = [at(tokens, position).text for position in (index - 1, index - 2)]
    if not any(before in _BEFORE_FEAST for before in around):
        return None
    for year in (on.year, on.year + 1):
        day = {
            "noel": almanac.make(year, 12, 25),
            "toussaint": almanac.make(year, 11, 1),
            "paques": almanac.easter(year),
            "pentecote": almanac.easter(year) + 49 * almanac.DAY,
        }[word]
        if day and day >= on:
            return Span(day + monday * almanac.DAY, day + monday * almanac.DAY, index - 2 * monday, index)
    return None
