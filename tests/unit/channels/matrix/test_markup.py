"""HTML of messages as text."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.channels.matrix import markup
from tests.unit.channels.matrix.any_json import ANY_TEXT, UNHURRIED


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("une<br>deux<br/>trois", "une\ndeux\ntrois"),
        ("<p>une</p><p>deux</p>", "une\n\ndeux"),
        ("<p>une\n  deux</p>\n<p>trois</p>", "une deux\n\ntrois"),
        ("<h3>Titre</h3><p>texte</p>", "Titre\n\ntexte"),
        ("<div>une</div><div>deux</div>", "une\ndeux"),
        ("<ul>\n<li>une</li>\n<li><p>deux</p></li>\n</ul>", "- une\n- deux"),
        ("avant<ul><li>une</li></ul>après", "avant\n- une\n\naprès"),
        ("<pre><code>a\n  b</code></pre>", "a\n  b"),
        ("<b>très</b> <i>bien</i>", "très bien"),
        ("très<b> bien </b>dit", "très bien dit"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<mx-reply><blockquote>avant</blockquote></mx-reply>oui", "oui"),
        ("oui<script>alert(1)</script><!-- non -->", "oui"),
        ("1 &lt; 2 &amp; 3 &gt; 2 &eacute; &#233; &#xe9;", "1 < 2 & 3 > 2 é é é"),
        ("2 < 3 et 4 > 1", "2 < 3 et 4 > 1"),
        ("<3", "<3"),
        ("&#99999999999; &#xD800;", "\ufffd \ufffd"),
        ("", ""),
    ],
)
def test_text_of_html(source: str, text: str) -> None:
    assert markup.to_text(source) == text


@pytest.mark.parametrize(
    ("source", "text", "more"),
    [
        ("<p>oui</p>", "oui", False),
        ("<p>une<br>deux</p><p>trois</p>", "une\ndeux\n\ntrois", False),
        ("<p>l&#39;une</p>", "l'une", False),
        ("<p><strong>oui</strong></p>", "oui", True),
        ('<a href="https://x.example">https://x.example</a>', "https://x.example", True),
        ("<ul><li>une</li></ul>", "- une", True),
        ("<p>autre</p>", "oui", True),
        ("", "oui", True),
    ],
)
def test_whether_html_says_more(source: str, text: str, more: bool) -> None:
    assert markup.says_more(source, text) is more


@pytest.mark.parametrize(
    ("anchor", "person"),
    [
        ('<a href="https://matrix.to/#/@a:x.example">', "@a:x.example"),
        ("<a class='mention' href='https://matrix.to/#/%40a%3Ax.example?via=x.example'>", "@a:x.example"),
        ("<a href=https://matrix.to/#/@a:x.example>", "@a:x.example"),
        ('<A HREF="matrix:u/a:x.example?action=chat">', "@a:x.example"),
        ('<a href="https://matrix.to/#/!salon:x.example/$evenement">', None),
        ('<a href="https://matrix.to/#/#salon:x.example">', None),
        ('<a href="https://x.example/#/@a:x.example">', None),
        ("<a>", None),
    ],
)
def test_whom_a_link_names(anchor: str, person: str | None) -> None:
    assert markup.linked_person(anchor) == person
    assert markup.pills(f"{anchor}<b>A</b> &amp; B</a>, oui") == ([(person, "A & B")] if person else [])


@UNHURRIED
@given(ANY_TEXT)
def test_any_text_is_survived(source: str) -> None:
    assert "".join(markup.tokens(source)) == source
    markup.to_text(source)
    markup.pills(source)
