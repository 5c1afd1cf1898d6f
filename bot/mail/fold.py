"""The form in which rules compare text: no case, no accents, plain spaces and apostrophes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

# Combining accents, and characters of no width that some clients put at the start of lines.
_UNSEEN = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+")


def fold(text: str) -> str:
    """``Réponse\u00a0automatique`` -> ``reponse automatique``."""
    if text.isascii():
        return text.lower()
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return plain.replace("’", "'").replace("‘", "'")


def phrases(*alternatives: str) -> str:
    """A group that matches any of these patterns, written in folded form."""
    return "(?:" + "|".join(alternatives) + ")"


def holds_one(text: str, hints: Collection[str]) -> bool:
    """Whether one of these stands in a text."""
    for hint in hints:  # noqa: SIM110 - a generator for any() takes longer than the search itself
        if hint in text:
            return True
    return False
