"""No text at all makes reading fail."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot.clock import PARIS
from bot.french.amounts import find_amounts
from bot.french.answers import clauses, numbers, yes_no
from bot.french.dates import find, parse_deadline
from bot.french.fold import fold, near, words
from bot.french.gist.summary import Said, summarise
from bot.french.sentences import split
from bot.french.typography import typeset

# Pieces that mean something to the readers, put together in ways that mean nothing.
PIECES = st.sampled_from(
    [
        *"0123456789/.-:,;()'’« »\n\t?!…€·",
        *(
            "le ",
            "du ",
            "au ",
            "les ",
            "et ",
            "de ",
            "la ",
            "d'ici ",
            "avant ",
            "jusqu'à ",
            "dans ",
            "sous ",
            "il y a ",
        ),
        *(
            "lundi ",
            "mardis ",
            "mer. ",
            "dim ",
            "janvier ",
            "févr. ",
            "mars",
            "1er ",
            "31 ",
            "29 février ",
            "2e ",
            "premier ",
        ),
        *(
            "semaine ",
            "week-end ",
            "mois ",
            "fin ",
            "mi-",
            "début ",
            "trimestre ",
            "été ",
            "Noël ",
            "prochain ",
            "dernier ",
        ),
        *(
            "18 h 30",
            "24h",
            "midi ",
            "minuit ",
            "12/13",
            "2026-02-30",
            "99999",
            "0000",
            "demain ",
            "après-",
            "en huit ",
        ),
        *(
            "enlève ",
            "oui ",
            "non ",
            "ajoute : ",
            "merci ",
            "contributeur.ice·s ",
            "https://",
            "😀",
            "e\u0301",
            "\ud800",
            "İ",
            "ﬁ",
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join))
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
ON = st.builds(dt.datetime.combine, DAYS, st.times(), st.just(PARIS))


@given(TEXTS, ON)
def test_dates(text: str, on: dt.datetime) -> None:
    for one in find(text, on):
        assert one.start <= one.end
        assert one.text
        assert text[one.position : one.position + len(one.text)] == one.text


@given(TEXTS, ON)
def test_deadlines(text: str, on: dt.datetime) -> None:
    parsed = parse_deadline(text, on)
    assert parsed is None or parsed[0].tzinfo is not None


@given(TEXTS)
def test_everything_else(text: str) -> None:
    fold(text)
    near(text, words(text))
    split(text)
    typeset(text)
    yes_no(text)
    numbers(text)
    clauses(text)
    assert all(cents >= 0 for cents in find_amounts(text))


@given(st.lists(TEXTS, max_size=4), ON)
def test_gists(texts: list[str], on: dt.datetime) -> None:
    messages = [Said(f"Membre {number % 2}", on, text) for number, text in enumerate(texts)]
    gist = summarise(messages, texts[0] if texts else "", on)
    assert len(gist.sentences) <= 4
    assert gist == summarise(messages, texts[0] if texts else "", on)
