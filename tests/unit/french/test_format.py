"""What we write, and that our own reading finds it again."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import PARIS
from bot.french.amounts import find_amounts
from bot.french.dates import find
from bot.french.format import amount, count, day, hour, hours, moment, span

NB = "\u00a0"
DAYS = st.dates(dt.date(1901, 1, 1), dt.date(2198, 12, 31))
ON = st.builds(
    dt.datetime.combine, st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.times(), st.just(PARIS)
)
CLOCK = st.times().map(lambda time: time.replace(second=0, microsecond=0))


def test_days_and_hours_are_written_as_french_people_do() -> None:
    assert day(dt.date(2026, 11, 27)) == "vendredi 27 novembre 2026"
    assert day(dt.date(2026, 12, 1)) == "mardi 1er décembre 2026"
    assert day(dt.date(2026, 12, 1), year=False) == "mardi 1er décembre"
    assert hour(dt.time(18)) == f"18{NB}h"
    assert hour(dt.time(9, 5)) == f"9{NB}h{NB}05"
    assert hours(dt.time(14), dt.time(16, 30)) == f"de 14{NB}h à 16{NB}h{NB}30"
    assert hours(dt.time(14), None) == f"à 14{NB}h"


def test_a_moment_is_told_by_the_clocks_of_the_zone() -> None:
    assert moment(dt.datetime(2026, 11, 27, 17, 30, tzinfo=dt.UTC), PARIS) == (
        f"vendredi 27 novembre 2026 à 18{NB}h{NB}30"
    )


def test_an_hour_that_the_clocks_skip_is_told_as_they_show_it() -> None:
    assert moment(dt.datetime(2026, 3, 29, 2, 30, tzinfo=PARIS), PARIS) == (
        f"dimanche 29 mars 2026 à 3{NB}h{NB}30"
    )


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ((2026, 11, 22), (2026, 11, 22), "dimanche 22 novembre 2026"),
        ((2026, 11, 23), (2026, 11, 25), "du lundi 23 au mercredi 25 novembre 2026"),
        ((2026, 11, 30), (2026, 12, 1), "du lundi 30 novembre au mardi 1er décembre 2026"),
        ((2026, 12, 31), (2027, 1, 1), "du jeudi 31 décembre 2026 au vendredi 1er janvier 2027"),
    ],
)
def test_spans(start: tuple[int, int, int], end: tuple[int, int, int], text: str) -> None:
    assert span(dt.date(*start), dt.date(*end)) == text


def test_counts_and_amounts() -> None:
    assert count(0, "vote") == f"0{NB}vote"
    assert count(1, "vote") == f"1{NB}vote"
    assert count(2, "vote") == f"2{NB}votes"
    assert count(1200, "cheval", "chevaux") == f"1{NB}200{NB}chevaux"
    assert amount(200_000) == f"2{NB}000{NB}€"
    assert amount(1250) == f"12,50{NB}€"
    assert amount(-500) == f"-5{NB}€"


@given(DAYS, CLOCK, ON)
def test_any_moment_that_we_write_is_found_again(date: dt.date, time: dt.time, on: dt.datetime) -> None:
    at = dt.datetime.combine(date, time, PARIS)
    shown = at.astimezone(dt.UTC).astimezone(PARIS)
    (found,) = find(f"La réunion aura lieu {moment(at, PARIS)}.", on)
    assert (found.start, found.end, found.time) == (shown.date(), shown.date(), shown.time())


@given(DAYS, st.integers(0, 400), ON)
def test_any_span_that_we_write_is_found_again(start: dt.date, length: int, on: dt.datetime) -> None:
    end = min(start + dt.timedelta(days=length), dt.date(2198, 12, 31))
    (found,) = find(f"Rencontres {span(start, end)} à Gap", on)
    assert (found.start, found.end) == (start, end)


@given(st.integers(0, 150), ON)
def test_a_day_to_come_is_found_without_its_year(ahead: int, on: dt.datetime) -> None:
    date = on.date() + dt.timedelta(days=ahead)
    (found,) = find(f"Rendez-vous {day(date, year=False)}", on)
    assert found.start == date


@given(st.integers(0, 10**13))
def test_any_amount_that_we_write_is_found_again(cents: int) -> None:
    assert find_amounts(f"Il reste {amount(cents)} à répartir.") == [cents]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("doté de 400 000 €, soit 30 k€ par lieu", [40_000_000, 3_000_000]),
        ("1,5 k€", [150_000]),
        ("1.950 € HT", [195_000]),
        ("12€50 le repas", [1250]),
        ("2 millions d'euros", [200_000_000]),
        ("400 000 euros", [40_000_000]),
        ("30h par mois, 236 membres, 06 11 22 33 44", []),
    ],
)
def test_amounts_as_people_write_them(text: str, cents: list[int]) -> None:
    assert find_amounts(text) == cents
