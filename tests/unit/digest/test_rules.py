"""What coordination's plain words ask of a draft."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import PARIS
from handlers.digest.rules import Do, Edit, understand

NOW = dt.datetime(2026, 11, 26, 16, 30, tzinfo=PARIS)  # a Thursday


def edits(text: str) -> list[Edit]:
    found, lost = understand(text, NOW)
    assert lost == []
    return found


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("enlève la 3", [Edit(Do.DROP, (3,))]),
        ("Retire 2 et 5 stp", [Edit(Do.DROP, (2, 5))]),
        ("supprimer le n°4.", [Edit(Do.DROP, (4,))]),
        ("garde la 5 pour la semaine prochaine", [Edit(Do.POSTPONE, (5,))]),
        ("reporte la 5", [Edit(Do.POSTPONE, (5,))]),
        ("remets la 3", [Edit(Do.RESTORE, (3,))]),
        ("remonte la 2", [Edit(Do.FIRST, (2,))]),
        ("mets la 7 en tête", [Edit(Do.FIRST, (7,))]),
        ("titre de la 4 : Une autre fin", [Edit(Do.TITLE, (4,), "Une autre fin")]),
        ("fusionne 2 et 6", [Edit(Do.MERGE, (2, 6))]),
        ("ajoute en tête : bonjour, et merci à vous", [Edit(Do.INTRO, (), "bonjour, et merci à vous")]),
        ("ajoute : la lettre part lundi", [Edit(Do.ADD, (), "la lettre part lundi")]),
        ("aperçu", [Edit(Do.PREVIEW)]),
        ("montre-moi l'aperçu", [Edit(Do.PREVIEW)]),
        ("OK", [Edit(Do.APPROVE)]),
        ("Oui, parfait, merci !", [Edit(Do.APPROVE)]),
        ("non", [Edit(Do.STOP)]),
        ("n'envoie pas", [Edit(Do.STOP)]),
        ("envoie maintenant", [Edit(Do.NOW)]),
    ],
)
def test_one_instruction(said: str, meant: list[Edit]) -> None:
    assert edits(said) == meant


def test_several_instructions_in_one_answer() -> None:
    assert edits(
        "Bonjour,\nenlève la 3, garde la 5 pour la semaine prochaine et titre de la 1 : AG\nMerci\nAlice"
    ) == [
        Edit(Do.DROP, (3,)),
        Edit(Do.POSTPONE, (5,)),
        Edit(Do.TITLE, (1,), "AG"),
    ]


def test_another_moment() -> None:
    (edit,) = edits("plutôt demain 11 h")
    assert edit.do is Do.MOVE
    assert edit.at == dt.datetime(2026, 11, 27, 11, 0, tzinfo=PARIS)


def test_what_is_not_understood_is_said_and_the_rest_is_done() -> None:
    found, lost = understand("enlève la 3 et mets la lune en couleurs", NOW)
    assert found == [Edit(Do.DROP, (3,))]
    assert lost == ["mets la lune en couleurs"]


@pytest.mark.parametrize(
    "said",
    [
        "on se voit à 15 h pour en parler ?",
        "je relis ce soir",
        "la 3 me semble bizarre, qu'en penses-tu ?",
        "titre de la 4 :",
        "ok mais je n'ai pas encore lu",
        "OK, mais je n'ai pas encore tout lu.",
    ],
)
def test_what_asks_for_nothing_changes_nothing(said: str) -> None:
    found, _ = understand(said, NOW)
    assert found == []


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    found, lost = understand(text, NOW)
    assert all(isinstance(edit, Edit) for edit in found)
    assert all(clause in text for clause in lost if "\n" not in clause)
