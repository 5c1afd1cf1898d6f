"""What is small talk in a room, and what informs."""

from __future__ import annotations

import pytest

from handlers.digest.sources.small_talk import informs

NOTHING = (
    "ok", "Merci !", "👍", "👍👍 🎉", "Bonjour à tous", "Salut !", "ça va ?", "mdr", "haha", "lol",
    "ok parfait merci", "Super !", "D'accord, à demain", "bonne soirée", "oui", "Ok pour moi",
    "Merci beaucoup Léa", "Coucou tout le monde", "Bon appétit !", "Bon week-end !", "j'arrive", "top",
    "Bonne idée !", "et toi ?", "Bonjour !\nça va ?", "à tout à l'heure", "oui moi aussi",
    "Merci pour l'info !", "génial bravo à vous", "Bien reçu, merci", "@alice merci", "",
)  # fmt: skip
MATTER = (
    "Le four est réparé",
    "Réunion jeudi à 14 h",
    "ok, rendez-vous à 14 h",
    "https://pad.example/x",
    "Quelqu'un a une sono à prêter ?",
    "Bonjour, le devis de la toiture est signé.",
    "Super, la mairie nous prête la salle",
    "Oui, la commission a validé le budget de la cantine hier",
    "Merci !\nLa clé est chez le gardien.",
)


@pytest.mark.parametrize("text", NOTHING)
def test_small_talk_informs_nobody(text: str) -> None:
    assert not informs(text)


@pytest.mark.parametrize("text", MATTER)
def test_matter_informs(text: str) -> None:
    assert informs(text)
