"""Cutting a text into what the readers of dates look at: words, numbers, hours, numeric dates."""

from __future__ import annotations

import datetime as dt
import re

from bot.french.patterns import Pattern
from bot.french.values import NamedTuple


class Token(NamedTuple):
    """A piece of the folded text at its place.

    ``kind`` is word, number, hour, full (day, month, year), short (day, month), month (month, year),
    line or sign.
    """

    kind: str
    text: str
    start: int
    end: int


class Span(NamedTuple):
    """Days read from tokens ``first`` to ``last``; ``whole`` when a period was named, not a day."""

    start: dt.date
    end: dt.date
    first: int
    last: int
    time: dt.time | None = None
    end_time: dt.time | None = None
    whole: bool = False
    deadline: bool = False


# Addresses, file names, versions: full of digits that are no dates.
_FILE = r"\.(?:pdf|odt|ods|odp|docx?|xlsx?|pptx?|png|jpe?g|md|txt|ics|zip|csv|svg|html?)\b"
_OPAQUE = Pattern(
    rf"https?:|://|^[(\[<«\"']{{0,3}}www\.|\w@\w|{_FILE}|\w_\w|^v\d|\d\.\d{{1,3}}\.\d{{1,3}}\.\d",
    re.IGNORECASE,
)
# The pieces between blanks that may be one.
_CHUNK = Pattern(r"(?<!\S)(?:v\d\S*|[^\s@_:/.]*+[@_:/.]\S*)")
# Telephone numbers and long numbers in groups.
_DIGIT = Pattern(r"\d")
_GROUPS = Pattern(r"(?<![\w/])(?:\+\d{1,3}[ .]?)?(?:\(0\))?\d{1,3}(?:[ .\-]\d{2,3}){3,7}(?![\w/])")

# Before the name of a month, « 12/13 » are two days.
_NO_MONTH = r"(?![ ](?:janv|fevr|mars|avr|mai\b|juin|juil|aout|sept|oct|nov|dec))"
# Most tokens are words: those whose first letter begins nothing else come first.
_TOKEN = Pattern(
    rf"""(?P<letters>(?<!\d)[b-pru-z][a-z]*)
      | (?P<full>(?<![\w./-])(?:\d{{4}}-\d\d-\d\d(?=t\d)|(?:\d{{4}}-\d\d-\d\d|\d{{4}}/\d\d/\d\d
          |\d{{1,2}}[ ]?/[ ]?\d{{1,2}}[ ]?/[ ]?(?:\d{{4}}|\d\d)|\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}}|\d\d)
          |\d{{1,2}}-\d{{1,2}}-(?:\d{{4}}|\d\d{_NO_MONTH}))(?![\w/]|[.-]\w)))
      | (?P<hour>(?:(?<=\d)t|(?<![\w.,:]))\d{{1,2}}
          (?:[ ]?(?:heures?|h)(?:[ ]?\d\d(?![\d/]|[ ]?(?:pers|eur|€|%)))?(?:min|mn)?
          |[ ]?:[ ]?\d\d(?::\d\d)?)(?!\w|:\d))
      | (?P<short>(?<![\w./])\d{{1,2}}(?:er)?[ ]?[/.]\d{{1,2}}(?![\w/]|[.,]\d)
          {_NO_MONTH})
      | (?P<month>(?<![\w./-])(?:0?[1-9]|1[0-2])/(?:19|20)\d\d(?![\w/]))
      | (?P<number>(?<![\w.,])(?:1[ ]er|\d{{1,6}}(?:er|ere|eme|e|re|nde?|de)?)(?!\w|[.,]\d)
          |(?<![\w.,])\d{{1,3}}(?=(?:j|sem)\b))
      | (?P<word>aujourd'hui|(?<!\w)[sqt]\d{{1,2}}(?!\w)|[a-z]+)
      | (?P<line>[ \r]{{0,9}}(?:\n|\t)\s*)
      | (?P<sign>\S)""",
    re.VERBOSE,
)
_HOUR = Pattern(r"(\d{1,2})\D*(\d\d)?")


def tokenize(folded: str, text: str) -> list[Token]:
    """The tokens of a text and its ``aligned`` form, with their places; time is linear in the length."""
    folded = _masked(folded)
    tokens: list[Token] = []
    for match in _TOKEN.finditer(folded):
        kind = match.lastgroup or "sign"
        if kind == "letters":
            tokens.append(Token("word", match[0], *match.span()))
        elif kind != "line":
            tokens.append(Token(kind, match[0], *match.span()))
        elif not _wraps(text, match):
            tokens.append(Token("line", "\n", match.start(), match.end()))
    return tokens


def _wraps(text: str, match: re.Match[str]) -> bool:
    """Whether a line break is only where a long line was wrapped."""
    after = text[match.end() : match.end() + 1]
    line = text.rfind("\n", max(0, match.start() - 40), match.start())
    return (
        match[0].count("\n") == 1
        and "\t" not in match[0]
        and match.start() > 40
        and line < 0
        and (after.islower() or after.isdigit())
    )


def _masked(folded: str) -> str:
    """The folded text with a sign in the place of everything that only looks like numbers."""

    def mask(match: re.Match[str]) -> str:
        return "#" * len(match[0])

    def mask_opaque(match: re.Match[str]) -> str:
        return mask(match) if _OPAQUE.search(match[0]) else match[0]

    folded = _CHUNK.sub(mask_opaque, folded)
    return _GROUPS.sub(mask, folded) if _DIGIT.search(folded) else folded


def clock_time(token: Token) -> dt.time | None:
    """The time of an hour token; None when no clock shows it ("48h"). 24 h is the end of the day."""
    match = _HOUR.search(token.text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if (hour, minute) == (24, 0):
        return dt.time(23, 59)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None
