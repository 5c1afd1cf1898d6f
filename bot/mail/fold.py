"""The form in which rules compare text: no case, no accents, plain spaces and apostrophes."""

from __future__ import annotations

import re
import unicodedata

_LOOKS_LIKE = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "\u00a0": " ",
        "\u202f": " ",
        "\ufeff": None,
        "\u200b": None,
        "\u200e": None,
        "\u200f": None,
    }
)
_COMBINING = re.compile("[\u0300-\u036f]+")


def fold(text: str) -> str:
    """``Réponse\u00a0automatique`` -> ``reponse automatique``."""
    if text.isascii():
        return text.lower()
    return _COMBINING.sub("", unicodedata.normalize("NFKD", text.translate(_LOOKS_LIKE))).casefold()


def phrases(*alternatives: str) -> str:
    """A group that matches any of these patterns, written in folded form."""
    return "(?:" + "|".join(alternatives) + ")"
