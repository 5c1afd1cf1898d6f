"""Which place somebody names, which two people, and how roles are shown.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.authority import Member
from bot.contacts import End, end_of
from bot.settings.model import Circle

AROUND = "<>()[]{}«»\"'“”`*,;:!?."
LINK = re.compile(r"(?:mailto:|https?://matrix\.to/#/|matrix:u/(?=[^@]))", re.IGNORECASE)
BETWEEN = re.compile(r"\s*(?:,|;|\+|\n)\s*|\s+(?:et|avec|dans|and|with|into)\s+", re.IGNORECASE)
# « mon adresse est lea@… », « je suis lea@… »: the folded words, and nothing after the place.
PLACE_SAID = (
    r"(?:(?:moi,? )?(?:je suis|c'est|moi c'est|i am|i'm)"
    r"|(?:mon|ma|my)(?: (?:nouvelle?|new|autre|other))?"
    r" (?:adresse|mail|e-?mail|courriel|compte|identifiant|pseudo|address|account|id)"
    r"(?: (?:mail|e-?mail|matrix|perso\w*|pro\w*|address))?"
    r"(?: (?:est|c'est|is))?)"
    r" ?:? ?[<(\"]*[^\s@]*@\S+\s*$"
)
BARE_PLACE = r"\s*[<(\"]*[^\s@]*@\S+\s*$"


def read_place(text: str) -> End | None:
    """The one address or chat id that a text names; None when there is none, or several."""
    found = {end for word in text.split() if (end := _place(word)) is not None}
    return found.pop() if len(found) == 1 else None


def without_place(text: str) -> str:
    """What is said besides the place."""
    return " ".join(word for word in text.split() if _place(word) is None)


def _place(word: str) -> End | None:
    said = LINK.sub("", word.strip(AROUND)).strip(AROUND)
    name, at, server = said.rpartition("@")
    if not at or not server:
        return None
    if not name:
        return end_of("room", said) if ":" in server else None
    return end_of("mail", said)


def two_names(text: str) -> Iterator[tuple[str, str]]:
    """The two people that a text may name, the likeliest first: « Léa Toscan et lea2 », « lea lea2 »."""
    sides = [side.strip() for side in BETWEEN.split(text.strip(), maxsplit=1)]
    if len(sides) == 2 and all(sides):
        yield sides[0], sides[1]
    words = text.split()
    for at in range(1, len(words)):
        yield " ".join(words[:at]), " ".join(words[at:])


def shown_roles(member: Member, circles: Mapping[str, Circle]) -> list[dict[str, str]]:
    """Somebody's roles in their order, circles by the names that people read."""
    held = sorted(member.roles, key=lambda one: (one.circle, one.role.value))
    return [
        {"role": one.role.value, "circle": circles[one.circle].name if one.circle in circles else one.circle}
        for one in held
    ]
