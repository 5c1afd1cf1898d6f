"""English typography touches words, and nothing that a machine reads."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.english.typography import typeset

NB = "\u00a0"


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("It's done: yes? No!", "It’s done: yes? No!"),
        ('Answer "OK", or "no".', "Answer “OK”, or “no”."),
        ("He said 'yes' to \"poll 12\".", "He said ‘yes’ to “poll 12”."),
        ("\"'Hello,' she said.\"", "“‘Hello,’ she said.”"),
        ("the members' room, the members’ room", "the members’ room, the members’ room"),
        ('**"To do"** ("now")', "**“To do”** (“now”)"),
        ("within 10 minutes, 3 km", f"within 10{NB}minutes, 3{NB}km"),
        ('say "!help recap"', "say “!help recap”"),
    ],
)
def test_words(typed: str, set_: str) -> None:
    assert typeset(typed) == set_


@pytest.mark.parametrize(
    "text",
    [
        "https://pad.example/it's?b=1'2 and www.site.example/it's",
        "`type \"!help\" 'now'` then ```\nif 'a' 5 min\n```",
        '[the pad](https://pad.example/it\'s "5 min")',
        "at 18:30, in 3 steps; a 5'30 race",
        "type !help or !recap",
        "&quot;&amp; <a href=\"x\" title='y'>",
        "jean.d'arc@exemple.example",
        "« Qui vient à Gap ? »",
        "alone: ' and \" stay",
    ],
)
def test_what_machines_read_and_what_is_quoted_stay(text: str) -> None:
    assert typeset(text) == text


@settings(max_examples=60)
@given(st.text(alphabet="as1'\"’“”« ;:?!()`[]<>/.\u00a0\nm@&x", max_size=40))
@example("1\"'@1")
def test_twice_is_once(text: str) -> None:
    assert typeset(typeset(text)) == typeset(text)


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_only_quotes_and_spaces_change(text: str) -> None:
    def bare(words: str) -> str:
        return words.translate(str.maketrans({NB: " ", "’": "'", "‘": "'", "“": '"', "”": '"'}))

    assert bare(typeset(text)) == bare(text)
