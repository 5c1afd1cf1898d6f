"""Where something takes place, as it is said.  Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.french.fold import aligned

# « à La Filature », « au Hangar », « chez Léa », « Lieu : salle des fêtes de Gap »
PUT = re.compile(r"\b(?:lieu|adresse)\s*:\s*(?P<told>[^.;\n]{3,60})", re.IGNORECASE)
AT = re.compile(
    r"(?<!\w)(?:à l['’]\s?|à la |à |au |aux |chez |dans la |dans le |en )"
    r"(?P<name>(?:la |le |les |l['’])?"
    r"[A-ZÀ-Þ][\w'’-]{1,30}(?:(?: de| du| des| la| le| les| d['’]| -)? ?[A-ZÀ-Þ0-9][\w'’-]*){0,3})"
)
REMOTE = re.compile(r"\b(?:en visio\w*|en ligne|à distance|par t[ée]l[ée]phone)\b", re.IGNORECASE)
NO_PLACE = re.compile(r"(?:tou|vou|bient|part|noël|pâques|paris time|qui|quel)", re.IGNORECASE)


def place_in(text: str, known: Sequence[str]) -> str:
    """Where a sentence says that something takes place; empty if it does not.

    ``known``: the names of the network's own places, which need no word before them.
    """
    folded = aligned(text)
    for name in known:
        at = re.search(rf"(?<!\w){re.escape(aligned(name))}(?!\w)", folded)
        # « l'atelier bois » is not L'Atelier.
        if at is not None and any(sign.isupper() for sign in text[at.start() : at.end()]):
            return name
    put = PUT.search(text)
    if put is not None:
        return put["told"].strip(" ,")
    for at in AT.finditer(text):
        if not NO_PLACE.match(at["name"]):
            return at["name"]
    remote = REMOTE.search(text)
    return remote[0] if remote else ""
