"""Finding the dates in a French text, relative to the day of its writing.

A small grammar of our own: ``tokens`` cuts the text, ``series`` reads dates that are written out,
``relative`` and ``periods`` the others, ``almanac`` knows the calendar and ``deadlines`` the cues.
"""

from __future__ import annotations

import bisect
import datetime as dt
import functools
from collections.abc import Sequence

from bot.french.dates import almanac, anchored, parts, periods, relative
from bot.french.dates.anchored import read_anchored
from bot.french.dates.contexts import Layout
from bot.french.dates.deadlines import asks, asks_notice, is_deadline, limit_told, opens_before
from bot.french.dates.hours import hours_after, hours_earlier
from bot.french.dates.loose import Near, read_loose
from bot.french.dates.parts import at, month_of, read_part, weekday_of
from bot.french.dates.periods import read_period
from bot.french.dates.places import place_end
from bot.french.dates.relative import read_relative
from bot.french.dates.resolve import Sense
from bot.french.dates.series import read_series
from bot.french.dates.tenses import days_back, is_past
from bot.french.dates.tokens import Span, Token, tokenize
from bot.french.dates.vocabulary import WEEKDAYS
from bot.french.fold import aligned
from bot.french.patterns import Pattern
from bot.french.values import NamedTuple

__all__ = ["Found", "find", "find_ahead"]

# These say that the date told before is the limit.
_THAT_DATE = Pattern(
    r"\b(?:(?P<first>respecte[rz]? (?:bien )?(?:la|cette) premiere (?:date|echeance))"
    r"|respecte[rz]? (?:bien )?(?:ce delai|cette (?:date|echeance))"
    r"|(?:parvenir|arriver|rend(?:re|ues?|us?)|remis(?:es?)?|envoyer|transmettre|deposer) avant"
    r"(?= ?(?:[.!\n]|\Z))"
    r"|(?:merci de|pense[rz]? a|veuillez|doi(?:t|vent)|devez|il faut) [^.!?\n\d]{3,60}"
    r"(?<!jours )(?<!jour )(?<!semaine )(?<!heures )(?<!mois )(?<!comme )\bavant(?= ?(?:[.!\n]|\Z))"
    r"|(?:(?<=[.!?] )|(?<=\n))(?!assez|chez|venez|passez|mangez|retrouv|dinez|arrivez|buvez|profitez|soyez"
    r"|rejoign|restez|dormez|reposez|allez|goutez)[a-z]{2,14}ez(?: |-)[^.!?\n\d]{1,60}"
    r"(?<!jours )(?<!jour )(?<!semaine )(?<!heures )(?<!mois )(?<!comme )\bavant(?= ?(?:[.!\n]|\Z))"
    r"|(?:passe|apres) (?:ce delai|cette (?:date|echeance))"
    r"|(?:avant|pour|d'ici) (?:cette|la meme) (?:date|echeance)"
    r"|(?:au-dela(?: de (?:cette date|ce delai))?)(?= ?,)"
    r"|(?:ensuite|apres),? (?:il sera|c'est|ce sera) (?:trop tard|clos|ferme|fini)"
    r"|ce delai (?:passe|depasse)|delai (?:depasse|de rigueur)"
    r"|aucun (?:retard|delai supplementaire|report)|aucune? [a-z]{3,20} (?:tardi|hors delai))"
)
_UNTIL_THEN = Pattern(r"\bd'ici la(?!\w)")
_REACH = 200
_FEW = 2  # days, as of a week-end, may have one hour
_STARTS = anchored.STARTS | parts.STARTS | periods.STARTS | relative.STARTS
_TITLES = ("mme", "madame", "mlle", "monsieur", "mr", "mm", "famille", "docteur")
_LETTERS, _DIGIT = Pattern(r"aujourd'hui|[a-z]+"), Pattern(r"\d")
_SAME_DAY = Pattern(r"[\s,(]{0,3}(?:soit )?(?:le )?")


class Found(NamedTuple):
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
    A range is one, a list several.  Takes any text, in time linear in its length; nothing is found for
    a day of writing before 1900 or after 2199.
    """
    return _Finder(text, on, future=False).found()


def find_ahead(text: str, on: dt.datetime) -> list[Found]:
    """As ``find``, for what a person types to be done: only days to come unless the year is said.

    « le 24 » alone is then a date too.
    """
    return _Finder(text, on, future=True).found()


def _may_begin(token: Token) -> bool:
    """Whether a date may begin at a token: most words are passed over so."""
    if token.kind == "word":
        return token.text in _STARTS or token.text[-1].isdigit()
    return token.kind not in ("sign", "line")


def _may_hold(folded: str) -> bool:
    """Whether a date may begin anywhere, which costs less to say than to cut the text into tokens."""
    return not _STARTS.isdisjoint(_LETTERS.findall(folded)) or _DIGIT.search(folded) is not None


class _Finder:
    """One reading of one text."""

    def __init__(self, text: str, on: dt.datetime, *, future: bool) -> None:
        self.text, self.on, self.future = text, on.date(), future
        self.folded = aligned(text)
        self.tokens: Sequence[Token] = tokenize(self.folded, text) if _may_hold(self.folded) else ()
        self.results: list[Found] = []

    @functools.cached_property
    def layout(self) -> Layout:
        """Where its sentences end: only asked where something may be a date."""
        return Layout(self.text, self.folded)

    def found(self) -> list[Found]:
        if not almanac.FIRST_YEAR <= self.on.year <= almanac.LAST_YEAR:
            return []
        read = -1
        for index in [index for index, token in enumerate(self.tokens) if _may_begin(token)]:
            if index > read:
                spans, read = self._read(index)
                for span in spans:
                    self._add(self._finish(span))
        for match in _THAT_DATE.finditer(self.folded) if self.results else ():
            self._limit(match.start(), first=match["first"] is not None)
        for match in _UNTIL_THEN.finditer(self.folded) if self.results else ():
            # The accent tells « d'ici là » from « d'ici la réunion ».
            after = self.folded[match.end() : self.layout.sentence(match.end())[1]][:110]
            before = self.folded[
                max(self.layout.sentence(match.start())[0], match.start() - 110) : match.start()
            ]
            told = asks(after.lstrip(" ,")) or asks(before)
            if self.text[match.end() - 1] in "àÀ" and told:
                self._limit(match.start())
        return self.results

    def _limit(self, place: int, *, first: bool = False) -> None:
        """Make the last date before a place (or the first) a deadline."""
        rank = 0 if first else bisect.bisect_left(self.results, place, key=lambda one: one.position) - 1
        one = self.results[rank] if rank >= 0 else None
        if one and place - one.position < _REACH and one.end >= self.on:
            self.results[rank] = one._replace(deadline=True)

    def _add(self, one: Found) -> None:
        """Keep what was found; « demain jeudi 5 à 17 h » is one day, told twice."""
        last = self.results[-1] if self.results else None
        if last and self._said_again(last, one):
            self.results[-1] = last._replace(text=self.text[last.position : one.position + len(one.text)])
            return
        if last and last.end == last.start == one.start == one.end:
            end = last.position + len(last.text)
            if end <= one.position <= end + 10 and _SAME_DAY.fullmatch(self.folded[end : one.position]):
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

    def _said_again(self, last: Found, one: Found) -> bool:
        """« 3 décembre 2026 (jeudi) »: the weekday of the day just told."""
        between = self.folded[last.position + len(last.text) : one.position]
        weekday = WEEKDAYS.get(self.folded[one.position : one.position + len(one.text)])
        return (
            between in (" (", ", ", " - ", "(") and weekday == last.end.weekday() and last.text[-1:].isdigit()
        )

    def _read(self, index: int) -> tuple[list[Span], int]:
        token = self.tokens[index]
        place = place_end(self.tokens, index)
        if place is not None:
            return [], place
        span = (
            read_relative(self.tokens, index, self.on)
            or read_period(self.tokens, index, self.on)
            or self._anchored(index)
        )
        if span is not None:
            return [span], span.last
        if read_part(self.tokens, index) is None:
            return [], index
        if self._is_name(index):
            return [], index
        spans, last = read_series(self.tokens, index, lambda: self._sense(token))
        if spans or last > index:
            return self._weeks(spans), last
        return read_loose(self.tokens, index, lambda: self._near(token))

    def _is_name(self, index: int) -> bool:
        """« Mme Dimanche », « Vendredi ou la vie sauvage » between quotation marks."""
        token, before = self.tokens[index], at(self.tokens, index - 1).text
        if weekday_of(token) is None or not self.text[token.start].isupper():
            return False
        if at(self.tokens, index - (2 if before == "." else 1)).text in _TITLES:
            return True
        following = at(self.tokens, index + 1)
        return before == '"' and following.kind == "word" and month_of(following) is None

    def _anchored(self, index: int) -> Span | None:
        """« prévenir 48 h avant » is a deadline, « l'installation se fait la veille » is not."""
        token = self.tokens[index]
        span = read_anchored(self.tokens, index, self._last_told(token.start))
        if span is None or at(self.tokens, span.last).text != "avant":
            return span
        around = self.layout.around(token.start, self.tokens[span.last].end, self._last_end())
        return span._replace(deadline=span.deadline or asks_notice(around))

    def _last_told(self, place: int) -> dt.date | None:
        """The day told last, if it is not too far before."""
        last = self.results[-1] if self.results else None
        return last.end if last and place - last.position - len(last.text) < _REACH else None

    def _sense(self, token: Token) -> Sense:
        around = self.layout.around(token.start, token.end)
        low, high = self.layout.sentence(token.start)
        said = self.text[max(low, token.start - 160) : min(high, token.end + 60)]
        gone = is_past(said)
        back = days_back(around.before, around.after[:60], limit=limit_told(around.before), gone=gone)
        return Sense(self.on, future=self.future, back=back, gone=gone)

    def _near(self, token: Token) -> Near:
        sentence = self.layout.sentence(token.start)[0]
        last = self.results[-1] if self.results else None
        around = self.layout.around(token.start, token.end, self._last_end())
        return Near(
            self._sense(token),
            base=last.end if last else None,
            close=last is not None and last.position >= sentence,
            limit=is_deadline(around),
        )

    def _weeks(self, spans: list[Span]) -> list[Span]:
        """« la semaine du 7 décembre » is the days from then to Sunday."""
        first = spans[0] if spans else None
        if first is None or first.start != first.end:
            return spans
        words = [at(self.tokens, first.first - step).text for step in (1, 2)]
        if words != ["du", "semaine"]:
            return spans
        return [first._replace(end=almanac.week(first.start)[1], whole=True), *spans[1:]]

    def _finish(self, span: Span) -> Found:
        start, end = self.tokens[span.first].start, self.tokens[span.last].end
        around = self.layout.around(start, end, self._last_end())
        deadline = span.end >= self.on and (span.deadline or is_deadline(around))
        first, last = span.start, span.end
        if deadline and span.whole:
            first = last = self._limit_of(span, around.before)
        time, end_time = span.time, span.end_time
        if time is None and (not span.whole or (last - first).days < _FEW):
            time, end_time = self._distant_hours(span)
        return Found(first, last, time, end_time, self.text[start:end], start, deadline)

    def _limit_of(self, span: Span, before: str) -> dt.date:
        """A deadline is one day: the last that is meant, or the first of what must not have begun."""
        word = at(self.tokens, span.first).text
        if word in ("mi", "milieu"):
            return span.end - (span.end - span.start) // 2
        part = word in ("fin", "cette", "ce")
        return span.start if opens_before(before) and not part else span.end

    def _distant_hours(self, span: Span) -> tuple[dt.time | None, dt.time | None]:
        """The hours told with a day, but not right beside it."""
        low, _ = self.layout.sentence(self.tokens[span.first].start)
        hours = hours_after(self.tokens, span.last + 1) or hours_earlier(
            self.tokens, span.first - 1, max(low, self._last_end())
        )
        return (hours.start, hours.end) if hours else (None, None)

    def _last_end(self) -> int:
        return self.results[-1].position + len(self.results[-1].text) if self.results else 0
