"""Whether a date in a text is a deadline: what stands before and after it."""

from __future__ import annotations

from bot.french.patterns import Pattern, any_of

# Between the cue and the date: articles, signs, and the meeting that the date belongs to
# (« avant la réunion du 12 »).
_BETWEEN = (
    r"(?:[ :,(\n'*_-]|\b(?:le|la|l|les|ce|cette|cet|notre|votre|au|aux|a|du|de|d|des|jusqu|fixee?s?|est"
    r"|sont|en|plus"
    r"|tard|que|delai|inscription|reponse|reponses|depot|remise|prochaine?|au|vers|maximum|max)\b){0,14}"
)
_JUST_BEFORE = Pattern(
    r"\b"
    + any_of(
        r"""avant | d'ici | sous | au plus tard | pas plus tard que | limites? | dead-?line | butoir
    delai
        echeance | dernier jour | imperativement | passe (?:le|ce) | au-dela (?:du|de) | cloturee?s?
    (?:se )?cloturent | clos(?:e|es)? | fermer(?:a|ont)
        expire(?:nt|ra)? | dernier carat
        (?:a |attendue?s? |souhaitee?s? |a faire )(?:rendre|remettre|renvoyer|retourner)
        (?:retours?|reponses?|rendu|remise|contributions?|textes?) (?:attendue?s?|souhaitee?s?|demandee?s?|
    prevue?s?)
        fin (?:des|du|de la|de l'|de l|d'|de) ?(?:inscription|candidature|vote|depot|consultation|enquete|
    appel)s?"""
    )
    + _BETWEEN
    + r"\Z"
)
# What people vote in or apply to, and its end.
_ENDING = Pattern(
    r"\b(?:votes?|sondages?|scrutins?|inscriptions?|candidatures?|appels?|consultations?|depots?|enquetes?"
    r"|questionnaires?|formulaires?|collectes?|billetterie|ami|aap)\b[^.!?]{0,40}\b"
    r"(?:fermee?s?|ferment|se terminent?|se terminer(?:a|ont)|prend fin|prendra fin|s'acheve(?:nt|ra)?"
    r"|finit|finissent)" + _BETWEEN + r"\Z"
)
_CLOSES = Pattern(r"\b(?:je|on|nous) (?:ferme|clos|clot|cloture|boucle|arrete)(?:ons)?\b[^.!?]{0,40}\Z")
_UNTIL = Pattern(r"\bjusqu(?:'(?:a|au|en)?|e)" + _BETWEEN + r"\Z")
# What lasts until a day asks nothing by then.
_LASTING = Pattern(
    r"\b"
    + any_of(
        r"""absente?s? | fermee?s? | conges? | vacances | indisponible | coupee?s? | suspendue?s?
    travaux | arret
        en deplacement | injoignable | exposition | expo | valable | en vigueur | occupee?s?
    hebergee?s? | residence"""
    )
)
_MEETING_BEFORE = Pattern(
    r"\bavant (?:le |la |l'|les |notre |votre |ce |cette )(?:[a-z']{2,20} ){0,2}[a-z]{2,20} (?:du|de|d'"
    r"|des) ?\Z"
)
# Somewhere before it in the same sentence.
_SOMEWHERE_BEFORE = Pattern(
    any_of(
        r"""\bdates? (?:limites?|butoirs?|de cloture|de fin) | \bdead-?line | \bdernier (?:delai|jour)
        \bcloture (?:des?|du|de la|de l')\b | \becheances?\b | \bau plus tard\b | \bpas plus tard\b
        \bdelai (?:de|pour) | \blimite (?:de|des|d'|pour) | \bfin (?:des inscriptions|des candidatures)"""
    )
)
_AFTER = Pattern(
    r"[ ,(:=!\n-]{0,3}(?:inclus[ ,(-]{0,3})?(?:(?:c'est )?(?:le|la) )?"
    + any_of(
        r"""au plus tard | (?:en )?dernier delai | derniere? (?:limite|carat|ligne droite)
    delai de rigueur
        dernier jour | (?:au |grand )?max(?:imum)?\b | date limite | dead-?line | delai max | cloture
    fin des (?:inscriptions|candidatures|votes) | echeance | sans faute
    imperativement
        (?:est|sera|c'est) (?:la date limite|le dernier)"""
    )
)
# « pour le 28 février » is a deadline where something is asked.
_FOR = Pattern(r"\bpour (?:le|la|ce|cette|l')?[ ]?\Z")
_ASKED = Pattern(
    r"\b"
    + any_of(
        r"""doit\b | doivent\b | devr | dois\b | devez | merci de | il (?:me |te |nous |vous )?fau | attend
        a (?:rendre|envoyer|deposer|remettre|renvoyer|completer|transmettre|faire|finir|relire|signer|
    boucler)
        retours?\b | reponses?\b | complet | remplir | remplis | depos | rendre\b | rendu | envoy
    envoie | renvo
        transme | pouvez-vous | pourriez | peux-tu | priere de | besoin de | pense[rz]? a | prete?s?\b
    fini | boucl
        souhaitee?s?\b | veuillez | vous (?:prie|demande) | repond | signaler | inscri
    (?:vos|tes|votre|ton) [a-z]+
        livr | objectif | relire | relis | prepare | apporte"""
    )
)
_AVANT = Pattern(r"\bavant (?:le |la |l')?\Z")


def is_deadline(before: str, after: str) -> bool:
    """Whether the date between two pieces of one sentence, folded, is a deadline."""
    near = before[-90:]
    if _JUST_BEFORE.search(near) or _MEETING_BEFORE.search(near) or _AFTER.match(after):
        return True
    if _UNTIL.search(near):
        return _LASTING.search(before) is None
    if _SOMEWHERE_BEFORE.search(near) or _ENDING.search(near) or _CLOSES.search(near):
        return True
    return _FOR.search(before[-12:]) is not None and _ASKED.search(before) is not None


def opens_before(before: str) -> bool:
    """Whether « avant » stands right before: a period then ends the day that it begins."""
    return _AVANT.search(before[-12:]) is not None
