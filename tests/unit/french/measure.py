"""Scores of gists over the labelled threads of tests/fixtures/french, read as mails as the bot reads them."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from bot.clock import PARIS
from bot.french.dates import Found, find
from bot.french.fold import fold, words
from bot.french.summary import Gist, Said, summarise
from bot.mail.message import Kind
from bot.mail.read import read

FIXTURES = Path(__file__).parents[2] / "fixtures" / "french"
# Weights were tuned on these; of the others only totals were looked at.
TRAINING = ("threads-a.json", "threads-c-seen.json", "threads-d-seen.json")
HELD = ("threads-b.json", "threads-c-held.json", "threads-d-held.json")


def f1(hits: int, spurious: int, missed: int) -> float:
    return 2 * hits / max(1, 2 * hits + spurious + missed)


@dataclass
class DateScores:
    """Counts of days, deadlines and times found, with the texts that went wrong."""

    hits: int = 0
    spurious: int = 0
    missed: int = 0
    deadline_hits: int = 0
    deadline_spurious: int = 0
    deadline_missed: int = 0
    times: int = 0
    times_found: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        return f1(self.hits, self.spurious, self.missed)

    @property
    def deadline_precision(self) -> float:
        return self.deadline_hits / max(1, self.deadline_hits + self.deadline_spurious)

    @property
    def deadline_recall(self) -> float:
        return self.deadline_hits / max(1, self.deadline_hits + self.deadline_missed)


def score_dates(name: str) -> DateScores:
    """Each label is a window of days; both ends of what is found must fall into one, and each be met."""
    scores = DateScores()
    for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        on = dt.datetime.combine(dt.date.fromisoformat(case["ref"]), dt.time(9), PARIS)
        _count(scores, case, find(case["text"], on))
    return scores


def _count(scores: DateScores, case: dict[str, Any], found: list[Found]) -> None:
    windows = [_window(pair) for pair in case["expect"]]
    days = [day for one in found for day in dict.fromkeys((one.start, one.end))]
    hits = sum(any(low <= day <= high for day in days) for low, high in windows)
    spurious = sum(not any(low <= day <= high for low, high in windows) for day in days)
    scores.hits += hits
    scores.missed += len(windows) - hits
    scores.spurious += spurious
    told = [one.end for one in found if one.deadline]
    window = _window(case["deadline"]) if case["deadline"] else None
    good = [day for day in told if window and window[0] <= day <= window[1]]
    scores.deadline_hits += bool(good)
    scores.deadline_missed += bool(window) and not good
    scores.deadline_spurious += len(told) - len(good)
    if case["time"]:
        scores.times += 1
        scores.times_found += any(one.time and f"{one.time:%H:%M}" == case["time"] for one in found)
    if hits < len(windows) or spurious or bool(good) != bool(window):
        scores.wrong.append(case["text"])


def _window(pair: list[str]) -> tuple[dt.date, dt.date]:
    low, high = (dt.date.fromisoformat(text) for text in pair)
    return low, high


@dataclass(frozen=True)
class Thread:
    """A labelled thread: its messages as the bot reads them, and what people picked from it."""

    name: str
    subject: str
    said: tuple[Said, ...]
    sentences: tuple[str, ...]
    action: tuple[str, ...]
    deadline: dt.date | None
    links: tuple[str, ...]
    events: tuple[dt.date, ...]
    decision: str | None

    @property
    def on(self) -> dt.datetime:
        """When it is summed up: at its last message."""
        return self.said[-1].date


@functools.cache
def threads(*names: str) -> tuple[Thread, ...]:
    """The threads of some files, mails read once."""
    return tuple(
        _thread(case) for name in names for case in json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    )


def _thread(case: dict[str, Any]) -> Thread:
    mails = (read(_as_mail(message, case["subject"])) for message in case["messages"])
    said = tuple(
        Said(mail.author.name, mail.date.astimezone(PARIS), mail.text)
        for mail in mails
        if mail.date and mail.kind is Kind.PERSON
    )
    label = case["ref"]
    return Thread(
        name=case["id"],
        subject=case["subject"],
        said=said,
        sentences=tuple(label["sentences"]),
        action=tuple(label["action"]),
        deadline=label["deadline"] and dt.date.fromisoformat(label["deadline"]),
        links=tuple(label["links"]),
        events=tuple(dt.date.fromisoformat(day) for day in label["events"]),
        decision=label["decision"],
    )


def _as_mail(message: dict[str, str], subject: str) -> bytes:
    """The message as a mail, since the bot only sees mails: cutting quotes and signatures is its own."""
    mail = EmailMessage()
    mail["From"] = f'"{message["author"]}" <someone@lieu.example>'
    mail["Subject"] = subject
    mail["Date"] = format_datetime(dt.datetime.fromisoformat(message["date"]).replace(tzinfo=PARIS))
    mail.set_content(message["body"], subtype="html" if "<p>" in message["body"] else "plain")
    return mail.as_bytes()


@dataclass(frozen=True)
class GistScores:
    """Means over threads of what their gists keep, from 0 to 1; ``invented``, a count."""

    rouge: float
    request: float  # what is asked stands in the gist
    listed: float  # or at least among all requests
    deadline: float  # is among those found
    first: float  # is the one told first
    decision: float
    invented: int  # decisions where there is none
    links: float
    events: float


def gist_of(thread: Thread) -> Gist:
    return summarise(thread.said, thread.subject, thread.on)


def score_gists(*names: str) -> GistScores:
    """Gists of the threads, as of their last message, against what people picked from them."""
    pairs = [(gist_of(thread), thread) for thread in threads(*names)]
    due = [(gist.deadlines, thread.deadline) for gist, thread in pairs if thread.deadline]
    return GistScores(
        rouge=mean(rouge1(gist.sentences, thread.sentences) for gist, thread in pairs),
        request=mean(holds(gist.sentences, asked) for gist, thread in pairs for asked in thread.action),
        listed=mean(
            holds((*gist.requests, *gist.sentences), asked)
            for gist, thread in pairs
            for asked in thread.action
        ),
        deadline=mean(day in found for found, day in due),
        first=mean(found[:1] == (day,) for found, day in due),
        decision=mean(
            holds((gist.decision or "",), thread.decision) for gist, thread in pairs if thread.decision
        ),
        invented=sum(gist.decision is not None and thread.decision is None for gist, thread in pairs),
        links=mean(set(gist.links) >= set(thread.links) for gist, thread in pairs),
        events=mean(
            day in {one.start for one in gist.dates} | {one.end for one in gist.dates}
            for gist, thread in pairs
            for day in thread.events
        ),
    )


def mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 1.0


def holds(sentences: Sequence[str], label: str) -> bool:
    """Whether one of the alternatives of a label stands in the sentences."""
    text = " ".join(fold(" ".join(sentences)).split())
    return any(" ".join(fold(part).split()) in text for part in label.split("|"))


def rouge1(given: Sequence[str], wanted: Sequence[str]) -> float:
    """The F measure over single words, counted by our own folded words."""
    ours, theirs = Counter(words(" ".join(given))), Counter(words(" ".join(wanted)))
    shared = sum((ours & theirs).values())
    return 2 * shared / max(1, sum(ours.values()) + sum(theirs.values()))


if __name__ == "__main__":
    for part in (TRAINING, HELD):
        print(" ".join(part), score_gists(*part))
