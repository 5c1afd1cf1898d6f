"""``python -m tests.unit.french.tune``: weights for ``bot.french.weights``, from the training threads alone.

A search one weight after the other over round values.  What it promises is measured out of fold: each
group of threads under weights that were tuned on the other groups.  Run it after any change of cues or
features, and look at the table before taking it: weights of no use are drawn to 0.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.french.scoring import Candidate, candidates
from bot.french.standing import Standing, standing, weigh
from bot.french.summary import choose, choose_decision
from bot.french.weights import WEIGHTS
from tests.unit.french.measure import TRAINING, Thread, holds, mean, rouge1, threads

GROUPS = 6
ROUNDS = 3
STEPS = (-0.8, -0.4, -0.2, 0.2, 0.4, 0.8)
DRAW = 0.0015  # what a weight of 1 must bring at least: few weights, and small ones
REQUEST, DECISION = 0.3, 0.3  # what a request or a decision that is caught is worth, in ROUGE


@dataclass(frozen=True)
class Case:
    """A thread with all that does not depend on the weights."""

    thread: Thread
    found: Sequence[Candidate]
    standing: Standing


@functools.cache
def cases() -> tuple[Case, ...]:
    """The training threads."""
    made = []
    for thread in threads(*TRAINING):
        found = candidates(thread.said, thread.on)
        made.append(Case(thread, found, standing(found, thread.subject)))
    return tuple(made)


def worth(case: Case, weights: Mapping[str, float]) -> float:
    """How good the gist of a thread is."""
    found, thread = case.found, case.thread
    weighed = weigh(found, case.standing, weights)
    decision = choose_decision(case.standing, weighed)
    given = [found[index].text for index in choose(found, case.standing, weighed, decision)]
    value = rouge1(given, thread.sentences)
    if thread.action:
        value += REQUEST * mean(holds(given, asked) for asked in thread.action)
    if thread.decision:
        value += DECISION * (decision is not None and holds([found[decision].text], thread.decision))
    return value


def total(chosen: Sequence[Case], weights: Mapping[str, float]) -> float:
    return mean(worth(case, weights) for case in chosen)


def tuned(chosen: Sequence[Case], weights: Mapping[str, float] = WEIGHTS) -> dict[str, float]:
    """The best weights for these threads, from given ones."""
    best = dict(weights)
    value = total(chosen, best) - DRAW * size(best)
    for _ in range(ROUNDS):
        before = value
        for name in best:
            for other in sorted({round(best[name] + step, 1) for step in STEPS} | {0.0}):
                tried = {**best, name: other}
                new = total(chosen, tried) - DRAW * size(tried)
                if new > value + 1e-6:
                    best, value = tried, new
        if value - before < 1e-4:
            break
    return best


def size(weights: Mapping[str, float]) -> float:
    return sum(abs(weight) for weight in weights.values())


def main() -> None:
    """Tell what tuning brings in sample and out of fold, and the weights that it would take."""
    every = cases()
    groups = [every[number::GROUPS] for number in range(GROUPS)]
    outside = []
    for group in groups:
        weights = tuned([case for case in every if case not in group])
        outside += [rouge1_of(case, weights) for case in group]
        print(f"  group: {total(group, WEIGHTS):.3f} with the table, {total(group, weights):.3f} tuned apart")
    print(f"ROUGE-1, table: {mean(rouge1_of(case, WEIGHTS) for case in every):.3f}")
    print(f"ROUGE-1, out of fold: {mean(outside):.3f}")
    weights = tuned(every)
    print(f"ROUGE-1, tuned on all: {mean(rouge1_of(case, weights) for case in every):.3f}")
    for name, weight in weights.items():
        print(f'    "{name}": {weight},' + ("" if weight == WEIGHTS[name] else f"  # was {WEIGHTS[name]}"))


def rouge1_of(case: Case, weights: Mapping[str, float]) -> float:
    weighed = weigh(case.found, case.standing, weights)
    decision = choose_decision(case.standing, weighed)
    chosen = choose(case.found, case.standing, weighed, decision)
    return rouge1([case.found[index].text for index in chosen], case.thread.sentences)


if __name__ == "__main__":
    main()
