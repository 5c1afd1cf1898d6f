"""The form in which rules compare text: no case, no accents, plain spaces and apostrophes."""

from __future__ import annotations

import re
import unicodedata

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
