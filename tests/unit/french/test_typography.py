"""Typography touches words, and nothing that a machine reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.french.typography import typeset

NB = "\u00a0"


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Venez ! C'est prêt : oui ?", f"Venez{NB}! C’est prêt{NB}: oui{NB}?"),
        ("Venez! Vraiment?", f"Venez{NB}! Vraiment{NB}?"),
        ("« Oui » ; «non»", f"«{NB}Oui{NB}»{NB}; «{NB}non{NB}»"),
        ("Quoi ?! Non !!!", f"Quoi{NB}?! Non{NB}!!!"),
        ("**Date :** demain", f"**Date{NB}:** demain"),
        ("l'AG d'aujourd'hui", "l’AG d’aujourd’hui"),
        ("de 9 h 30 à 16 h ; 28 € et 3 amis", f"de 9{NB}h{NB}30 à 16{NB}h{NB}; 28{NB}€ et 3 amis"),
    ],
)
def test_words(typed: str, set_: str) -> None:
    assert typeset(typed) == set_


@pytest.mark.parametrize(
    "text",
    [
        "https://pad.example/a?b=1;c=2 et www.site.example/l'eau?x",
        "`taper !aide ?` puis ```\nif a ? b : c;\n```",
        "[le pad](https://pad.example/a ;b)",
        "à 18:30, ratio 3:2",
        "super :) ou ;) ou :-( ou :D",
        "tape !aide ou !récap",
        "un :tada: et :heart:",
        '&nbsp;&amp; <a href="x ?y">',
        "jean.d'arc@exemple.example",
        "'entre quotes' 5' 30''",
    ],
)
def test_what_machines_read_stays(text: str) -> None:
    assert typeset(text) == text


@given(st.text(alphabet="aé'’ ;:?!«»()`[]<>/.\u00a0\u202f\n1@&x", max_size=60))
def test_twice_is_once(text: str) -> None:
    assert typeset(typeset(text)) == typeset(text)


@given(st.text(max_size=60))
def test_only_spaces_and_apostrophes_change(text: str) -> None:
    def bare(words: str) -> str:
        return words.replace(" ", "").replace(NB, "").replace("’", "'")

    assert bare(typeset(text)) == bare(text)
