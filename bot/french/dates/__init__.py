"""The dates that a French text names, and the deadlines that people type."""

from __future__ import annotations

import datetime as dt

from bot.french.dates import almanac
from bot.french.dates.finder import Found, find, find_ahead
from bot.french.dates.vocabulary import NUMBERS
from bot.french.fold import aligned
from bot.french.patterns import Pattern

__all__ = ["Found", "find", "parse_deadline"]

END_OF_DAY = dt.time(23, 59)
_SMALL = "|".join(NUMBERS)
_SOON = Pattern(
    rf"\bdans (?P<number>\d{{1,3}}|{_SMALL}) ?(?P<unit>(?:h|heures?|min|mn|minutes?)\b)(?P<half> et demie)?"
)
_CLOCK = Pattern(
    r"(?:(?:ce soir|aujourd'hui|avant|a|d'ici|vers)[ ,]{1,3}){0,3}"
    r"(?:(?P<hour>\d{1,2}) ?(?:h|heures?|:)(?: ?(?P<minute>\d\d))?|(?P<noon>midi)|(?P<midnight>minuit))"
)


def parse_deadline(text: str, on: dt.datetime) -> tuple[dt.datetime, str] | None:
    """The moment that a person types as a deadline at ``on``, in its zone, and the words that say it.

    « vendredi 27 novembre à 18 h », « demain 9 h », « dans 3 jours », « dans 2 h », « le 24 », « 18 h ».
    Without an hour it is the end of that day (23:59).  Never a day before ``on`` unless its year is
    said; None when no date is found.
    """
    soon = _soon(text, on)
    if soon is not None:
        return soon
    found = find_ahead(text[:2000], on)
    if not found:
        return _today(text.strip(), on)
    first = found[0]
    time = first.end_time if first.end > first.start else first.time
    return _moment(first.end, time or END_OF_DAY, on), first.text


def _moment(day: dt.date, time: dt.time, on: dt.datetime) -> dt.datetime:
    from bot.clock import local  # with its time zones: only needed for what a person types

    zone = on.tzinfo or dt.UTC
    return local(day, time, zone).astimezone(zone)  # type: ignore[arg-type]  # any zone will do


def _soon(text: str, on: dt.datetime) -> tuple[dt.datetime, str] | None:
    """« dans 2 heures », « dans 30 minutes »."""
    match = _SOON.search(aligned(text[:2000]))
    if match is None:
        return None
    number = NUMBERS.get(match["number"]) or int(match["number"])
    minutes = number * 60 if match["unit"].startswith("h") else number
    minutes += 30 if match["half"] else 0
    # Through UTC: wall-clock arithmetic would be an hour off when the clocks change.
    moment = (on.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)).astimezone(on.tzinfo)
    return moment, text[match.start() : match.end()]


def _today(text: str, on: dt.datetime) -> tuple[dt.datetime, str] | None:
    """An hour alone: today, or tomorrow when it has passed."""
    match = _CLOCK.fullmatch(aligned(text[:80]))
    if match is None or int(match["hour"] or 0) > 23 or int(match["minute"] or 0) > 59:
        return None
    time = dt.time(int(match["hour"] or 0), int(match["minute"] or 0))
    if match["noon"]:
        time = dt.time(12)
    elif match["midnight"]:
        time = END_OF_DAY
    moment = _moment(on.date(), time, on)
    return (moment if moment > on else _moment(on.date() + almanac.DAY, time, on)), text
