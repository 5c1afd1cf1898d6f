"""Which option an answer picks: « 2 », « b », « la deuxième », « plutôt le 23 », its words, 2️⃣, 👍.  Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from string import ascii_lowercase

from bot.asking import Choices
from bot.french.answers import yes_no
from bot.french.courtesy import is_courtesy, without_greeting
from bot.french.dates.vocabulary import NUMBERS, ORDINALS
from bot.french.fold import words
from bot.french.sentences import split

# What may stand around the words that pick, and says nothing else.
FILLER = frozenset(
    words(
        """le la les l un une de du des d a au aux en pour moi nous ce c cela ca est sera serait va ira irait
        je j on suis vote votre mon ma mes notre choisis choisit prends prend prefere preferons plutot
        finalement alors donc oui ok accord merci bien option options choix reponse reponses numero no n
        proposition date creneau dernier derniere et ou puis aussi tiens disons dirais dis mets met note coche
        garde opte partons part y me te il stp svp plait bonjour salut navette
        the i i'd i'll take choose prefer rather would please number answer one it and"""
    )
)
LAST = frozenset({"dernier", "derniere", "last"})
NUMBERED_WORDS = {**NUMBERS, "two": 2, "three": 3, "four": 4, "five": 5}
ORDERED_WORDS = {**ORDINALS, "first": 1, "third": 3, "fourth": 4, "fifth": 5}
SEVERAL = re.compile(r"(?:(?:tous |toutes )?les (deux|trois|2|3)|(both)(?: of them)?)")  # not « la deux »
NUMBERED = re.compile(r"\s*(\d{1,2}|[a-z])\s*[.)]\s+(?=\S)", re.I)
ORDINAL = re.compile(r"(\d{1,2})(?:er|ere|e|eme|nd|nde)?")
LETTERED = re.compile(r"(?:(?:la|le|l'|option|choix|reponse|je (?:vote|choisis|prends)|vote)[ ]?)*([a-z])")
PART = re.compile(r"\s*(?:,|;|\n|\+|&|\bet\b)\s*|(?<=\d)\s+(?=\d)")
KEYCAP = "\u20e3"
SKIN = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f]")


@dataclass(frozen=True)
class Pick:
    """What an answer says of the options.

    ``chosen``: the ids that it picks, if that is certain.  ``between``: those that it may mean, if it is not.
    ``plain``: it says nothing else, so whoever wrote it surely meant to answer.
    """

    chosen: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    plain: bool = False


NOTHING = Pick()


def by_sign(choices: Choices, sign: str) -> Pick:
    """What a reaction picks: 1️⃣ to 🔟 by place, a thumb (✅, ❌ …) where one option is a yes and one a no."""
    sign = SKIN.sub("", sign).strip()
    if sign == "🔟":
        return _at(choices, 10)
    if sign.endswith(KEYCAP) and sign[:-1].isdigit():
        return _at(choices, int(unicodedata.digit(sign[0])))
    verdict = yes_no(sign)
    return NOTHING if verdict is None else _by_verdict(choices, verdict=verdict)


def by_words(choices: Choices, text: str) -> Pick:
    """What words pick.  Nothing is guessed: what may mean two options, or says more, is not ``chosen``."""
    said = _matter(text)
    if not said:
        return NOTHING
    whole = _one(choices, said)
    if whole.chosen:
        return whole
    parts = [_one(choices, part) for part in PART.split(said) if part.strip()]
    if len(parts) < 2 or not all(part.chosen for part in parts):
        return whole
    picked = {one for part in parts for one in part.chosen}
    ids = tuple(key for key, _ in choices.options if key in picked)
    return Pick(ids, plain=True) if choices.several or len(ids) == 1 else Pick(between=ids, plain=True)


def _matter(text: str) -> str:
    """What was said without greetings, thanks and names."""
    sentences = [without_greeting(sentence) for sentence in split(text.replace(KEYCAP, ""))]
    kept = [one for one in sentences if not is_courtesy(one) or _is_short(one)]
    return "\n".join(kept) if kept else text.strip()


def _is_short(sentence: str) -> bool:
    """A sign or two: an answer, though no word is in it."""
    return len(sentence.strip()) <= 2 and not sentence.strip().isspace()


def _at(choices: Choices, place: int) -> Pick:
    if 1 <= place <= len(choices.options):
        return Pick((choices.options[place - 1][0],), plain=True)
    return NOTHING


def _by_verdict(choices: Choices, *, verdict: bool) -> Pick:
    meanings = [(key, yes_no(text)) for key, text in choices.options]
    meant = [key for key, meaning in meanings if meaning is verdict]
    if len(meant) == 1 and sum(meaning is (not verdict) for _, meaning in meanings) == 1:
        return Pick((meant[0],), plain=True)
    return NOTHING


def _one(choices: Choices, said: str) -> Pick:
    """One answer: by its text or its place, which must agree; else yes or no; else the words in it."""
    folded = _bare(said)
    if several := SEVERAL.fullmatch(folded):
        return _several(choices, several[1] or several[2])
    exact = [key for key, text in choices.options if _bare(text) == folded]
    found = set(exact) | set(_by_place(choices, said, folded))
    if len(found) == 1:
        return Pick(tuple(found), plain=True)
    if found:
        return Pick(between=_in_order(choices, found), plain=True)
    verdict = yes_no(said)
    picked = NOTHING if verdict is None else _by_verdict(choices, verdict=verdict)
    return picked if picked.chosen else _in_words(choices, said)


def _several(choices: Choices, count: str) -> Pick:
    """« les deux » of two; of three, nobody could say which."""
    ids = tuple(key for key, _ in choices.options)
    if len(ids) != (3 if count in ("trois", "3") else 2):
        return Pick(plain=True)
    return Pick(ids, plain=True) if choices.several else Pick(between=ids, plain=True)


def _bare(text: str) -> str:
    return " ".join(words(text))


def _by_place(choices: Choices, said: str, folded: str) -> list[str]:
    """What the number, the ordinal or the letter of an option picks, when it stands alone."""
    options = choices.options
    numbered = NUMBERED.match(said)
    if numbered:
        # « 2. samedi 23 » copied from the question: the number and the words must be those of one option.
        place = _place(numbered[1].lower(), len(options))
        rest = _bare(said[numbered.end() :])
        return [options[place - 1][0]] if place and rest in _bare(options[place - 1][1]) else []
    lettered = LETTERED.fullmatch(folded)
    if lettered and (place := _place(lettered[1], len(options))):
        return [options[place - 1][0]]
    tokens = [
        token for token in folded.split() if token not in FILLER or token in LAST or token in NUMBERED_WORDS
    ]
    if len(tokens) > 1 and tokens[0] in ("un", "une", "la", "le"):
        tokens = tokens[1:]
    if len(tokens) != 1:
        return []
    place = len(options) if tokens[0] in LAST else _number(tokens[0])
    if not 1 <= place <= len(options):
        return []
    # « 2 », where another option is « samedi 2 janvier », may mean either.
    others = [key for key, text in options if tokens[0].isdigit() and tokens[0] in words(text)]
    return [options[place - 1][0], *others]


def _place(sign: str, most: int) -> int:
    """The place that a digit or a letter names, from 1; 0 if there is none."""
    place = int(sign) if sign.isdigit() else ascii_lowercase.find(sign) + 1
    return place if 1 <= place <= most else 0


def _number(token: str) -> int:
    match = ORDINAL.fullmatch(token)
    return int(match[1]) if match else NUMBERED_WORDS.get(token, ORDERED_WORDS.get(token, 0))


def _in_words(choices: Choices, said: str) -> Pick:
    """The only option that has all the words of ours that were said."""
    tokens = words(said)
    pick = _having(choices, [token for token in tokens if token not in FILLER])
    if not pick.chosen:
        # « une fois » or « deux fois », « oui » or « non »: there the small words tell.
        all_of_them = _having(choices, tokens, small=FILLER)
        pick = all_of_them if all_of_them.chosen or pick is NOTHING else pick
    asks = "?" in said and not any("?" in text for _, text in choices.options)
    return Pick(between=pick.chosen or pick.between) if asks else pick


def _having(choices: Choices, tokens: Collection[str], small: Collection[str] = ()) -> Pick:
    of_option = {key: set(words(text)) for key, text in choices.options}
    known = set().union(*of_option.values())
    telling = {token for token in tokens if token in known}
    if not telling:
        return NOTHING
    plain = all(token in known or token in small for token in tokens)
    meant = [key for key, own in of_option.items() if telling <= own]
    if len(meant) == 1 and plain:
        return Pick((meant[0],), plain=True)
    close = meant or [key for key, own in of_option.items() if telling & own]
    return Pick(between=_in_order(choices, close), plain=plain)


def _in_order(choices: Choices, ids: Collection[str]) -> tuple[str, ...]:
    return tuple(key for key, _ in choices.options if key in ids)
