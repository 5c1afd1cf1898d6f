"""Deadlines as people type them in commands and answers."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import PARIS
from bot.french.dates import parse_deadline

# A Wednesday.
ON = dt.datetime(2026, 11, 18, 9, 30, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("typed", "moment", "words"),
    [
        ("vendredi 27 novembre à 18 h", "2026-11-27T18:00", "vendredi 27 novembre à 18 h"),
        ("demain 9 h", "2026-11-19T09:00", "demain 9 h"),
        ("plutôt demain 9 h", "2026-11-19T09:00", "demain 9 h"),
        ("dans 3 jours", "2026-11-21T23:59", "dans 3 jours"),
        ("15 janvier", "2027-01-15T23:59", "15 janvier"),
        ("10 novembre", "2027-11-10T23:59", "10 novembre"),
        ("avant le 15 mars", "2027-03-15T23:59", "15 mars"),
        ("mercredi", "2026-11-25T23:59", "mercredi"),
        ("le 24", "2026-11-24T23:59", "24"),
        ("dans 2 h", "2026-11-18T11:30", "dans 2 h"),
        ("dans trente minutes", "2026-11-18T10:00", "dans trente minutes"),
        ("18 h", "2026-11-18T18:00", "18 h"),
        ("à 8h", "2026-11-19T08:00", "à 8h"),
        ("midi", "2026-11-18T12:00", "midi"),
        ("vendredi à minuit", "2026-11-20T23:59", "vendredi à minuit"),
        ("12 mars 2020", "2020-03-12T23:59", "12 mars 2020"),
    ],
)
def test_typed_deadlines(typed: str, moment: str, words: str) -> None:
    parsed = parse_deadline(typed, ON)
    assert parsed is not None
    assert (f"{parsed[0]:%Y-%m-%dT%H:%M}", parsed[1]) == (moment, words)
    assert parsed[0].tzinfo is PARIS


@pytest.mark.parametrize("typed", ["", "bientôt", "quand vous voulez", "45 h", "le 32", "la 3"])
def test_what_is_no_deadline(typed: str) -> None:
    assert parse_deadline(typed, ON) is None


def test_an_hour_that_the_clocks_skip_is_the_moment_of_the_jump() -> None:
    on = dt.datetime(2027, 3, 26, 12, tzinfo=PARIS)
    parsed = parse_deadline("dimanche 28 mars à 2 h 30", on)
    assert parsed is not None
    assert parsed[0].isoformat() == "2027-03-28T03:00:00+02:00"


def test_an_hour_that_the_clocks_show_twice_is_the_first() -> None:
    on = dt.datetime(2026, 10, 23, 12, tzinfo=PARIS)
    parsed = parse_deadline("dimanche 25 octobre à 2 h 30", on)
    assert parsed is not None
    assert parsed[0].isoformat() == "2026-10-25T02:30:00+02:00"


def test_hours_are_counted_through_the_night_when_clocks_change() -> None:
    on = dt.datetime(2026, 10, 25, 1, tzinfo=PARIS)
    parsed = parse_deadline("dans 3 h", on)
    assert parsed is not None
    assert parsed[0] - on.astimezone(dt.UTC) == dt.timedelta(hours=3)
    assert parsed[0].isoformat() == "2026-10-25T03:00:00+01:00"


@given(
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2150, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["lundi", "le 1er mai à 9 h", "le 30", "demain"]),
)
def test_what_is_typed_without_a_year_is_to_come(at: dt.datetime, typed: str) -> None:
    on = at.replace(tzinfo=PARIS)
    parsed = parse_deadline(typed, on)
    assert parsed is not None
    assert parsed[0].date() >= on.date()
