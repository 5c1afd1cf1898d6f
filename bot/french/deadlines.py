"""Whether a date in a text is a deadline: what stands before and after it."""

from __future__ import annotations

import re

from bot.french.patterns import Pattern, any_of

# Right before the date, articles passed over.
_JUST_BEFORE = Pattern(
    r"\b(?:avant|d'ici|jusqu'(?:au|a|en)|sous|au plus tard|limite|deadline|butoir|delai|echeance|dernier jour"
    r"|clotur(?:e|ee|es|ees))"
    r"(?:[ :,(\n'-]|\b(?:le|la|l|les|ce|cette|cet|au|aux|a|du|de|d|jusqu|fixee?|est|en|plus|tard)\b){0,12}\Z"
)
# Somewhere before it in the same sentence.
_SOMEWHERE_BEFORE = Pattern(
    any_of(
        r"""\bdates? (?:limites?|butoirs?|de cloture) | \bdeadline | \bdernier (?:delai|jour)
        \bcloture (?:des?|du|de la)\b | \becheances?\b | \bau plus tard\b
        \bdelai de (?:reponse|candidature|depot) | \blimite (?:de|des|d'|pour)"""
    )
)
# Right after it.
_AFTER = Pattern(
    r"[ ,(:!\n-]{0,3}(?:inclus[ ,(-]{0,3})?(?:"
    + any_of(
        r"""au plus tard | dernier delai | derniere? (?:limite|carat|ligne droite) | delai de rigueur
        dernier jour | maximum\b | max\b | grand max | date limite | au maximum | \(?deadline | delai max"""
    )
    + ")"
)
# « pour le 28 février » is a deadline where something is asked.
_FOR = Pattern(r"\bpour (?:le|la|ce|cette|l')?[ ]?\Z")
_ASKED = Pattern(
    r"\b"
    + any_of(
        r"""doit\b | doivent\b | devr | merci de | il (?:me |te |nous |vous )?fau | attendue?s?\b
        a (?:rendre|envoyer|deposer|remettre|renvoyer|completer|transmettre) | retours?\b | reponses?
        complet | remplir | depos | rendre\b | envoy | renvoy | transmet | pouvez-vous | pourriez | priere de
        besoin de | pensez | prete?s?\b | fini | boucl | souhaitee?s?\b | veuillez | vous (?:prie|demande)
        repond | signaler | inscri"""
    )
)


def is_deadline(before: str, after: str) -> bool:
    """Whether the date between two pieces of one sentence, folded, is a deadline."""
    if _JUST_BEFORE.search(before[-60:]) or _AFTER.match(after):
        return True
    if _SOMEWHERE_BEFORE.search(before[-70:]):
        return True
    return _FOR.search(before[-12:]) is not None and _ASKED.search(before[-160:]) is not None


def opens_before(before: str) -> bool:
    """Whether « avant » stands right before: a period then ends the day that it begins."""
    return re.search(r"\bavant (?:le |la |l')?\Z", before[-12:]) is not None
