"""Quiet hours by the clocks of the network, also in the nights when they change."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reach import Quiet
from bot.settings import Settings

PARIS = ZoneInfo("Europe/Paris")
SETTINGS = Settings()
EVENING, MORNING = dt.time(20), dt.time(8)
NIGHT = Quiet(EVENING, MORNING)


def paris(text: str, *, second: bool = False) -> dt.datetime:
    """A moment as the clocks show it; ``second``: of an hour that they show twice, the later one."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=int(second))


def ends(quiet: Quiet, at: dt.datetime) -> str:
    """When it is over, as the clocks show it; "" if it is not quiet."""
    end = quiet.ends(at.astimezone(dt.UTC), SETTINGS)
    return "" if end is None else f"{end.astimezone(PARIS):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-11-23 19:59", ""),
        ("2026-11-23 20:00", "2026-11-24 08:00"),
        ("2026-11-24 00:00", "2026-11-24 08:00"),
        ("2026-11-24 07:59", "2026-11-24 08:00"),
        ("2026-11-24 08:00", ""),
        ("2026-10-24 23:00", "2026-10-25 08:00"),  # an hour is shown twice: thirteen hours
        ("2026-10-25 07:30", "2026-10-25 08:00"),
        ("2026-03-28 23:00", "2026-03-29 08:00"),  # an hour is skipped: eleven
        ("2026-03-29 03:30", "2026-03-29 08:00"),
        ("2026-03-29 08:00", ""),
    ],
)
def test_a_night(at: str, end: str) -> None:
    assert ends(NIGHT, paris(at)) == end


def test_a_night_is_as_long_as_the_clocks_make_it() -> None:
    hours = {}
    for day in ("2026-10-24", "2026-03-28", "2026-11-23"):
        start = paris(f"{day} 20:00").astimezone(dt.UTC)
        end = NIGHT.ends(start, SETTINGS)
        assert end is not None
        hours[day] = (end - start) / dt.timedelta(hours=1)
    assert hours == {"2026-10-24": 13, "2026-03-28": 11, "2026-11-23": 12}


def test_hours_within_a_day_and_hours_that_are_shown_twice() -> None:
    noon = Quiet(dt.time(12), dt.time(14))
    assert ends(noon, paris("2026-11-23 13:00")) == "2026-11-23 14:00"
    assert ends(noon, paris("2026-11-23 14:00")) == ""
    until_twice = Quiet(dt.time(20), dt.time(2, 30))
    assert ends(until_twice, paris("2026-10-25 02:10")) == "2026-10-25 02:30"
    assert ends(until_twice, paris("2026-10-25 02:45")) == ""
    assert ends(until_twice, paris("2026-10-25 02:10", second=True)) == ""  # it was over once: it stays so


def test_the_same_hour_twice_is_no_quiet_at_all() -> None:
    for hour in range(24):
        assert ends(Quiet(dt.time(), dt.time()), paris(f"2026-11-23 {hour:02d}:00")) == ""


HOURS = st.times(max_value=dt.time(23, 59)).map(lambda time: time.replace(second=0, microsecond=0))


@settings(max_examples=60, deadline=None)
@given(HOURS, HOURS, st.integers(0, 3 * 365 * 24 * 60))
def test_what_waits_leaves_at_an_hour_that_is_not_quiet(since: dt.time, until: dt.time, minutes: int) -> None:
    """The end is later, at most 25 hours away, not quiet itself, and shown as ``until``."""
    quiet = Quiet(since, until)
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
    end = quiet.ends(at, SETTINGS)
    shown = at.astimezone(PARIS).time()
    inside = since <= shown < until if since <= until else shown >= since or shown < until
    about = [(at + dt.timedelta(hours=hours)).astimezone(PARIS).utcoffset() for hours in (-30, 0, 30)]
    clocks_change = len(set(about)) > 1
    if end is None:
        assert not inside or clocks_change
        return
    assert inside or clocks_change
    assert at < end <= at + dt.timedelta(hours=25)
    assert quiet.ends(end, SETTINGS) is None
    assert clocks_change or end.astimezone(PARIS).time() == until
