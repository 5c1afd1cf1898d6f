"""Answers typed inside the mail that is answered, and what each answer answers."""

from __future__ import annotations

import pytest

from bot.mail.message import Answer
from bot.mail.mime.declared import lines_below_quote
from bot.mail.mime.standouts import hue_of, standouts
from bot.mail.words.split import Circumstances, split

COPIED = (
    "De : Alice <alice@lisieres.example>\nEnvoyé : lundi 12 janvier 2026 10:00\nÀ : Bob\nObjet : Points\n\n"
    "Qui vient ?\n{first}\nQui conduit ?\n{second}\nMerci, Alice"
)


def _html(colour: str) -> str:
    answer = f'<p><span style="color:{colour}">%s</span></p>'
    return (
        "<p>Qui vient ?</p>"
        + answer % "Moi."
        + "<p>Qui conduit&nbsp;?</p>"
        + answer % "Pas moi."
        + "<p>Merci</p>"
    )


@pytest.mark.parametrize(
    ("announcement", "colour"),
    [
        ("Mes réponses en rouge ci-dessous.", "#C00000"),
        ("Je réponds en bleu dans ton message.", "rgb(0, 0, 255)"),
        ("See my answers in green.", "green"),
        ("Réponses en couleur dans le texte.", "#7030A0"),
    ],
)
def test_answers_in_the_announced_colour_are_own(announcement: str, colour: str) -> None:
    text = f"Bonjour,\n{announcement}\n\n" + COPIED.format(first="Moi.", second="Pas moi.")
    words = split(text, Circumstances(standouts=lambda: standouts(_html(colour))))
    assert words.text == f"Bonjour,\n{announcement}\n\nMoi.\n\nPas moi."
    assert words.answers == (Answer("Qui vient ?", "Moi."), Answer("Qui conduit ?", "Pas moi."))


def test_a_colour_that_nobody_announced_is_the_others() -> None:
    text = "D'accord.\n\n" + COPIED.format(first="Moi.", second="Pas moi.")
    assert split(text, Circumstances(standouts=lambda: standouts(_html("red")))).text == "D'accord."


def test_another_colour_than_the_announced_one_is_the_others() -> None:
    text = "Mes réponses en rouge.\n\n" + COPIED.format(first="Moi.", second="Pas moi.")
    assert (
        split(text, Circumstances(standouts=lambda: standouts(_html("blue")))).text
        == "Mes réponses en rouge."
    )


def test_answers_behind_an_announced_mark_are_own() -> None:
    text = "Mes réponses dans le texte, après [BM].\n\n" + COPIED.format(
        first="[BM] moi", second="[BM] pas moi"
    )
    assert split(text).text == "Mes réponses dans le texte, après [BM].\n\n[BM] moi\n\n[BM] pas moi"


def test_arrows_count_when_answers_are_announced_and_only_then() -> None:
    copied = COPIED.format(first="=> moi", second="=> pas moi")
    assert split("Mes réponses ci-dessous.\n\n" + copied).text.endswith("=> moi\n\n=> pas moi")
    assert split("D'accord avec tout.\n\n" + copied).text == "D'accord avec tout."


def test_each_answer_goes_with_the_line_above_it() -> None:
    words = split("> Qui vient ?\n> Dites-le vite\n\nMoi,\net Jean.\n\n> Qui conduit ?\nPas moi.\n-- \nBob")
    assert words.answers == (Answer("Dites-le vite", "Moi,\net Jean."), Answer("Qui conduit ?", "Pas moi."))


def test_an_answer_above_the_quotation_answers_no_line() -> None:
    assert split("Oui.\n\n> Qui vient ?").answers == ()


@pytest.mark.parametrize(
    ("colour", "hue"),
    [
        ("#FF0000", "red"),
        ("#c00", "red"),
        ("rgb(31, 73, 125)", "blue"),
        ("#00B050", "green"),
        ("#7030A0", "violet"),
        ("#ED7D31", "orange"),
        ("#FFC000", "yellow"),
        ("#26282a", ""),
        ("windowtext", ""),
        ("rgb(0,0", ""),
    ],
)
def test_colours_have_the_names_that_people_give_them(colour: str, hue: str) -> None:
    assert hue_of(colour) == hue


def test_what_stands_below_the_quote_of_the_html_is_own() -> None:
    html = (
        "<div>Bonjour</div><div class='yahoo_quoted'><div>Anne a écrit :</div><div>Qui vient ?</div></div>"
        "<div>Moi.</div><div><div><div>Qui conduit ?</div></div></div><div>Pas moi.</div>"
    )
    assert lines_below_quote(html) == ["Moi.", "Pas moi."]
    text = "Bonjour,\n\n" + COPIED.format(first="Moi.", second="Pas moi.")
    words = split(text, Circumstances(lines_below_quote=lambda: lines_below_quote(html)))
    assert words.text == "Bonjour,\n\nMoi.\n\nPas moi."


def test_without_such_an_element_nothing_is_given_back() -> None:
    assert lines_below_quote("<div>Qui vient ?</div><div>Moi.</div>") == []
