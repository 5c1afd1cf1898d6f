"""The web addresses in a text."""

from __future__ import annotations

import re

MAX_LINKS = 200

_LINK = re.compile(r"https?://[^\s<>\"'\u00a0\u202f]{1,2000}", re.IGNORECASE)
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
    while link:
        last = link[-1]
        if last in ".,;:!?»*_|'" or (last in _PAIRS and link.count(last) > link.count(_PAIRS[last])):
            link = link[:-1]
        else:
            break
    return link
