"""What coordination's plain words ask of a draft."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import PARIS
from handlers.digest.desk.rules import Do, Edit, understand

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


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("enleve le 3", [Edit(Do.DROP, (3,))]),
        ("enlve la 3", [Edit(Do.DROP, (3,))]),
        ("vire les points 3, 5 et 7", [Edit(Do.DROP, (3, 5, 7))]),
        ("on enlève la 3", [Edit(Do.DROP, (3,))]),
        ("la 3 est à enlever", [Edit(Do.DROP, (3,))]),
        ("3 : à enlever", [Edit(Do.DROP, (3,))]),
        ("n'enlève pas la 3", [Edit(Do.RESTORE, (3,))]),
        ("supprime tout sauf la 2", [Edit(Do.ONLY, (2,))]),
        ("garde seulement la 2 et la 3", [Edit(Do.ONLY, (2, 3))]),
        ("enlève le four à pain", [Edit(Do.DROP, about="le four a pain")]),
        ("garde la 5 pour la semaine procahine", [Edit(Do.POSTPONE, (5,))]),
        ("5 : semaine prochaine", [Edit(Do.POSTPONE, (5,))]),
        ("inverse 2 et 4", [Edit(Do.SWAP, (2, 4))]),
        ("la 4 après la 1", [Edit(Do.AFTER, (4, 1))]),
        ("mets la 4 avant la 1", [Edit(Do.BEFORE, (4, 1))]),
        ("mets la 2 dans annonces", [Edit(Do.SECTION, (2,), section="announcements")]),
        ("mets la 2 dans l'agenda", [Edit(Do.SECTION, (2,), section="agenda")]),
        ("épingle la 2", [Edit(Do.PIN, (2,))]),
        ("raccourcis la 6", [Edit(Do.SHORTEN, (6,))]),
        ("ajoute un mot : bonne semaine", [Edit(Do.INTRO, (), "bonne semaine")]),
        ("remplace jeudi par vendredi dans la 4", [Edit(Do.REPLACE, (4,), "vendredi", old="jeudi")]),
        ("dans la 4, remplace 10 h par 11 h", [Edit(Do.REPLACE, (4,), "11 h", old="10 h")]),
        ("3 : titre plutôt Une fête", [Edit(Do.TITLE, (3,), "Une fête")]),
        ("pour la 3, titre : Une fête", [Edit(Do.TITLE, (3,), "Une fête")]),
        ("renomme la 4 en Fête de La Ruche", [Edit(Do.TITLE, (4,), "Fête de La Ruche")]),
        (
            "ajoute dans l'agenda : visite le 4 décembre",
            [Edit(Do.ADD, (), "visite le 4 décembre", section="agenda")],
        ),
        ("mets la 7 en premier, la 2 à la fin", [Edit(Do.FIRST, (7,)), Edit(Do.LAST, (2,))]),
        ("ok sauf la 3", [Edit(Do.DROP, (3,)), Edit(Do.APPROVE)]),
        ("ok mais sans la 3 ni la 5", [Edit(Do.DROP, (3, 5)), Edit(Do.APPROVE)]),
        ("parfait mais vire la 5", [Edit(Do.DROP, (5,)), Edit(Do.APPROVE)]),
        ("c'est tout bon 👍", [Edit(Do.APPROVE)]),
        ("top, envoie", [Edit(Do.APPROVE)]),
        ("Très bien. Enlève juste la 3. Tu peux l'envoyer.", [Edit(Do.DROP, (3,)), Edit(Do.APPROVE)]),
        ("pas cette semaine", [Edit(Do.STOP)]),
        ("ok mais attends", [Edit(Do.STOP)]),
        ("ok except 3", [Edit(Do.DROP, (3,)), Edit(Do.APPROVE)]),
        ("swap 2 and 4", [Edit(Do.SWAP, (2, 4))]),
        ("move 4 after 1", [Edit(Do.AFTER, (4, 1))]),
        ("put 2 in the agenda", [Edit(Do.SECTION, (2,), section="agenda")]),
        ("replace Monday with Tuesday in 4", [Edit(Do.REPLACE, (4,), "Tuesday", old="Monday")]),
        ("3: title rather A big day", [Edit(Do.TITLE, (3,), "A big day")]),
    ],
)
def test_as_people_say_it(said: str, meant: list[Edit]) -> None:
    assert edits(said) == meant


@pytest.mark.parametrize(
    ("said", "day", "hour"),
    [
        ("vendredi 14 h plutôt", 27, 14),
        ("vendredi 14 h", 27, 14),
        ("décale à 18 h", 26, 18),
        ("envoie demain à 9h", 27, 9),
        ("reporte à lundi 10h", 30, 10),
        ("rather tomorrow 2 pm", 27, 14),
    ],
)
def test_moments(said: str, day: int, hour: int) -> None:
    (edit,) = edits(said)
    assert edit.do is Do.MOVE
    assert edit.at == dt.datetime(2026, 11, day, hour, 0, tzinfo=PARIS)


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
