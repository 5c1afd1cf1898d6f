"""A pause as people say it: « pause de trois semaines », « pause jusqu'au 5 janvier ».  Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.clock import local
from bot.french import dates
from bot.french.dates.vocabulary import MONTH_NAMES, NUMBERS
from bot.french.fold import words

PAUSE = re.compile(r"\b(?:pause|break)\b")
ENDS = re.compile(r"\b(?:fin|fini\w*|arrete|termine\w*|end|over|stop)\b")
LASTS = re.compile(r"\b(\d{1,3}|[a-z-]+) (jours?|semaines?|mois|days?|weeks?|months?)\b")
UNITS = {"j": 1, "d": 1, "s": 7, "w": 7, "m": 30}
COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6, **NUMBERS}
# What may stand around the word alone.
BARE = frozenset(
    words(
        """pause break une un la en de d a je j on veux voudrais prefere fais faire fait prends prendre mets
        mettre moi me mail mails message messages svp stp plait il te oui i i'd want would like take please"""
    )
)
ENGLISH = words("january february march april may june july august september october november december")
MONTHS = dict(zip(ENGLISH, MONTH_NAMES, strict=True))
ENGLISH_MONTH = re.compile(
    rf"\b(?:({'|'.join(ENGLISH)}) (\d{{1,2}})(?:st|nd|rd|th)?|({'|'.join(ENGLISH)}))\b"
)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Pause:
    """Until when; None: no pause."""

    until: dt.datetime | None


def is_pause(said: str) -> bool:
    """Whether this is about a pause."""
    return PAUSE.search(said) is not None


def pause(said: str, now: dt.datetime, days: int, *, none: bool) -> Pause | None:
    """Until the end of which day; None if that is not understood.  ``now`` is in the network's zone.

    « pause » alone lasts ``days``; ``none``: there is a « pas » or a « non » in it.
    """
    if ENDS.search(said):
        return Pause(None)
    lasts = LASTS.search(said)
    count = 0 if lasts is None else _count(lasts[1])
    if lasts is not None and count:
        return Pause(_end_of(now.date() + count * UNITS[lasts[2][0]] * DAY, now))
    found = dates.parse_deadline(_in_french(said), now)
    if found is not None:
        return Pause(_end_of(found[0].astimezone(now.tzinfo).date(), now))
    if none:
        return Pause(None)
    return Pause(_end_of(now.date() + days * DAY, now)) if set(words(said)) <= BARE else None


def last_day(until: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The last day of a pause."""
    return (until - dt.timedelta(minutes=1)).astimezone(zone).date()


def _count(word: str) -> int:
    return int(word) if word.isdigit() else COUNTS.get(word, 0)


def _end_of(day: dt.date, now: dt.datetime) -> dt.datetime:
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo)  # noqa: S101 - the network's
    return local(day + DAY, dt.time(), zone)


def _in_french(said: str) -> str:
    """The months of an English date by their French names, the day in front."""

    def french(match: re.Match[str]) -> str:
        return f"{match[2]} {MONTHS[match[1]]}" if match[1] else MONTHS[match[3]]

    return ENGLISH_MONTH.sub(french, said)
