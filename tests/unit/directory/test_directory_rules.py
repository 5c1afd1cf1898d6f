"""Names and roles as people type them, and which ends are near."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.authority import Role
from bot.naming import Named, called
from handlers.directory.rules import (
    key_of,
    matches,
    nearing,
    query_words,
    role_in,
    split_given,
    status_of,
    without_links,
)

PEOPLE = [
    Named("lea", "Léa Toscan", ("lea@lisieres.example",)),
    Named("lea.toscan", "Léa Toscan"),
    Named("jp", "Jean-Pierre Le Goff"),
    Named("jean", "Jean Martin"),
    Named("zoe", "Zoé d'Angély"),
]


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("lea", ["lea"]),
        ("LEA@lisieres.example", ["lea"]),
        ("Léa Toscan", ["lea", "lea.toscan"]),
        ("toscan", ["lea", "lea.toscan"]),
        ("jean pierre", ["jp"]),
        ("Jean-Pierre LE GOFF", ["jp"]),
        ("le goff", ["jp"]),
        ("Jean", ["jean"]),  # a key is somebody's alone
        ("pierre", ["jp"]),
        ("d’Angély", ["zoe"]),
        ("pier", []),
        ("martin jean", []),
        ("", []),
        (" ... ", []),
    ],
)
def test_whom_a_name_may_mean(said: str, keys: list[str]) -> None:
    assert called(said, PEOPLE) == keys


@pytest.mark.parametrize(
    ("text", "who", "role", "of"),
    [
        (
            "Chloé Barbaroux, facilitation du GT Animation",
            "Chloé Barbaroux",
            Role.FACILITATOR,
            "GT Animation",
        ),
        ("chloe facilitatrice GT Animation", "chloe", Role.FACILITATOR, "GT Animation"),
        ("Hana déléguée au CAC", "Hana", Role.DELEGATE, "CAC"),
        ("Hana : délégué·e du CAC", "Hana", Role.DELEGATE, "CAC"),
        ("Gaston trésorerie", "Gaston", Role.TREASURER, ""),
        ("gaston, trésorier", "gaston", Role.TREASURER, ""),
        ("hana@lisieres.example secrétaire du cac", "hana@lisieres.example", Role.SECRETARY, "cac"),
        ("Fanny référent·e du 05", "Fanny", Role.REFERENT, "05"),
        ("Fanny, référente de l'arrière-pays", "Fanny", Role.REFERENT, "arrière-pays"),
        ("Mona membre de la coordination", "Mona", Role.MEMBER, "coordination"),
        ("Mona coordination", "Mona", Role.COORDINATION, ""),
        ("la facilitation du GT Animation à Léa Toscan", "Léa Toscan", Role.FACILITATOR, "GT Animation"),
        ("facilitator of GT Animation to Léa", "Léa", Role.FACILITATOR, "GT Animation"),
        ("lea secretary:cac", "lea", Role.SECRETARY, "cac"),
    ],
)
def test_who_gets_which_role(text: str, who: str, role: Role, of: str) -> None:
    split = split_given(text)
    assert split is not None
    assert (split[0], split[1].role, split[1].of) == (who, role, of)


@pytest.mark.parametrize("text", ["", "Fanny cuisinière", "facilitation du GT Animation", "Fanny"])
def test_no_role_or_nobody(text: str) -> None:
    assert split_given(text) is None


@pytest.mark.parametrize(
    "text", ["coordinatrice", "déléguée", "SECRÉTAIRE", "référentes", "facilitateur·ice·s"]
)
def test_a_role_however_it_is_written(text: str) -> None:
    assert role_in(text) is not None


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_any_text_can_be_looked_into(text: str) -> None:
    said = role_in(text)
    assert said is None or said.before in text
    assert without_links(text) in text
    assert split_given(text) is None or said is not None


def test_every_word_that_is_looked_for_must_be_shown() -> None:
    card = ["Chloé Barbaroux", "La Fabrique", "84", "delegate CAC"]
    assert matches(query_words("déléguée du CAC"), card)
    assert matches(query_words("barba fab"), card)
    assert not matches(query_words("chloé ruche"), card)
    assert query_words("le la des") == []


def test_a_new_key_is_nobody_elses() -> None:
    assert key_of("Léa Toscan", []) == "lea.toscan"
    assert key_of("Léa Toscan", ["lea.toscan", "lea.toscan.2"]) == "lea.toscan.3"
    assert key_of("…", ["x"]) == "x.2"


def test_leaving_is_not_a_status_that_is_typed() -> None:
    assert status_of("Membre") == status_of("inscrit·e") == "subscriber"
    assert status_of("partenaire") == "partner"
    assert status_of("former") is status_of("ancien") is None


@settings(max_examples=60)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=12), st.integers(0, 60))
def test_each_end_is_told_once_on_its_day_and_at_most_once_before(gaps: list[int], ends_in: int) -> None:
    """Whatever days were missed: what ends up to the last look is told as ended exactly once."""
    start = dt.date(2026, 11, 23)
    end = start + dt.timedelta(days=ends_in)
    previous, before, on = start - dt.timedelta(days=1), 0, 0
    for gap in gaps:
        day = previous + dt.timedelta(days=gap)
        soon, today = nearing(day, previous)
        before += soon[0] < end <= soon[1]
        on += today[0] < end <= today[1]
        previous = day
    assert on == (end <= previous)
    assert before <= 1
    every_day = max(gaps) == 1
    assert not every_day or before == (start + dt.timedelta(days=7) <= end <= previous + dt.timedelta(days=7))
