"""Native polls written and read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import NativePoll
from bot.channels.matrix import polls
from tests.unit.channels.matrix import samples as s
from tests.unit.channels.matrix.any_json import ANY_JSON, UNHURRIED, spoilt_events

POLL = NativePoll("Quel jour ?", (("a", "jeudi"), ("b", "vendredi")), 1, disclosed=True)


def test_a_poll_is_written_as_element_does() -> None:
    assert polls.start_content(POLL) == s.UNSTABLE_POLL


def test_a_hidden_poll_with_words_of_its_own() -> None:
    content = polls.start_content(NativePoll("?", (("a", "oui"),), 1, disclosed=False), "Répondez « 1 »")
    assert content["org.matrix.msc3381.poll.start"]["kind"] == "org.matrix.msc3381.poll.undisclosed"
    assert content["org.matrix.msc1767.text"] == "Répondez « 1 »"


def test_votes_and_ends_refer_to_the_poll() -> None:
    assert polls.response_content("$sondage", ("b",)) == {
        "m.relates_to": s.REFERENCE,
        "org.matrix.msc3381.poll.response": {"answers": ["b"]},
    }
    assert polls.end_content("$sondage", "jeudi") == {
        "m.relates_to": s.REFERENCE,
        "org.matrix.msc3381.poll.end": {},
        "org.matrix.msc1767.text": "jeudi",
    }


def start(**more: Any) -> dict[str, Any]:
    told = {
        "question": {"m.text": "?"},
        "answers": [{"id": "a", "m.text": "oui"}, {"id": "b", "m.text": "non"}],
    }
    return {"m.poll": {**told, **more}}


@pytest.mark.parametrize(
    ("content", "poll"),
    [
        (start(), NativePoll("?", (("a", "oui"), ("b", "non")), 1, disclosed=False)),
        (start(kind="m.disclosed"), NativePoll("?", (("a", "oui"), ("b", "non")), 1, disclosed=True)),
        (start(max_selections=9), NativePoll("?", (("a", "oui"), ("b", "non")), 2, disclosed=False)),
        (start(max_selections=-1), NativePoll("?", (("a", "oui"), ("b", "non")), 1, disclosed=False)),
        (start(max_selections="2"), NativePoll("?", (("a", "oui"), ("b", "non")), 1, disclosed=False)),
        (
            start(answers=[{"id": "a"}, {"id": "a", "m.text": "x"}, 3, {}]),
            NativePoll("?", (("a", ""),), 1, disclosed=False),
        ),
        (
            start(answers=[{"id": str(each), "m.text": "x"} for each in range(30)]),
            NativePoll("?", tuple((str(each), "x") for each in range(20)), 1, disclosed=False),
        ),
        (start(question="?"), None),
        (start(answers={"id": "a"}), None),
        ({}, None),
    ],
)
def test_polls_of_others(content: dict[str, Any], poll: NativePoll | None) -> None:
    assert polls.poll_of(content) == poll


def answers(count: int, same: bool = False) -> NativePoll:
    return NativePoll("?", tuple(("a" if same else str(each), "x") for each in range(count)))


@pytest.mark.parametrize(
    ("poll", "fits"),
    [
        (POLL, True),
        (answers(20), True),
        (answers(21), False),
        (answers(0), False),
        (answers(2, same=True), False),
        (NativePoll("", POLL.answers), False),
    ],
)
def test_which_polls_clients_show(poll: NativePoll, fits: bool) -> None:
    assert polls.fits(poll) is fits


WORDS = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
IDS = st.lists(WORDS, min_size=1, max_size=20, unique=True)


@UNHURRIED
@given(WORDS, IDS, st.integers(1, 20), st.booleans())
def test_what_we_write_reads_back(question: str, ids: list[str], most: int, disclosed: bool) -> None:
    poll = NativePoll(question, tuple((each, f"mot {each}") for each in ids), min(most, len(ids)), disclosed)
    assert polls.poll_of(polls.start_content(poll)) == poll
    assert polls.choices_of(polls.response_content("$x", tuple(ids))) == tuple(ids)


@UNHURRIED
@given(ANY_JSON | spoilt_events(s.HEARD).map(lambda event: event["content"]))
def test_any_json_is_survived(content: Any) -> None:
    given_content = content if isinstance(content, dict) else {"m.poll": content, "m.selections": content}
    polls.poll_of(given_content)
    assert all(isinstance(each, str) for each in polls.choices_of(given_content))
