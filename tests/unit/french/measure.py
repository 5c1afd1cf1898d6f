"""Scores of gists over the labelled threads of tests/fixtures/french, read as mails as the bot reads them."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from bot.clock import PARIS
from bot.french.fold import fold, words
from bot.french.gist.summary import Gist, Said, summarise
from bot.mail.message import Kind
from bot.mail.read import read

FIXTURES = Path(__file__).parents[2] / "fixtures" / "french"
# Rules and weights were made on these; of the others only totals were looked at.
TRAINING = (
    *("threads-a.json", "threads-c-seen.json", "threads-c-held.json"),
    *("threads-d-seen.json", "threads-d-held.json"),
)
HELD = ("threads-b.json", "threads-fresh.json")


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
