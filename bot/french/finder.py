"""Finding the dates in a French text, relative to the day of its writing.

A small grammar of our own: ``tokens`` cuts the text, ``series`` reads dates that are written out,
``relative`` and ``periods`` the others, ``almanac`` knows the calendar and ``deadlines`` the cues.
"""

from __future__ import annotations

import bisect
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.french import almanac
from bot.french.deadlines import is_deadline, opens_before
from bot.french.fold import aligned
from bot.french.parts import at, day_of, read_hours, read_part
from bot.french.patterns import Pattern, names, words_of
from bot.french.periods import read_period
from bot.french.relative import read_relative
from bot.french.resolve import Sense
from bot.french.series import ends_phrase, read_series
from bot.french.tokens import Span, Token, tokenize

__all__ = ["Found", "find", "find_ahead"]

_SENTENCE_END = Pattern(r"[.!?…]{1,9}(?=\s{1,9}[^\sa-z])|\n\s*")
_ABBREVIATED = Pattern(
    r"(?:\b(?:lun|mar|mer|jeu|ven|sam|dim|janv?|fevr?|avr|juil|sept|oct|nov|dec|art|n|cf|p|tel)|\W\w)\Z"
)


# A line that ends so goes on in the next.
_OPEN = Pattern(r"\b(?:le|la|les|du|au|de|des|d'ici|avant|pour|et|ou|a|ce|jusqu'au) ?\Z")
_MEETINGS = names(
    "reunion cac ag gt cr rendu pv seance rdv rencontre visio atelier formation mail message conseil copil"
)
_GONE = words_of(
    r"""cr | compte[- ]rendu | pv | suite (?:a|au|aux) | depuis(?: le)? | lors (?:de|du|d'une) | releve
    signee?s? le | adoptee?s? le | votee?s? le | creee?s? le | datee?s? du | a eu lieu
    s'est (?:tenue?|deroulee?)"""
)
# What has been: a perfect with "avoir" or of some verbs of being and going, or an imperfect; but what
# was arranged is mostly still to come.
# It is read with its accents, which tell "a validé" from "à valider".
_PAST_TENSE = Pattern(
    r"(?<!\w)(?:(?:a|ai|as|ont|avons|avez) (?:bien |tous |toutes |donc |pu |été )?"
    r"(?!du\b|\w+di\b|prévu|réservé|calé|fixé|proposé|programmé|organisé|invité|choisi|décidé de)"
    r"\w{1,14}(?:é|ée|és|ées|i|is|it|u|us|ert|erts)\b"
    r"|(?:est|sont|sommes|êtes) (?:bien |tous |toutes )?(?:venu|allé|passé|réuni|retrouvé|vu|parti|resté)\w*"
    r"|(?:s['’]est|se sont|nous sommes) (?:bien |tous )?(?:vu|tenu|déroulé|passé|réuni|retrouvé|rencontré)\w*"
    r"|(?:était|étaient|étions|avait|avaient|avions)\b)",
    re.IGNORECASE,
)
_COMING = words_of(
    r"""aura | auront | sera | seront | se tiendra | prevue?s? | fixee?s? | prochaine?s? | rendez-vous
    rdv | inscri[a-z]*
    retenez | reservez | notez | bloquez | lancement | participer | venir | venez | invit[a-z]*"""
)


@dataclass(frozen=True, slots=True)
class Found:
    """Days named in a text: the first and the last (the same for one day), in the writer's calendar.

    ``time`` and ``end_time`` are what the clocks show on these days; 23:59 stands for midnight at
    their end.  ``text`` stands at ``position`` in what was read; ``deadline`` says that something
    must be done by then.
    """

    start: dt.date
    end: dt.date
    time: dt.time | None
    end_time: dt.time | None
    text: str
    position: int
    deadline: bool


def find(text: str, on: dt.datetime) -> list[Found]:
    """The dates in a text written at ``on`` (aware, in the network's zone), in their order.

    Without a year it is the next such day, or one just gone; a weekday that contradicts decides.
    A range is one, a list several.  Takes any text, in time linear in its length.
    """
    return _Finder(text, on, future=False).found()


def find_ahead(text: str, on: dt.datetime) -> list[Found]:
    """As ``find``, for what a person types to be done: only days to come unless the year is said.

    « le 24 » alone is then a date too.
    """
    return _Finder(text, on, future=True).found()


def _back(before: str, after: str, *, gone: bool) -> int:
    """How many days back a date without a year may lie, by what is said around it."""
    if is_deadline(before, ""):
        return almanac.RECENT_DEADLINE
    if _GONE.search(before[-60:]):
        return 330
    if gone:
        return 200
    return 30 if _COMING.search(before[-60:]) or _COMING.search(after) else almanac.RECENT


class _Finder:
    """One reading of one text."""

    def __init__(self, text: str, on: dt.datetime, *, future: bool) -> None:
        self.text, self.on, self.future = text, on.date(), future
        self.folded = aligned(text)
        self.tokens: Sequence[Token] = tokenize(self.folded, text)
        self.breaks = [0, *self._sentence_ends(), len(text)]
        self.results: list[Found] = []

    def _sentence_ends(self) -> list[int]:
        ends = []
        for match in _SENTENCE_END.finditer(self.folded):
            before = self.folded[max(0, match.start() - 6) : match.start()]
            if match[0][0] == "\n" and self._wrapped(match.start(), match.end()):
                continue
            if match[0][0] != "." or not _ABBREVIATED.search(before):
                ends.append(match.end())
        return ends

    def _wrapped(self, start: int, end: int) -> bool:
        """Whether a line break only wraps a long line."""
        if _OPEN.search(self.folded[max(0, start - 12) : start]):
            return self.text[start:end].count("\n") == 1
        after = self.text[end : end + 1]
        long = start > 40 and "\n" not in self.text[start - 40 : start]
        return long and self.text[start:end].count("\n") == 1 and (after.islower() or after.isdigit())

    def found(self) -> list[Found]:
        index = 0
        while index < len(self.tokens):
            spans, last = self._read(index) if self.tokens[index].kind != "sign" else ([], index)
            for span in spans:
                self._add(self._finish(span))
            index = max(index, last) + 1
        return self.results

    def _add(self, one: Found) -> None:
        """Keep what was found; « demain jeudi 5 à 17 h » is one day, told twice."""
        last = self.results[-1] if self.results else None
        if last and last.end == last.start == one.start == one.end:
            end = last.position + len(last.text)
            if end <= one.position <= end + 3 and not self.text[end : one.position].strip(" ,(\n\u00a0"):
                self.results[-1] = Found(
                    one.start,
                    one.end,
                    one.time or last.time,
                    one.end_time or last.end_time,
                    self.text[last.position : one.position + len(one.text)],
                    last.position,
                    last.deadline or one.deadline,
                )
                return
        self.results.append(one)

    def _read(self, index: int) -> tuple[list[Span], int]:
        token = self.tokens[index]
        span = read_relative(self.tokens, index, self.on) or read_period(self.tokens, index, self.on)
        if span is not None:
            return [span], span.last
        if read_part(self.tokens, index) is None:
            return [], index
        before, after = self._around(token.start, token.end)
        said = self.text[token.start - len(before) : token.end + len(after)]
        gone = _PAST_TENSE.search(said) is not None
        sense = Sense(self.on, future=self.future, back=_back(before, after, gone=gone), gone=gone)
        spans, last = read_series(self.tokens, index, sense)
        if spans or last > index:
            return self._weeks(spans), last
        loose = self._loose(index)
        return ([], index) if loose is None else ([loose], loose.last)

    def _weeks(self, spans: list[Span]) -> list[Span]:
        """« la semaine du 7 décembre » is the days from then to Sunday."""
        first = spans[0] if spans else None
        if first is None or first.start != first.end:
            return spans
        words = [at(self.tokens, first.first - step).text for step in (1, 2)]
        if words != ["du", "semaine"]:
            return spans
        return [first._replace(end=almanac.week(first.start)[1], whole=True), *spans[1:]]

    def _loose(self, index: int) -> Span | None:
        """« le 24 » alone: a day where a date is near, an hour follows, or a deadline is told."""
        token = self.tokens[index]
        day = day_of(token)
        article = at(self.tokens, index - 1).text
        if at(self.tokens, index - 2).text in ("dans", "sur", "hors", "appelez", "composez"):
            return None
        if day is None or article not in ("le", "au", "du"):
            return None
        if article == "du":
            return self._range(index, day) or self._of_meeting(index, day)
        hours = read_hours(self.tokens, index + 1)
        sentence = self.breaks[bisect.bisect_right(self.breaks, token.start) - 1]
        last_found = self.results[-1] if self.results else None
        near = last_found if last_found and last_found.position >= sentence else None
        before, _ = self._around(token.start, token.end)
        told = near is not None or self.future or is_deadline(before, "")
        if hours is None and not (ends_phrase(at(self.tokens, index + 1)) and told):
            return None
        base = near.start if near else self.on
        date = almanac.nearest_day(base, day, future=near is not None or self.future)
        if date is None:
            return None
        if hours is None:
            return Span(date, date, index, index)
        return Span(date, date, index, hours.last, hours.start, hours.end, deadline=hours.before)

    def _range(self, index: int, day: int) -> Span | None:
        """« absente du 21 au 25 »: days to come, where nothing that could be counted follows."""
        last = day_of(at(self.tokens, index + 2))
        if at(self.tokens, index + 1).text != "au" or not last or last <= day:
            return None
        following = at(self.tokens, index + 3)
        if not ends_phrase(following) and following.text not in ("en", "pour", "et", "chez", "avec", "dans"):
            return None
        start = almanac.nearest_day(self.on, day, future=True)
        end = start and almanac.make(start.year, start.month, last)
        return Span(start, end, index, index + 2) if start and end else None

    def _of_meeting(self, index: int, day: int) -> Span | None:
        """« la réunion du 15 »; « les lieux du 13 » are in a département."""
        if at(self.tokens, index - 2).text not in _MEETINGS or not ends_phrase(at(self.tokens, index + 1)):
            return None
        gone = at(self.tokens, index - 2).text in ("cr", "rendu", "pv", "mail", "message")
        base = (almanac.shift(self.on, -31) or self.on) if gone else self.on
        date = almanac.nearest_day(base, day, future=gone or self.future)
        return None if date is None else Span(date, date, index, index)

    def _around(self, start: int, end: int) -> tuple[str, str]:
        """What stands before and after in the same sentence, folded and shortened."""
        rank = bisect.bisect_right(self.breaks, start)
        low = self.breaks[rank - 1]
        high = self.breaks[rank] if rank < len(self.breaks) else len(self.text)
        return self.folded[max(low, start - 160) : start], self.folded[end : max(end, min(high, end + 60))]

    def _finish(self, span: Span) -> Found:
        start, end = self.tokens[span.first].start, self.tokens[span.last].end
        before, after = self._around(start, end)
        deadline = span.deadline or is_deadline(before, after)
        first, last = span.start, span.end
        if deadline and span.whole:
            # A deadline is one day: the last that is meant, or the first of what must not have begun.
            word = at(self.tokens, span.first).text
            if word in ("mi", "milieu"):
                last -= (last - first) // 2
            part = word in ("fin", "mi", "milieu", "cette", "ce")
            first = last = first if opens_before(before) and not part else last
        return Found(first, last, span.time, span.end_time, self.text[start:end], start, deadline)
