"""What is shown of an address, and which words are a yes that nobody gives by accident."""

from __future__ import annotations

import re

from bot.french.fold import fold

YES = re.compile(r"(?:oui|yes|ok)[ ,.!:;-]+(?:efface|effacer|effacez|erase|delete)\b")
BARE_YES = re.compile(r"(?:oui|yes|ok|d'accord|efface|erase|delete|je confirme|i confirm)\b[ .!]*$")
NO = re.compile(r"(?:non|no|annule|annuler|cancel|laisse|surtout pas|stop)\b")


def says_yes(text: str) -> bool:
    """« oui, efface » or "yes, erase": both words."""
    return YES.match(fold(text).strip()) is not None


def says_half(text: str) -> bool:
    """One of the two words alone."""
    return BARE_YES.match(fold(text).strip()) is not None


def says_no(text: str) -> bool:
    """That nothing be done."""
    return NO.match(fold(text).strip()) is not None


def shown_in_part(address: str) -> str:
    """« l…@lisieres.example »: enough for its owner to know which."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
