"""What the author wrote, told from what they carried along, client by client."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.mail.words.split import Circumstances, LineKind, classify, split

CLIENTS = Path(__file__).with_name("clients.txt").read_text(encoding="utf-8").split("\n=== ")[1:]
QUOTED_BELOW = {name: text for name, _, text in (client.partition("\n") for client in CLIENTS)}


@pytest.mark.parametrize("client", QUOTED_BELOW)
def test_an_answer_above_the_quotation_is_all_that_stays(client: str) -> None:
    words = split("Bonjour,\n\nPlutôt le 23.\nEmile\n\n" + QUOTED_BELOW[client])
    assert words.text == "Bonjour,\n\nPlutôt le 23.\nEmile"
    assert "date" in words.quoted


def test_answers_between_the_quoted_lines_are_all_kept() -> None:
    words = split(
        "Le 23/11/2026 à 09:00, Alice a écrit :\n> On se voit lundi ?\nOui.\n> Qui apporte le café ?\n"
        "> Et le thé ?\n\n"
        "Moi pour les deux.\n\n> Merci !\nDe rien.\n"
    )
    assert words.text == "Oui.\n\nMoi pour les deux.\n\nDe rien."
    assert words.quoted.startswith("Le 23/11/2026")


def test_an_answer_below_the_quotation_is_kept() -> None:
    words = split("> Quelle date ?\n> 1. le 16\n\nle 23\n\n-- \nEmile\n")
    assert words.text == "le 23"
    assert words.signature == "--\nEmile"


def test_prose_about_writing_is_no_attribution() -> None:
    text = "Le rapporteur a écrit : c'est solide.\nLe rapporteur a écrit :\nc'est solide.\nJ'approuve."
    assert split(text).text == text


@pytest.mark.parametrize("answer", ["Oui.", "Plutôt le 23/11/2026", "Le 16, et le mail est a@b.example"])
def test_an_answer_right_above_the_attribution_is_no_part_of_it(answer: str) -> None:
    words = split(f"{answer}\nLe 23/11/2026 à 09:00, Navette <\nn@x.example> a\nécrit :\n> Quelle date ?\n")
    assert words.text == answer


def test_prose_above_a_citation_is_kept() -> None:
    words = split("Le maire était là.\nIl a écrit ensuite :\n> Bravo à vous.\nOn est contents.")
    assert words.text.startswith("Le maire était là.")
    assert words.text.endswith("On est contents.")


def test_prose_with_a_day_is_no_attribution_without_an_address_or_an_hour() -> None:
    text = "Le 12 mars 2026, la préfète nous a écrit :\nle dossier est complet.\n\nOn peut donc avancer."
    assert split(text).text == text


def test_a_carpool_is_no_copied_header() -> None:
    text = "De : Gap\nÀ : Marseille\nDate : vendredi 4 décembre\n\nIl reste deux places."
    assert split(text).text == text


def test_text_below_a_signature_and_a_quotation_is_still_own() -> None:
    words = split(
        "D'accord.\n-- \nAlice\nLa Filature\n\n"
        "Le 23/11/2026 à 09:00, Bruno a écrit :\n> On y va ?\n\nEt merci !\n"
    )
    assert words.text == "D'accord.\n\nEt merci !"
    assert "La Filature" in words.signature


def test_dashes_between_sections_hide_nothing() -> None:
    text = "Lundi\nréunion à 10 h.\n---\nMardi\nvisite à 14 h.\n--\nMercredi\nrepos.\n--\nJeudi\nAG."
    assert "Mercredi" in split(text).text
    assert "Mardi" in split(text).text


def test_the_address_block_below_a_closing_is_signature_and_the_name_stays() -> None:
    words = split(
        "Je viens.\n\nBien cordialement,\nAlice Martin\n"
        "La Filature, Aix\n04 42 00 00 00\nwww.filature.example\n"
    )
    assert words.text == "Je viens.\n\nBien cordialement,\nAlice Martin"
    assert words.signature == "La Filature, Aix\n04 42 00 00 00\nwww.filature.example"


def test_a_link_below_thanks_is_no_signature() -> None:
    text = "Merci d'avance !\n\nLe pad est ici : https://pad.example/p/ag\nOn le relit lundi.\nAlice"
    assert split(text).text == text


def test_a_postscript_below_the_name_is_kept() -> None:
    text = "Je viens.\n\nCordialement,\nAlice\nPS : j'apporte le café, appelez le 04 42 00 00 00."
    assert split(text).text == text


@pytest.mark.parametrize(
    "line",
    [
        "Envoyé de mon iPhone",
        "Envoyé depuis mon téléphone Orange",
        "Envoyé à partir d’Outlook pour Android",
        "Envoyé depuis Yahoo Mail pour Android",
        "Sent from my iPhone",
        "Télécharger Outlook pour iOS<https://outlook.example>",
        "Provenance : Courrier pour Windows",
        "Get Outlook for Android",
    ],
)
def test_the_words_of_a_device_are_signature(line: str) -> None:
    words = split(f"Oui pour moi.\n\n{line}\n")
    assert words.text == "Oui pour moi."
    assert words.signature == line


def test_sending_something_by_oneself_is_said_by_a_person() -> None:
    text = "Envoyé hier par la poste, ça arrive demain.\nSent yesterday."
    assert split(text).text == text


def test_a_forward_is_kept_below_its_mark() -> None:
    text = (
        "Pour info.\n\n---------- Forwarded message ---------\n"
        "De : Région <aap@region.example>\nDate: lun. 23 nov. 2026 à 09:00\n"
        "Subject: Appel à projets\nTo: <alice@lisieres.example>\n\n\nDépôt avant le 15 janvier.\n"
    )
    words = split(text)
    assert words.text.startswith("Pour info.\n\n---------- Forwarded message")
    assert words.text.endswith("Dépôt avant le 15 janvier.")
    assert words.quoted == ""


def test_the_same_copied_header_is_a_forward_under_a_subject_that_says_so() -> None:
    body = (
        "Pour info.\n\nDe : Région <aap@region.example>\nEnvoyé : lundi 23 novembre 2026 09:00\nÀ : Alice\n"
        "Objet : Appel\n\nDépôt avant le 15 janvier."
    )
    assert "15 janvier" in split(body, Circumstances(forward=True)).text
    assert split(body).text == "Pour info."


FOOTERS = {
    "sympa": "-- \nListe reseau, pied de page",
    "underscores": "________________________________________\nreseau mailing list\nreseau@lists.example",
    "framalistes": "---\nPour vous désabonner : https://framalistes.example/sympa/signoff/reseau",
    "no rule at all": "Pour se désabonner de la liste : https://listes.example/sympa/sigrequest/reseau",
}


@pytest.mark.parametrize("footer", FOOTERS)
def test_the_footer_of_a_list_is_left_out(footer: str) -> None:
    words = split(
        f"Bonjour,\nUne table à donner.\nAlice\n\n{FOOTERS[footer]}\n", Circumstances(list_name="reseau")
    )
    assert words.text == "Bonjour,\nUne table à donner.\nAlice"


@pytest.mark.parametrize(
    "ending",
    [
        "---\nOrdre du jour :\n- liste des points\n- budget",
        "---\nPour la mailing-list, voir Emile.",
        "Pour vous désabonner de ces rappels, dites-le moi de vive voix.",
    ],
)
def test_what_only_sounds_like_a_footer_is_kept(ending: str) -> None:
    text = f"Bonjour,\n\n{ending}"
    assert split(text).text == text
    if "mailing-list" not in ending:
        assert split(text, Circumstances(list_name="reseau")).text == text


def test_a_footer_in_two_paragraphs_is_left_out_whole() -> None:
    footer = "____________\nListe reseau\n\nPour se désabonner : https://l.example/sympa/signoff/reseau\n____________"
    assert (
        split(f"Lundi\n---\nMardi\n\n{footer}\n", Circumstances(list_name="reseau")).text
        == "Lundi\n---\nMardi"
    )


def test_a_footer_below_a_signature_leaves_the_signature() -> None:
    words = split(
        f"Une table à donner.\n-- \nAlice\n\n{FOOTERS['underscores']}\n", Circumstances(list_name="reseau")
    )
    assert words.text == "Une table à donner."
    assert words.signature.endswith("Alice")


def test_greeting_and_closing_are_told_and_kept() -> None:
    lines = ["Bonjour à toutes et tous,", "", "Une table à donner.", "", "Bonne journée", "Alice"]
    kinds = classify(lines).kinds
    assert kinds[0] is LineKind.GREETING
    assert kinds[4] is LineKind.CLOSING
    assert split("\n".join(lines)).text == "\n".join(lines)


def test_a_stored_line_that_starts_with_from_is_own() -> None:
    assert split("Bonjour,\n>From chez moi, on voit la mer.").text.endswith("on voit la mer.")


@pytest.mark.parametrize(
    "notice",
    [
        "Ce message et ses pièces jointes peuvent contenir\ndes informations confidentielles. Merci.",
        "CONFIDENTIALITÉ : ce courriel est destiné exclusivement à la personne à qui il est adressé.",
        "Pensez à l'environnement avant d'imprimer ce message.",
        "Si vous avez reçu ce message par erreur, merci de le détruire.",
        "This e-mail and any attachments are confidential and intended solely for the addressee.",
        "Please consider the environment before printing this e-mail.",
    ],
)
def test_a_notice_below_the_mail_is_not_what_the_author_wrote(notice: str) -> None:
    assert split(f"C'est bon pour jeudi.\n\nPascal\n\n{notice}\n").text == "C'est bon pour jeudi.\n\nPascal"


@pytest.mark.parametrize(
    "text",
    [
        "Ce message est confidentiel, ne le diffusez pas : on cherche quelqu'un.",
        "Pensez à imprimer les affiches avant lundi.",
        "Ce message est confidentiel.\n\nOn cherche quelqu'un pour l'accueil.",
    ],
)
def test_what_the_author_says_of_it_stays(text: str) -> None:
    assert split(text).text == text
