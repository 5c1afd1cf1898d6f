"""Plain answers, as people give them to the draft of a recap or to a question."""

from __future__ import annotations

import pytest

from bot.french.answers import clauses, numbers, yes_no


@pytest.mark.parametrize(
    "text",
    [
        "oui",
        "OK",
        "Ok merci !",
        "D'accord, merci beaucoup.",
        "c’est bon",
        "C'est bon pour moi\n\nMarie",
        "vas-y",
        "Bonjour,\noui.\nBonne journée\nLéa Ferrand",
        "pas de souci",
        "Avec plaisir 🙂",
        "👍",
        "Je suis d'accord",
        "Merci, parfait !",
    ],
)
def test_yes(text: str) -> None:
    assert yes_no(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "non",
        "Non merci",
        "surtout pas !",
        "Pas en ce moment",
        "c'est pas bon",
        "Je ne suis pas d'accord",
        "Désolée, pas cette fois.\nInès",
        "👎",
    ],
)
def test_no(text: str) -> None:
    assert yes_no(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "peut-être",
        "oui mais pas maintenant",
        "ok, enlève la 3",
        "oui ?",
        "non, enfin oui",
        "La 2",
        "Je demande à Léa",
        "oui pour la 2, non pour la 3",
        "On en parle à la réunion, c'est bon signe",
    ],
)
def test_neither_or_more(text: str) -> None:
    """« ok, enlève la 3 » taken for a yes would send what somebody wanted out."""
    assert yes_no(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1, 3 et 5", [1, 3, 5]),
        ("la 3", [3]),
        ("les deux premières", [1, 2]),
        ("les 3 premiers", [1, 2, 3]),
        ("le deuxième", [2]),
        ("n°4", [4]),
        ("n° 12", [12]),
        ("2 à 4", [2, 3, 4]),
        ("la trois", [3]),
        ("deux", [2]),
        ("2)", [2]),
        ("la 1ère", [1]),
        ("la 3, la 5 et la 3", [3, 5]),
        ("fusionne 2 et 6", [2, 6]),
        ("plutôt le 23", [23]),
        ("remonte la 2 à 18 h", [2]),
        ("garde la 5 pour le 12 mars", [5]),
        ("reporte la 4 de deux semaines", [4]),
        ("ajoute une ligne", []),
        ("CAC-2026-014", []),
        ("2 000 €", []),
        ("dans trois jours", []),
        ("", []),
    ],
)
def test_numbers(text: str, found: list[int]) -> None:
    assert numbers(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("OK", ["OK"]),
        (
            "enlève la 3, garde la 5 pour la rentrée et ajoute en tête : bonjour, et enlève tout. Fin",
            [
                "enlève la 3",
                "garde la 5 pour la rentrée",
                "ajoute en tête : bonjour, et enlève tout. Fin",
            ],
        ),
        ("Enlève la 1, la 3 et la 5.", ["Enlève la 1, la 3 et la 5"]),
        ("ok, enlève la 3", ["ok", "enlève la 3"]),
        ("oui, avant le 15 mars", ["oui", "avant le 15 mars"]),
        (
            "remonte la 2\ntitre de la 4 : Le CAC, enfin\nfusionne 2 et 6",
            ["remonte la 2", "titre de la 4 : Le CAC, enfin", "fusionne 2 et 6"],
        ),
        (
            "mets « enlève la 3, garde la 5 » en tête et envoie",
            ["mets « enlève la 3, garde la 5 » en tête", "envoie"],
        ),
        (
            "titre de la 4 : « Oui, et alors » ; enlève la 2",
            ["titre de la 4 : « Oui, et alors »", "enlève la 2"],
        ),
        ("zappe la 6, puis booste la 1", ["zappe la 6", "booste la 1"]),
        ("c'est bon, envoie à 18:30", ["c'est bon", "envoie à 18:30"]),
        ("Bonjour,\n\n1. enlève la 3\n2. garde la 5\n", ["Bonjour", "enlève la 3", "garde la 5"]),
        (
            "ajoute en tête :\nBonjour,\nvoici le récap.\n\nenlève la 3",
            ["ajoute en tête :\nBonjour,\nvoici le récap.", "enlève la 3"],
        ),
        ("👍", ["👍"]),
        (" \n ", []),
    ],
)
def test_clauses(text: str, found: list[str]) -> None:
    assert clauses(text) == found
