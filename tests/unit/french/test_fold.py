"""Folding makes equal what people spell in different ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.french.fold import aligned, fold, near, words


@pytest.mark.parametrize(
    "written",
    [
        "contributeur·ice·s",
        "contributeur·ices",
        "contributeur.ices",
        "contributeurices",
        "contributeur-ice-s",
    ],
)
def test_inclusive_spellings_are_one_word(written: str) -> None:
    assert fold(written) == "contributeurs"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("tou-te-s", "tous"),
        ("tou·te·s", "tous"),
        ("facilitateur·ice", "facilitateur"),
        ("facilitateurices", "facilitateurs"),
        ("adhérent(e)s", "adherents"),
        ("référent.e.s", "referents"),
        ("un·e", "un"),
        ("heureux·se·s", "heureux"),
        ("L’équipe « Éco »", 'l\'equipe " eco "'),
        ("18\u00a0h\u202f30", "18 h 30"),
        ("Œuvre, cœur", "oeuvre, coeur"),
        ("e\u0301te\u0301", "ete"),
    ],
)
def test_folded_forms(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    "text", ["pad.exemple.org", "est-ce que", "peut-elle", "dis-le", "fin.et", "a-t-elle"]
)
def test_other_signs_inside_words_stay(text: str) -> None:
    assert fold(text) == text


def test_words_leave_signs_and_elisions() -> None:
    assert words("L'AG d’aujourd'hui : 3 points, tou·te·s !") == ["ag", "aujourd'hui", "3", "points", "tous"]


def test_near_gives_the_likely_ones_first_as_they_are_written() -> None:
    assert near("recpa", ["sondage", "récap", "décision"]) == ["récap"]
    assert near("son", ["besoin", "sondage"])[0] == "sondage"
    assert near("", ["récap"]) == []


@given(st.text(max_size=80))
def test_aligned_keeps_every_place(text: str) -> None:
    assert len(aligned(text)) == len(text)


@given(st.text(alphabet="abcéèœ·.-() eEs'’«»\u00a0xirct", max_size=40))
def test_folding_leaves_no_accent_and_no_odd_space(text: str) -> None:
    folded = fold(text)
    assert folded == folded.lower()
    assert not set("éèœ’«»\u00a0") & set(folded)
