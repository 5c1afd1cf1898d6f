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
        # Who closes, takes in or sends off.
        ("Nous clôturons les inscriptions mardi.", ["11-24"]),
        ("Remplissez le tableau, je le fige jeudi soir.", ["11-19"]),
        ("Je ramasse vos corrections lundi.", ["11-23"]),
        ("Je dépose le dossier vendredi, il me manque vos RIB.", ["11-20"]),
        ("La billetterie s'interrompt samedi à 17 h.", ["11-21"]),
        ("N'oubliez pas le sondage, fin demain soir.", ["11-19"]),
        # What is needed, asked and ordered.
        ("Le traiteur veut le nombre de repas lundi.", ["11-23"]),
        ("Ce serait bien d'avoir vos réponses vendredi.", ["11-20"]),
        ("Peux-tu m'envoyer le fichier demain ?", ["11-19"]),
        ("Rendez les costumes samedi sans faute.", ["11-21"]),
        ("Chacun remplit son créneau vendredi.", ["11-20"]),
        ("Les feuilles de présence doivent être sur mon bureau mardi.", ["11-24"]),
        ("Le texte doit être su pour la répétition du 27 novembre.", ["11-27"]),
        ("- Julie : devis de la sono, pour lundi", ["11-23"]),
        ("Envoi : 31 décembre. Parution : mars.", ["12-31"]),
        ("À déposer entre le 20 novembre et le 8 décembre.", ["12-08"]),
        # Who has not done it by then loses it.
        ("Les places non réglées au 27 novembre seront remises en vente.", ["11-27"]),
        ("Si vous n'avez rien dit lundi, c'est adopté.", ["11-23"]),
        ("Passé vendredi, je ne prends plus rien.", ["11-20"]),
        # All ends at once, or is put off; a late comer pays for it.
        ("Il est encore temps de s'inscrire, mais tout s'arrête vendredi.", ["11-20"]),
        ("Le compte rendu est en relecture, il sera figé vendredi.", ["11-20"]),
        ("Vous aviez jusqu'à lundi, je peux repousser à vendredi.", ["11-20"]),
        ("Une fois vendredi passé, impossible de modifier le programme.", ["11-20"]),
        ("Je ne prendrai plus d'inscriptions une fois le 25 passé.", ["11-25"]),
        ("Toute annonce envoyée après vendredi passera dans le numéro suivant.", ["11-20"]),
        ("Les commandes reçues après jeudi seront livrées la semaine suivante.", ["11-19"]),
        ("Une fois passé le 4 décembre, on ne prendra plus personne.", ["12-04"]),
        ("Je ne prends plus rien passé le 4 décembre.", ["12-04"]),
        ("La clôture glisse au 4 décembre.", ["12-04"]),
        ("Vos cartes expirent le 4 décembre, pensez à les renouveler.", ["12-04"]),
        ("Vos dossiers sont dus vendredi.", ["11-20"]),
        ("Nous devons disposer de vos remarques vendredi.", ["11-20"]),
        ("La gazette : articles rendus le 19, maquette le 22, impression le 26.", ["11-19"]),
        # A day told before, or told again.
        ("La copie est due au greffe dans le mois, c'est-à-dire le 18 décembre.", ["12-18"]),
        ("Le serveur s'arrête le 30. Sauvegardez vos fichiers avant !", ["11-30"]),
        ("Mardi j'encaisse les chèques, donc avant, merci.", ["11-24"]),
        ("Réunion le 5 décembre. D'ici là, chaque binôme remplit sa ligne.", ["12-05"]),
        ("Vote le 5 décembre. Les procurations doivent arriver avant.", ["12-05"]),
        ("À déposer une semaine avant le congrès du 12 décembre, soit le 5.", ["12-05"]),
        ("Délai de réponse : dix jours.", ["11-28"]),
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
        "Je ferme la boutique samedi.",
        "Le mandat de la présidente arrive à échéance le 30 juin.",
        "Carte valable jusqu'au 31 décembre.",
        "Paul remplace Nina jusqu'à vendredi.",
        "On compte sur votre présence samedi.",
        "On a besoin de bras samedi.",
        "Il reste à faire la peinture, chantier samedi.",
        "Le directeur doit remettre les prix samedi.",
        "Merci de confirmer que vous venez samedi.",
        "Envoyez-moi les photos de samedi.",
        "Café le 5 décembre. D'ici là, portez-vous bien.",
        "Passé lundi à la radio, notre reportage est en ligne.",
        "Votre inscription pour samedi est confirmée.",
        "La fête continue, mais tout s'arrête dimanche.",
        "On repousse la réunion au 12 décembre.",
        "Le permis de Paul expire le 3 décembre, il s'en charge.",
        "La clôture du festival glisse au 4 décembre.",
        "Une fois passé le 4 décembre, on rangera la salle.",
        "Une fois le 25 passé, on pourra souffler.",
        "Les factures seront payées après le 15 décembre, le mois suivant.",
        "Nous avons reçu le colis après le 10, un retard de deux jours.",
        "Vous devez avoir un masque samedi.",
        "La rencontre est dans deux semaines, c'est-à-dire le 2 décembre.",
        "Concert le 5 décembre. Venez manger avant !",
        "Samedi je joue à 20 h, donc avant je me repose.",
        "Il fallait répondre avant le 10.",
        "Le facteur passe le 27 à 9 h.",
        "Les vaches restent au pré jusqu'au 27, puis rentrent.",
    ],
)
def test_what_lasts_opens_or_takes_place_is_no_deadline(text: str) -> None:
    assert find(text, ON)
    assert deadlines(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Demander Mme Dimanche, 2e étage.",
        "Livre demandé : « Vendredi ou la Vie sauvage ».",
        "Lundi au vendredi, 9h-17h.",
        "Il y a trois semaines de travail.",
        "Le repas de fin d'année.",
        "Le tarif est de 12 € le 10.",
        "Le bus ne passe plus, prenez le 12 jusqu'à la gare.",
    ],
)
def test_what_only_looks_like_a_day_is_none(text: str) -> None:
    assert find(text, ON) == []
