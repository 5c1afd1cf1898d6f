"""Hours that the clocks repeat or skip, and weekly periods around them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import PARIS, iso_week, local
from bot.schedule import Weekly
from bot.settings.model import Settings

SETTINGS = Settings()
START, END = dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1)  # noqa: DTZ001 - the strategy adds the zone


def test_an_hour_shown_twice_is_its_first_occurrence() -> None:
    assert local(dt.date(2026, 10, 25), dt.time(2, 30), PARIS) == dt.datetime(
        2026, 10, 25, 0, 30, tzinfo=dt.UTC
    )


def test_an_hour_that_is_skipped_is_the_moment_of_the_jump() -> None:
    assert local(dt.date(2026, 3, 29), dt.time(2, 30), PARIS) == dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC)


def test_iso_weeks_at_the_turn_of_the_year() -> None:
    assert iso_week(dt.date(2027, 1, 1)) == "2026-W53"
    assert iso_week(dt.date(2027, 1, 4)) == "2027-W01"


@given(
    st.datetimes(START, END, timezones=st.just(dt.UTC)),
    st.sampled_from(["lundi", "jeudi", "dimanche"]),
    st.times(),
)
def test_last_and_next_stand_around_now_a_week_apart(now: dt.datetime, weekday: str, time: dt.time) -> None:
    rule = Weekly(weekday, time.replace(second=0, microsecond=0))
    week, last = rule.last(now, SETTINGS)
    following = rule.next(now, SETTINGS)
    assert last <= now < following
    days = following.astimezone(PARIS).date() - last.astimezone(PARIS).date()
    assert days == dt.timedelta(days=7)
    assert week == iso_week(last.astimezone(PARIS).date())


@pytest.mark.parametrize("weekday", ["lundi", "vendredi", "dimanche"])
def test_a_year_of_weeks_has_no_gap_and_no_double(weekday: str) -> None:
    rule = Weekly(weekday, dt.time(2, 30))
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    weeks = []
    for _ in range(52):
        now = rule.next(now, SETTINGS)
        weeks.append(rule.last(now, SETTINGS)[0])
    assert len(set(weeks)) == 52
