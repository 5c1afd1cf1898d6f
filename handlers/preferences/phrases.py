"""The plain words that are about what somebody receives, as patterns of folded text.

They are matched at the beginning of what was said to us alone; only « trop de mails » is heard in rooms too,
and so must be the matter of the whole message.
"""

from __future__ import annotations

import re

from bot.french.fold import fold
from bot.reach import NO_MORE

MAILS = r"(?:(?:e-?)?mails?|mels?|messages?|courriels?|courriers?|notifs?|notifications?)"
# Short, and nothing in it that turns it round: not « il n'y a pas trop de mails », nor a long sentence.
_BRIEF = r"(?=.{0,140}\Z)(?=\W*\w+(?:\W+\w+){2,9}\W*\Z)"
_STRAIGHT = (
    r"(?!.*\b(?:pas|ne|n|jamais|aucun|aucune|sans|plus|moins|peu|ni|si|quand|qui|pourquoi|comment|combien|recap"
    r"|not|no|never|isn|aren|don|if|why|how|who|without)\b)"
)
TOO_MANY = (
    rf"(?s){_BRIEF}{_STRAIGHT}(?!.*\?)"
    rf".*?\b(?:trop d(?:e (?:ces |vos |tes )?|es |')|too (?:many|much) ){MAILS}\b"
)
# A mail's subject, whatever stands below it.
TOO_MANY_ABOVE = rf"\W*(?:(?:beaucoup|bien|vraiment|way) )?(?:trop d(?:e |')|too many ){MAILS}[ .!]*:"
LABELLED = r"(?:mes |my )?preferences? ?[:,-] ?\w"
RECAP_NO = rf"recap {NO_MORE}"

_WISH = (
    r"(?:(?:bonjour|hello|navette|stp|svp|s'il (?:te|vous) plait|please|merci de|peux-tu|can you|could you"
    r"|je (?:veux|voudrais|prefere(?:rais)?|souhaite|aimerais|demande)(?: bien)?(?: que tu)?|j'aimerais"
    r"|i (?:want|would like|prefer)(?: to)?|i'd like(?: to)?)\b[ ,!]*)*"
)
# Whoever wants out, or less, in other words: to us alone, also as the subject of a mail.
_LESS = "|".join(
    [
        r"(?:me |m'|ma |mon |a )?(?:desabonn|desinscri)\w*|unsubscribe\b",
        rf"(?:je )?(?:ne )?(?:veux |souhaite )?plus (?:de|recevoir(?: de| vos| tes| ces| les)?) {MAILS}\b",
        rf"(?:recevoir |receive |get )?(?:moins d(?:e |')|less |fewer ){MAILS}\b|no more {MAILS}\b",
        rf"(?:arrete|cesse)[rz]?(?:-vous)? (?:de m'(?:ecrire|envoyer)|(?:les|tes|vos|ces) {MAILS})\b",
        r"stop (?:writing|sending|mailing|emailing|les mails)\b",
    ]
)
LESS_PLEASE = rf"(?s:(?=.{{0,200}}\Z){_WISH}(?:{_LESS}))"
_REMINDERS = r"(?:rappels?|relances?|reminders?)\b"
_PAUSE = r"(?:pause|break)"
_SAID = "|".join(
    [
        (
            r"(?:m')?ecri(?:s|re|ve|vez)(?:[ -]moi)? (?:(?:plutot|desormais|maintenant|seulement) )?"
            r"(?:par|en|sur|dans|via|la ou)\b"
        ),
        r"ne m'ecri(?:s|vez) (?:pas|plus|rien) (?:entre|de|le week)",
        r"write (?:to )?me (?:in|by|on|via|wherever)\b",
        rf"(?:plus|pas|stop|sans|aucun|arrete[rz]?|no|no more)[ a-z]{{0,12}} {_REMINDERS}",
        rf"(?:(?:les|mes|the|des|avec des|with) )?{_REMINDERS}(?: ?:? ?(?:oui|non|yes|no|on|off)\b|[ .!]*\Z)",
        (
            r"(?:le |the )?recap (?:seul|seulement|uniquement|personnel|perso|aucun|oui|(?:par la )?liste"
            r"|by the list|only|alone|personal|none|yes)\b"
        ),
        r"(?:seulement|juste|que|uniquement|only|just) (?:le |the )?recap\b",
        (
            r"(?:(?:seulement|juste|plutot|recevoir|only|just|get|receive) )?(?:un |le |les |a |the |one )?"
            r"recaps? (?:(?:seulement|juste|plutot|une (?:seule )?fois|un seul|only|just|once) )*"
            r"(?:par|chaque|tous les|toutes les|mensuel|hebdo\w*|a|each|every|monthly|weekly)\b"
        ),
        r"plus rien(?: du tout)?(?: recevoir)?[ .!]*\Z",
        r"(?:ne )?plus rien recevoir\b|nothing more[ .!]*\Z",
        (
            rf"(?:(?:faire|fais|mets|prends|prendre|take) )?(?:moi )?(?:(?:en|une|a) )?{_PAUSE}"
            r"(?: (?:de|d'|jusqu|pendant|until|till|for|of|non|des)| (?:svp|stp)|[ .!]*\Z)"
        ),
        rf"(?:fin de|finis|arrete|end) (?:(?:la|ma|the|my) )?{_PAUSE}\b",
        (
            r"(?:mes |my )?(?:heures? (?:calmes?|de silence|tranquilles?)|silence|quiet hours?) ?:? ?"
            r"(?:de|entre|from|between|aucune|non|none|off|par defaut|\d)"
        ),
        r"tout (?:recevoir|reprendre)\b|recevoir tout\b|(?:receive|get) everything\b|resume mails?\b",
        rf"(?:reprend|remet)(?:s|re|tre|ez|tez)? (?:tous )?les (?:envois|{MAILS})\b",
        (
            r"(?:ne |n')?(?:montre|affiche|cache|show|hide|don't show)(?:r|s|z)? (?:pas |plus )?"
            r"(?:mon|ma|mes|my) (?:adresse|commune|ville|compte|messagerie|identifiant|address|town|account)"
        ),
    ]
)
SPOKEN = rf"(?=.{{0,240}}\Z){_WISH}(?:{_SAID})"


# What answers the question of the three choices and nothing else, said without replying to it.
MAYBE_ANSWER = (
    r"(?=.{1,60}\Z)(?:non|no|laisse|oublie|never ?mind|forget|rien|nothing|aucune?|none|ni l'un"
    r"|l[ae]s? |the |une? |an? |plutot |juste |just |rather )"
)
NO_THANKS = (
    r"(?:(?:non|no|nope)(?: (?:merci|thanks|thank you|rien))?|(?:non )?laisse (?:tomber|beton|comme ca)"
    r"|oublie(?: ca)?|never ?mind|forget (?:it|about it)|aucune?(?: des trois)?|none(?: of (?:them|these))?"
    r"|ni l'un ni l'autre|rien de tout (?:ca|cela))[ .!]*\Z"
)


def is_whole_house_pause(words: str) -> bool:
    """Whether this is the one word that also names coordination's command."""
    return re.fullmatch(r"\W*pause\W*", fold(words)) is not None
