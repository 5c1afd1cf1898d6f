"""Whether words without a prefix are a command, or a sentence that happens to begin like one.  Pure."""

from __future__ import annotations

import re

from bot.french.courtesy import is_courtesy
from bot.french.fold import fold, words
from bot.french.sentences import split
from bot.router.find import Found
from bot.router.parameters import BULLETS, EVERYTHING, LINE

# Nobody names a person, a place or a circle with these: somebody says something.
TELLING = frozenset(
    words(
        """ne n je j tu il elle on nous vous ils elles ce c ca est sont suis es sommes etes ai as avons avez
        ont etait etaient sera seront serait etre avoir fait font faut va vais vas vont peux peut pouvez
        pouvons veux veut voulez voudrais dois doit doivent cherche cherchent organise organisent
        pas jamais plus rien que qu qui quoi quand comment pourquoi parce car mais si svp
        i you he she we they it is are was were am be been has have had do does did not don can could will
        would should need needs want wants who what when how why because but if"""
    )
)
ELIDED = re.compile(r"\b(?:n|j|c|qu|s|m|t|i)'(?=\w)")  # « n'a », « j'ai », « c'est », « I'm »
LONGEST = 12  # words
SAYS_MORE = (LINE, EVERYTHING, BULLETS)  # what takes whole sentences


def is_bare(found: Found) -> bool:
    """Whether what follows the name is what the command takes: nothing, a name, or a text of its own.

    « pause déjeuner » does not pause, and « personne n'a répondu » asks about nobody.
    """
    rest = found.rest.strip(" .!")
    if not rest or any(one.kind in SAYS_MORE for one in found.command.parameters):
        return True
    if all(is_courtesy(sentence) for sentence in split(rest)):
        return True
    said = words(rest)
    tells = bool(ELIDED.search(fold(rest))) or not TELLING.isdisjoint(said)
    return bool(found.command.parameters) and len(said) <= LONGEST and not tells
