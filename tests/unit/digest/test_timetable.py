"""The recap's schedule, changed at any moment: nothing due is lost, nothing is due twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import resources
from bot.clock import PARIS
from bot.schedule import Weekly
from bot.settings import load
from bot.settings.model import WEEKDAYS
from bot.steering import steered
from handlers.digest import editions, timetable

DEMO = load(resources.config() / "demo.toml")
moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
hours = st.times().map(lambda one: one.replace(second=0, microsecond=0))
days = st.sampled_from(WEEKDAYS)


@settings(max_examples=60)
@given(days, hours, moments)
def test_each_occurrence_is_the_last_until_the_next(day: str, hour: dt.time, now: dt.datetime) -> None:
    rule = Weekly(day, hour)
    last = rule.last(now, DEMO)
    assert last is not None
    assert last[1] <= now < rule.next(now, DEMO)
    assert rule.next(last[1], DEMO) == rule.next(now, DEMO)
    assert rule.last(rule.next(now, DEMO), DEMO) == (
        editions.week_of(rule.next(now, DEMO), DEMO),
        rule.next(now, DEMO),
    )


@settings(max_examples=60)
@given(days, hours, moments, moments)
def test_nothing_is_due_for_having_been_due_before_it_was_set(
    day: str, hour: dt.time, since: dt.datetime, now: dt.datetime
) -> None:
    rule = Weekly(day, hour, since)
    last = rule.last(now, DEMO)
    assert last is None or since < last[1] <= now
    assert rule.next(now, DEMO) > max(since, now)


@settings(max_examples=60)
@given(days, hours, days, hours, moments)
def test_each_sending_has_one_draft(
    day: str, hour: dt.time, draft_day: str, draft_hour: dt.time, now: dt.datetime
) -> None:
    values = {"day": day, "time": hour, "draft_day": draft_day, "draft_time": draft_hour}
    made = steered(DEMO, {**values, "since": "2025-01-01T00:00:00+00:00"})
    rule, weeks = timetable.draft_rule(made), Counter[str]()
    for _ in range(8):
        now = rule.next(now, made)
        last = rule.last(now, made)
        assert last is not None
        assert last[1] == now
        weeks[last[0]] += 1
        send_at = editions.send_rule(made).next(now, made)
        assert timetable.drafted_at(made, send_at) == now
    assert set(weeks.values()) == {1}


@pytest.mark.parametrize(
    ("hour", "shown"),
    [
        (dt.time(2, 30), "2026-10-25T00:30"),
        (dt.time(2), "2026-10-25T00:00"),
        (dt.time(3), "2026-10-25T02:00"),
    ],
)
def test_the_night_that_has_an_hour_twice(hour: dt.time, shown: str) -> None:
    now = dt.datetime(2026, 10, 24, 12, tzinfo=PARIS)
    assert Weekly("dimanche", hour).next(now, DEMO).isoformat().startswith(shown)
