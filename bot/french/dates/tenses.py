"""Whether a sentence tells what has been or what is to come."""

from __future__ import annotations

import re

from bot.french.dates import almanac
from bot.french.patterns import Pattern, words_of

_GONE = words_of(
    r"""cr | compte[ -]rendu | pv | suite (?:a|au|aux) | depuis(?: le)? | lors (?:de|du|d'une) | releve
    signee?s? le | adoptee?s? le | votee?s? le | creee?s? le | datee?s? du | a eu lieu
    s'est (?:tenue?|deroulee?)"""
)
# What has been: a perfect with "avoir" or of some verbs of being and going, or an imperfect; but what
# was arranged is mostly still to come.
# It is read with its accents, which tell "a validé" from "à valider".
_PAST_TENSE = Pattern(
    r"(?<!\w)(?:(?:a|ai|as|ont|avons|avez) (?:bien |tous |toutes |donc |pu |été )?"
    r"(?!du\b|\w+di\b|prévu|réservé|calé|fixé|proposé|programmé|organisé|invité|choisi|décidé de)"
    r"\w{1,14}(?:é|ée|és|ées|i|is|it|u|us|ert|erts)\b"
    r"|(?:est|sont|sommes|êtes) (?:bien |tous |toutes )?(?:venu|allé|passé|réuni|retrouvé|vu"
    r"|(?<!c['’]est )parti|resté)\w*"
    r"|(?:s['’]est|se sont|nous sommes) (?:bien |tous )?(?:vu|tenu|déroulé|passé|réuni|retrouvé|rencontré)\w*"
    r"|(?:[ée]tai(?:s|t|ent)|étions|étiez|avai[st]|avaient|avions|aviez|fallait|deviez|devais)\b"
    r"|ayant (?:pas |bien |déjà )?été\b)",
    re.IGNORECASE,
)
_IF = Pattern(r"(?<!\w)si (?:vous|tu|je|on|nous|personne|aucun\w*) (?:ne |n['’])?$", re.IGNORECASE)
_COMING = words_of(
    r"""aura | auront | sera | seront | se tiendra | prevue?s? | fixee?s? | prochaine?s? | rendez-vous
    rdv | inscri[a-z]*
    retenez | reservez | notez | bloquez | lancement | participer | venir | venez | invit[a-z]*"""
)


def is_past(said: str) -> bool:
    """Whether a sentence, as it is written, tells what has been."""
    found = _PAST_TENSE.search(said)
    # « si vous n'avez rien dit lundi » tells of a day to come.
    return found is not None and _IF.search(said[: found.start()]) is None


def days_back(before: str, after: str, *, limit: bool, gone: bool) -> int:
    """How many days back a date without a year may lie, by what is said around it (folded)."""
    if limit:
        return almanac.RECENT_DEADLINE
    if _GONE.search(before[-60:]):
        return 330
    if gone:
        return 200
    return 30 if _COMING.search(before[-60:]) or _COMING.search(after) else almanac.RECENT
