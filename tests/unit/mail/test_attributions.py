"""The words that introduce a quotation: by their shape, in the languages that reach a list."""

from __future__ import annotations

import pytest

from bot.mail.words.split import split

DATED_AND_ADDRESSED = [
    "On 11-Apr-2026, at 6:54 PM, Alice Martin <alice@lisieres.example> sent:",
    "2026-10-17 11:28 GMT+02:00 Alice Martin <alice@lisieres.example>:",
    "Op 17-feb.-2026, om 13:18 heeft Alice <alice@lisieres.example> het volgende geschreven:",
    "Am Mo., 11. Jan. 2026 um 10:02 Uhr schrieb Alice <alice@lisieres.example>:",
    "Alice Martin <alice@lisieres.example> schrieb am Mo., 11. Jan. 2026 um 10:02 Uhr:",
    "El lun, 11 ene 2026 a las 10:02, Alice (<alice@lisieres.example>) escribió:",
    "Il giorno lun 11 gen 2026 alle ore 10:02 Alice <alice@lisieres.example> ha scritto:",
    "W dniu 28 stycznia 2026 01:53 użytkownik Alice <alice@lisieres.example> napisał:",
    "пт, 12 февр. 2026 г. в 10:00, Alice <alice@lisieres.example>:",
    "2026年2月12日(金) 10:00 Alice <alice@lisieres.example>:",
    "Alice <alice@lisieres.example> 于2026年2月12日周五 10:00写道：",
    "---- Le lun., 12 janv. 2026 10:00:00 +0100 Alice <alice@lisieres.example> a écrit ----",
]


@pytest.mark.parametrize("line", DATED_AND_ADDRESSED)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_a_dated_and_addressed_line_introduces_what_follows(line: str, mark: str) -> None:
    words = split(f"D'accord.\n\n{line}\n\n{mark}Quelle date ?\n{mark}Lundi ?")
    assert words.text == "D'accord."
    assert "Quelle date" in words.quoted


@pytest.mark.parametrize(
    "line",
    [
        "Alice said:",
        "Quoting Alice Martin <alice@lisieres.example>:",
        "Excerpts from Alice's message of 12 janv. 2026 10:00:",
        "Selon Alice <alice@lisieres.example> :",
        "* Alice Martin <alice@lisieres.example> [2026-01-12 10:00]:",
        "2026/1/12 Alice <alice@lisieres.example>",
    ],
)
def test_above_quoted_lines_less_is_asked(line: str) -> None:
    assert split(f"{line}\n> Quelle date ?\n\nLundi.").text == "Lundi."


@pytest.mark.parametrize(
    "text",
    [
        "Voici ce que disait le compte rendu du 12/03/2026 :\n\nOn garde la date.",
        "Le 12 mars 2026 à 18:00, rendez-vous à la Filature :\n\n- accueil\n- repas",
        "Pour s'inscrire avant le 12 mars 2026 à 10:00, écrire à accueil@filature.example :\n\nnom, prénom.",
        "Alice disait :\n\non verra.",
    ],
)
def test_prose_that_ends_with_a_colon_stays(text: str) -> None:
    assert split(text).text == text


def test_an_answer_run_together_with_the_attribution_is_taken_apart() -> None:
    words = split("Oui. Le lun. 12 janv. 2026 à 10:00, Alice <a@lisieres.example> a écrit :\n> On y va ?")
    assert words.text == "Oui."
    assert words.quoted.startswith("Le lun.")


def test_a_bar_below_an_attribution_quotes_as_well() -> None:
    words = split(
        "Alice wrote on Sunday 1 November 2026:\n\n| dimanche 8 : Jean\n\nMoi.\n\n| dimanche 15\n\nPas moi."
    )
    assert words.text == "Moi.\n\nPas moi."


def test_a_table_of_bars_without_attribution_is_own() -> None:
    text = "| lieu | jour |\n| Aix | lundi |"
    assert split(text).text == text


def test_a_prompt_typed_below_an_indented_line_is_own() -> None:
    text = "Puis :\n\n  $ navette console\n  > aide\n  > quitter\n\nC'est tout."
    assert split(text).text == text


@pytest.mark.parametrize("end", ["\n\nPas possible.", "\n> et le budget.\n\nPas possible."])
def test_what_a_client_broke_off_a_quoted_line_is_no_answer(end: str) -> None:
    quoted = "> Le conseil de janvier aurait lieu à Sisteron, ce qui est mieux pour les"
    assert split(f"{quoted}\nhoraires de trains.{end}").text == "Pas possible."


def test_a_short_answer_right_below_a_quoted_line_is_kept() -> None:
    assert (
        split(
            "> Qui apporte le repas de samedi pour les personnes qui viennent de loin ?\nmoi\n> Et le vin ?"
        ).text
        == "moi"
    )


def test_a_copied_header_in_other_languages_quotes() -> None:
    for block in (
        "Von: Alice <a@lisieres.example>\nGesendet: Montag, 12. Januar 2026 10:00\nAn: Bob\nBetreff: Treffen",
        "Fra: Alice <a@lisieres.example>\nSendt: 12. januar 2026 10:00\nTil: Bob\nEmne: Møte",
        "De: Alice <a@lisieres.example> Envoyé: lundi 12 janvier 2026 10:00 À: Bob Objet: Rencontre",
        "Message du : 12/01/2026 10:00\nDe : Alice <a@lisieres.example>\nA : Bob\nSujet : Rencontre",
    ):
        assert split(f"D'accord.\n\n{block}\n\nOn se voit ?").text == "D'accord."
