"""Scores of dates and deadlines over the labelled texts of tests/fixtures/french."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.clock import PARIS
from bot.french.dates import Found, find

FIXTURES = Path(__file__).parents[2] / "fixtures" / "french"
# The grammar was written on these; of the others only totals were looked at.
SEEN = (
    "dates-1.jsonl",
    "dates-a-seen.jsonl",
    "dates-a-held.jsonl",
    "dates-b-seen.jsonl",
    "dates-b-held.jsonl",
    "dates-c-seen.jsonl",
    "dates-c-held.jsonl",
)
HELD = ("dates-2.jsonl", "dates-fresh.jsonl")


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
        return 2 * self.hits / max(1, 2 * self.hits + self.spurious + self.missed)

    @property
    def deadline_precision(self) -> float:
        return self.deadline_hits / max(1, self.deadline_hits + self.deadline_spurious)

    @property
    def deadline_recall(self) -> float:
        return self.deadline_hits / max(1, self.deadline_hits + self.deadline_missed)


def score_dates(*names: str) -> DateScores:
    """Each label is a window of days; both ends of what is found must fall into one, and each be met."""
    scores = DateScores()
    for name in names:
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
