"""Long messages in pieces that each fit and together say everything."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.matrix import markup
from bot.channels.matrix.splitting import cost, split
from tests.unit.channels.matrix.any_json import UNHURRIED

ROOM = 1_000


class Checked(HTMLParser):
    """Notes tags that are not closed in the order in which they were opened."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.valid = True
        self.feed(source)
        self.close()
        self.valid = self.valid and not self.stack

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("br", "hr"):
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.valid = self.valid and bool(self.stack) and self.stack.pop() == tag


def fits(pieces: list[tuple[str, str]]) -> bool:
    return all(cost(text) + cost(html) <= ROOM for text, html in pieces)


def test_what_fits_stays_as_it_is() -> None:
    assert split("une\n\n\ndeux ", "<p>une</p>", ROOM) == [("une\n\n\ndeux ", "<p>une</p>")]
    assert split("", "", ROOM) == [("", "")]


def test_what_does_not_fit_is_cut() -> None:
    assert split("x" * 1_001, "", ROOM) == [("x" * 1_000, ""), ("x", "")]


def test_character_references_are_not_torn() -> None:
    html = f"<p>{'&amp;' * 500}</p>"
    assert "".join(text for text, _ in split("x", html, ROOM)) == "&" * 500


def test_paragraphs_stay_whole() -> None:
    paragraphs = [f"Paragraphe {number}.\n" + "mot " * 50 + "fin" for number in range(20)]
    pieces = split("\n\n".join(paragraphs), "", ROOM)
    assert len(pieces) > 3
    assert [each for text, _ in pieces for each in text.split("\n\n")] == paragraphs


def test_html_paragraphs_stay_whole_and_say_the_same_as_the_text() -> None:
    paragraphs = [f"<p>Paragraphe <b>{number}</b>. " + "mot " * 30 + "fin</p>" for number in range(20)]
    pieces = split("x", "".join(paragraphs), ROOM)
    assert len(pieces) > 3
    assert "".join(html for _, html in pieces) == "".join(paragraphs)
    assert all(html.startswith("<p>") and html.endswith("</p>") for _, html in pieces)
    assert all(markup.to_text(html) == text for text, html in pieces)


@pytest.mark.parametrize("opening", ["<ol>", '<ol start="5">'])
def test_a_numbered_list_goes_on_with_its_numbers(opening: str) -> None:
    items = "".join(f"<li>point {'long ' * 20}</li>" for _ in range(30))
    first = numbers = 1 if opening == "<ol>" else 5
    for _, html in split("x", f"{opening}{items}</ol>", ROOM):
        assert html.startswith(opening if numbers == first else f'<ol start="{numbers}">')
        numbers += html.count("<li>")
    assert numbers == first + 30


def test_a_long_item_keeps_its_number() -> None:
    pieces = split("x", f"<ol><li>une</li><li>{'mot ' * 600}</li><li>trois</li></ol>", ROOM)
    assert {html[: html.index("</li>")].count('<ol start="2"><li>') for _, html in pieces[1:-1]} == {1}
    assert pieces[-1][1].endswith("<li>trois</li></ol>")


WORDS = st.text("abé 😀&<\n", max_size=300) | st.just("x" * 2_500) | st.just("😀" * 300) | st.just("&" * 400)
TEXT = st.lists(WORDS, max_size=12).map("\n\n".join)
ESCAPED = WORDS.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))
HTML = st.recursive(
    ESCAPED,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{'<br>'.join(parts)}</{tag}>",
        st.sampled_from(["p", "b", "li", "ol", "blockquote", "div"]),
        st.lists(inner, min_size=1, max_size=8),
    ),
    max_leaves=20,
)


def letters(text: str) -> str:
    return "".join(text.split()).replace("-", "")


@UNHURRIED
@given(TEXT)
def test_any_text_is_whole_in_its_pieces(text: str) -> None:
    pieces = split(text, "", ROOM)
    assert fits(pieces)
    assert letters("".join(piece for piece, _ in pieces)) == letters(text)


@UNHURRIED
@given(HTML)
def test_any_html_is_whole_and_valid_in_its_pieces(html: str) -> None:
    pieces = split("", html, ROOM)
    assert fits(pieces)
    assert all(Checked(piece).valid for _, piece in pieces)
    assert letters("".join(markup.to_text(piece) for _, piece in pieces)) == letters(markup.to_text(html))
