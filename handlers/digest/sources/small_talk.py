"""What is said in a room and informs nobody: greetings, « ok », thanks, laughter, signs.  Pure."""

from __future__ import annotations

import re

from bot.french.courtesy import is_courtesy, is_reaction, is_thanks, is_wish, without_greeting
from bot.french.fold import fold, words
from bot.french.sentences import split

# What carries something however few the words: a number, a link.
MATTER = re.compile(r"\d|https?://")
FEWEST = 3  # words, below which nothing is told without the matter above
LONGEST_REACTION = 8  # words: « ok parfait, merci beaucoup et à demain alors »
CHATTER = re.compile(
    r"(?:ca va|ca roule|ca marche|comment (?:ca va|vas?|allez)|(?:et )?(?:toi|vous)\b|bien dormi|la forme"
    r"|(?:ha){2,}|(?:hi){2,}|mdr|lol|ptdr|ouf|oups|pas de souci|pas de soucis|aucun souci|t'inquiete"
    r"|bon(?:ne)? |a table|bon courage|on y va|j'arrive|je suis la|je suis en route|a tout de suite"
    r"|a tout a l'heure|tout a fait|pourquoi pas|je (?:ne )?sais pas|on verra"
    r"|(?:oui|non|si|yes|nope?|ouais|euh)\b)"
)


def informs(text: str) -> bool:
    """Whether a message says anything that somebody who was not there may want to know."""
    return any(_informs(without_greeting(sentence)) for sentence in split(text))


def _informs(sentence: str) -> bool:
    if is_courtesy(sentence):
        return False
    folded, count = fold(sentence).strip(" -*,"), len(words(sentence))
    if MATTER.search(folded):
        return True
    if count <= LONGEST_REACTION and (is_reaction(folded) or is_thanks(folded) or CHATTER.match(folded)):
        # « Super, la mairie nous prête la salle » informs behind its comma.
        rest = re.split(r"[,;:!.]\s", sentence, maxsplit=1)[1:]
        return any(len(words(one)) > FEWEST and _informs(one) for one in rest)
    return count >= FEWEST and not is_wish(folded)
