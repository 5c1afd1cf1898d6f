"""What plain words want of the recap's schedule."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import PARIS
from handlers.digest.desk.planning_words import EVE, Hour, Wish, is_plan, understand_plan

NOW = dt.datetime(2026, 11, 26, 16, 30, tzinfo=PARIS)  # Thursday of week 48
FIVE = dt.time(17)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("envoi le jeudi à 17 h", Wish(send=Hour("jeudi", FIVE))),
        ("envoie le Jeudi 17h00", Wish(send=Hour("jeudi", FIVE))),
        ("le jeudi à 17 h", Wish(send=Hour("jeudi", FIVE))),
        ("envoi à 17 h", Wish(send=Hour("", FIVE))),
        ("brouillon mercredi 10 h", Wish(draft=Hour("mercredi", dt.time(10)))),
        ("brouillon la veille à 17h", Wish(draft=Hour(EVE, FIVE))),
        ("envoi lundi midi", Wish(send=Hour("lundi", dt.time(12)))),
        (
            "brouillon mercredi 10 h, envoi jeudi 17 h et sans réponse : attendre",
            Wish(Hour("jeudi", FIVE), Hour("mercredi", dt.time(10)), "wait"),
        ),
        ("sans réponse : attendre", Wish(silent="wait")),
        ("sans réponse, envoyer", Wish(silent="send")),
        ("sans réponse : envoie", Wish(silent="send")),
        ("si personne ne répond, il attend", Wish(silent="wait")),
        ("si personne ne répond il part quand même", Wish(silent="send")),
        ("pas de récap la semaine prochaine", Wish(skip=("2026-W49",))),
        ("pas de récap cette semaine", Wish(skip=("2026-W48",))),
        ("pas de recap semaine 52", Wish(skip=("2026-W52",))),
        ("saute la semaine du 21 décembre", Wish(skip=("2026-W52",))),
        ("pas de récap pendant deux semaines", Wish(skip=("2026-W49", "2026-W50"))),
        ("finalement un récap la semaine prochaine", Wish(unskip=("2026-W49",))),
        ("comme avant", Wish(reset=True)),
        ("sending on Thursday at 5 pm", Wish(send=Hour("jeudi", FIVE))),
        ("draft Wednesday 10 am", Wish(draft=Hour("mercredi", dt.time(10)))),
        ("no answer: wait", Wish(silent="wait")),
        ("no recap next week", Wish(skip=("2026-W49",))),
        ("as before", Wish(reset=True)),
        ("repeins la lune", Wish(lost=("repeins la lune",))),
        ("envoi à 25 h", Wish(lost=("envoi à 25 h",))),
    ],
)
def test_a_wish(said: str, wanted: Wish) -> None:
    assert understand_plan(said, NOW) == wanted


@pytest.mark.parametrize(
    "said", ["pas de récap la semaine prochaine", "envoi chaque jeudi à 17 h", "comme d'habitude"]
)
def test_what_is_about_the_schedule(said: str) -> None:
    assert is_plan(said, NOW)


@pytest.mark.parametrize("said", ["je relis jeudi à 17 h", "mets la lune en couleurs", "demain 9 h"])
def test_what_is_not(said: str) -> None:
    assert not is_plan(said, NOW)


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(understand_plan(text, NOW), Wish)
