"""Links and documents that are shared, with what they are; and links that are not shared to be read."""

from __future__ import annotations

import pytest

from bot.french.resources import Resource, find_resources


def link(address: str, words: str) -> tuple[Resource, ...]:
    return (Resource(address, words),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Compte rendu du GT Animation : https://pad.example/gt-animation-3",
            link("https://pad.example/gt-animation-3", "Compte rendu du GT Animation"),
        ),
        (
            "Vous trouverez le guide des assurances ici : https://cloud.example/s/guide.",
            link("https://cloud.example/s/guide", "le guide des assurances"),
        ),
        (
            "Le bilan moral est en ligne : https://pad.example/bilan",
            link("https://pad.example/bilan", "Le bilan moral"),
        ),
        (
            "Je te mets notre modèle de bail (https://cloud.example/s/bail).",
            link("https://cloud.example/s/bail", "notre modèle de bail"),
        ),
        (
            "La Scop du Lez a publié une fiche sur les baux précaires.\nÀ lire : https://lez.example/fiche",
            link("https://lez.example/fiche", "La Scop du Lez a publié une fiche sur les baux précaires."),
        ),
        (
            "Les photos :\nhttps://cloud.example/s/photos",
            link("https://cloud.example/s/photos", "Les photos"),
        ),
        (
            "- https://wiki.example/outils - la liste des outils prêtés",
            link("https://wiki.example/outils", "la liste des outils prêtés"),
        ),
        (
            "[Le mode d'emploi du four](https://wiki.example/four)",
            link("https://wiki.example/four", "Le mode d'emploi du four"),
        ),
        ("https://cloud.example/s/guide_accueil.pdf", link("https://cloud.example/s/guide_accueil.pdf", "")),
        (
            "Voici le tutoriel vidéo : https://tube.example/w/9xYz",
            link("https://tube.example/w/9xYz", "le tutoriel vidéo"),
        ),
        ("Ci-joint le procès-verbal de l'AG.", (Resource("", "le procès-verbal de l'AG", attached=True),)),
        (
            "Vous trouverez en pièce jointe le budget prévisionnel 2027.",
            (Resource("", "le budget prévisionnel 2027", attached=True),),
        ),
        (
            "Le plan du bâtiment est en PJ (plan-rdc.pdf).",
            (Resource("plan-rdc.pdf", "Le plan du bâtiment", attached=True),),
        ),
    ],
)
def test_what_is_shared(text: str, expected: tuple[Resource, ...]) -> None:
    assert find_resources(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Lien de connexion : https://visio.example/cac",
        "La réunion se tient ici : https://meet.example/gt",
        "On se retrouve en visio mardi à 18 h : https://salons.example/b/gt-formation",
        "Pour se désabonner : https://listes.example/sympa/signoff/reseau",
        "Merci de répondre au sondage : https://framadate.example/ag",
        "Inscriptions ici : https://lieu.example/atelier-soudure",
        "Inscrivez-vous avant jeudi sur https://pad.example/inscrits",
        "Billetterie : https://billets.example/concert",
        "Formulaire de candidature : https://framaforms.example/candidature",
        "Léa Ferrand\nCoordinatrice\nhttps://www.lisieres.example",
        "04 92 00 00 00 | www.lisieres.example",
        "Plan d'accès : https://www.openstreetmap.example/?mlat=44",
        "Suivez-nous : https://reseau-social.example/@lisieres",
        "Je joins Marc au téléphone ce soir.",
        "Le prix est joint à la décision.",
        "Rien à partager cette semaine.",
    ],
)
def test_what_is_not(text: str) -> None:
    assert find_resources(text) == ()


def test_each_address_is_told_once_in_its_order() -> None:
    text = (
        "Le guide : https://pad.example/guide\nLa charte : https://pad.example/charte\n"
        "Le guide encore : https://pad.example/guide"
    )
    assert [one.words for one in find_resources(text)] == ["Le guide", "La charte"]
