"""What we write ourselves is found again: every day, range and moment, in plain text and in typography."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import PARIS
from bot.french.dates import find
from bot.french.format import day, hours, moment, span
from bot.french.typography import typeset

DAYS = st.dates(dt.date(1901, 1, 1), dt.date(2198, 12, 31))
ON = st.builds(
    dt.datetime.combine, st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.times(), st.just(PARIS)
)
CLOCK = st.times().map(lambda time: time.replace(second=0, microsecond=0))
SENTENCES = st.sampled_from(
    [
        "{}",
        "{} : l'assemblée du réseau.",
        "L'assemblée aura lieu {}, à la mairie ; 12 lieux en seront.",
        "Bonjour,\n\n- {}\n- 3 places\n\nMerci !",
        "Il y a 20 inscrits pour l'atelier ({}).",
    ]
)
WRITTEN = st.sampled_from([str, typeset, lambda text: text.replace("\u00a0", " ")])


@given(DAYS, ON, SENTENCES, WRITTEN)
@settings(max_examples=60)
def test_a_day(date: dt.date, on: dt.datetime, sentence: str, written: object) -> None:
    assert callable(written)
    (found,) = find(written(sentence.format(day(date))), on)
    assert (found.start, found.end) == (date, date)


@given(DAYS, st.integers(1, 400), ON, SENTENCES, WRITTEN)
@settings(max_examples=60)
def test_a_range(start: dt.date, length: int, on: dt.datetime, sentence: str, written: object) -> None:
    assert callable(written)
    end = min(start + dt.timedelta(days=length), dt.date(2199, 1, 1))
    (found,) = find(written(sentence.format(span(start, end))), on)
    assert (found.start, found.end) == (start, end)


@given(DAYS, CLOCK, ON, SENTENCES, WRITTEN)
@settings(max_examples=60)
def test_a_moment(date: dt.date, time: dt.time, on: dt.datetime, sentence: str, written: object) -> None:
    assert callable(written)
    at = dt.datetime.combine(date, time, PARIS)
    shown = at.astimezone(dt.UTC).astimezone(PARIS)
    (found,) = find(written(sentence.format(moment(at, PARIS))), on)
    assert (found.start, found.time) == (shown.date(), shown.time())


@given(DAYS, st.integers(0, 22), st.integers(1, 59), ON, WRITTEN)
@settings(max_examples=60)
def test_hours_from_and_to(date: dt.date, hour: int, minute: int, on: dt.datetime, written: object) -> None:
    assert callable(written)
    start, end = dt.time(hour), dt.time(hour + 1, minute)
    (found,) = find(written(f"Rendez-vous {day(date)} {hours(start, end)}."), on)
    assert (found.time, found.end_time) == (start, end)


@pytest.mark.parametrize("night", [dt.datetime(2026, 3, 29), dt.datetime(2026, 10, 25)])  # noqa: DTZ001
@pytest.mark.parametrize("minutes", range(0, 360, 30))
def test_the_nights_when_the_clocks_change(night: dt.datetime, minutes: int) -> None:
    """Each half hour that really passes is found again as the clocks show it."""
    when = night.replace(tzinfo=PARIS).astimezone(dt.UTC) + dt.timedelta(minutes=minutes)
    shown = when.astimezone(PARIS)
    (found,) = find(f"La bascule aura lieu {moment(when, PARIS)}.", when)
    assert (found.start, found.time) == (shown.date(), shown.time())


def test_relative_days_on_these_nights() -> None:
    for night in (dt.date(2026, 3, 28), dt.date(2026, 10, 24)):
        on = dt.datetime.combine(night, dt.time(23, 59), PARIS)
        (tomorrow,) = find("demain à 2 h 30", on)
        assert tomorrow.start == night + dt.timedelta(days=1)
