"""Own words of labelled mails, in the formats of the clients that people use: rates to be reached."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from tests.unit.mail.labelled.cases import PORTIONS, cases
from tests.unit.mail.labelled.measure import (
    Rate,
    Words,
    by,
    clean_rate,
    exact_rate,
    kept_rate,
    left_lines,
    lost_lines,
    measure_words,
    tied_rate,
)


@pytest.fixture(scope="module", params=PORTIONS)
def words(request: pytest.FixtureRequest) -> list[Words]:
    return measure_words(request.param)


def failing(found: Sequence[Words]) -> str:
    return ", ".join(one.case.name for one in found if not one.exact)


def test_there_are_as_many_cases_as_were_asked_for() -> None:
    languages = [one.label["language"] for portion in PORTIONS for one in cases(portion, "text")]
    assert languages.count("fr") >= 120
    assert languages.count("en") >= 60


def test_own_words_are_exact(words: list[Words]) -> None:
    assert exact_rate(words).value >= Fraction(95, 100), failing(words)


def test_lines_between_quotes_are_kept() -> None:
    """Over all cases: one line is more than the rate allows in one portion."""
    found = [one for portion in PORTIONS for one in by(measure_words(portion), "shape")["inline"]]
    assert kept_rate(found).value >= Fraction(995, 1000), [one.lost for one in found if one.lost]


def test_answers_are_told_with_what_they_answer() -> None:
    found = [one for portion in PORTIONS for one in measure_words(portion)]
    assert tied_rate(found).value >= Fraction(95, 100), [one.case.name for one in found if one.untied]


def test_no_quoted_line_is_left(words: list[Words]) -> None:
    assert clean_rate(words).value >= Fraction(98, 100), [one.case.name for one in words if one.left]


def test_the_measure_sees_what_is_lost_and_what_is_left() -> None:
    assert lost_lines("Oui.\nÀ jeudi\u00a0!\n", "Oui.\n\nÀ  jeudi !") == ()
    assert lost_lines("Oui.\nNon.", "Non.\nOui.") == ("Non.",)
    assert lost_lines("Oui", "Ouistiti") == ("Oui",)
    quoted = ["Qui apporte les tréteaux jeudi ?", "Merci à tous"]
    assert left_lines(quoted, "Moi.", "Qui apporte les\ntréteaux jeudi ?\nMoi.\nMerci à tous") == (quoted[0],)
    assert (
        left_lines(quoted, "Qui apporte les tréteaux jeudi ? Moi.", "Qui apporte les tréteaux jeudi ?") == ()
    )
    assert (Rate(1, 2).value, Rate(0, 0).value) == (Fraction(1, 2), Fraction(1))
