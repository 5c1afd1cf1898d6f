"""Templates to text and HTML: safe, typeset, complete."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from bot import resources
from bot.render import Renderer, shared_values

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def renderer() -> Renderer:
    return Renderer(
        resources.templates(), PARIS, shared_values("Réseau", "Navette", "navette@x.example", "!")
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[clique](javascript:alert(1))",
        '<img src="https://evil.example/p.png">',
        "![p](https://evil.example/p.png)",
        '<a href="https://x.example" onclick="alert(1)">x</a>',
        "<style>body{display:none}</style>",
    ],
)
def test_what_people_write_never_becomes_live_html(renderer: Renderer, hostile: str) -> None:
    html = renderer.to_html(hostile)
    for live in ("<script", "<img", "<style", 'href="javascript', '<a href="https://x.example" onclick'):
        assert live not in html


def test_links_are_links_and_lines_stay_lines(renderer: Renderer) -> None:
    html = renderer.to_html("une ligne\nhttps://x.example/a")
    assert "<br" in html
    assert '<a href="https://x.example/a"' in html


def test_a_first_line_may_be_the_subject(renderer: Renderer) -> None:
    rendered = renderer.markdown("Sujet : Le récap : prêt\nBonjour !")
    assert rendered.subject == "Le récap\u00a0: prêt"
    assert rendered.text == "Bonjour\u00a0!"


def test_a_message_without_its_values_is_refused(renderer: Renderer) -> None:
    with pytest.raises(UndefinedError):
        renderer.message("digest.deposited", {})


def test_moments_are_those_of_the_network(renderer: Renderer) -> None:
    values = {"line": "x", "send_at": dt.datetime(2026, 11, 27, 23, 30, tzinfo=dt.UTC)}
    assert "samedi 28 novembre 2026" in renderer.message("digest.deposited", values).text


def test_a_mail_shows_a_page_and_a_page_only_once(renderer: Renderer) -> None:
    page = renderer.mail_page("<p>x</p>")
    assert page.startswith("<!doctype html>")
    assert renderer.mail_page(page) == page
    assert renderer.mail_page("") == ""


def test_addresses_in_a_text_become_links_and_nothing_else_does(renderer: Renderer) -> None:
    template = renderer._words["fr"].html.from_string("{{ text|linked }}")
    html = template.render(text='Voir (https://www.x.example/a?b=1&c=2). <script>alert("x")</script>')
    assert html == (
        'Voir (<a href="https://www.x.example/a?b=1&amp;c=2">x.example/a?b=1&amp;c=2</a>). '
        "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;"
    )
