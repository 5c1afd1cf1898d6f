"""Gists against sumy on the same threads, and the start of a process that imports the French modules."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

from bot.french.gist.summary import summarise
from tests.bench.figures import ROOT, tell, timed
from tests.unit.french.measure import HELD, TRAINING, Thread, mean, rouge1, score_gists, threads
from tests.unit.french.peers import PEERS, summary_of

ROUNDS = 10
STARTS = 40
STARTING = {
    "french": "import bot.french.dates, bot.french.gist.summary",
    "dates": "import bot.french.dates",
    "gist": "import bot.french.gist.summary",
}
PARTS = {"training": TRAINING, "held": HELD}


def run() -> None:
    """Accuracy, then speed, then starting."""
    for part, names in PARTS.items():
        _accuracy(part, names)
    _speed()
    _starting()


def _accuracy(part: str, names: tuple[str, ...]) -> None:
    scores = score_gists(*names)
    for name, value in vars(scores).items():
        tell(f"gist_{part}_{name}", float(value), f"of {len(threads(*names))} threads")
    for peer in PEERS:
        theirs = mean(rouge1(summary_of(thread, peer), thread.sentences) for thread in threads(*names))
        tell(f"gist_{part}_rouge_over_{peer}", scores.rouge - theirs, f"({theirs:.3f} theirs)")


def _speed() -> None:
    """Processor time, the best of some rounds each, by turns: both meet the same machine."""
    every = threads(*TRAINING, *HELD)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(_summarise, every))
        theirs.append(_seconds(_text_rank, every))
    tell("gist_threads_per_s", len(every) / min(ours), "threads/s")
    tell("gist_over_text_rank", min(ours) / min(theirs), "times its time (target: 3 or less)")


def _summarise(every: tuple[Thread, ...]) -> None:
    for thread in every:
        summarise(thread.said, thread.subject, thread.on)


def _text_rank(every: tuple[Thread, ...]) -> None:
    for thread in every:
        summary_of(thread, "TextRank")


def _seconds(work: Callable[[tuple[Thread, ...]], None], every: tuple[Thread, ...]) -> float:
    begun = time.process_time()
    work(every)
    return time.process_time() - begun


def _starting() -> None:
    """The median of many starts each, by turns, of ``pass`` and of the modules that gists and dates need.

    Their bytecode has been written before, as it is where a program is installed.
    """
    programs = {"bare": "pass", **STARTING}
    with tempfile.TemporaryDirectory(prefix="navette-bench-") as cache:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        times: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(STARTS):
            for name, program in programs.items():
                times[name].append(timed([sys.executable, "-c", program], environment))
    medians = {name: statistics.median(taken[1:]) for name, taken in times.items()}
    for name in STARTING:
        tell(f"{name}_import_ms", medians[name] * 1e3, "ms")
        tell(f"{name}_import_over_bare", medians[name] / medians["bare"], "times (target: 3 or less)")
