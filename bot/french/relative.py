"""Days told by their distance from the day of writing: « demain », « dans deux semaines »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.french import almanac
from bot.french.hours import hours_before, read_hours
from bot.french.parts import at, weekday_of
from bot.french.patterns import names
from bot.french.tokens import Span, Token
from bot.french.vocabulary import NUMBERS

_DAYS = {"aujourd'hui": 0, "demain": 1, "hier": -1, "tantot": 0}
_UNITS = {
    "jour": 1,
    "jours": 1,
    "semaine": 7,
    "semaines": 7,
    "huitaine": 7,
    "quinzaine": 14,
    "dizaine": 10,
    "vingtaine": 20,
    "trentaine": 30,
}
_NOW = ("matin", "midi", "soir", "nuit", "jour", "aprem", "apres")
# « les métiers de demain » are no day.
_OF_TOMORROW = names(
    "monde mondes lieux territoires territoire societe ville villes travail metiers agriculture"
)
# Further away, it is a length of time and no term.
_SOON = 120
_LEFT = names("avez as reste avons")
_PARTS_OF_WEEK = names("fin debut milieu mi")
_HERE = ("ce", "cet", "cette")


def read_relative(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """The day or days told from a token on, relative to ``on``; None when none are."""
    word = at(tokens, index).text
    span: Span | None = None
    limit = word in ("sous", "ici")
    if word in _DAYS:
        span = _named(tokens, index, on)
    elif word in _HERE:
        span = _present(tokens, index, on)
    elif word in ("dans", "sous", "ici", "il"):
        span = _distance(tokens, index, on)
    elif word in ("semaine", "week", "weekend", "wk"):
        span = _week(tokens, index, on)
    elif word in _LEFT:
        span = _left(tokens, index, on)
        limit = True
    if span is None:
        return None
    following = [at(tokens, step).text for step in (index + 1, index + 2)]
    limit = limit or (word == "dans" and (following[0] == "les" or following == ["un", "delai"]))
    if word == "ici":
        span = span._replace(first=index - 2)
    hours = read_hours(tokens, span.last + 1)
    if hours is None:
        earlier = hours_before(tokens, span.first)
        if earlier is None:
            return span._replace(deadline=limit)
        return span._replace(first=earlier.last, time=earlier.start, end_time=earlier.end, deadline=limit)
    return span._replace(
        last=hours.last, time=hours.start, end_time=hours.end, deadline=limit or hours.before
    )


def _named(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    days = _DAYS[at(tokens, index).text]
    if at(tokens, index - 1).text == "de" and at(tokens, index - 2).text in _OF_TOMORROW:
        return None
    first = index
    if at(tokens, index - 1).text == "-" and at(tokens, index - 2).text in ("apres", "avant"):
        days, first = days * 2, index - 2
    elif at(tokens, index - 1).text == "apres" and days == 1:
        days, first = 2, index - 1
    date = almanac.shift(on, days)
    return None if date is None else Span(date, date, first, index)


def _present(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« ce soir », « cet après-midi », « cette semaine », « ce week-end », « ce mois-ci »."""
    following, last = at(tokens, index + 1).text, index + 1
    if following == "apres":
        if at(tokens, index + 3).text != "midi":
            return None
        last = index + 3
    if at(tokens, last + 1).text == "-" and at(tokens, last + 2).text == "la":
        return None
    if following in _NOW:
        # "à ce jour" is no day of anything.
        return (
            None if following == "jour" and at(tokens, index - 1).text == "a" else Span(on, on, index, last)
        )
    if following == "semaine":
        return Span(on, almanac.week(on)[1], index, last, whole=True)
    if following in ("week", "weekend"):
        last = _week_end(tokens, index + 1)
        return _saturday(on, index, last, 0)
    if following == "mois":
        return Span(on, almanac.month_end(on), index, last, whole=True)
    return None


def _distance(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« dans trois jours », « d'ici une semaine », « sous 48 h », « il y a un mois »."""
    word, position, sign = at(tokens, index).text, index + 1, 1
    if word == "ici" and at(tokens, index - 2).text != "d":
        return None
    if word == "il":
        if (at(tokens, index + 1).text, at(tokens, index + 2).text) != ("y", "a"):
            return None
        position, sign = index + 3, -1
    while at(tokens, position).text in ("a", "les", "un", "delai", "de", "maximum", "environ", "prochains"):
        if at(tokens, position).text == "un" and at(tokens, position + 1).text != "delai":
            break
        position += 1
    return _counted(tokens, index, position, sign, on)


def _left(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« vous avez dix jours pour répondre », « il reste une semaine »."""
    position = index + 1
    while at(tokens, position).text in ("encore", "plus", "que", "donc"):
        position += 1
    span = _counted(tokens, index, position, 1, on)
    if span is None or (at(tokens, index).text != "reste" and at(tokens, span.last + 1).text != "pour"):
        return None
    if (span.end - on).days > _SOON:
        return None
    return span._replace(first=position)


def _counted(tokens: Sequence[Token], index: int, position: int, sign: int, on: dt.date) -> Span | None:
    token = at(tokens, position)
    if token.kind == "hour" and token.text.rstrip("heurs ").isdigit() and at(tokens, index).text != "il":
        hours = int(token.text.rstrip("heurs "))
        if hours >= 24:
            return _moved(on, hours // 24, index, position)
        return None
    if token.text in ("huitaine", "quinzaine"):
        return _moved(on, sign * _UNITS[token.text], index, position)
    number = NUMBERS.get(token.text) or (int(token.text) if token.text.isdigit() else None)
    if number is None:
        return None
    last = position + 1
    while at(tokens, last).text in ("bons", "petits", "petites", "prochains", "prochaines"):
        last += 1
    unit = at(tokens, last).text
    if sign < 0 and unit in ("an", "ans", "annees"):
        return None
    if unit in ("mois", "an", "ans", "annee", "annees"):
        date = (
            almanac.shift_months(on, sign * number * (1 if unit == "mois" else 12)) if number < 3000 else None
        )
        return None if date is None else Span(date, date, index, last)
    if unit not in _UNITS:
        return None
    if unit in ("dizaine", "vingtaine", "trentaine") and at(tokens, last + 1).text == "de":
        last += 2
    return _moved(on, sign * number * _UNITS[unit], index, last)


def _moved(on: dt.date, days: int, first: int, last: int) -> Span | None:
    date = almanac.shift(on, days)
    return None if date is None else Span(date, date, first, last)


def _week(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« la semaine prochaine », « mardi de la semaine prochaine », « semaine 47 »."""
    if at(tokens, index).text in ("week", "weekend", "wk"):
        return _other_week_end(tokens, index, on)
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
    if token.text in ("", ".", ",", ")", "!", "\n") or token.kind == "hour":
        return _end_of_this_week(tokens, index, on)
    if not token.text.isdigit() or not 1 <= int(token.text) <= 53 or before.isdigit():
        return None
    for year in (on.year, on.year + 1):
        try:
            monday = dt.date.fromisocalendar(year, int(token.text), 1)
        except ValueError:
            continue
        if monday >= on - 60 * almanac.DAY:
            return Span(monday, monday + 6 * almanac.DAY, index, index + 1, whole=True)
    return None


def _end_of_this_week(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    first = index - 1 if at(tokens, index - 1).text == "la" else index
    if at(tokens, first - 1).text not in ("de", "-") or at(tokens, first - 2).text not in _PARTS_OF_WEEK:
        return None
    monday, sunday = almanac.week(on)
    return _within(tokens, Span(monday, sunday, first, index, whole=True))


def _week_end(tokens: Sequence[Token], index: int) -> int:
    return index + 2 if at(tokens, index + 1).text == "-" else index + (at(tokens, index + 1).text == "end")


def _other_week_end(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    last = _week_end(tokens, index)
    turn = _turn(at(tokens, last + 1).text)
    before = [at(tokens, position).text for position in (index - 1, index - 2)]
    if turn is None and before[0] in ("le", "ce", "a") and before[1] in ("avant", "ici", "pour", "a", "des"):
        return _saturday(on, index, last, 0)
    return None if turn is None else _saturday(on, index, last + 1, min(turn, 0))


def _saturday(on: dt.date, first: int, last: int, weeks: int) -> Span | None:
    saturday = almanac.shift(almanac.week(on)[0], 5 + 7 * weeks)
    if saturday is None:
        return None
    return Span(saturday, saturday + almanac.DAY, first, last, whole=True)
