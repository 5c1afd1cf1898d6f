"""The recap of a week of any archive of mails.  Nothing is configured, nothing written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli.dates import as_dict
from bot.errors import NavetteError
from bot.french import format as french
from bot.french.gist.summary import Gist, Said, summarise
from bot.importing.files import find
from bot.mail.kinds.unanswerable import by_navette
from bot.mail.message import Kind, Mail
from bot.mail.mime.headers import parse_date
from bot.mail.mime.parts import parse_head
from bot.mail.read import read
from bot.mail.threads import ThreadItem, group, strip_subject
from bot.mailfiles import messages

WEEK = dt.timedelta(days=7)
LONGEST_EVENT = dt.timedelta(days=10)  # « en 2027 » is no day to be at
MOST_LINKS = 5  # of a thread, shown as text; JSON has all
STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Told:
    """One thread: its subject, how many messages the week brought, and what they come to."""

    subject: str
    messages: int
    gist: Gist

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "subject": self.subject,
            "people": list(self.gist.people),
            "messages": self.messages,
            "gist": list(self.gist.sentences),
            "requests": list(self.gist.requests),
            "deadlines": [day.isoformat() for day in self.gist.deadlines],
            "dates": [as_dict(found) for found in self.gist.dates],
            "links": list(self.gist.links),
            "decision": self.gist.decision,
            "answered": self.gist.answered,
        }


@dataclass(frozen=True)
class Recap:
    """A week of an archive.  ``until`` (aware): its end; ``left_out``: mails of no person, by kind."""

    until: dt.datetime
    threads: tuple[Told, ...]
    left_out: dict[str, int]

    @property
    def since(self) -> dt.datetime:
        """Its beginning, on the same clocks: a week in which they change is as many hours as it has."""
        return self.until - WEEK

    @property
    def messages(self) -> int:
        """Those that it tells."""
        return sum(thread.messages for thread in self.threads)

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "messages": self.messages,
            "left_out": self.left_out,
            "threads": [thread.as_dict() for thread in self.threads],
        }

    def as_text(self) -> str:
        """As people read it."""
        first, last = self.since.date(), self.until.date() - dt.timedelta(days=1)
        counted = (
            french.count(len(self.threads), "échange", "échanges"),
            french.count(self.messages, "message", "messages"),
        )
        blocks = [f"Récap {french.span(first, last)}\n{', '.join(counted)}"]
        told = {
            "À faire": _todo(self, last),
            "Échanges": [_paragraph(one) for one in self.threads],
            "Questions sans réponse": [
                f"{one.subject} ({one.gist.people[0]})"
                for one in self.threads
                if one.gist.question and not one.gist.answered
            ],
            "Dates citées": _dates(self, last),
        }
        blocks += [
            "\n".join([name.upper(), "-" * len(name), "", *(f"- {item}" for item in items)])
            for name, items in told.items()
            if items
        ]
        return "\n\n".join(blocks)


def recap_of(path: Path, until: dt.datetime) -> Recap:
    """The week before ``until`` (aware) of an mbox, a Maildir, a folder of messages or one message.

    Linear in the number of mails, but for sorting.  Raises OSError, and NavetteError if there is no mail.
    """
    mails: dict[str, tuple[Mail, dt.datetime]] = {}
    left_out: Counter[str] = Counter()
    seen = False
    for raw in _raws(path):
        mail = read(raw)
        seen = seen or (mail.kind is not Kind.UNREADABLE and bool(mail.author.address or mail.date))
        at = mail.date or _received(raw)
        if mail.kind not in (Kind.LIST_POST, Kind.PERSON):
            left_out[mail.kind.value] += 1
        elif by_navette(parse_head(raw)):
            left_out["navette"] += 1  # a recap told what others wrote
        elif at is None:
            left_out["undated"] += 1
        else:
            mails.setdefault(mail.message_id, (mail, at.astimezone(until.tzinfo)))
    if not seen:
        raise NavetteError(f"« {path} » ne contient aucun mail.")
    items = [
        ThreadItem(mail.message_id, mail.references, mail.in_reply_to, mail.subject, at)
        for mail, at in mails.values()
    ]
    threads = []
    for thread in group(items):
        week = [mails[item.message_id] for item in thread]
        week = [(mail, at) for mail, at in week if until - WEEK <= at < until]
        if week:
            threads.append(_told(week))
    return Recap(until, tuple(threads), dict(left_out))


def _raws(path: Path) -> Iterator[bytes]:
    files = [path] if str(path) == STANDARD_INPUT else [file for file, _ in find(path).files]
    for file in files:
        for _, raw in messages(file):
            yield raw


def _received(raw: bytes) -> dt.datetime | None:
    """When the last server took a mail that does not say when it was written."""
    return parse_date(parse_head(raw).raw("received").rpartition(";")[2].strip())


def _told(week: list[tuple[Mail, dt.datetime]]) -> Told:
    said = [Said(mail.author.name or mail.author.address, at, mail.text) for mail, at in week]
    subject = week[0][0].subject
    return Told(strip_subject(subject) or "(sans sujet)", len(week), summarise(said, subject, said[-1].date))


def _paragraph(one: Told) -> str:
    who = french.count(len(one.gist.people), "personne", "personnes")
    if one.messages == 1:
        who = one.gist.people[0]
    else:
        who = f"{french.count(one.messages, 'message', 'messages')}, {who}"
    sentences = [" ".join(sentence.split()) for sentence in one.gist.sentences]
    links = [link for link in one.gist.links if not any(link in sentence for sentence in sentences)]
    more = [f"… {french.count(len(links) - MOST_LINKS, 'autre lien', 'autres liens')}"]
    shown = links if len(links) <= MOST_LINKS else [*links[:MOST_LINKS], *more]
    return "\n  ".join([f"{one.subject} ({who})", *sentences, *shown])


def _todo(recap: Recap, day: dt.date) -> list[str]:
    found = sorted((end, one.subject) for one in recap.threads for end in one.gist.deadlines if end >= day)
    return [f"Avant le {french.day(end)} : {subject}" for end, subject in found]


def _dates(recap: Recap, day: dt.date) -> list[str]:
    """Days to come that were named, each once for each thread."""
    found = {
        (date.start, date.end, date.time, one.subject)
        for one in recap.threads
        for date in one.gist.dates
        if not date.deadline and date.end >= day and date.end - date.start <= LONGEST_EVENT
    }
    lines = []
    for start, end, time, subject in sorted(found, key=lambda one: (one[0], one[1], str(one[2]), one[3])):
        at = f" à {french.hour(time)}" if time else ""
        lines.append(f"{french.span(start, end)}{at} : {subject}")
    return lines
