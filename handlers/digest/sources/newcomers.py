"""People who present themselves to the list.  Pure."""

from __future__ import annotations

import re

from bot.french.fold import fold
from bot.french.sentences import split
from bot.store.archive_tables import Message

SENTENCES = 5  # among the first of which somebody says who they are
PRESENTS = re.compile(
    r"\b(?:je me presente|je me permets de me presenter|je m'appelle|nous nous presentons"
    r"|permettez-moi de me presenter|je (?:suis|serai) (?:la |le )?(?:nouvel(?:le)?|nouveau)"
    r"|nouvel(?:le)? (?:arrivant|membre|inscrit|adherent)"
    r"|nouveau (?:membre|venu|sur la liste|dans le reseau|ici|parmi vous)"
    r"|nouvelle (?:venue|sur la liste|dans le reseau|ici|parmi vous)"
    r"|je (?:viens d'arriver|viens de rejoindre|viens de m'inscrire|rejoins le reseau|vous rejoins)"
    r"|(?:nous venons|on vient) de rejoindre (?:le reseau|la liste)"
    r"|tout(?:e)? (?:juste )?(?:arrivee?|inscrite?) (?:sur|dans|parmi))\b"
)
SUBJECT = re.compile(
    r"\b(?:presentation de|je me presente|qui suis-je|nouve(?:l|au|lle) (?:arriv|membre|venu))\b"
)
OF_ANOTHER = re.compile(r"\b(?:presentation (?:du|de la|des|d'un)|je vous presente)\b")


def presents_themselves(opener: Message) -> bool:
    """Whether the first message of an exchange says who its author is, who has just come."""
    opening = split(opener.text)[:SENTENCES]
    if any(PRESENTS.search(fold(sentence)) for sentence in opening):
        return True
    subject = fold(opener.subject)
    named = SUBJECT.search(subject) is not None and OF_ANOTHER.search(subject) is None
    return named and any(re.search(r"\bje (?:suis|travaille|porte|vis)\b", fold(one)) for one in opening)
