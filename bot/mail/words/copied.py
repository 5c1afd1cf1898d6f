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
_REPLY_ABOVE = re.compile(r"[\W_]{0,12}(?:\w+ ){0,4}?" + vocabulary.REPLY_ABOVE).match
_PASSES_ON = re.compile(
    r"\b(?:(?:transf[e]r|relai|relay|reexped|fai[st] suiv|transmet|forward)\w*|pour info\w*|fyi"
    r"|(?:message|mail|courriel|annonce|info) (?:recue? )?(?:de \S+ )?ci-?(?:dessous|apres))"
).search
_GROUPWISE = re.compile(r">>> .{3,120}\d.{0,40}>>>").fullmatch
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
    """Whether fields seen together are a copied header; a letter has De, À, Date and Objet too.

    ``addressed``: some line has an address; ``dated``: the date has a day and an hour.
    """
    if {"from", "date", "subject"} <= fields and (addressed or dated):
        return True
    if not addressed:
        return False
    enough = ({"from", "date", "to"}, {"from", "to", "subject"}, {"date", "to", "subject"})
    return any(some <= fields for some in enough) or ({"from", "date"} <= fields and dated)


def is_separator(line: str) -> bool:
    """``-----Message d'origine-----``."""
    return bool(_SEPARATOR(line))


def is_reply_above(line: str) -> bool:
    """« Répondre au-dessus de cette ligne »."""
    return ("dessus" in line or "above" in line) and len(line) < 140 and bool(_REPLY_ABOVE(line))


def passes_on(words: str) -> bool:
    """« Je vous fais suivre … »: whether words above a copied mail say why it is there."""
    return bool(_PASSES_ON(words))


def is_forward(line: str) -> bool:
    """``---------- Forwarded message ---------``."""
    return bool(_FORWARD(line))


def is_groupwise(line: str) -> bool:
    """``>>> Alice <…> 12/03/2026 10:00 >>>``, above lines without a mark."""
    return bool(_GROUPWISE(line))


def is_rule(line: str) -> bool:
    """The long line that Outlook draws above a copied header."""
    return bool(_RULE(line))
