"""What is folded when an expectation is looked for, and what is not."""

from __future__ import annotations

import pytest

from bot.play.folding import folded


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("l'atelier", "L’Atelier"),
        ("quorum : 3", "Quorum\u00a0: 3"),
        ("à 18 h", "à 18\u202fh"),
        ("« oui »", "«\u00a0Oui\u00a0»"),
        ('"oui"', "« Oui »"),
        ("un deux", "un\n   deux"),
        ("élue", "E\u0301LUE"),
    ],
)
def test_these_are_the_same(expected: str, said: str) -> None:
    assert folded(expected) in folded(f"Avant {said} après")


@pytest.mark.parametrize(
    ("expected", "said"),
    [("elue", "élue"), ("contributeurs", "contributeur·ice·s"), ("un deux", "un-deux"), ("a b", "ab")],
)
def test_these_are_not(expected: str, said: str) -> None:
    assert folded(expected) not in folded(said)
