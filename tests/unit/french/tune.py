"""``python -m tests.unit.french.tune``: the weights of ``bot.french.gist``, from the training threads alone.

A search, one weight after the other over round values, for the weights under which the sentences that
people picked are the likely ones (a listwise likelihood: Cao and others, 2007).  ROUGE itself jumps too
much for so few threads.  Each weight is drawn to the one that stands in the table, which was set by hand.
What tuning promises is measured out of fold: each group of threads under the weights that were tuned on
the others.  Run it after a change of cues or features, and look before you take what it says.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.french.gist.scoring import Candidate, candidates
from bot.french.gist.standing import Standing, standing, weigh
from bot.french.gist.summary import choose, choose_decision
from bot.french.gist.weights import WEIGHTS
from tests.unit.french.measure import TRAINING, Thread, mean, rouge1, threads

GROUPS = 9
ROUNDS = 6
STEPS = (-0.2, -0.1, 0.1, 0.2)
PULL = 0.03  # what a weight's distance of 1 from the table's costs, in likelihood
PICKED = 0.75  # as like a picked sentence as that, by ROUGE-1, is that sentence


@dataclass(frozen=True)
class Case:
    """A thread with all that does not depend on the weights; ``picked``, the places of what people chose."""

    thread: Thread
    found: Sequence[Candidate]
    standing: Standing
    picked: tuple[int, ...]


@functools.cache
def cases() -> tuple[Case, ...]:
    """The training threads."""
    made = []
    for thread in threads(*TRAINING):
        found = candidates(thread.said, thread.on)
        picked = tuple(index for index, one in enumerate(found) if _is_picked(one, thread))
        made.append(Case(thread, found, standing(found, thread.subject), picked))
    return tuple(made)


def _is_picked(one: Candidate, thread: Thread) -> bool:
    return any(rouge1([one.text], [sentence]) >= PICKED for sentence in thread.sentences)


def cost(chosen: Iterable[Case], weights: Mapping[str, float]) -> float:
    """How unlikely what people picked is under these weights, and how far they are from the table."""
    far = sum((weights[name] - WEIGHTS[name]) ** 2 for name in weights)
    return PULL * far - mean(_likelihood(case, weights) for case in chosen if case.picked)


def _likelihood(case: Case, weights: Mapping[str, float]) -> float:
    weighed = weigh(case.found, case.standing, weights)
    total = math.log(sum(map(math.exp, weighed)))
    return mean(weighed[index] - total for index in case.picked)


def tuned(chosen: Sequence[Case]) -> dict[str, float]:
    """The best round weights for these threads."""
    best = dict(WEIGHTS)
    least = cost(chosen, best)
    for _ in range(ROUNDS):
        before = least
        for name in best:
            for step in STEPS:
                tried = {**best, name: round(best[name] + step, 1)}
                new = cost(chosen, tried)
                if new < least:
                    best, least = tried, new
        if least == before:
            break
    return best


def rouge(case: Case, weights: Mapping[str, float]) -> float:
    """The ROUGE-1 of a thread's gist under these weights."""
    weighed = weigh(case.found, case.standing, weights)
    chosen = choose(case.found, case.standing, weighed, choose_decision(case.standing, weighed))
    return rouge1([case.found[index].text for index in chosen], case.thread.sentences)


def main() -> None:
    """Tell what tuning brings in sample and out of fold, and the weights that it would take."""
    every = cases()
    outside = []
    for group in (every[number::GROUPS] for number in range(GROUPS)):
        weights = tuned([case for case in every if case not in group])
        outside += [rouge(case, weights) for case in group]
    weights = tuned(every)
    print(f"ROUGE-1 with the table: {mean(rouge(case, WEIGHTS) for case in every):.3f}")
    print(f"tuned, out of fold: {mean(outside):.3f}")
    print(f"tuned on all: {mean(rouge(case, weights) for case in every):.3f}")
    for name, weight in weights.items():
        print(f'    "{name}": {weight},' + ("" if weight == WEIGHTS[name] else f"  # was {WEIGHTS[name]}"))


if __name__ == "__main__":
    main()
