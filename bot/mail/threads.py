"""Which mails belong together: References and In-Reply-To first, the subject only for mails without them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.mail.fold import fold

SUBJECT_WINDOW = dt.timedelta(days=21)
MAX_REFERENCES = 30

_PREFIX = re.compile(
    r"(?:r[eé][fp]?|r[eé]ponse|aw|antw|sv|tr|transf[eé]r[eé]?|fwd?|wg)"
    r"\s?(?:\[\d{1,4}\]|\(\d{1,4}\)|[\^*]\d{1,4})?\s?[:\uff1a]\s?",
    re.IGNORECASE,
).match
_TAG = re.compile(r"\[([^\[\]]{1,60})\]\s?").match
_FORWARDED_TAIL = re.compile(r"\s?\(fwd\)$")
_SPACES = re.compile(r"\s+")
_UNSEEN = re.compile("[\u200b\u200e\u200f\u2060\ufeff]+")
_CHANGED_TAIL = re.compile(r"\s?\((?:was|etait|anciennement)\s?:[^()]{0,300}\)$")
_EARLIEST = dt.datetime.min.replace(tzinfo=dt.UTC)


class HasReferences(Protocol):
    """What points from a mail to earlier ones."""

    @property
    def in_reply_to(self) -> str | None: ...

    @property
    def references(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class ThreadItem:
    """As much of a mail as threading needs.  Ids without angle brackets; ``date`` aware."""

    message_id: str
    references: tuple[str, ...]
    in_reply_to: str | None
    subject: str
    date: dt.datetime | None


def strip_subject(subject: str, tags: Sequence[str] = ()) -> str:
    """The subject without Re, TR, Fwd and the tags of lists (any ``[tag]`` when none is named)."""
    wanted = {tag.strip("[]").casefold() for tag in tags}
    rest = _SPACES.sub(" ", _composed(subject[:1_000])).strip()
    for _ in range(40):
        match = _PREFIX(rest)
        if match is None:
            tag = _TAG(rest)
            if tag is None or (wanted and tag[1].casefold() not in wanted):
                break
            match = tag
        shorter = rest[match.end() :].lstrip()
        if not shorter and rest.startswith("["):
            break  # nothing but a tag: then that is the subject
        rest = shorter
    return rest


def _composed(subject: str) -> str:
    """« Ré » is written with one character or with two, and some clients put invisible ones before it."""
    return subject if subject.isascii() else _UNSEEN.sub("", unicodedata.normalize("NFC", subject))


def is_prefixed(subject: str) -> bool:
    """Whether the subject says that it answers or passes on: « [reseau] Re: … »."""
    return bool(_PREFIX(untagged(subject)))


def untagged(subject: str) -> str:
    """The subject without any ``[tag]`` among its prefixes, which lists add; Re and TR stay."""
    rest = subject
    kept = ""
    for _ in range(40):
        prefix = _PREFIX(rest)
        if prefix:
            kept, rest = kept + prefix[0], rest[prefix.end() :]
            continue
        tag = _TAG(rest)
        if tag is None:
            break
        rest = rest[tag.end() :]
    return kept + rest


def base_subject(subject: str, tags: Sequence[str] = ()) -> str:
    """What stays the same through a thread: ``strip_subject``, without case, accents and final dots.

    « Covoiturage (était : AG) » is « covoiturage » too, as it is in the answers.
    """
    rest = strip_subject(subject, tags)
    return _CHANGED_TAIL.sub("", _FORWARDED_TAIL.sub("", fold(rest))).strip(" .!")


def forks(subject: str, parent_subject: str, tags: Sequence[str] = ()) -> bool:
    """Whether a reply under that subject opens a thread of its own."""
    base = base_subject(subject, tags)
    return bool(base) and base != base_subject(parent_subject, tags)


def thread_key_candidates(mail: HasReferences) -> tuple[str, ...]:
    """The message ids to look up for the thread of a mail, the nearest ancestor first."""
    ids = [mail.in_reply_to] if mail.in_reply_to else []
    return tuple(dict.fromkeys([*ids, *reversed(mail.references)]))[:MAX_REFERENCES]


def group(items: Iterable[ThreadItem], tags: Sequence[str] = ()) -> list[list[ThreadItem]]:
    """The threads of an archive, each by date, ordered by their first mail.  Linear but for the sorting.

    The order in which mails are given makes no difference, nor do clocks that are wrong where ids link.
    """
    ordered = sorted(items, key=lambda item: (item.date or _EARLIEST, item.message_id))
    links = [thread_key_candidates(item) for item in ordered]
    bases = _bases(ordered, links, tags)
    union = _Union(len(ordered))
    _join_by_ids(ordered, links, bases, union)
    _join_by_subjects(ordered, links, bases, union)
    threads: dict[int, list[ThreadItem]] = {}
    for number, item in enumerate(ordered):
        threads.setdefault(union.root(number), []).append(item)
    return list(threads.values())


def _bases(ordered: Sequence[ThreadItem], links: Sequence[Sequence[str]], tags: Sequence[str]) -> list[str]:
    """The base subject of each mail; one without a subject is taken for a mail about what it answers.

    If nothing that it answers has a subject either: about what its answers are about.
    """
    known: dict[str, str] = {}
    bases: list[str] = []
    for item in ordered:
        base = known.get(item.subject)
        if base is None:
            base = known[item.subject] = base_subject(item.subject, tags)
        bases.append(base)
    if all(bases):
        return bases
    of_id: dict[str, str] = {}
    for item, base in zip(ordered, bases, strict=True):
        if base:
            of_id.setdefault(item.message_id, base)
    for base, link in zip(bases, links, strict=True):
        if base:
            for ancestor in link:
                of_id.setdefault(ancestor, base)
    for number, (item, link) in enumerate(zip(ordered, links, strict=True)):
        if not bases[number]:
            bases[number] = next((of_id[name] for name in (*link, item.message_id) if name in of_id), "")
            of_id.setdefault(item.message_id, bases[number])
    return bases


def _join_by_ids(
    ordered: Sequence[ThreadItem], links: Sequence[Sequence[str]], bases: Sequence[str], union: _Union
) -> None:
    """Two mails belong together that are, or name, the same mail under the same subject.

    So a new subject leaves a thread, its answers go along, and ancestors that nobody has join theirs.
    """
    homes: dict[str, dict[str, int]] = {}
    for number, (item, link, base) in enumerate(zip(ordered, links, bases, strict=True)):
        home = homes.setdefault(base, {})
        for name in (item.message_id, *link):
            other = home.setdefault(name, number)
            if other != number:
                union.join(other, number)


def _join_by_subjects(
    ordered: Sequence[ThreadItem], links: Sequence[Sequence[str]], bases: Sequence[str], union: _Union
) -> None:
    """A mail that names no other belongs to the last one under its subject, unless that is long ago."""
    last: dict[str, int] = {}
    for number, (item, link, base) in enumerate(zip(ordered, links, bases, strict=True)):
        if not base or item.date is None:
            continue
        before = last.get(base)
        last[base] = number
        if before is None or link:
            continue
        date = ordered[before].date
        if date is not None and item.date - date <= SUBJECT_WINDOW:
            union.join(before, number)


class _Union:
    """Disjoint sets of numbers; each is known by its lowest one."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._parents[second] = first

    def root(self, number: int) -> int:
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number
