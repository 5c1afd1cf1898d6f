"""Scores over the labelled texts of tests/fixtures/french."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.clock import PARIS
from bot.french.dates import Found, find
from bot.french.fold import fold, words
from bot.french.summary import Gist, Said, summarise

FIXTURES = Path(__file__).parents[2] / "fixtures" / "french"


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


@dataclass
class GistScores:
    """Means over threads of what their gists keep."""

    rouge: float
    request_in_gist: float
    requests: float
    deadlines: float
    decisions: float
    decisions_true: float
    links: float
    events: float


def score_gists(name: str) -> GistScores:
    """Gists of the threads, as of their last message, against what people picked from them."""
    threads = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    gists = [(gist_of(thread), thread["ref"]) for thread in threads]
    decided = [(gist, ref) for gist, ref in gists if ref["decision"]]
    claimed = [(gist, ref) for gist, ref in gists if gist.decision]
    return GistScores(
        rouge=_mean([rouge1(gist.sentences, ref["sentences"]) for gist, ref in gists]),
        request_in_gist=_mean(
            [_holds(gist.sentences, label) for gist, ref in gists for label in ref["action"]]
        ),
        requests=_mean(
            [
                _holds((*gist.requests, gist.decision or ""), label)
                for gist, ref in gists
                for label in ref["action"]
            ]
        ),
        deadlines=_mean(
            [
                dt.date.fromisoformat(ref["deadline"]) in gist.deadlines
                for gist, ref in gists
                if ref["deadline"]
            ]
        ),
        decisions=_mean([_holds((gist.decision or "",), ref["decision"]) for gist, ref in decided]),
        decisions_true=_mean([ref["decision"] is not None for _, ref in claimed]),
        links=_mean([set(gist.links) >= set(ref["links"]) for gist, ref in gists]),
        events=_mean(
            [
                dt.date.fromisoformat(day) in {one.start for one in gist.dates}
                for gist, ref in gists
                for day in ref["events"]
            ]
        ),
    )


def _mean(values: list[Any]) -> float:
    return sum(values) / len(values) if values else 1.0


def _holds(sentences: tuple[str, ...], label: str) -> bool:
    text = fold(" ".join(sentences))
    return any(fold(part) in text for part in label.split("|"))


def gist_of(thread: dict[str, Any]) -> Gist:
    messages = [
        Said(
            message["author"],
            dt.datetime.fromisoformat(message["date"]).replace(tzinfo=PARIS),
            own_words(message["body"]),
        )
        for message in thread["messages"]
    ]
    return summarise(messages, thread["subject"], messages[-1].date)


def own_words(body: str) -> str:
    """What is left of a fixture's mail without quotes, signature and footer; enough for these files."""
    if "<p>" in body:
        body = re.sub(r'<a href="([^"]+)">([^<]*)</a>', r"\2 (\1)", body)
        body = html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<br\s*/?>|</p>", "\n", body)))
    kept: list[str] = []
    for line in body.split("\n_____")[0].split("\n"):
        if re.match(r"--\s?$", line):
            break
        if not re.match(
            r">|Le .{5,120} a écrit :?\s*$|-{5,} ?Message transf|(?:De|Date|Objet|À) : |Envoyé de ", line
        ):
            kept.append(line)
    return "\n".join(kept).strip()


def rouge1(given: tuple[str, ...], wanted: list[str]) -> float:
    """The F measure over single words, counted by our own folded words."""
    ours, theirs = Counter(words(" ".join(given))), Counter(words(" ".join(wanted)))
    shared = sum((ours & theirs).values())
    return 2 * shared / max(1, sum(ours.values()) + sum(theirs.values()))
