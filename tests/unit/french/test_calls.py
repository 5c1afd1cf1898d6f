"""Calls for projects that a funder opens, and what only looks like one."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.clock import PARIS
from bot.french.calls import find_call

ON = dt.datetime(2026, 11, 16, 9, tzinfo=PARIS)

FULL = (
    "Bonjour,\n"
    "La Région lance un appel à projets « Lieux nourriciers » doté de 400 000 €, ouvert aux associations et "
    "aux communes de moins de 10 000 habitants.\n"
    "L'aide peut aller jusqu'à 30 000 € par projet.\n"
    "Les dossiers sont à déposer avant le 9 décembre 2026 à midi.\n"
    "Règlement : https://region.example/nourriciers.pdf\n"
    "Dites-moi d'ici vendredi 20 novembre si vous en êtes.\nLéa"
)


def test_what_a_call_says() -> None:
    call = find_call("AAP Lieux nourriciers", FULL, ON)
    assert call is not None
    assert call.text.startswith("La Région lance un appel à projets « Lieux nourriciers »")
    assert call.who == "aux associations et aux communes de moins de 10 000 habitants"
    assert call.amounts == (40_000_000, 3_000_000)
    assert call.deadline == dt.date(2026, 12, 9)
    assert call.link == "https://region.example/nourriciers.pdf"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "AMI Tiers-lieux et santé",
            "L'ARS ouvre un AMI sur la santé de proximité, dépôt jusqu'au 15 janvier.",
        ),
        ("", "L'appel à manifestation d'intérêt de la métropole est ouvert, clôture le 4 décembre."),
        (
            "Fonds vert",
            "Le fonds de la fondation Terrane finance des jardins partagés, jusqu'à 5 000 € par lieu.",
        ),
        (
            "",
            "Bourses d'exploration de la Caisse des lieux : 1 500 € par binôme, candidatures avant le 30/11.",
        ),
        ("Concours", "Concours régional de l'économie circulaire : 3 prix de 10 000 €, dossier avant Noël."),
        ("Bourses", "La fondation Alma lance ses bourses vertes et clôt les candidatures le 2 mars."),
        ("FDVA 2027", "La campagne de subvention FDVA 2027 de la préfecture ouvre le 4 janvier."),
        (
            "TR: AAP",
            "Le Département relance son AAP jeunesse, les associations peuvent candidater dès maintenant.",
        ),
        (
            "",
            "L'Ademe propose une aide à l'achat pour les ateliers de réemploi, éligibles dès 2 salariés.",
        ),
    ],
)
def test_calls(subject: str, text: str) -> None:
    assert find_call(subject, text, ON) is not None


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Réponse commune", "La fondation clôt les candidatures le lundi 2 mars à minuit."),
        (
            "Appel à volontaires",
            "Nous cherchons trois volontaires pour le stand, appel à bénévoles avant vendredi.",
        ),
        (
            "Appel à contribution",
            "Le GT Animation lance un appel à contribution : 800 €, réponse avant le 30/11.",
        ),
        (
            "Bravo",
            "Notre projet est lauréat de l'appel à projets de la Région, 30 000 € nous sont attribués !",
        ),
        ("Subvention", "La subvention de la Région a été versée hier : 12 000 €."),
        ("Bilan", "Il faut rendre le bilan de la subvention 2025 avant le 30 novembre."),
        ("Amis", "Salut les amis, on se voit à l'ouverture du bar vendredi ?"),
        ("Bourse aux plantes", "La bourse aux plantes ouvre ses portes dimanche, 2 € l'entrée."),
        ("Prix", "Le prix de la location passe à 12 € en janvier."),
        ("CAC", "Le CAC se réunit mardi 24 novembre à 18 h 30."),
        ("AAP jeunesse", "Est-ce qu'un lieu déjà aidé peut candidater ?"),
        ("Re: AAP jeunesse", "Les salaires déjà subventionnés ne sont pas éligibles."),
        ("AAP", "Nous avons déposé notre dossier à l'AAP jeunesse avant le 9 novembre, réponse en janvier."),
        ("", ""),
    ],
)
def test_what_is_no_call(subject: str, text: str) -> None:
    assert find_call(subject, text, ON) is None
