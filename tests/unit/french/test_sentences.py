"""Sentences of mails: lines first, then full stops that are ends."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.french.sentences import split
from tests.unit.french.measure import FIXTURES, f1


def test_labelled_sentences() -> None:
    hits = spurious = missed = 0
    for case in json.loads((FIXTURES / "sentences.json").read_text(encoding="utf-8")):
        gold, ours = set(case["gold"]), set(split(case["text"]))
        hits += len(gold & ours)
        spurious += len(ours - gold)
        missed += len(gold - ours)
    assert f1(hits, spurious, missed) >= 0.97


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Les facilitateur.ices et tou.te.s les référent·e·s. Merci.", 2),
        ("Rendez-vous à 18.30 au 12.5 de la rue. Venez !", 2),
        ("Il reste 1.950 € (cf. p. 4). Qui signe ?", 2),
        ("M. Roy, Mme Vidal et J.-P. Duc viennent.", 1),
        ("Voir www.site.example. Puis le pad.", 2),
        ("Noté 🙂 À demain", 2),
        ("a\tb\nc\td", 2),
        ("- un ;\n- deux. Trois.", 3),
        ("", 0),
    ],
)
def test_how_many(text: str, sentences: int) -> None:
    assert len(split(text)) == sentences


@given(st.text(alphabet="aA .!?…\n\t-•1«»()😀", max_size=80))
def test_nothing_is_lost_or_put_in(text: str) -> None:
    assert "".join("".join(split(text)).split()) == "".join(text.split())
