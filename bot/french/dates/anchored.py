"""Days told by another day of the text: « la veille », « le lendemain », « dix jours avant »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.french.dates import almanac
from bot.french.dates.hours import read_hours
from bot.french.dates.parts import at, weekday_of
from bot.french.dates.tokens import Span, Token
from bot.french.dates.vocabulary import NUMBERS
from bot.french.patterns import names

STARTS = frozenset({"veille", "lendemain", "surlendemain"})
_EVENTS = names(
    "date evenement seance reunion ag assemblee scrutin debut echeance depart stage formation conseil ca cac"
    " atelier rencontre sortie concert fete spectacle"
)
_OTHER_EVENT = ("le", "la", "l", "les", "de", "votre", "notre", "chaque")
_UNITS = {"jour": 1, "jours": 1, "semaine": 7, "semaines": 7}


def read_anchored(tokens: Sequence[Token], index: int, told: dt.date | None) -> Span | None:
    """The day that begins at a token and hangs on the day ``told`` before it; None when none does."""
    if told is None:
        return None
    word = at(tokens, index).text
    read = None
    if word in STARTS:
        read = _neighbour(tokens, index)
    elif weekday_of(at(tokens, index)) is not None:
        return _weekday(tokens, index, told)
    elif word in NUMBERS or at(tokens, index).kind in ("number", "hour"):
        read = _steps(tokens, index)
    day = almanac.shift(told, read[0]) if read else None
    if read is None or day is None:
        return None
    hours = read_hours(tokens, read[1] + 1)
    if hours is None:
        return Span(day, day, index, read[1])
    return Span(day, day, index, hours.last, hours.start, hours.end, deadline=hours.before)


def _neighbour(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """« la veille », « l'avant-veille », « dès le lendemain »."""
    word, before = at(tokens, index).text, at(tokens, index - 1).text
    if before not in ("la", "le", "-", "'"):
        return None
    # « à la veille de l'été », « au lendemain de la guerre » are turns of phrase.
    if at(tokens, index + 1).text in ("de", "des", "d", "du") and at(tokens, index - 2).text in ("a", ""):
        return None
    if word == "veille":
        return (-2 if before == "-" and at(tokens, index - 2).text == "avant" else -1), index
    return (2 if word == "surlendemain" else 1), index


def _weekday(tokens: Sequence[Token], index: int, told: dt.date) -> Span | None:
    """« le mardi suivant », « le vendredi précédent »."""
    weekday, turn = weekday_of(at(tokens, index)) or 0, at(tokens, index + 1).text
    if at(tokens, index - 1).text != "le" or turn not in ("suivant", "precedent"):
        return None
    day = almanac.next_weekday(told, weekday) if turn == "suivant" else almanac.last_weekday(told, weekday)
    return Span(day, day, index, index + 1)


def _steps(tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """« deux jours plus tôt », « une semaine après », « 48 h avant »."""
    token, following = at(tokens, index), index + 2
    if token.kind == "hour":
        digits, following = token.text.rstrip("heurs "), index + 1
        if not digits.isdigit() or int(digits) < 24:
            return None
        length = int(digits) // 24
    else:
        unit = _UNITS.get(at(tokens, index + 1).text)
        number = NUMBERS.get(token.text) or (int(token.text) if token.text.isdigit() else 0)
        if unit is None or not 0 < number <= 60:
            return None
        length = number * unit
    word, second = at(tokens, following).text, at(tokens, following + 1).text
    if word == "plus" and second in ("tot", "tard"):
        return (length if second == "tard" else -length), following + 1
    if word in ("avant", "apres"):
        # « dix jours avant l'AG », whose day has just been told; another event has another day.
        named = next(
            (
                at(tokens, rank).text
                for rank in range(following + 1, following + 4)
                if at(tokens, rank).text not in (*_OTHER_EVENT, "'")
            ),
            "",
        )
        if second in _OTHER_EVENT and named not in _EVENTS:
            return None
        return (length if word == "apres" else -length), following
    return None
