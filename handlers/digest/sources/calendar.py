"""What has a date: things to do before a day, and days to be at, found in what people wrote."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.french.dates import Found, find
from bot.french.fold import fold, words
from bot.french.gist.scoring import Candidate, Said, candidates
from bot.protocols import DigestItem, Event
from bot.settings.model import WEEKDAYS
from handlers.digest.sources import gatherings, titles
from handlers.digest.sources.changes import Change, change_of, only_wonders
from handlers.digest.sources.matters import matter
from handlers.digest.sources.places import place_in

LONGEST_EVENT = dt.timedelta(days=10)
# Stems that say nothing more of a gathering: « la prochaine réunion aura lieu… »
LITTLE = matter(
    "aura auront lieu tiendra tient prévue fixée organisée retrouve réunira réunit rdv"
    " toujours bien venez exceptionnellement"
)
NO_YEAR = dt.timedelta(days=180)  # so near, nobody wonders which year
MOST_DEADLINES, MOST_EVENTS = 3, 6  # of one exchange; the others are among the dates that were named


@dataclass(frozen=True)
class About:
    """What the dated items of one exchange have in common; ``places``: names of places."""

    thread: int
    title: str
    circle: str
    day: dt.date  # of sending
    places: Sequence[str] = ()

    @property
    def written(self) -> dt.datetime:
        """A moment of the day of sending, to read days by."""
        return dt.datetime.combine(self.day, dt.time(12), dt.UTC)


@dataclass(frozen=True)
class Dated:
    """The dated items of one exchange.

    ``gone``: days on which what it is about does not happen any more.  ``said``: the sentences of which the
    agenda tells all.
    """

    items: tuple[DigestItem, ...]
    gone: frozenset[dt.date]
    said: frozenset[str]


@dataclass(frozen=True)
class _Planned:
    """A day to be at, the sentence that names it, and the how many-eth of its exchange it is."""

    found: Found
    sentence: str
    what: str
    number: int
    new: bool


def dated_items(
    about: About,
    before: Sequence[Said],
    said: Sequence[Said],
    sentences: Sequence[Candidate] | None = None,
) -> Dated:
    """The deadlines and the events that ``said`` brings and that are still to come on the day of sending.

    ``before``: what was written earlier in the same exchange, which ``said`` may change.  ``sentences``:
    those of both, if they were read already.
    """
    known = len(before)
    if sentences is None:
        sentences = candidates([*before, *said], said[-1].date)
    plan = _Plan(about.title, [*before, *said][0].date, known)
    for sentence in sentences:
        plan.read(sentence)
    deadlines = _deadlines(about, [one for one in sentences if one.message >= known], plan.gone, said[0].date)
    shown = [one for one in plan.planned.values() if one.new and is_event(one.found, about.day)][:MOST_EVENTS]
    events = [
        agenda_item(f"date:{about.thread}:{one.number}", one.what, one.found, about, _place(one, about))
        for one in shown
    ]
    told = frozenset(
        one_line(one.sentence) for one, item in zip(shown, events, strict=True) if _tells(one, item)
    )
    return Dated((*deadlines[:MOST_DEADLINES], *events), frozenset(plan.gone), told)


def _tells(one: _Planned, item: DigestItem) -> bool:
    """Whether a line of the agenda says all that its sentence says."""
    place = item.event.place if item.event else ""
    return matter(one.sentence) <= matter(f"{item.title} {place}") | LITTLE


def _deadlines(
    about: About, sentences: Sequence[Candidate], gone: set[dt.date], written: dt.datetime
) -> list[DigestItem]:
    """The sentence that names a deadline is the one that says what to do."""
    found: dict[dt.date, DigestItem] = {}
    for sentence in sentences:
        for date in sentence.dates:
            if not date.deadline or date.end < about.day or date.end in {*found, *gone}:
                continue
            if is_exact(date) and gatherings.is_for_readers(sentence.text, date, asks=sentence.asks):
                found[date.end] = DigestItem(
                    key=f"todo:{about.thread}:{date.end.isoformat()}",
                    section="todo",
                    title=titles.whole(about.title, written),
                    text=one_line(sentence.text),
                    circle=about.circle,
                    last_day=date.end,
                )
    return [found[end] for end in sorted(found)]


class _Plan:
    """What takes place by an exchange, sentence after sentence, as later ones leave it.

    ``gone``: the days on which nothing takes place any more.  Each thing keeps its number when it moves.
    """

    def __init__(self, title: str, written: dt.datetime, known: int) -> None:
        self.planned: dict[dt.date, _Planned] = {}
        self.gone: set[dt.date] = set()
        self._title, self._written, self._known, self._count = title, written, known, 0
        self._named = titles.of_subject(title, written)
        self._topic = titles.event_topic(title, written)
        dates = list(gatherings.together(title, find(title, written)))
        self._dated, self._asked = bool(dates), gatherings.asks_for_a_day(title)
        self._open = gatherings.options(title, dates)
        for found in dates:
            if found.start not in self._open and gatherings.of_subject(title, found):
                self._add(found, title, self._named or self._topic, new=known == 0)

    def read(self, sentence: Candidate) -> None:
        """Take in what one more sentence says."""
        new = sentence.message >= self._known
        change = change_of(sentence.text, sentence.dates, self.planned)
        if change is not None:
            self._change(change, sentence, new)
            return
        dates = list(gatherings.together(sentence.text, sentence.dates))
        choices = gatherings.options(sentence.text, dates)
        settled = not choices and gatherings.is_settled(sentence.text)
        self._open |= choices
        for found in dates:
            if found.start in self.planned:
                if gatherings.concerns_others(sentence.text, found):
                    self._learn(found, sentence.text, new)
            elif found.start in self._open or self._asked:
                if settled:
                    self._open.discard(found.start)
                    self._add(found, sentence.text, self._named or self._topic, new=new)
            elif gatherings.takes_place(sentence.text, found) and self._may_be(sentence.text):
                self._add(found, sentence.text, self._what(sentence, found), new=new)

    def _may_be(self, text: str) -> bool:
        """Not what is only wondered about, nor what an asker has to be at."""
        return not only_wonders(text) and (gatherings.invites(text) or not gatherings.asks_for(self._title))

    def _change(self, change: Change, sentence: Candidate, new: bool) -> None:
        left = list(self.planned) if change.all_gone else list(change.gone)
        if not any(day in self.planned for day in left) and len(self.planned) == 1 and change.new is not None:
            left = [*left, *self.planned]  # « mardi », which is that of the week when it takes place
        before = [self.planned.pop(day) for day in left if day in self.planned]
        self.gone.update(left)
        if change.new is None:
            return
        found = _at_its_hour(change.new, before)
        self.gone.discard(found.start)
        if len(before) == 1 and found.start not in self.planned:
            self.planned[found.start] = replace(before[0], found=found, sentence=sentence.text, new=new)
        elif found.start in self.planned:
            self._learn(found, sentence.text, new)
        else:
            self._add(found, sentence.text, self._what(sentence, found), new=new)

    def _add(self, found: Found, sentence: str, what: str, *, new: bool) -> None:
        self._count += 1
        self.planned[found.start] = _Planned(found, sentence, what, self._count, new)

    def _learn(self, found: Found, sentence: str, new: bool) -> None:
        """What is planned already learns its hour, and the sentence that says most."""
        there = self.planned[found.start]
        if there.found.time is None and found.time is not None and not found.deadline:
            hours = there.found._replace(time=found.time, end_time=found.end_time)
            self.planned[found.start] = replace(there, found=hours, sentence=sentence, new=new or there.new)
        elif (there.new or there.found.time != found.time) and not found.deadline:
            self.planned[found.start] = replace(there, sentence=f"{there.sentence}\n{sentence}")

    def _what(self, sentence: Candidate, found: Found) -> str:
        """What takes place: as the subject names it, unless the sentence names something else."""
        name = titles.of_sentence(sentence.text, found, sentence.dates)
        if (
            self._named
            and not self._dated
            and not self.planned
            and (titles.is_bare(name) or matter(name) <= matter(self._named))
        ):
            return self._named
        if not name:
            short = titles.label(sentence.text, found)
            listed = gatherings.heads_a_list(sentence.text, found)
            return short if listed and short else self._named or self._topic
        if titles.is_bare(name):
            return titles.together(self._topic, name)
        return self._topic if matter(name) < matter(self._topic) and titles.names(self._topic) else name


def _place(one: _Planned, about: About) -> str:
    """Where it takes place: said behind its day, else anywhere in what tells of it."""
    at = one.sentence.find(one.found.text)
    behind = one.sentence[at + len(one.found.text) :] if at >= 0 else ""
    following = find(behind, about.written) if behind else []
    if following:
        behind = behind[: following[0].position]
    return next(
        filter(None, (place_in(text, about.places) for text in (behind, one.sentence, about.title))), ""
    )


def _at_its_hour(new: Found, before: Sequence[_Planned]) -> Found:
    """What is moved keeps its hour, unless another is said."""
    if new.time is None and len(before) == 1:
        return new._replace(time=before[0].found.time, end_time=before[0].found.end_time)
    return new


def is_event(found: Found, day: dt.date) -> bool:
    """Whether a date is one to be at: a day or a few, still to come (not « fin mars », not a deadline)."""
    few_days = found.end - found.start <= LONGEST_EVENT
    return not found.deadline and found.end >= day and few_days and is_exact(found)


def is_exact(found: Found) -> bool:
    """Whether a day was named, by its number or in the week: not « avant l'hiver », nor « fin mars »."""
    named = set(words(found.text)) & {*WEEKDAYS, "demain"}
    return not found.text or bool(named) or any(sign.isdigit() for sign in found.text)


def agenda_item(key: str, title: str, found: Found, about: About, place: str = "") -> DigestItem:
    """A day to be at, as an item of the agenda: the page says when."""
    where = "" if not place or fold(place) in fold(title) else f", {place}"
    return DigestItem(
        key=key,
        section="agenda",
        title=f"{title}{where}",
        text="",
        circle=about.circle,
        last_day=found.end,
        event=Event(found.start, found.end, found.time, found.end_time, place),
    )


def line_item(key: str, text: str, name: str, written: dt.datetime, about: About) -> DigestItem:
    """A line that a member left: in the agenda if it names one day to come, else among the announcements."""
    named = list(gatherings.together(text, find(text, written)))
    if len(named) == 1 and is_event(named[0], about.day):
        what, rest = titles.of_line(text, named[0], written)
        item = agenda_item(key, f"{what} ({name})", named[0], about)
        place = place_in(text, about.places)
        return replace(item, text=rest, event=replace(item.event, place=place)) if item.event else item
    return DigestItem(key, "announcements", text[:1].upper() + text[1:], f"— {name}", about.circle)


def near(said: str, named: dt.date, day: dt.date) -> str:
    """A day without its year, if it is near enough."""
    return re.sub(rf"\s{named.year}\b", "", said) if named - day < NO_YEAR else said


def one_line(text: str) -> str:
    """A sentence without the line breaks and the bullet of the mail that it comes from."""
    return re.sub(r"^(?:[-*•–·>]\s+)+", "", " ".join(text.split()))
