"""Reads imported messages: which are posts of our circles, which are passed over, which must be looked at."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass

from bot.archive.post import Post
from bot.importing.files import Raw
from bot.mail.message import Kind, Mail
from bot.mail.mime.headers import parse_date
from bot.mail.mime.parts import parse_head
from bot.mail.read import read

FIRST_MAIL = dt.datetime(1982, 8, 13, tzinfo=dt.UTC)  # RFC 822; nothing before it has a Date to believe
AHEAD_OF_US = dt.timedelta(days=1)
PART = 100  # messages that a process takes at once
FEW_BYTES = 4 << 20  # less than this is read sooner than other processes are started
MOST_PROCESSES = 4


@dataclass(frozen=True)
class Passed:
    """Not a post of ours: a kind of mail, or ``other_list``, or ``empty``."""

    reason: str


@dataclass(frozen=True)
class Held:
    """Nobody can read it: a person must look."""

    reason: str
    origin_id: str
    at: dt.datetime


Verdict = Post | Passed | Held


@dataclass(frozen=True)
class Reader:
    """How this network's mails are read.  ``lists``: address → circle and subject tag.

    ``everything_to``: the circle that takes the mails of persons and of other lists, or None.
    """

    lists: Mapping[str, tuple[str, str]]
    own_addresses: frozenset[str]
    authserv_id: str | None
    everything_to: str | None
    now: dt.datetime

    def read_all(self, raws: Sequence[Raw]) -> list[Verdict]:
        """One verdict each, in order."""
        return [self.read(raw) for raw in raws]

    def read(self, raw: Raw) -> Verdict:
        """What becomes of one message."""
        if not raw.data.strip():
            return Passed("empty")
        mail = read(
            raw.data,
            lists=self.lists,
            authserv_id=self.authserv_id,
            own_addresses=self.own_addresses,
        )
        if mail.kind is Kind.UNREADABLE:
            return Held(mail.reason, mail.message_id, self._time_of(mail, raw))
        circle, tag = self._circle_of(mail)
        if circle is None:
            return Passed("other_list" if mail.kind is Kind.LIST_POST else mail.kind.value)
        ours = mail.author.address in self.own_addresses
        return Post.of(mail, circle, self._time_of(mail, raw), tags=(tag,) if tag else (), ours=ours)

    def _circle_of(self, mail: Mail) -> tuple[str | None, str]:
        if mail.kind is Kind.LIST_POST and mail.list is not None and mail.list in self.lists:
            return self.lists[mail.list]
        takes = mail.kind in (Kind.LIST_POST, Kind.PERSON)
        return self.everything_to if takes else None, ""

    def _time_of(self, mail: Mail, raw: Raw) -> dt.datetime:
        """When it was written, if before it was received; else when it was received, or its file written."""
        received = parse_date(parse_head(raw.data).raw("received").rpartition(";")[2].strip())
        latest = self.now + AHEAD_OF_US
        if received is not None and FIRST_MAIL < received < latest:
            latest = received + AHEAD_OF_US
        for moment in (mail.date, received):
            if moment is not None and FIRST_MAIL < moment < latest:
                return moment.astimezone(dt.UTC)
        return raw.moment


class _Here(Executor):
    """Does at once, in this process, what it is given."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        """The result, in a future that is done."""
        done: Future[object] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class Readers:
    """Processes that read, beside the one that writes."""

    def __init__(self, reader: Reader, size: int) -> None:
        self.reader = reader
        processes = min(os.cpu_count() or 1, MOST_PROCESSES)
        self._executor: Executor = _Here()
        if size > FEW_BYTES and processes > 1:
            # Not fork: the threads of the database would be copied in the middle of whatever they do.
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(processes, context, initializer=_live_with_parent)

    def begin(self, raws: Sequence[Raw]) -> list[Future[list[Verdict]]]:
        """Begin to read these; the verdicts of all futures together are in their order."""
        parts = [raws[start : start + PART] for start in range(0, len(raws), PART)]
        return [self._executor.submit(self.reader.read_all, part) for part in parts]

    def close(self) -> None:
        """Let the processes go; what was begun and not started is left."""
        self._executor.shutdown(cancel_futures=True)


def _live_with_parent() -> None:
    """In a new process: leave Ctrl-C to the parent, and end when it ends, even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
