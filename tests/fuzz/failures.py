"""An input that breaks something: what it breaks, and the smallest part of it that still does."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from tests.fuzz.invariants import check

MAX_SECONDS = 10  # for one input: beyond it, reading hangs
MAX_MINIMISING = 60  # seconds: what hangs would take hours


class Hangs(AssertionError):
    """Reading takes longer than a mail may."""


@dataclass(frozen=True)
class Failure:
    """What was broken: ``what`` is equal for inputs that break the same thing."""

    what: str
    trace: str


def failure_of(data: bytes) -> Failure | None:
    """None when everything holds."""
    try:
        with _limited(MAX_SECONDS):
            check(data)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = (
            ""
            if isinstance(error, AssertionError)
            else f" at {where.filename.rpartition('/')[2]}:{where.name}"
        )
        said = str(error).partition(":")[0] if isinstance(error, AssertionError) else ""
        return Failure(f"{type(error).__name__} {said}{place}", traceback.format_exc())
    return None


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Hangs(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def minimised(data: bytes, breaks: Callable[[bytes], bool]) -> bytes:
    """A small part of ``data`` that still breaks: lines are left out, then bytes (delta debugging)."""
    until = time.monotonic() + MAX_MINIMISING
    data = b"".join(_fewer(data.splitlines(keepends=True), breaks, until))
    if len(data) <= 4_000:
        data = b"".join(_fewer([data[at : at + 1] for at in range(len(data))], breaks, until))
    return data


def _fewer(items: list[bytes], breaks: Callable[[bytes], bool], until: float) -> list[bytes]:
    """Leave out runs, half of what is there first, then ever shorter ones."""
    length = len(items) // 2
    while length:
        at = 0
        while at < len(items):
            if time.monotonic() > until:
                return items
            kept = items[:at] + items[at + length :]
            if kept and breaks(b"".join(kept)):
                items = kept
            else:
                at += length
        length //= 2
    return items
