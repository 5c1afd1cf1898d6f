"""What somebody's preferences make of each class of thing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bot.reach import COMMAND, RECAP_COPY, REMINDER, Fate, Quiet, Wishes, course, wishes, without_recap
from bot.settings import Settings
from bot.store.people_tables import Preference, Recap
from bot.store.tables import Klass

SETTINGS = Settings()
NOON = dt.datetime(2026, 11, 23, 11, tzinfo=dt.UTC)
NIGHT = dt.datetime(2026, 11, 23, 22, tzinfo=dt.UTC)
MORNING = dt.datetime(2026, 11, 24, 7, tzinfo=dt.UTC)  # eight o'clock in Paris
USUAL = Quiet(dt.time(20), dt.time(8))
PAUSED = Wishes(USUAL, paused_until=NOON + dt.timedelta(days=3))
TOLD = {"recap": {"key": "k", "title": "Une demande."}}
ALONE, NOTHING = Wishes(USUAL, Recap.PERSONAL), Wishes(USUAL, Recap.NONE)


def fate(wants: Wishes, klass: Klass, now: dt.datetime = NOON, **params: Any) -> Fate:
    return course(wants, klass.value, params, now, SETTINGS).fate


@pytest.mark.parametrize("wants", [Wishes(USUAL), PAUSED, ALONE, NOTHING])
@pytest.mark.parametrize("now", [NOON, NIGHT])
def test_answers_and_duties_always_go(wants: Wishes, now: dt.datetime) -> None:
    assert fate(wants, Klass.ANSWER, now) is Fate.GO
    assert fate(wants, Klass.DUTY, now, reminder=True) is Fate.GO


@pytest.mark.parametrize("wants", [PAUSED, ALONE, NOTHING])
def test_an_ask_that_is_not_wanted_is_folded_and_news_are_let_go(wants: Wishes) -> None:
    assert fate(wants, Klass.ASK, **TOLD) is Fate.FOLD
    assert fate(wants, Klass.NEWS, **TOLD) is Fate.DROP
    assert course(wants, Klass.NEWS.value, {}, NOON, SETTINGS).reason


def test_who_wants_the_recap_alone_gets_their_copy_of_it() -> None:
    assert fate(ALONE, Klass.NEWS, **{RECAP_COPY: True}) is Fate.GO
    for wants in (NOTHING, PAUSED, Wishes(USUAL, Recap.PERSONAL, paused_until=PAUSED.paused_until)):
        assert fate(wants, Klass.NEWS, **{RECAP_COPY: True}) is Fate.DROP


def test_who_wants_no_recap_is_still_asked_and_told() -> None:
    """What « récap seul » had let go does not come back by it."""
    no_recap = Wishes(USUAL, Recap.NO)
    assert fate(no_recap, Klass.NEWS, **{RECAP_COPY: True}) is Fate.DROP
    assert (fate(no_recap, Klass.NEWS), fate(no_recap, Klass.ASK, **TOLD)) == (Fate.GO, Fate.GO)
    choices = (Recap.LIST, Recap.NO, Recap.PERSONAL, Recap.NONE)
    assert [without_recap(one) for one in choices] == [Recap.NO, Recap.NO, Recap.NONE, Recap.NONE]


def test_a_pause_ends_by_itself() -> None:
    assert PAUSED.paused_until is not None
    assert fate(PAUSED, Klass.ASK, PAUSED.paused_until - dt.timedelta(seconds=1), **TOLD) is Fate.FOLD
    assert fate(PAUSED, Klass.ASK, PAUSED.paused_until) is Fate.GO


def test_an_ask_that_the_recap_may_not_tell_waits_for_the_end_of_a_pause() -> None:
    secret = Settings.model_validate({"circles": {"cac": {"name": "CAC", "reserved": True}}})
    for params in ({}, {"recap": {**TOLD["recap"], "circle": "cac"}}):
        found = course(PAUSED, Klass.ASK.value, params, NOON, secret)
        assert (found.fate, found.until) == (Fate.WAIT, PAUSED.paused_until)
        for wants in (ALONE, NOTHING):
            assert course(wants, Klass.ASK.value, params, NOON, secret).fate is Fate.DROP
    assert course(PAUSED, Klass.ASK.value, TOLD, NOON, secret).fate is Fate.FOLD


def test_at_night_it_waits_for_the_morning() -> None:
    for klass in (Klass.ASK, Klass.NEWS):
        found = course(Wishes(USUAL), klass.value, {}, NIGHT, SETTINGS)
        assert (found.fate, found.until) == (Fate.WAIT, MORNING)


def test_whoever_wants_no_reminders_is_not_told_of_them_in_the_recap_either() -> None:
    wants = Wishes(USUAL, reminders=False)
    assert fate(wants, Klass.ASK, **{REMINDER: True}) is Fate.DROP
    assert fate(wants, Klass.ASK) is Fate.GO
    assert fate(Wishes(USUAL), Klass.ASK, **{REMINDER: True}) is Fate.GO
    assert fate(wants, Klass.ASK, **{COMMAND: False, REMINDER: False}) is Fate.GO


def test_without_a_row_it_is_as_the_settings_say() -> None:
    assert wishes(None, SETTINGS) == Wishes(USUAL)
    row = Preference(person_id=1, recap="none", reminders=False, quiet_from="22:30", quiet_until="07:00")
    assert wishes(row, SETTINGS) == Wishes(Quiet(dt.time(22, 30), dt.time(7)), Recap.NONE, reminders=False)
