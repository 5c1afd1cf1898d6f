"""Reading against a bare parse of the same files, threading against reading, hostile mails, and accuracy."""

from __future__ import annotations

import email
import statistics
import time
from collections.abc import Callable, Sequence
from email.message import Message
from functools import partial
from pathlib import Path

from bot.mail.read import read
from bot.mail.threads import ThreadItem, group
from tests.bench.figures import ROOT, tell
from tests.fuzz.hostile import hostile_mails
from tests.unit.mail.labelled import measure
from tests.unit.mail.labelled.cases import PORTIONS

ROUNDS = 5
SLOW = 20  # times the median of the hostile mails
SETS = {
    "sympa": ROOT / "tests" / "fixtures" / "sympa",
    "demo": ROOT / "config" / "demo" / "mails",
    "labelled": ROOT / "tests" / "fixtures" / "mail",
}


def run() -> None:
    """Speed first, accuracy after."""
    every: list[bytes] = []
    for name, folder in SETS.items():
        mails = _mails(folder)
        every += mails
        _compare(name, mails)
    _compare("all", every)
    _thread(every)
    _hostile()
    for portion in PORTIONS:
        _accuracy(portion)


def _mails(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob("*.eml"))]


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _compare(name: str, mails: Sequence[bytes]) -> None:
    """The best of some rounds each, the two by turns, so that both meet the same machine."""
    if not mails:
        return
    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(_seconds(lambda: [_bare(mail) for mail in mails]))
        ours.append(_seconds(lambda: [read(mail) for mail in mails]))
    tell(f"read_{name}_mails_per_s", len(mails) / min(ours), "mails/s")
    tell(f"read_{name}_over_bare", min(bare) / min(ours), "times (target: 0.3 or more)")


def _bare(mail: bytes) -> str:
    """What a program does that only wants the text: parse, take the first text part, decode it."""
    message = email.message_from_bytes(mail)
    for part in message.walk():
        if part.get_content_maintype() == "text":
            return _body(part)
    return ""


def _body(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    try:
        return payload.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return payload.decode("latin-1")


def _thread(mails: Sequence[bytes]) -> None:
    """Both over the same mails, in one run."""
    begun = time.perf_counter()
    found = [read(mail) for mail in mails]
    reading = time.perf_counter() - begun
    items = [
        ThreadItem(mail.message_id, mail.references, mail.in_reply_to, mail.subject, mail.date)
        for mail in found
    ]
    threading = min(_seconds(lambda: group(items)) for _ in range(ROUNDS))
    tell("threads_mails_per_s", len(items) / threading, "mails/s")
    tell("threads_over_reading", reading / threading, "times (target: 20 or more)")


def _hostile() -> None:
    """Each mail the best of some rounds: it is the rule that is measured, not the machine."""
    taken = {
        name: min(_seconds(partial(read, mail)) for _ in range(3)) for name, mail in hostile_mails().items()
    }
    median = statistics.median(taken.values())
    slowest = max(taken, key=lambda name: taken[name])
    tell("read_hostile_shapes", len(taken), "mails of 100 kB")
    tell("read_hostile_median", median * 1e3, "ms")
    tell("read_hostile_slowest", taken[slowest] * 1e3, f"ms ({slowest})")
    tell("read_hostile_slowest_over_median", taken[slowest] / median, f"times (target: {SLOW} or less)")
    for name in sorted(taken, key=lambda name: -taken[name]):
        if taken[name] > SLOW * median:
            tell(f"read_hostile ({name})", taken[name] / median, "times the median")


def _accuracy(portion: str) -> None:
    words = measure.measure_words(portion)
    groups = {"": words}
    for key in ("language", "shape"):
        groups |= {f"_{value}": found for value, found in measure.by(words, key).items()}
    for name, found in groups.items():
        for label, rate in measure.RATES.items():
            measured = rate(found)
            tell(f"words_{portion}{name}_{label}", float(measured.value), f"of {measured.of}")
    told = measure.measure_kinds(portion)
    for kind in sorted({one.case.label["kind"] for one in told}):
        measured = measure.recall(told, kind)
        tell(f"kind_{portion}_{kind}", float(measured.value), f"of {measured.of}")
    measured = measure.addressed_rate(told)
    tell(f"bounce_{portion}_address", float(measured.value), f"of {measured.of}")
