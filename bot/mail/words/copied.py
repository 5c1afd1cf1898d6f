"""De, Envoyé, À, Objet: a header copied into the text; and the lines that clients draw above it.

Rules look at *plain* lines (see ``line_rules.plain``).  Each is linear in them.
"""

from __future__ import annotations

import re

from bot.mail.words import vocabulary

_LABEL = re.compile(r"[*_|]{0,2}([^\W\d_](?:[^\W\d_]|[ '-](?=[^\W\d_])){0,16})[*_]{0,2}\s?:[*_]{0,2}").match
_LABELS_WITHIN = re.compile(r"(?<![^\s*_|>])([^\W\d_](?:[^\W\d_]|[ '-](?=[^\W\d_])){0,12})[*_]{0,2}\s?:")

_DASHES = r"[-‐–—_=*~]{2,60}"
_SEPARATOR = re.compile(_DASHES + r"\s{0,3}" + vocabulary.ORIGINAL + r"\s{0,3}:?" + _DASHES).match
_FORWARD = re.compile(
    _DASHES + r"\s{0,3}" + vocabulary.FORWARDED + "|" + vocabulary.FORWARD_BEGINS + r"\s?:"
).match
_RULE = re.compile(r"(?:_{10,300}|-{20,300}|={20,300})").fullmatch


def field_of(line: str) -> str:
    """``from``, ``date``, ``to``, ``subject`` or ``other`` for a line of a copied header; else empty."""
    match = _LABEL(line)
    return vocabulary.FIELD_OF.get(match[1], "") if match else ""


def fields_within(line: str) -> set[str]:
    """The fields of a header whose lines some client ran together."""
    found = {vocabulary.FIELD_OF.get(match[1], "") for match in _LABELS_WITHIN.finditer(line)}
    return found - {""}


def is_header(fields: set[str], *, addressed: bool, dated: bool) -> bool:
    """Whether fields seen together are a copied header; a carpool has De, À and Date too."""
    if {"from", "date", "subject"} <= fields:
        return True
    if not addressed:
        return False
    enough = ({"from", "date", "to"}, {"from", "to", "subject"}, {"date", "to", "subject"})
    return any(some <= fields for some in enough) or ({"from", "date"} <= fields and dated)


def is_separator(line: str) -> bool:
    """``-----Message d'origine-----``."""
    return bool(_SEPARATOR(line))


def is_forward(line: str) -> bool:
    """``---------- Forwarded message ---------``."""
    return bool(_FORWARD(line))


def is_rule(line: str) -> bool:
    """The long line that Outlook draws above a copied header."""
    return bool(_RULE(line))
