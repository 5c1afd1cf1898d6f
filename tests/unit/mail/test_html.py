"""HTML that becomes text: links, lists and quotes stay, nothing hangs."""

from __future__ import annotations

import pytest

from bot.mail.mime.html import to_text
from bot.mail.read import read
from bot.mail.words.split import split


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Un</p><p>Deux</p>", "Un\n\nDeux"),
        ("Un<br>Deux<br/>Trois", "Un\nDeux\nTrois"),
        ("<div>Un</div><div><br></div><div>Deux</div>", "Un\n\nDeux"),
        ("<ul><li>un<li>deux</ul>suite", "- un\n- deux\n\nsuite"),
        ("<ol><li>un</li><li>deux</li></ol>", "1. un\n2. deux"),
        ("<ul><li>un<ul><li>dedans</li></ul></li></ul>", "- un\n  - dedans"),
        (
            'voir <a href="https://a.example/x?y=1&amp;z=2">le pad</a>.',
            "voir le pad <https://a.example/x?y=1&z=2>.",
        ),
        ('<a href="https://a.example/">a.example</a>', "https://a.example/"),
        ('<a href="https://a.example">https://a.example</a>', "https://a.example"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ("<style>p { color: red }</style><script>alert(1)</script>Oui", "Oui"),
        ("<head><title>x</title></head><body>Oui</body>", "Oui"),
        ("été &eacute;t&#233; &#xe9; &nbsp;fin", "été été é \u00a0fin"),
        ("a < b et c > d", "a < b et c > d"),
        ('<img alt="a > b" src="x">Oui', "Oui"),
        ("<!-- <p>non</p> -->Oui", "Oui"),
        ("<pre>un\n  deux</pre>", "un\n  deux"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("Oui<!-- jamais fermé", "Ouijamais fermé".replace("Oui", "Oui ")),
    ],
)
def test_html_becomes_text(source: str, text: str) -> None:
    assert to_text(source) == text


def test_gmails_quotation_is_a_quotation() -> None:
    source = (
        '<div dir="ltr">Plutôt le 23.</div><br><div class="gmail_quote"><div>Le 23 nov. 2026 à '
        '09:00, Navette &lt;<a href="mailto:n@x.example">n@x.example</a>&gt; a écrit :<br></div><blockquote '
        'class="gmail_quote"><p>Quelle date ?</p><ul><li>le 16</li></ul></blockquote></div><p>Merci !</p>'
    )
    words = split(to_text(source))
    assert words.text == "Plutôt le 23.\n\nMerci !"
    assert "> Quelle date ?" in words.quoted


def test_gmails_indentation_is_no_quotation() -> None:
    source = '<blockquote style="margin:0 0 0 40px;border:none">Premier point</blockquote>'
    assert to_text(source) == "Premier point"


def test_nested_quotations_keep_their_depth() -> None:
    assert to_text("<blockquote>a<blockquote>b</blockquote></blockquote>c") == "> a\n>\n> > b\n>\n\nc"


def test_a_reference_of_many_digits_is_left_as_it_is() -> None:
    assert to_text("Oui &#" + "9" * 6000 + ";").startswith("Oui")


def test_html_that_calls_itself_plain_is_read_as_html() -> None:
    raw = (
        b"From: lea@lieu.example\nContent-Type: text/plain; charset=utf-8\n\n"
        b"<p>Le march&eacute; a lieu samedi.</p>\n<p>Venez <b>nombreux</b> !</p>\n\n"
        b"_____\nreseau mailing list\nPour se d\xc3\xa9sabonner\n"
    )
    text = read(raw).text
    assert "Le marché a lieu samedi." in text
    assert "<" not in text
    assert "&eacute;" not in text


def test_a_mail_that_shows_a_tag_stays_as_it_was_written() -> None:
    raw = b"From: lea@lieu.example\n\n<p> ouvre un paragraphe, il se ferme par </p>.\n"
    assert "<p> ouvre un paragraphe" in read(raw).text
