"""What is relayed from other networks: passed on, or written by people who are not of the network.  Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.french.fold import fold
from bot.mail.threads import untagged
from bot.store.archive_tables import Message

PASSED_ON = re.compile(r"\s*(?:tr|transf[eé]r[eé]?|fwd?|wg)\s?(?:\[\d+\])?\s?:", re.IGNORECASE)
FORWARDED = re.compile(
    r"^[\s>*_-]{0,40}(?:forwarded message|message (?:transfere|reexpedie|original transfere)"
    r"|debut du message (?:reexpedie|transfere)|mail transfere|courriel transfere"
    r"|begin forwarded message)\b",
    re.MULTILINE,
)
RELAYED = re.compile(
    r"\b(?:je (?:vous |te |nous )?(?:relaie|relaye|transfere|transmets|fais suivre|partage)|pour relais"
    r"|a relayer|fyi|pour (?:info|information),? (?:de la part|un message)|nous relayons|relai(?:s|e)? :"
    r"|de la part (?:de|du|d')|message de (?:nos|l'|la|le))\b"
)
OUTSIDE = re.compile(
    r"\b(?:reseaux? (?:voisin|ami|national|regional|europeen|des|de)|autres? reseaux?|association nationale"
    r"|france tiers-lieux|collectif|federation|fondation|ministere|region|metropole|departement de|agence)\b"
)
LOOKED_AT = 400  # characters, in which somebody says that they pass something on
MOST_KNOWN = 2  # unless one author in so many is known, not being known says nothing


def is_passed_on(opener: Message) -> bool:
    """Whether a mail passes on what somebody else wrote: it says so, or holds a forwarded message."""
    if PASSED_ON.match(untagged(opener.subject)):
        return True
    folded = fold(opener.text)
    if FORWARDED.search(folded):
        return True
    opening = folded[:LOOKED_AT]
    return RELAYED.search(opening) is not None and OUTSIDE.search(folded) is not None


def knows_authors(openers: Sequence[Message]) -> bool:
    """Whether enough authors are known for an unknown one to be somebody from elsewhere."""
    known = sum(one.person_id is not None for one in openers)
    return known * MOST_KNOWN >= len(openers)
