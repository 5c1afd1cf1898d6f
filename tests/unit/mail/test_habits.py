"""Answers of machines that no header tells: by a title of their own, a new address, a test to pass."""

from __future__ import annotations

import pytest

from bot.mail.message import Kind
from bot.mail.read import read

ANSWER = "In-Reply-To: <recap.1@bot.lisieres.example>\n"


def _read(subject: str, text: str, fields: str = ANSWER) -> tuple[Kind, str]:
    head = f"From: Anne <anne@x.example>\nSubject: {subject}\nMessage-ID: <1@x.example>\n{fields}"
    mail = read(f"{head}\n{text}".encode())
    return mail.kind, mail.reason


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Absence / Out of office", "Bonjour, je suis absente jusqu'au 24 avril inclus."),
        ("Message automatique de la bibliothèque", "La bibliothèque est fermée du 24 décembre au 2 janvier."),
        ("Votre demande [#90412]", "Nous accusons réception de votre demande et un ticket a été créé."),
        ("Fermeture annuelle", "Nos bureaux seront fermés jusqu'au 2 janvier."),
    ],
)
def test_machines_answer_under_a_title_of_their_own(subject: str, text: str) -> None:
    assert _read(subject, text) == (Kind.AUTOMATIC, "own-title")


@pytest.mark.parametrize(
    ("subject", "text", "fields"),
    [
        ("Re: Récap", "Je serai absente jeudi, mais je vote pour.", ANSWER),
        ("Fermeture annuelle", "Nos bureaux seront fermés en août : qui garde les clefs ?", ANSWER),
        ("Fermeture annuelle", "Nos bureaux seront fermés en août.", ""),
        ("Votre récap", "Super, merci beaucoup pour ce travail !", ANSWER),
    ],
)
def test_people_close_and_leave_too(subject: str, text: str, fields: str) -> None:
    assert _read(subject, text, fields)[0] is Kind.PERSON


def test_who_has_moved_says_where() -> None:
    text = (
        "Retraitée depuis janvier, je n'utilise plus cette adresse. Vous pouvez me joindre : anne@y.example"
    )
    assert _read("Re: Récap", text) == (Kind.AUTOMATIC, "moved")
    asked = "Je n'utilise plus cette adresse, merci de noter anne@y.example"
    assert _read("Re: Récap", f"{asked}. Pouvez-vous l'enregistrer ?")[0] is Kind.PERSON


def test_a_gate_asks_for_proof() -> None:
    text = "Votre message n'a pas encore été remis.\nCliquez pour prouver que vous n'êtes pas un robot : https://v.example/1"
    assert _read("Votre message est en attente de validation", text, "") == (Kind.AUTOMATIC, "challenge")
    told = "Le site demande si on est un robot : https://v.example, c'est pénible."
    assert _read("Le site", told, "")[0] is Kind.PERSON


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Merci de votre message. Le studio est fermé jusqu'au 10.", "thanks-and-is-away"),
        (
            "Hi Navette,\n\nThank you for contacting us. Your ticket is 7721, we will reply soon.",
            "ticket",
        ),
        ("Dank voor je bericht! Ik ben met vakantie en lees mijn mail weer op 7 december.", "absence-note"),
    ],
)
def test_thanks_and_a_closed_door(text: str, reason: str) -> None:
    assert _read("Re: Récap", text) == (Kind.AUTOMATIC, reason)


def test_the_hand_that_typed_it_is_known_by_its_program() -> None:
    text = "J'ai quitté mon poste. Voyez avec Hermine : hermine@y.example"
    assert _read("Re: Récap", text) == (Kind.AUTOMATIC, "moved")
    by_hand = ANSWER + "X-Mailer: Zimbra 8.8.15_GA_4717 (ZimbraWebClient - FF132 (Linux))\n"
    assert _read("Re: Récap", text, by_hand)[0] is Kind.PERSON
