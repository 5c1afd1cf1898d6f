"""Answers to a draft, as twenty coordinators type them: understood, and never done wrongly."""

from __future__ import annotations

import pytest

from handlers.digest.desk.naming import Thing
from handlers.digest.desk.rules import Do, Edit, understand
from tests.draft_answers import NOW, measure

THINGS = [Thing(1, "Four à pain"), Thing(2, "Visite de La Ruche"), Thing(3, "Miel de La Ruche")]


@pytest.mark.parametrize(("portion", "least"), [("seen", 60), ("held", 58)])
def test_labelled_answers(portion: str, least: int) -> None:
    """Of sixty each; what is not understood is told, not guessed."""
    found = measure(portion)
    assert found["wrong"] == 0
    assert found["silent"] == 0
    assert found["understood"] >= least


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("remonte le four", Edit(Do.FIRST, (1,))),
        ("enlève la dernière", Edit(Do.DROP, (3,))),
        ("remplace four par fournil", Edit(Do.REPLACE, (), "fournil", old="four")),
        (
            "ajoute le lien https://four.example/miel à la visite",
            Edit(Do.LINK, (2,), "https://four.example/miel"),
        ),
    ],
)
def test_titles_name_things_and_never_new_words(said: str, meant: Edit) -> None:
    assert understand(said, NOW, THINGS) == ([meant], [])


def test_a_title_that_two_have_names_none() -> None:
    found, _ = understand("enlève La Ruche", NOW, THINGS)
    assert found == [Edit(Do.DROP, about="la ruche")]
