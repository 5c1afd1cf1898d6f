"""Who may send what, in rooms of all versions."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.matrix.levels import creators_of, level_for, may_send, power_of
from tests.unit.channels.matrix import samples as s
from tests.unit.channels.matrix.any_json import ANY_JSON, UNHURRIED, spoilt_events

BRUNO = "@bruno:lisieres.example"
FANNY = "@fanny:lisieres.example"

CREATE_10 = s.state("m.room.create", {"room_version": "10", "creator": BRUNO})


def levels(**content: Any) -> dict[str, Any]:
    return s.state("m.room.power_levels", content)


@pytest.mark.parametrize(
    ("create", "given_levels", "user", "power"),
    [
        (s.CREATE_12, s.LEVELS, s.ALICE, math.inf),
        (s.CREATE_12, s.LEVELS, BRUNO, math.inf),
        (s.CREATE_12, None, s.ALICE, math.inf),
        (s.CREATE_12, s.LEVELS, s.US, 20),
        (s.CREATE_12, None, s.US, 0),
        (s.CREATE_11, levels(), s.ALICE, 0),
        (s.CREATE_11, None, s.ALICE, 100),
        (s.CREATE_11, None, FANNY, 0),
        (s.CREATE_1, None, s.ALICE, 100),
        (s.CREATE_1, None, "@ailleurs:lisieres.example", 0),
        (CREATE_10, None, BRUNO, 100),
        (CREATE_10, None, s.ALICE, 0),
        (s.CREATE_11, levels(users_default=7), FANNY, 7),
        (s.CREATE_11, levels(users={FANNY: -1}, users_default=7), FANNY, -1),
        (s.CREATE_1, levels(users={FANNY: " 50 "}), FANNY, 50),
        (s.CREATE_1, levels(users={FANNY: "cinquante"}, users_default="7"), FANNY, 7),
        (s.CREATE_11, levels(users={FANNY: 10**40}), FANNY, 0),
        (s.CREATE_11, levels(users={FANNY: True}), FANNY, 0),
        (s.CREATE_11, levels(users=[FANNY]), FANNY, 0),
        (None, None, FANNY, 0),
        (None, s.LEVELS, s.ALICE, 100),
        (s.state("m.room.create", {"room_version": "org.matrix.hydra.11"}), s.LEVELS, s.ALICE, math.inf),
        (s.state("m.room.create", {"room_version": "x"}), levels(), s.ALICE, 0),
        (s.state("m.room.create", {"room_version": "١٢"}), levels(), s.ALICE, 0),
        (s.state("m.room.create", {"room_version": 12}), levels(), s.ALICE, 0),
    ],
)
def test_power(create: Any, given_levels: Any, user: str, power: float) -> None:
    assert power_of(create, given_levels, user) == power


@pytest.mark.parametrize(
    ("given_levels", "event_type", "is_state", "level"),
    [
        (s.LEVELS, "m.room.message", False, 20),
        (s.LEVELS, "m.reaction", False, 10),
        (s.LEVELS, "m.room.topic", True, 50),
        (s.LEVELS, "m.room.name", True, 50),
        (levels(), "m.room.message", False, 0),
        (levels(), "m.room.topic", True, 50),
        (levels(state_default=0), "m.room.topic", True, 0),
        (levels(events={"m.room.message": None}, events_default="5"), "m.room.message", False, 5),
        (None, "m.room.message", False, 0),
        (None, "m.room.topic", True, 0),
    ],
)
def test_what_it_takes(given_levels: Any, event_type: str, is_state: bool, level: int) -> None:
    assert level_for(given_levels, event_type, state=is_state) == level


@pytest.mark.parametrize(
    ("user", "event_type", "is_state", "may"),
    [
        (s.US, "m.room.message", False, True),
        (s.US, "m.room.encrypted", False, False),
        (s.US, "m.room.name", True, False),
        (FANNY, "m.room.message", False, False),
        (s.ALICE, "m.room.name", True, True),
        (BRUNO, "m.room.name", True, True),
    ],
)
def test_who_may_send(user: str, event_type: str, is_state: bool, may: bool) -> None:
    assert may_send(s.CREATE_12, s.LEVELS, user, event_type, state=is_state) is may


def test_creators() -> None:
    assert creators_of(s.CREATE_12) == {s.ALICE, BRUNO}
    assert creators_of(s.CREATE_11) == {s.ALICE}
    assert creators_of(s.CREATE_1) == {s.ALICE}
    assert creators_of(None) == frozenset()


SPOILT = ANY_JSON | spoilt_events(s.STATE)


@UNHURRIED
@given(SPOILT, SPOILT, st.booleans())
def test_any_json_gives_an_answer(create: Any, given_levels: Any, is_state: bool) -> None:
    assert may_send(create, given_levels, s.ALICE, "m.room.message", state=is_state) in (True, False)
