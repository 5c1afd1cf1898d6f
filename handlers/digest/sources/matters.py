"""Whether two texts are about the same thing, by the words that they share.  Pure."""

from __future__ import annotations

from typing import Final

from bot.french.fold import words
from bot.french.patterns import names

STEM = 6  # letters: « inscription » and « inscriptions », « animation » and « animer » apart
SHORTEST = 2
# Gatherings of every sort, which many things are.
KINDS: Final = names(
    "rdv reunion reunions rencontre rencontres rendez atelier ateliers visio formation formations visite"
    " visites journee journees soiree seance seances session sessions evenement permanence"
)
# What names no particular thing either: small words, moments, what mails do.
COMMON: Final = KINDS | names(
    "lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin juillet aout"
    " septembre octobre novembre decembre janv fevr avr juil sept oct nov dec a ai ainsi alors apres as au"
    " aucun aussi autre aux avant avec avez avons ca ce cela ces cet cette ceux chez ci comme comment d"
    " dans de depuis des dont du elle en encore entre est et etait ete etre eu eux fait faut il ils j je"
    " jusqu l la le les leur leurs lui m ma mais me mes moi mon n ne ni nos notre nous on ont or ou par"
    " pas peu peut plus pour pourquoi qu quand que quel quelle quelles quels qui s sa sans se sera ses si"
    " son sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un une va vers vos votre vous y"
    " heure heures h jour jours semaine mois soir matin midi demain prochain prochaine date info infos"
    " information rappel urgent important suite point points nouvelle nouvelles mail message invitation"
    " save the heu report reporte reportee annule annulee annulation deplace decale changement ordre"
    " compte rendu cr lieu"
)


def matter(text: str) -> frozenset[str]:
    """The stems of the words that say what a text is about; numbers of days and hours say nothing."""
    telling = (word for word in words(text) if word not in COMMON and len(word) >= SHORTEST)
    return frozenset(word[:STEM] for word in telling if not word[0].isdigit())


def same(one: str, other: str) -> bool:
    """Whether two titles may name the same thing: they share a word, or one of them has none of its own."""
    first, second = matter(one), matter(other)
    if first and second:
        return not first.isdisjoint(second)
    return not (first or second) or not KINDS.isdisjoint({*words(one)} & {*words(other)})


def is_within(one: str, other: str) -> bool:
    """Whether one of two titles says nothing that the other does not, of the same sort of gathering."""
    first, second = matter(one), matter(other)
    sorts = KINDS & {*words(one)} & {*words(other)}
    return bool(first and second and sorts) and (first <= second or second <= first)
