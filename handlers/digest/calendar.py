"""What has a date: things to do before a day, and days to be at, found in what people wrote."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from bot.french import format as french
from bot.french.dates import Found, find
from bot.french.fold import words
from bot.french.scoring import Candidate, Said, candidates
from bot.protocols import DigestItem
from bot.settings.model import WEEKDAYS
from bot.store.archive_tables import Thread

LONGEST_EVENT = dt.timedelta(days=10)
NO_YEAR = dt.timedelta(days=180)  # so near, nobody wonders which year
MOST_DEADLINES, MOST_EVENTS = 2, 3  # of one exchange


def dated_items(thread: Thread, title: str, said: Sequence[Said], day: dt.date) -> list[DigestItem]:
    """The deadlines and the events of one exchange that are still to come on ``day``."""
    sentences = candidates(said, said[-1].date)
    deadlines = _deadlines(thread, title, sentences, day)
    return [*deadlines[:MOST_DEADLINES], *_events(thread, title, said, sentences, day)[:MOST_EVENTS]]


def _deadlines(thread: Thread, title: str, sentences: Sequence[Candidate], day: dt.date) -> list[DigestItem]:
    """The sentence that names a deadline is the one that says what to do."""
    found: dict[dt.date, DigestItem] = {}
    for sentence in sentences:
        for date in sentence.dates:
            if date.deadline and is_exact(date) and date.end >= day and date.end not in found:
                found[date.end] = DigestItem(
                    key=f"todo:{thread.id}:{date.end.isoformat()}",
                    section="todo",
                    title=f"Avant le {near(french.day(date.end), date.end, day)} : {title}",
                    text=one_line(sentence.text),
                    circle=thread.circle,
                    last_day=date.end,
                )
    return [found[end] for end in sorted(found)]


def _events(
    thread: Thread, title: str, said: Sequence[Said], sentences: Sequence[Candidate], day: dt.date
) -> list[DigestItem]:
    """Days that the subject names come first, then those of sentences that speak of meeting."""
    named = find(title, said[0].date)
    told = [date for sentence in sentences if sentence.features["event"] for date in sentence.dates]
    found: dict[dt.date, DigestItem] = {}
    for date in [*_with_time(named, told), *told]:
        if is_event(date, day) and date.start not in found:
            key = f"date:{thread.id}:{date.start.isoformat()}"
            found[date.start] = agenda_item(key, title, date, thread.circle, day)
    return list(found.values())


def _with_time(named: Sequence[Found], told: Sequence[Found]) -> list[Found]:
    """The days of the subject, with the hour that the text gives to the same day."""
    hours = {date.start: date for date in told if date.time is not None}
    return [hours.get(date.start, date) for date in named]


def is_event(found: Found, day: dt.date) -> bool:
    """Whether a date is one to be at: a day or a few, still to come (not « fin mars », not a deadline)."""
    few_days = found.end - found.start <= LONGEST_EVENT
    return not found.deadline and found.end >= day and few_days and is_exact(found)


def is_exact(found: Found) -> bool:
    """Whether a day was named, by its number or in the week: not « avant l'hiver », nor « fin mars »."""
    named = set(words(found.text)) & {*WEEKDAYS, "demain"}
    return bool(named) or any(sign.isdigit() for sign in found.text)


def agenda_item(key: str, title: str, found: Found, circle: str, day: dt.date) -> DigestItem:
    """A day to be at, as a line of the agenda."""
    when = near(french.span(found.start, found.end), found.end, day)
    if found.time is not None:
        when = f"{when} à {french.hour(found.time)}"
    return DigestItem(
        key=key, section="agenda", title=f"{when} : {title}", text="", circle=circle, last_day=found.end
    )


def line_item(
    key: str, text: str, name: str, written: dt.datetime, day: dt.date, circle: str = ""
) -> DigestItem:
    """A line that a member left: in the agenda if it names one day to come, else among the announcements."""
    named = find(text, written)
    if len(named) == 1 and is_event(named[0], day):
        # The day stands in front already: it is not said again where it begins or ends the line.
        day_said = rf"(?:\b(?:le|du|à|ce)\s+)?{re.escape(named[0].text)}"
        what = re.sub(rf"^{day_said}[\s,:]*|[\s,]*{day_said}[\s.!]*$", "", text) or text
        return agenda_item(key, f"{what.rstrip(' .')} ({name})", named[0], circle, day)
    return DigestItem(key, "announcements", text[:1].upper() + text[1:], f"— {name}", circle)


def near(said: str, named: dt.date, day: dt.date) -> str:
    """A day without its year, if it is near enough."""
    return re.sub(rf"\s{named.year}\b", "", said) if named - day < NO_YEAR else said


def one_line(text: str) -> str:
    """A sentence without the line breaks and the bullet of the mail that it comes from."""
    return re.sub(r"^(?:[-*•–·>]\s+)+", "", " ".join(text.split()))
