"""Which mails belong together: References and In-Reply-To first, the subject only for mails without them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.mail.fold import fold

SUBJECT_WINDOW = dt.timedelta(days=21)
MAX_REFERENCES = 30

_PREFIX = re.compile(
    r"(?:re|ré|rép|réponse|aw|sv|tr|fwd?|wg)\s?(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4}|\*\d{1,4})?\s?[:\uff1a]\s?",
    re.IGNORECASE,
).match
_TAG = re.compile(r"\[([^\[\]]{1,60})\]\s?").match
_FORWARDED_TAIL = re.compile(r"\s?\(fwd\)$")
_SPACES = re.compile(r"\s+")
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
    rest = _SPACES.sub(" ", subject[:1_000]).strip()
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
    """What stays the same through a thread: ``strip_subject``, without case, accents and final dots."""
    rest = strip_subject(subject, tags)
    return _FORWARDED_TAIL.sub("", fold(rest)).strip(" .!")


def forks(subject: str, parent_subject: str, tags: Sequence[str] = ()) -> bool:
    """Whether a reply under that subject opens a thread of its own."""
    base = base_subject(subject, tags)
    return bool(base) and base != base_subject(parent_subject, tags)


def thread_key_candidates(mail: HasReferences) -> tuple[str, ...]:
    """The message ids to look up for the thread of a mail, the nearest ancestor first."""
    ids = [mail.in_reply_to] if mail.in_reply_to else []
    return tuple(dict.fromkeys([*ids, *reversed(mail.references)]))[:MAX_REFERENCES]


def group(items: Iterable[ThreadItem], tags: Sequence[str] = ()) -> list[list[ThreadItem]]:
    """The threads of an archive, each by date, ordered by their first mail.  Linear but for the sorting."""
    ordered = sorted(items, key=lambda item: item.date or _EARLIEST)
    grouper = _Grouper(tags)
    for item in ordered:
        grouper.add(item)
    return grouper.threads()


class _Grouper:
    """Union-find over threads; ids are known as soon as they are mentioned."""

    def __init__(self, tags: Sequence[str]) -> None:
        self._tags = tags
        self._items: list[tuple[int, ThreadItem]] = []
        self._parents: list[int] = []
        self._subjects: list[set[str]] = []
        self._home: dict[str, int] = {}
        self._by_subject: dict[str, tuple[int, dt.datetime | None]] = {}
        self._bases: dict[str, str] = {}

    def add(self, item: ThreadItem) -> None:
        base = self._base(item.subject)
        candidates = thread_key_candidates(item)
        thread, forked = self._find(item, base, candidates)
        if thread is None:
            thread = len(self._parents)
            self._parents.append(thread)
            self._subjects.append(set())
        if base:
            self._subjects[thread].add(base)
            self._by_subject[base] = (thread, item.date)
        self._items.append((thread, item))
        self._home[item.message_id] = thread
        if not forked:
            self._adopt(thread, base, candidates)

    def threads(self) -> list[list[ThreadItem]]:
        found: dict[int, list[ThreadItem]] = {}
        for thread, item in self._items:
            found.setdefault(self._root(thread), []).append(item)
        return list(found.values())

    def _base(self, subject: str) -> str:
        base = self._bases.get(subject)
        if base is None:
            base = self._bases[subject] = base_subject(subject, self._tags)
        return base

    def _find(self, item: ThreadItem, base: str, candidates: tuple[str, ...]) -> tuple[int | None, bool]:
        """The thread that an item belongs to, and whether it left one by a new subject."""
        for known in (item.message_id, *candidates):
            if known in self._home:
                thread = self._root(self._home[known])
                if not base or not self._subjects[thread] or base in self._subjects[thread]:
                    return thread, False
                return None, True
        if not candidates and base and base in self._by_subject:
            thread, date = self._by_subject[base]
            if item.date and date and item.date - date <= SUBJECT_WINDOW:
                return self._root(thread), False
        return None, False

    def _adopt(self, thread: int, base: str, candidates: tuple[str, ...]) -> None:
        """Remember ancestors that were not seen yet; join threads that prove to be one."""
        for known in candidates:
            other = self._home.setdefault(known, thread)
            if other == thread:
                continue
            root = self._root(other)
            if root != self._root(thread) and base in self._subjects[root]:
                self._join(self._root(thread), root)

    def _join(self, one: int, other: int) -> None:
        first, second = sorted((one, other))
        self._parents[second] = first
        if len(self._subjects[second]) > len(self._subjects[first]):
            self._subjects[first], self._subjects[second] = self._subjects[second], self._subjects[first]
        self._subjects[first] |= self._subjects[second]

    def _root(self, thread: int) -> int:
        while self._parents[thread] != thread:
            self._parents[thread] = self._parents[self._parents[thread]]
            thread = self._parents[thread]
        return thread
