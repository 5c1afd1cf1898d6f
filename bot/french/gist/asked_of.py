"""Of whom something is asked, where it is said: everybody, some circle of people, or one by name."""

from __future__ import annotations

from collections.abc import Iterable

from bot.french.fold import aligned, fold
from bot.french.patterns import Pattern

# Everybody, or each place or person of a kind, where they are spoken of as who does it; not « envoyer à
# chaque lieu », « tous les mardis ».
_EVERYBODY = Pattern(
    r"(?:^|[,;:(.] |\b(?:que|merci a|deman[a-z]+ a|rappel[a-z]+ a|compt[a-z]+ sur|invit[a-z]+|pri[a-z]+) )"
    r"(?P<who>toutes? et tous|tous et toutes|tout le monde|(?:vous )?tou(?:te)?s(?= (?:a|de) )"
    r"|chacune?|chaque (?!annee|an\b|mois|semaine|jour|matin|soir|fois|lundi|mardi|mercredi|jeudi|vendredi"
    r"|samedi|dimanche|reunion|seance|rencontre|trimestre)[a-z-]{3,20})(?![\w-])"
)
# « les membres empêchés sont priés de », « les adhérents doivent nous envoyer »
_THOSE = Pattern(
    r"(?<![\w'-])(?P<who>les [a-z][a-z '·.-]{2,60}?) (?:sont (?:prie|invite|convie|attendu|appele|tenu)[a-z]*"
    r"|doivent (?:nous |me |m'|vous )?[a-z]+r\b)"
)
# « aux membres du CAC », « le GT Formation »
_CIRCLE = Pattern(
    r"(?<![\w'-])(?P<who>(?:membres? d(?:u|e la|e l') ?)?(?:gt [a-z]{3,20}|cac|bureau|comite [a-z]{3,20}"
    r"|commission [a-z]{3,20}))(?: :|, (?:merci|pouvez|pensez|n'oubliez))"
)


def asked_of(sentence: str, people: Iterable[str]) -> str | None:
    """The words of a request that say of whom it is asked; None when it does not say.

    ``people`` are those known in the thread: « Léa, peux-tu … » names one of them.
    """
    plain = aligned(sentence)
    named = _named(sentence, plain, people)
    if named is not None:
        return named
    match = _EVERYBODY.search(plain) or _THOSE.search(plain) or _CIRCLE.search(plain)
    return sentence[match.start("who") : match.end("who")] if match else None


def _named(sentence: str, plain: str, people: Iterable[str]) -> str | None:
    """The first name of somebody in the thread to whom the sentence speaks."""
    if "," not in sentence and "@" not in plain:
        return None
    first = fold(sentence.partition(",")[0].strip(" @"))
    for person in people:
        name = person.split(" ")[0].strip("(),;:")
        if len(name) < 3 or not name[0].isupper():
            continue
        folded = fold(name)
        if (first == folded and "," in sentence) or f"@{folded}" in plain:
            return name
    return None
