"""The web addresses in a text."""

from __future__ import annotations

import re

MAX_LINKS = 200

_LINK = re.compile(r"https?://[^\s<>\"'\u00a0\u202f]{1,2000}", re.IGNORECASE)
_PUNCTUATION = frozenset(".,;:!?»*_|'")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def find_links(text: str) -> tuple[str, ...]:
    """The web addresses of a text, each once, in order, without the punctuation behind them."""
    if "://" not in text:
        return ()
    found: dict[str, None] = {}
    for link in _LINK.findall(text):
        found.setdefault(_without_punctuation(link))
        if len(found) == MAX_LINKS:
            break
    return tuple(found)


def _without_punctuation(link: str) -> str:
    surplus = {closing: link.count(closing) - link.count(opening) for closing, opening in _PAIRS.items()}
    end = len(link)
    while end:
        last = link[end - 1]
        if last in _PAIRS and surplus[last] > 0:
            surplus[last] -= 1
        elif last not in _PUNCTUATION:
            break
        end -= 1
    return link[:end]
