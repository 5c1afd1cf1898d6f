"""Days told by their distance from the day of writing: « demain », « dans deux semaines »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.french.dates import almanac
from bot.french.dates.hours import hours_before, read_hours
from bot.french.dates.parts import at, weekday_of
from bot.french.dates.tokens import Span, Token
from bot.french.dates.vocabulary import NUMBERS
from bot.french.dates.weeks import read_week, saturday, week_end
from bot.french.patterns import names

_DAYS = {"aujourd'hui": 0, "demain": 1, "hier": -1, "tantot": 0, "ajd": 0, "auj": 0}
_UNITS = {
    "j": 1,
    "sem": 7,
    "jour": 1,
    "dodo": 1,
    "dodos": 1,
    "jours": 1,
    "semaine": 7,
    "semaines": 7,
    "huitaine": 7,
    "quinzaine": 14,
    "dizaine": 10,
    "vingtaine": 20,
    "trentaine": 30,
}
STARTS = names(
    "aujourd'hui demain hier tantot ajd auj ce cet cette dans ds sous ici il semaine week weekend wk nuit j"
    " avez as reste avons plus encore disposez disposes delai"
)
_NOW = ("matin", "midi", "soir", "nuit", "jour", "aprem", "apres")
# « les métiers de demain » are no day.
_OF_TOMORROW = names(
    "monde mondes lieux territoires territoire societe ville villes travail metiers agriculture"
)
# « ce mois-ci » is only a term where one is told.
_WITHIN = names("avant ici courant dans pour sur cours")
# Further away, it is a length of time and no term.
_SOON = 120
_LEFT = names("avez as reste avons plus encore disposez disposes")
_LEADING = names("encore plus que qu ' donc d delai de")
_TO_DO = names(
    "inscrire voter repondre candidater postuler reserver envoyer deposer participer adherer commander"
)
_OF_COUNTDOWN = names("avant pour ! : , .")
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
    elif word in ("dans", "ds", "sous", "ici", "il"):
        span = _distance(tokens, index, on)
    elif word in ("semaine", "week", "weekend", "wk") or (word[:1] == "s" and word[1:].isdigit()):
        span = read_week(tokens, index, on)
    elif word == "nuit" and at(tokens, index + 1).text == "derniere":
        span = _last_night(on, index)
    elif word in _LEFT or word in ("j", "delai"):
        span = _left(tokens, index, on) if word != "j" else _day_minus(tokens, index, on)
        limit = span is not None and span.deadline
    if span is None:
        return None
    return _with_hours(tokens, index, span, limit=limit)


def _with_hours(tokens: Sequence[Token], index: int, span: Span, *, limit: bool) -> Span:
    word = at(tokens, index).text
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


def _last_night(on: dt.date, index: int) -> Span | None:
    """« la nuit dernière »."""
    return _moved(on, -1, index, index + 1)


def _named(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    days = _DAYS[at(tokens, index).text]
    if at(tokens, index - 1).text == "de" and at(tokens, index - 2).text in _OF_TOMORROW:
        return None
    first = index
    if at(tokens, index - 1).text == "-" and at(tokens, index - 2).text in ("apres", "avant"):
        days, first = days * 2, index - 2
    elif at(tokens, index - 1).text == "apres" and days == 1:
        days, first = 2, index - 1
    last = index
    if at(tokens, index + 1).text == "en" and at(tokens, index + 2).text in ("huit", "8", "quinze", "15"):
        days, last = days + (7 if at(tokens, index + 2).text in ("huit", "8") else 14), index + 2
    date = almanac.shift(on, days)
    return None if date is None else Span(date, date, first, last)


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
        weekday = weekday_of(at(tokens, index - 2)) if at(tokens, index - 1).text == "de" else None
        if weekday is not None:
            day = almanac.week(on)[0] + weekday * almanac.DAY
            return Span(day, day, index - 2, last)
        return Span(on, almanac.week(on)[1], index, last, whole=True)
    if following in ("week", "weekend"):
        return saturday(on, index, week_end(tokens, index + 1), 0)
    if following == "mois" and not _WITHIN.isdisjoint(
        at(tokens, step).text for step in (index - 1, index - 2)
    ):
        return Span(on, almanac.month_end(on), index, last, whole=True)
    return None


def _distance(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« dans trois jours », « d'ici une semaine », « sous 48 h », « il y a un mois »."""
    word, position, sign = at(tokens, index).text, index + 1, 1
    if word == "dans" and at(tokens, index + 1).text == "la":
        return _coming(tokens, index + 2, on)
    if word == "dans" and [at(tokens, index + 1).text, at(tokens, index + 2).text[:4]] == ["le", "week"]:
        return saturday(on, index, week_end(tokens, index + 2), 0)
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


def _coming(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« dans la semaine », « dans la quinzaine », « dans la journée »."""
    word = at(tokens, index).text
    if at(tokens, index + 1).text in ("de", "du", "d", "des", "prochaine", "suivante"):
        return None
    if word == "semaine":
        return Span(on, almanac.week(on)[1], index, index, whole=True)
    lengths = {"journee": 0, "huitaine": 7, "quinzaine": 14}
    return _moved(on, lengths[word], index, index) if word in lengths else None


def _left(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« vous avez dix jours pour répondre », « il reste une semaine », « plus que 3 jours »."""
    word, position = at(tokens, index).text, index + 1
    if word == "delai":
        return _term(tokens, index, on)
    while at(tokens, position).text in _LEADING or at(tokens, position + 1).text == "delai":
        position += 1
    if word == "plus" and at(tokens, index + 1).text not in ("que", "qu"):
        return None
    span = _counted(tokens, index, position, 1, on)
    if span is None or (span.end - on).days > _SOON:
        return None
    following = at(tokens, span.last + 1).text
    ends = following in (".", "!") and at(tokens, index - 1).text in ("vous", "tu")
    if word not in ("reste", "plus", "disposez", "disposes") and following != "pour" and not ends:
        return None
    return span._replace(first=position, deadline=True)


def _term(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« Délai : dix jours », « Délai de réponse : 8 jours »."""
    position = index + 1
    while at(tokens, position).text in ("de", "d", "'", "pour", "reponse", "repondre", "maximum", "retour"):
        position += 1
    if at(tokens, position).text != ":":
        return None
    span = _counted(tokens, index, position + 1, 1, on)
    return span and span._replace(first=position + 1, deadline=True)


def _day_minus(tokens: Sequence[Token], index: int, on: dt.date) -> Span | None:
    """« J-3 » : what is announced is so many days off."""
    number = at(tokens, index + 2)
    if (
        at(tokens, index + 1).text != "-"
        or not number.text.isdigit()
        or at(tokens, index - 1).text in ("a", "des")
    ):
        return None
    if at(tokens, index + 3).text not in _OF_COUNTDOWN and at(tokens, index + 3).kind not in ("line", "end"):
        return None
    span = _moved(on, int(number.text), index, index + 2)
    asked = {at(tokens, position).text for position in range(index + 4, index + 8)}
    limit = at(tokens, index + 3).text == "pour" and not _TO_DO.isdisjoint(asked)
    return span and span._replace(deadline=limit)


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
    if sign < 0 and (unit in ("an", "ans", "annees") or _of_something(tokens, last + 1)):
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


def _of_something(tokens: Sequence[Token], index: int) -> bool:
    """« il y a trois semaines de travail » counts; « il y a trois semaines de cela » tells when."""
    return at(tokens, index).text in ("de", "d") and at(tokens, index + 1).text not in ("ca", "cela")


def _moved(on: dt.date, days: int, first: int, last: int) -> Span | None:
    date = almanac.shift(on, days)
    return None if date is None else Span(date, date, first, last)
