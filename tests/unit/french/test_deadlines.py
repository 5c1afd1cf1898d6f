"""What is a deadline in a text, and what only lasts, opens or takes place until a day."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.clock import PARIS
from bot.french.dates import find

# A Wednesday.
ON = dt.datetime(2026, 11, 18, 9, 30, tzinfo=PARIS)


def deadlines(text: str) -> list[str]:
    return [f"{one.end:%m-%d}" for one in find(text, ON) if one.deadline]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Date limite d'inscription\n12 décembre", ["12-12"]),
        ("AVANT LE\n12/12", ["12-12"]),
        ("Tâche | Échéance | Qui\nBudget | 15/12 | Léa", ["12-15"]),
        ("| Quoi | Pour quand |\n|---|---|\n| Devis | 15/12 |", ["12-15"]),
        ("| Étape | Date |\n|---|---|\n| Dépôt des dossiers | 12/12 |\n| Jury | 15/01 |", ["12-12"]),
        ("Clôture : 30/11\nWebinaire : 8 décembre", ["11-30"]),
        ("À déposer le 14 décembre au plus tard, scrutin le 27.", ["12-14"]),
        ("Prochain rdv : 15 décembre. Date limite d'inscription : 10 décembre.", ["12-10"]),
        ("Date de la formation : 12 décembre\nDate limite : 1er décembre", ["12-01"]),
        ("L'appel se termine le 12 décembre. Passé ce délai, plus rien n'est accepté.", ["12-12"]),
        ("AG le 12 décembre. Les pouvoirs sont à remettre la veille au plus tard.", ["12-11"]),
        ("AG le 12 décembre, prévenir 48 h avant en cas d'absence.", ["12-10"]),
        ("Les dossiers incomplets au 30 novembre ne seront pas examinés", ["11-30"]),
        ("Aucun dossier ne sera accepté après le 30 novembre", ["11-30"]),
        ("Passé le 15 décembre, nous ne rembourserons plus rien", ["12-15"]),
        ("Le rapport doit être remis le 4 décembre", ["12-04"]),
        ("Cotisation exigible au 31 décembre", ["12-31"]),
        ("Merci de relire avant le CA (jeudi 26)", ["11-26"]),
        ("Plus que 3 jours pour voter", ["11-21"]),
        ("J-3 avant la clôture des candidatures", ["11-21"]),
        ("Vous disposez d'un délai de 15 jours pour contester", ["12-03"]),
        ("C'est vendredi que ferment les inscriptions", ["11-20"]),
        ("reponse avt vendredi merci", ["11-20"]),
        ("inscriptions jusquau 12 decembre", ["12-12"]),
        ("Inscrivez-vous avant le 25 pour qu'on commande les repas", ["11-25"]),
        ("AG le 12 décembre. D'ici là, merci de relire le rapport.", ["12-12"]),
        ("AG le 12 décembre. Les candidatures doivent parvenir dix jours avant l'AG.", ["12-02"]),
        ("Sans retour de ta part lundi, je valide", ["11-23"]),
        ("Le devis est valable jusqu'au 12 décembre", ["12-12"]),
    ],
)
def test_a_limit_may_stand_anywhere(text: str, days: list[str]) -> None:
    assert deadlines(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "L'expo dure jusqu'au 3 janvier",
        "Le musée reste ouvert jusqu'au 3 janvier",
        "La route est barrée jusqu'au 3 décembre",
        "Mon remplaçant sera là jusqu'au 3 décembre",
        "Ouverture des inscriptions le 12 décembre",
        "Les résultats ne seront pas connus avant le 15 juin",
        "On se retrouve une heure avant le CA du 12 décembre",
        "Soirée de clôture le 12 décembre",
        "Clôture du festival le 12 décembre",
        "À la limite vendredi si ça t'arrange",
        "Besoin de bras pour samedi",
        "La mairie fermera le 12 décembre",
        "La date limite était le 10 novembre",
        "Réunion vendredi, ensuite on boit un verre",
        "On se voit samedi, on mange avant.",
    ],
)
def test_what_lasts_opens_or_takes_place_is_no_deadline(text: str) -> None:
    assert find(text, ON)
    assert deadlines(text) == []
