"""A mail that answers none: what seems to quote, or to sign, is mostly what its author says."""

from __future__ import annotations

import pytest

from bot.mail.read import read
from bot.mail.words.split import Circumstances, split

FRESH = Circumstances(fresh=True, author_name="Hélène Garnier")


@pytest.mark.parametrize(
    "text",
    [
        "Ordre du jour :\n> Finances\n> Fête d'hiver\n\nÀ jeudi.",
        "Le mardi 17 novembre 2026 à 14:00, contactez Bruno <b@x.example> pour venir :\nil reste 3.",
        "Le mardi 3 novembre à 20h30, la présidente, Anne Roux, a dit :\nla salle ferme en janvier.",
        "12/10/2026 10:15 - mail à Free <support@free.example> :\nsans réponse\n15/10/2026 11:00 - relance",
        "Le 12/11/2026 à 10:00, la mairie (asso@mairie.example) nous a écrit :\nla salle sera fermée.",
        "Voici le projet.\n\nDe : Les Lisières\nÀ : M. le Maire\nDate : le 20 novembre 2026\nObjet : don",
    ],
)
def test_prose_and_lists_are_no_quotation(text: str) -> None:
    assert split(text, FRESH).text == text


def test_what_a_client_quotes_is_quoted_all_the_same() -> None:
    copied = (
        "De : Anne <a@x.example>\nEnvoyé : lundi 12 janvier 2026 10:00\nÀ : Bruno\nObjet : fête\n\nOn y va ?"
    )
    assert split(f"D'accord.\n\n{copied}", FRESH).text == "D'accord."
    attributed = "Le 12/01/2026 à 10:00, Anne <a@x.example> a écrit :\n> On y va ?"
    assert split(f"D'accord.\n\n{attributed}", FRESH).text == "D'accord."


def test_a_copied_mail_that_is_announced_is_passed_on() -> None:
    copied = (
        "De : Anne <a@x.example>\nEnvoyé : lundi 12 janvier 2026 10:00\nÀ : Bruno\nObjet : fête\n\nOn y va ?"
    )
    words = split(f"Je vous transfère ce mail.\n\n{copied}", FRESH)
    assert words.text.endswith("On y va ?")
    assert words.own == "Je vous transfère ce mail."


def test_a_mail_that_would_be_left_empty_is_what_it_carries() -> None:
    form = "De : Josette <josette@x.example>\nObjet : adhésion\nDate : 14/11/2026 19:12\n\nComment adhérer ?"
    words = split(form, FRESH)
    assert words.text == form
    assert words.own == ""


@pytest.mark.parametrize(
    ("extra", "fresh"),
    [("", True), ("In-Reply-To: <a@b.example>\n", False), ("References: <a@b.example>\n", False)],
)
def test_what_makes_a_mail_fresh(extra: str, fresh: bool) -> None:
    raw = (
        f"From: a@b.example\nSubject: points\nMessage-ID: <1@b.example>\n{extra}\nPoints :\n> fête\n> repas\n"
    )
    assert ("> fête" in read(raw.encode()).text) is fresh


def test_a_subject_that_answers_makes_no_fresh_mail() -> None:
    raw = b"From: a@b.example\nSubject: Re: points\nMessage-ID: <1@b.example>\n\nOui :\n> repas\n"
    assert read(raw).text == "Oui :"


@pytest.mark.parametrize(
    "below",
    [
        "Lieu : salle des fêtes, 3 place du Marché, 05000 Gap\nTarif : 5 €",
        "Le pad : https://pad.example/p/fete",
        "https://date.example/sondage-repas",
        "En cas de retard, appelez-moi au 06 12 34 56 78",
        "Photos : https://nuage.example/s/abc\nMot de passe : lisieres",
    ],
)
def test_where_and_how_below_the_name_is_no_signature(below: str) -> None:
    text = f"On se voit samedi.\n\nAmitiés,\nHélène\n\n{below}"
    assert split(text, FRESH).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Envoyé par mail à la mairie ce matin.",
        "Envoyé par courrier recommandé hier.",
        "Voilà.\n\nEnvoyé depuis mon bureau à la mairie, en deux exemplaires",
        "Points\n--\nAutre sujet : la subvention. Qui peut m'aider ?\n\nBonne soirée\nHélène",
        "Ce message est confidentiel, merci de ne pas le diffuser.\n\nAlors voilà.",
        "Voilà.\n\nPensez à l'environnement : venez en covoiturage.",
        "Voici l'équipe :\n\nHélène Garnier, 06 12 34 56 78\nDidier Blanc, 06 11 22 33 44",
        "L'équipe\n\nHélène Garnier, secrétaire\nDidier Blanc, bénévole",
        "Merci à toutes et à tous\nVoici les chauffeurs\nAnne 06 11 22 33 44\nPaul 06 12 34 56 78",
        "Bonne année\nSamedi 9 janvier, 15 h\nSalle des fêtes, 05000 Gap",
    ],
)
def test_what_people_say_looks_like_an_ending_and_is_none(text: str) -> None:
    assert split(text, FRESH).text == text


def test_a_question_below_a_drawn_line_is_no_footer() -> None:
    text = "1. Budget\n----------\nLa liste CA doit décider. Qui est pour le 12 ?"
    assert split(text, Circumstances(list_name="ca")).text == text


def test_a_postscript_below_the_signature_is_said() -> None:
    words = split("Je viens.\n-- \nHélène\n06 12 34 56 78\n\nPS : apporte les clefs !", FRESH)
    assert words.text == "Je viens.\n\nPS : apporte les clefs !"


def test_the_line_of_a_help_desk_cuts() -> None:
    words = split("D'accord.\n\n##- Répondre au-dessus de cette ligne -##\n\nVotre demande est reçue.")
    assert words.text == "D'accord."


def test_answers_without_a_mark_are_found_when_they_are_announced() -> None:
    copied = (
        "De : Anne <a@x.example>\nEnvoyé : lundi 12 janvier 2026 10:00\nÀ : Bruno\nObjet : fête\n\n"
        "Tu viens ?\n{0}\nTu conduis ?\n{1}\nMerci"
    )
    for said, answers in (
        ("Mes réponses ci-dessous.", ("OUI", "NON")),
        ("Réponses en majuscules dans le texte.", ("JE VIENS JEUDI", "PAS MOI")),
        ("Je réponds dans le texte.", ("Réponse : moi", "Réponse : pas moi")),
        ("Mes réponses entre crochets ci-dessous.", ("[moi]", "[pas moi]")),
    ):
        assert split(f"{said}\n\n{copied.format(*answers)}").own == "\n\n".join((said, *answers))
