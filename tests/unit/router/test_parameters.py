"""Typed parameters: read wherever they stand, what is missing is named."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import PARIS
from bot.errors import UserError
from bot.router.declare import Context, Reply
from bot.router.parameters import Bullets, Deadline, Everything, Line, Number, parameters_of, read

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)


async def poll(ctx: Context, question: Line, options: Bullets, until: Deadline | None = None) -> Reply:
    """Ouvre un sondage."""
    return Reply("polls.opened")


async def note(ctx: Context, number: Number, text: Everything = "") -> Reply:
    """Note."""
    return Reply("notes.noted")


def test_a_poll_as_people_type_it() -> None:
    typed = (
        "Quelle date pour l'AG ?\n- samedi 16 janvier\n- samedi 23 janvier\n"
        "jusqu'au vendredi 27 novembre à 18 h"
    )
    values, missing = read(parameters_of(poll), typed, NOW)
    assert missing is None
    assert values["question"] == "Quelle date pour l'AG ?"
    assert values["options"] == ("samedi 16 janvier", "samedi 23 janvier")
    assert values["until"] == dt.datetime(2026, 11, 27, 18, 0, tzinfo=PARIS)


def test_what_is_missing_is_named_in_the_order_of_declaration() -> None:
    _, missing = read(parameters_of(poll), "", NOW)
    assert missing is not None
    assert missing.name == "question"
    _, missing = read(parameters_of(poll), "Quelle date ?", NOW)
    assert missing is not None
    assert missing.name == "options"


def test_defaults_stand_for_what_is_not_said() -> None:
    assert read(parameters_of(note), "n°12", NOW)[0] == {"number": 12, "text": ""}


def test_a_deadline_that_has_passed_is_refused_in_words() -> None:
    with pytest.raises(UserError) as refusal:
        read(parameters_of(poll), "Quelle date ?\n- a\n- b\njusqu'au 20 novembre 2026", NOW)
    assert refusal.value.message == "common.deadline_past"


def test_a_handler_without_types_is_refused_at_start() -> None:
    async def broken(ctx: Context, something: str) -> Reply:
        return Reply("x.y")

    with pytest.raises(TypeError, match="something"):
        parameters_of(broken)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    try:
        values, missing = read(parameters_of(poll), text, NOW)
    except UserError:
        return
    assert missing is not None or set(values) == {"question", "options", "until"}
