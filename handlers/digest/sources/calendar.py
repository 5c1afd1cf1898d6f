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
from handlers.digest.sources.changes import change_of, only_wonders
from handlers.digest.sources.places import place_in

LONGEST_EVENT = dt.timedelta(days=10)
NO_YEAR = dt.timedelta(days=180)  # so near, nobody wonders which year
MOST_DEADLINES, MOST_EVENTS = 3, 4  # of one exchange; the others are among the dates that were named


@dataclass(frozen=True)
class About:
    """What the dated items of one exchange have in common; ``places``: names of places."""

    thread: int
    title: str
    circle: str
    day: dt.date  # of sending
    places: Sequence[str] = ()


@dataclass(frozen=True)
class Dated:
    """The dated items of one exchange; ``gone``: days on which what it is about does not happen any more."""

    items: tuple[DigestItem, ...]
    gone: frozenset[dt.date]


@dataclass(frozen=True)
class _Planned:
    """A day to be at, and the sentence that names it."""

    found: Found
    sentence: str
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
    planned, gone = _plan(about.title, sentences, [*before, *said], known)
    deadlines = _deadlines(about, [one for one in sentences if one.message >= known], gone)
    what = without_days(about.title, said[0].date)
    events = [
        agenda_item(
            f"date:{about.thread}:{one.found.start.isoformat()}",
            what,
            one.found,
            about,
            place_in(one.sentence, about.places),
        )
        for one in planned
        if one.new and is_event(one.found, about.day)
    ]
    return Dated((*deadlines[:MOST_DEADLINES], *events[:MOST_EVENTS]), frozenset(gone))


def _deadlines(about: About, sentences: Sequence[Candidate], gone: set[dt.date]) -> list[DigestItem]:
    """The sentence that names a deadline is the one that says what to do."""
    found: dict[dt.date, DigestItem] = {}
    for sentence in sentences:
        for date in sentence.dates:
            if date.deadline and is_exact(date) and date.end >= about.day and date.end not in {*found, *gone}:
                found[date.end] = DigestItem(
                    key=f"todo:{about.thread}:{date.end.isoformat()}",
                    section="todo",
                    title=about.title,
                    text=one_line(sentence.text),
                    circle=about.circle,
                    last_day=date.end,
                )
    return [found[end] for end in sorted(found)]


def _plan(
    title: str, sentences: Sequence[Candidate], said: Sequence[Said], known: int
) -> tuple[list[_Planned], set[dt.date]]:
    """The days that the subject names, then those of sentences that speak of meeting, as later ones
    leave them; and those on which nothing takes place any more."""
    planned: dict[dt.date, _Planned] = {}
    for found in find(title, said[0].date):
        if not found.deadline:
            planned[found.start] = _Planned(found, title, new=known == 0)
    gone: set[dt.date] = set()
    for sentence in sentences:
        new = sentence.message >= known
        change = change_of(sentence.text, sentence.dates, planned)
        if change is not None:
            left = list(planned) if change.all_gone else list(change.gone)
            before = [planned.pop(day) for day in left if day in planned]
            gone.update(left)
            if change.new is not None:
                _add(planned, _Planned(_at_its_hour(change.new, before), sentence.text, new))
                gone.discard(change.new.start)
            continue
        wonders = only_wonders(sentence.text)
        for found in sentence.dates:
            if found.start in planned or (sentence.features["event"] and not wonders):
                _add(planned, _Planned(found, sentence.text, new))
    return list(planned.values()), gone


def _add(planned: dict[dt.date, _Planned], one: _Planned) -> None:
    """Plan a day; one that is planned already learns its hour, and the sentence that says most."""
    there = planned.get(one.found.start)
    if there is None:
        planned[one.found.start] = one
        return
    if there.found.time is None and one.found.time is not None:
        planned[one.found.start] = replace(one, new=True if one.new else there.new)
    elif not there.new and there.found.time == one.found.time:
        return
    elif not there.found.deadline:
        planned[one.found.start] = replace(there, sentence=f"{there.sentence} {one.sentence}")


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
    named = find(text, written)
    if len(named) == 1 and is_event(named[0], about.day):
        # The day stands in front already: it is not said again where it begins or ends the line.
        what = without_text(text, named[0].text).rstrip(" .")
        item = agenda_item(key, f"{what} ({name})", named[0], about)
        place = place_in(text, about.places)
        return replace(item, event=replace(item.event, place=place)) if item.event else item
    return DigestItem(key, "announcements", text[:1].upper() + text[1:], f"— {name}", about.circle)


def without_days(title: str, written: dt.datetime) -> str:
    """A title without the days that it begins or ends with, which stand in front of it already."""
    what = title
    for found in find(title, written):
        what = without_text(what, found.text)
    return what[:1].upper() + what[1:] if what != title else title


def without_text(text: str, said: str) -> str:
    """A text without a day that begins or ends it; as it is if nothing else is said."""
    day = rf"(?:\b(?:le|du|à|ce|pour|au)\s+)?{re.escape(said)}"
    left = re.sub(rf"^{day}[\s,:–-]*|[\s,:–(-]*{day}[\s.!)]*$", "", text)
    return left or text


def near(said: str, named: dt.date, day: dt.date) -> str:
    """A day without its year, if it is near enough."""
    return re.sub(rf"\s{named.year}\b", "", said) if named - day < NO_YEAR else said


def one_line(text: str) -> str:
    """A sentence without the line breaks and the bullet of the mail that it comes from."""
    return re.sub(r"^(?:[-*•–·>]\s+)+", "", " ".join(text.split()))
