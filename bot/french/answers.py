"""Reading the plain answers that people give: yes or no, which ones, and several instructions at once."""

from __future__ import annotations

import re
from typing import Final

from bot.french.clauses import clauses
from bot.french.dates.vocabulary import NUMBERS, ORDINALS
from bot.french.fold import unaccent
from bot.french.patterns import Pattern, any_of, words_of

__all__ = ["clauses", "numbers", "yes_no"]

_YES: Final = any_of(
    r"""oui+ | ouais? | ouep | yes | yep | ok(?:ay)? | oki | d'ac(?:cord)? | dac | entendu | parfait | nickel
    impec(?:cable)? | banco | go(?: ahead)? | top | super | genial | excellent | volontiers
    avec (?:grand )?plaisir
    bien sur | bien entendu | evidemment | absolument | tout a fait | exactement | carrement
    c'est (?:tout )?(?:bon|ok|parfait|ca|d'accord|valide|note) | tout est bon
    ca (?:me )?(?:va|marche|roule|convient)(?: (?:tres |parfaitement )?bien)?
    (?:vas|allez|allons)(?:-| )y | envoie | envoyez | c'est parti
    (?:je |on )?(?:valide|confirme|prends?) | je suis (?:partante?|d'accord|pour|ok|preneu(?:r|se))
    partante? | preneu(?:r|se) | pour moi c'est (?:bon|ok|oui) | bonne idee | moi aussi | \+1
    (?:pas|aucun|sans|zero) (?:de )?(?:probleme|souci|pb|objection)s?
    (?:je n'ai |il n'y a )?pas d'objection
    yeah | sure | fine | agreed | all right | alright | of course | sounds good | good idea | me too
    please do | (?:that |it )?works(?: for me)? | i (?:agree|confirm) | no (?:problem|objections?|worries)"""
)
_NO: Final = any_of(
    r"""non+ | nan | nope | no(?! (?:problem|objection|worries)) | niet
    surtout (?:pas|non) | (?:pas|hors de) question | jamais
    (?:absolument |certainement )?pas du tout | absolument pas | certainement pas
    (?:je (?:ne )?suis )?pas (?:d'accord|ok|pour moi|pour l'instant|possible|la peine|besoin)
    pas (?:encore|maintenant|tout de suite|cette fois|cette semaine|en ce moment)
    (?:ce n'est|c'est) pas (?:bon|ok|possible|la peine|ca) | ca (?:ne )?(?:me )?(?:va|marche|convient) pas
    (?:je )?(?:ne )?(?:peux|veux|pourrai) pas | je (?:refuse|prefere (?:pas|que non)) | je suis contre
    contre | sans moi | n'envoie (?:pas|rien) | laisse tomber | -1
    not (?:now|yet|this time|this week|really|at all) | no way | no thanks | never
    (?:don't|do not) send(?: it)? | i (?:can't|cannot|don't|won't|disagree|refuse|would rather not)"""
)
_POLITE = words_of(
    r"""merci(?: (?:beaucoup|bien|a (?:toi|vous|tous)|d'avance))? | grand merci | mille mercis
    merci pour (?:tout|ca|le rappel|la relance|ton travail|votre travail)
    bonjour | bonsoir | salut | coucou | hello | navette | stp | svp | s'il (?:te|vous) plait
    pour moi | de mon cote | pour nous | desolee? | helas | malheureusement | beaucoup | tres bien
    bonne (?:journee|soiree|semaine|continuation) | bien a (?:toi|vous) | a (?:bientot|plus|toi|vous)
    bises? | amities | cordialement | alors | donc | eh | bien | bon | et | ben | ah | oh | c'est
    thanks?(?: (?:you|a lot|so much|very much))* | hi | please | cheers | regards | for me"""
)
_VERDICT = Pattern(rf"(?<!\w)(?:(?P<no>{_NO})|(?P<yes>{_YES}))(?!\w)")
_THUMBS = str.maketrans({**dict.fromkeys("👍✅👌🙌💯🆗✔☑", " oui "), **dict.fromkeys("👎❌🚫✖⛔", " non ")})

_DIGITS = r"\d{1,3}"
_WHEN = Pattern(
    r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2} ?(?:h|:)(?: ?\d\d)?(?!\w)"
    r"|\d[\d .,]{0,15} ?k?(?:€|eur(?:os?)?\b|%)|[a-z]{2,8}-\d{4}-\d+"
    r"|(?:\d{1,2}|une?|deux|trois|quatre|dix|quinze) (?:jours?|semaines?|mois|ans?|heures?|minutes?|h)\b"
    r"|\d{1,2}(?:er)? (?:janv|fev|mars|avr|mai\b|juin|juil|aout|sept|oct|nov|dec)\w*(?: \d{4})?"
)
_SPELT = "|".join(sorted(NUMBERS, key=len, reverse=True))
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_HEAD = r"(?:la|le|l'|numero|point|option|choix|proposition|reponse|n°|no|nº|les|et|ou)"
_NUMBER = Pattern(
    rf"""les[ ](?P<first>{_SPELT}|{_DIGITS})[ ]premi[a-z]+
       | (?<![\w.,-])(?:de[ ]|du[ ])?(?P<low>{_DIGITS})[ ]?(?:-|a|au|jusqu'a)[ ]?(?P<high>{_DIGITS})(?![\w-])
       | (?<![\w.])(?:n°?|no|\#)?[ ]?(?P<digits>{_DIGITS})(?:er|e|eme|ere|re|nde?)?(?!\w|[.,]\d)
       | (?:(?<=^)|(?<=\s)){_HEAD}[ ]?(?P<spelt>{_SPELT})(?!\w)(?![ ]premi)
       | (?<!\w)(?P<ordinal>{_ORDINAL})(?!\w)""",
    re.VERBOSE,
)


def yes_no(text: str) -> bool | None:
    """Whether an answer is a plain yes (True) or a plain no (False); None when it is neither or says more.

    Greetings, thanks, thumbs and a closing name are passed over.  « ok, enlève la 3 » is None: what
    else it says must be read before anything is taken for agreed (see ``clauses``).
    """
    folded = unaccent(_without_name(text).translate(_THUMBS))[:400]
    verdicts: set[bool] = set()

    def read(match: re.Match[str]) -> str:
        verdicts.add(match["no"] is None)
        return " "

    rest = _POLITE.sub(" ", _VERDICT.sub(read, folded))
    if len(verdicts) != 1 or re.search(r"[a-z0-9?]", rest):
        return None
    return verdicts.pop()


def _without_name(text: str) -> str:
    """The text without a last line that is only a name: one to three words, each with a capital."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    while len(lines) > 1 and re.fullmatch(r"(?:[^\W\d_a-zà-ÿ][\w'’.-]{0,30} ?){1,3}", lines[-1]):
        lines.pop()
    return "\n".join(lines)


def numbers(text: str) -> list[int]:
    """The numbers of the things that an answer points at, in order, each once.

    Reads « 1, 3 et 5 », « la 3 », « n°4 », « 2 à 4 », « le deuxième », « les deux premières ».
    Dates, hours, durations and amounts are no such numbers; « la dernière » needs the list and is left.
    """
    folded = _WHEN.sub(" ; ", unaccent(text)[:4000])
    if folded.strip(" .!") in NUMBERS:
        return [NUMBERS[folded.strip(" .!")]]
    found: list[int] = []
    for match in _NUMBER.finditer(folded):
        found += _meant(match)
    return list(dict.fromkeys(found))


def _meant(match: re.Match[str]) -> list[int]:
    if match["first"]:
        count = NUMBERS[match["first"]] if match["first"] in NUMBERS else int(match["first"])
        return list(range(1, min(count, 100) + 1))
    if match["low"]:
        low, high = int(match["low"]), int(match["high"])
        return list(range(low, high + 1)) if low < high <= low + 100 else [low, high]
    if match["digits"]:
        return [int(match["digits"])]
    return [NUMBERS[match["spelt"]] if match["spelt"] else ORDINALS[match["ordinal"]]]
