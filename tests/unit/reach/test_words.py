"""Plain words about what somebody receives: what they change, what is given back, what is not heard."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.french.fold import fold
from handlers.preferences.phrases import LESS_PLEASE, SPOKEN, TOO_MANY
from handlers.preferences.rules import Trouble, read

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Paris"))
SHOWN_NOW = ["chat", "town"]


def understood(text: str) -> dict[str, Any]:
    changes = read(text, NOW, 14).changes
    found = {name: value(SHOWN_NOW) if callable(value) else value for name, value in changes.items()}
    if found.get("paused_until"):
        found["paused_until"] = f"{found['paused_until'].astimezone(NOW.tzinfo):%Y-%m-%d %H:%M}"
    return found


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("rappels non", {"reminders": False}),
        ("Plus de rappels, s'il te plaît", {"reminders": False}),
        ("je veux des rappels", {"reminders": True}),
        ("reminders off", {"reminders": False}),
        ("de 21 h à 9 h", {"quiet_from": "21:00", "quiet_until": "09:00"}),
        ("heures calmes entre 21h30 et 9h", {"quiet_from": "21:30", "quiet_until": "09:00"}),
        ("heures calmes : 22-7", {"quiet_from": "22:00", "quiet_until": "07:00"}),
        ("silence de minuit à midi", {"quiet_from": "00:00", "quiet_until": "12:00"}),
        ("quiet hours from 9 pm to 8 am", {"quiet_from": "21:00", "quiet_until": "08:00"}),
        ("heures calmes : aucune", {"quiet_from": "00:00", "quiet_until": "00:00"}),
        ("heures calmes par défaut", {"quiet_from": "", "quiet_until": ""}),
        ("pause", {"paused_until": "2026-12-08 00:00"}),
        ("une pause de trois semaines", {"paused_until": "2026-12-15 00:00"}),
        ("pause jusqu'au 5 janvier", {"paused_until": "2027-01-06 00:00"}),
        ("pause until January 5th", {"paused_until": "2027-01-06 00:00"}),
        ("fin de la pause", {"paused_until": None}),
        ("écris-moi plutôt par mail", {"channel": "mail"}),
        ("messages par mail", {"channel": "mail"}),
        ("ne m'écris pas entre 20 h et 9 h", {"quiet_from": "20:00", "quiet_until": "09:00"}),
        ("écris-moi dans la messagerie", {"channel": "room"}),
        ("écris-moi là où je suis", {"channel": ""}),
        ("écris-moi en anglais", {"language": "en"}),
        ("write to me in French", {"language": "fr"}),
        ("récap seul", {"recap": "personal"}),
        ("récap : aucun", {"recap": "no"}),
        ("récap par la liste", {"recap": "list"}),
        ("plus rien", {"recap": "none"}),
        ("reprends les mails", {"recap": "list", "paused_until": None}),
        ("annuaire : adresse, commune et lieu", {"shown": ["mail", "town"]}),
        ("annuaire : rien", {"shown": []}),
        ("montre mon adresse", {"shown": ["chat", "mail", "town"]}),
        ("ne montre plus ma commune, mon adresse", {"shown": ["chat"]}),
        ("rappels non, de 21 h à 9 h et en anglais", None),
    ],
)
def test_what_is_understood(said: str, wanted: dict[str, Any] | None) -> None:
    expected = wanted or {
        "reminders": False,
        "quiet_from": "21:00",
        "quiet_until": "09:00",
        "language": "en",
    }
    assert understood(said) == expected
    assert read(said, NOW, 14).troubles == ()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("pas le week-end", Trouble.WEEKEND),
        ("de 25 h à 9 h", Trouble.HOUR),
        ("heures calmes de 21 h 75 à 9 h", Trouble.HOUR),
        ("quiet hours from 13 pm to 8 am", Trouble.HOUR),
        ("pause jusqu'au 5 janvier 2020", Trouble.PAST),
        ("pause jusqu'à la saint-glinglin", Trouble.UNKNOWN),
        ("langue : allemand", Trouble.LANGUAGE),
        ("annuaire : lieu", Trouble.ALWAYS),
        ("rappels le mardi", Trouble.UNKNOWN),
        ("récap seulement le mardi", Trouble.UNKNOWN),
        ("pois chiches", Trouble.UNKNOWN),
    ],
)
def test_what_is_given_back(said: str, why: Trouble) -> None:
    assert read(said, NOW, 14).changes == {}
    assert read(said, NOW, 14).troubles == ((why, said),)


def test_the_rest_is_done() -> None:
    wants = read("rappels non ; pois chiches", NOW, 14)
    assert (wants.changes, wants.troubles) == ({"reminders": False}, ((Trouble.UNKNOWN, "pois chiches"),))


@pytest.mark.parametrize(
    "said",
    [
        "Trop de mails !",
        "je reçois trop de messages",
        "Ça fait trop de mails…",
        "Pfff, beaucoup trop d'e-mails cette semaine",
        "Too many mails!",
        "I get too many emails",
        "stop, trop de courriels",
    ],
)
def test_too_many_mails(said: str) -> None:
    assert re.match(TOO_MANY, fold(said))


@pytest.mark.parametrize(
    "said",
    [
        "il n'y a pas trop de mails",
        "trop de mails, vous trouvez ?",
        "on se demandait hier avec Le Port s'il y avait trop de mails ou non sur la liste",
        "si on a trop de mails on triera",
        "Pour le récap : trop de mails",
        "trop de chaises",
        "not too many mails",
        "trop de mails " * 20,
    ],
)
def test_talking_of_mails_is_no_complaint(said: str) -> None:
    assert not re.match(TOO_MANY, fold(said))


@pytest.mark.parametrize(
    "said",
    [
        "Désabonnez-moi",
        "désinscription",
        "Je voudrais me désinscrire, merci",
        "Bonjour, merci de me désabonner.",
        "unsubscribe",
        "Please unsubscribe me",
        "Je ne veux plus recevoir vos mails",
        "plus de mails !",
        "moins de mails s'il te plaît",
        "je voudrais recevoir moins de messages",
        "arrête de m'écrire",
        "cessez de m'envoyer des mails",
        "I want to get fewer emails",
        "stop sending me mails",
        "no more mails",
        "Désinscription : Envoyé de mon téléphone",
    ],
)
def test_less_please(said: str) -> None:
    """« Désabonnez-moi » was not understood."""
    assert re.match(LESS_PLEASE, fold(said))


@pytest.mark.parametrize(
    "said",
    [
        "il y a moins de mails cette semaine",
        "comment se désabonner de Canva ?",
        "la désinscription de Paul est-elle faite ?",
        "les mails arrivent en retard",
        "non, plus de messages que prévu",
    ],
)
def test_other_matters_are_no_wish_for_less(said: str) -> None:
    assert not re.match(LESS_PLEASE, fold(said))


@pytest.mark.parametrize(
    "said", ["récap", "récap aperçu", "plus rien ne marche", "pause café à 10 h", "aide"]
)
def test_other_words_are_left_to_others(said: str) -> None:
    assert not re.match(SPOKEN, fold(said))
