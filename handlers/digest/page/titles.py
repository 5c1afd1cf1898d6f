"""Titles: without a day that is said beside them, and in parts as a page sets them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from bot.protocols import Event
from bot.render import LANGUAGES

LONGEST_LEAD = 32  # characters of what stands around a day: « Avant le … 2027 », « … de 14 h 30 à 16 h »
LONGEST = 90  # characters of a title: what is longer is a text, and bold letters would tire whoever reads it
_ASIDE = re.compile(r"(.*\S) (\([^()]{1,80}\))")
_QUOTED = re.compile(r"([^«»:]{1,60}?) ?: (« .* »)")
_COUNTED = re.compile(r"(?<=\d) (?=[^\W\d])")
_LOWER = re.compile(r"[^\W\d_]+(?=[\s'’,-])")


@dataclass(frozen=True)
class Parts:
    """A title as a page sets it.  ``lead``: when, of quoted words; ``aside``: what its brackets say."""

    lead: str
    words: str
    aside: str
    is_text: bool  # too long for a title, or somebody's words


def parts(title: str) -> Parts:
    """What a title is made of; put together again it says the same."""
    if quoted := _QUOTED.fullmatch(title):
        return Parts(_capital(quoted[1]), quoted[2], "", is_text=True)
    found = _ASIDE.fullmatch(title)
    words, aside = (found[1], _COUNTED.sub("\u00a0", found[2])) if found else (title, "")
    return Parts("", _capital(words), aside, is_text=len(words) > LONGEST)


def without_day(title: str, event: Event | None, due: dt.date | None) -> str:
    """A title without its own day, if it begins with it: the page says it in its reader's language."""
    lead, colon, rest = title.partition(" : ")
    start, end = (event.start, event.end) if event else (due, due)
    if not (colon and rest and start and end):
        return title
    said = lead.replace("\u00a0", " ")
    for language in LANGUAGES.values():
        day = language.format.span(start, end, year=False)
        if day in said and len(said) - len(day) <= LONGEST_LEAD:
            return rest
    return title


def _capital(words: str) -> str:
    """With a capital, if they begin with a word in small letters, not with a link or « iPhone »."""
    first = _LOWER.match(words)
    return words[:1].upper() + words[1:] if first and first[0].islower() else words
