"""Where the author signs, without a mark and with; what devices and servers add."""

from __future__ import annotations

import pytest

from bot.mail.mime.declared import signature_lines
from bot.mail.words.split import Circumstances, split


def _signed(ending: str, author: str = "Alice Martin", **known: object) -> tuple[str, str]:
    words = split(f"Je viens jeudi.\n\n{ending}", Circumstances(author_name=author, **known))  # type: ignore[arg-type]
    return words.text.removeprefix("Je viens jeudi.").strip(), words.signature


def test_titles_right_below_the_name_are_signature_without_any_contact() -> None:
    text, signature = _signed("Cordialement,\nAlice Martin\nChargée de mission\nLa Filature")
    assert text == "Cordialement,\nAlice Martin"
    assert signature == "Chargée de mission\nLa Filature"


def test_a_whole_name_with_title_below_the_first_name_is_signature() -> None:
    text, signature = _signed(
        "Amitiés,\nAlice\n\nAlice MARTIN\nMaîtresse de conférences\nLaboratoire Territoires"
    )
    assert text == "Amitiés,\nAlice"
    assert signature.startswith("Alice MARTIN")


def test_a_block_that_begins_with_the_author_is_signature_without_a_closing() -> None:
    text, signature = _signed("Martin Alice | La Filature | +33 4 42 00 00 00")
    assert text == ""
    assert signature.startswith("Martin Alice")


def test_somebody_elses_contact_is_what_the_mail_is_about() -> None:
    text, _ = _signed("Bob Durand\nLa Fabrique\n04 42 00 00 00")
    assert text == "Bob Durand\nLa Fabrique\n04 42 00 00 00"


def test_a_letter_is_signed_below_an_office() -> None:
    text, signature = _signed(
        "Le secrétaire de mairie,\nÉric Baudoin\nMairie d'Aix\nTél. 04 42 00 00 00", "Mairie"
    )
    assert text == "Le secrétaire de mairie,\nÉric Baudoin"
    assert signature == "Mairie d'Aix\nTél. 04 42 00 00 00"


@pytest.mark.parametrize(
    "ending",
    [
        "Bonne journée,\nAlice\n- ordre du jour\n- budget",
        "Merci,\nAlice\nqui arrive à 10 h avec le café",
        "Bonne semaine\nAlice\n\nOrdre du jour de jeudi : accueil, budget, repas",
        "À jeudi\nAlice\nPS : la clé est chez Bob",
    ],
)
def test_what_is_said_below_the_name_stays(ending: str) -> None:
    assert _signed(ending) == (ending, "")


@pytest.mark.parametrize(
    "line",
    [
        "Envoyé avec Infomaniak Mail depuis mon mobile",
        "\u2063Télécharger BlueMail pour Android \u200b",
        "Sent from Mail for Windows",
        "Rédigé sur mon téléphone\u00a0: Envoyé depuis l'application Mail",
        "Envoyé de mon appareil Android avec Courriel K-9 Mail. Veuillez excuser ma\nbrièveté.",
        "---\nThis email has been checked for viruses by Avast antivirus software.\nhttps://avast.example",
        "-------------------------------------------------\nWebmail du Lycée des Trois Vallées",
    ],
)
def test_other_devices_and_programs(line: str) -> None:
    if line.startswith("Rédigé"):
        line = line.partition(": ")[2]
    assert _signed(line)[0] == ""


@pytest.mark.parametrize(
    "text",
    [
        "Envoyé depuis la gare, le colis arrive demain.",
        "Sent by bike: it arrives tomorrow.",
        "Get the keys from Bob",
    ],
)
def test_people_send_things_too(text: str) -> None:
    assert _signed(text) == (text, "")


@pytest.mark.parametrize(
    "notice",
    [
        "Adoptez l'éco-attitude : n'imprimez ce courriel que si c'est nécessaire.",
        "Les informations contenues dans ce courriel sont destinées au seul usage de son destinataire.",
        "The sender is not liable for errors. Delete it if you are no recipient; copying is prohibited.",
        "L'absence de virus dans ce courrier a été contrôlée.",
    ],
)
def test_notices_of_servers_below_a_signature_and_above_a_quotation(notice: str) -> None:
    words = split(
        f"D'accord.\n\nBien à vous,\n\nAlice Martin\n\nLa Filature\n\n04 42 00 00 00\n\n{notice}\n\n"
        "Le 12/01/2026 à 10:00, Bob a écrit :\n> On y va ?"
    )
    assert words.text == "D'accord.\n\nBien à vous,\n\nAlice Martin"
    assert "La Filature" in words.signature


def test_a_last_paragraph_about_confidentiality_is_said_by_a_person() -> None:
    text = "Ne diffusez pas encore ce document, il est confidentiel jusqu'à jeudi."
    assert _signed(text) == (text, "")


HTML = (
    '<div>Je viens jeudi.</div><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">'
    "<div>Alice</div><div>tisseuse de liens</div></div><div>après</div>"
)


def test_the_html_declares_its_signature() -> None:
    assert signature_lines(HTML) == ["Alice", "tisseuse de liens"]
    assert signature_lines("<p>Bonjour</p>") == []
    assert signature_lines('<div id="Signature">Alice<div>') == ["Alice"]


def test_a_declared_signature_is_left_out_of_the_plain_text() -> None:
    text, signature = _signed("Alice\ntisseuse de liens", signature_lines=lambda: signature_lines(HTML))
    assert (text, signature) == ("", "Alice\ntisseuse de liens")


def test_the_name_below_a_closing_is_kept_though_declared() -> None:
    text, signature = _signed(
        "Bises,\nAlice\ntisseuse de liens", signature_lines=lambda: signature_lines(HTML)
    )
    assert (text, signature) == ("Bises,\nAlice", "tisseuse de liens")
