"""What frames a mail and says nothing of its matter: greetings, wishes, closings, names, thanks."""

from __future__ import annotations

from bot.french.fold import aligned, fold
from bot.french.patterns import Pattern, any_of

_GREETING = Pattern(
    any_of(
        r"""(?:re ?-? ?)?bon(?:jour|soir)s? | hello | salut(?:ations)? | coucou | hey | hi | holà
    cher[se]? | cheres
        madame | monsieur | mesdames | messieurs | tous | bonne annee | bonjour"""
    )
    + r"(?![a-z])"
)
# A greeting with these goes on with its matter: « Bonjour je vends … », « Tous les lieux doivent … ».
_SAYS = Pattern(
    r"\b(?:je|j'(?!esper)|on|nous|il|elle|ils|elles|c'|est|sont|etait|ai|avons|ont|a ete|sera|seront|aura"
    r"|auront|doi[ts]|doivent|peu[tx]|peuvent|cherche|vends|donne|quelqu|va|vont|refuse|recrute|passe|vient)\b"
)
_CLOSING = Pattern(
    any_of(
        r"""(?:bien |tres |tout )?(?:cordialement|chaleureusement|amicalement|sinceres?ment|fraternellement)
        bien a (?:vous|toi|tous) | cdlt | cdt | belle (?:journee|soiree|semaine|fin|continuation|annee)
        bonne?s? (?:journee|soiree|semaine|fin|continuation|reception|lecture|vacances|fetes|week-end|we|
    suite)
        bon (?:retablissement|courage|anniversaire|vent|appetit|dimanche|samedi|lundi|vol) | bonne chance
    desolee?s?[ ]?[!.]?$ | (?:desolee?s?|pardon|excuses?|toutes mes excuses) (?:pour|des?|du) (?:les |la |
    le |ces )?(?:envois?|receptions?|doublons?|diffusions?|retard)
    (?:grosses? |plein de )?bises? | bisous | amities
    a (?:tres |tout )?(?:bientot|vite|plus|tres vite) | a \+
        (?:au plaisir|dans l'attente|en esperant|en vous remerciant|en restant|restant) | respectueusement
        merci (?:d'avance|par avance|a vous|a tous|beaucoup|encore|pour (?:votre|vos|ton|tout))
    merci[ ]?[!.]?$
        je vous prie d'agreer | veuillez (?:agreer|recevoir) | je reste a (?:votre|ta) disposition
        n'hesitez pas a (?:me contacter|revenir vers|nous contacter|me solliciter)
    envoye de(?:puis)? mon
        (?:solidairement|collectivement) votre | prenez soin | portez-vous bien
    a (?:demain|lundi|mardi|jeudi)[ ]?!"""
    )
)
_MATTER = Pattern(r"[a-z0-9]")
# A closing that still asks something: « Merci d'avance pour vos retours avant vendredi ».
_PRESSING = Pattern(
    r"\d|\b(?:avant|d'ici|au plus tard)\b"
    r"|^merci [^.]{0,90}\b(?:de|d') ?(?:(?:me|nous|le|la|les|bien) ){0,3}[a-z]+(?:er|ir|re)\b"
)
_WISH = Pattern(
    any_of(
        r"""j'espere que (?:vous|tu|tout|cette|la) | en esperant que | nous esperons que vous
    je me permets de
        (?:petit|simple|dernier) (?:rappel|mot|message) | je (?:reviens|revenais) vers vous
    comme (?:promis|prevu|convenu)[ ,]*$
        (?:meilleurs|mes|nos) voeux | bienvenue a | desolee? (?:pour|de|du) | pour info[ ,:]*$"""
    )
)
_REACTION = Pattern(
    r"(?:(?:oh |ah |un |mille |tres |tout |bien )?"
    + any_of(
        r"""merci | super | genial | top | parfait | excellent | bravo | ok | oki | d'accord | idem
    moi aussi | nous aussi
        note | bien recu | c'est (?:note|parfait|super|top|genial|fait) | fait | a vote | avec plaisir
    felicitations
        pareil | de meme | presente?s? | dommage | oh non | ca marche | nickel | +1 | bonne idee
    je confirme"""
    ).replace("+1", r"\+1")
    + r")(?![a-z])"
)
_THANKS = Pattern(
    any_of(
        r"""(?:un |mille |tres |tout )?(?:grand )?merci | super\b | genial | top\b | bravo
    felicitations | idem
        moi aussi | nous aussi | pareil | oh non | bien recu | je (?:vous |te )?remercie | bonne question"""
    )
)
# Who signs in the name of others: « Le bureau », « Pour la coordination ».
_OFFICE = Pattern(
    r"(?:pour )?(?:le|la|les|l'|votre|notre) ?(?:bureau|secretaire|secretariat|tresori[a-z]+|president[a-z]*"
    r"|coordination|coordinat[a-z]+|equipe|conseil|comite|collectif|direction|redaction|accueil"
    r"|service [a-z]+|ca|cac|commission|collegiale|benevoles|facilit[a-z]+)"
    r"(?: (?:de la|de l'|du|des|de|d') ?[a-z-]{2,20}){0,2}"
)
_NAME_LINE = Pattern(
    r"(?:[^\W\d_a-zà-ÿ][^\W\d_]{0,20}(?:['’ .-]{1,2}|$)"
    r"|(?:de|du|des|la|le|les|l['’]|d['’]|au|aux|et|en|&|pour) ?){1,6}$"
)
_NAME_END = Pattern(r"[,()|/—–]| - ")
_TELEPHONE = Pattern(r"(?:T[ée]l\.? ?:? ?)?[\d .+]{2,20}")
# Without a comma, as telephones are typed: « bonjour je cherche … ».
_BARE_GREETING = Pattern(
    r"(?:bon(?:jour|soir)|salut|coucou|hello)(?: (?:a )?(?:toutes et )?(?:tous|toutes|tou\S{0,6}s))? "
    r"(?=(?:je|j'|on|nous|qui|quelqu|est-ce|il|avez|pouvez|y a|avis|petite?|pour|voici|suite)\b)"
)
_ADDRESSED = Pattern(r"[^\W\d_]{3,12}+(?: [^\W\d_][\w·.-]{0,20}+){0,4}+\s?[,!]\s{1,3}(?=\S)")


def is_courtesy(sentence: str, folded: str | None = None) -> bool:
    """Whether a sentence only greets, wishes, closes, or is a name; ``folded``, where it is known already."""
    folded = (fold(sentence) if folded is None else folded).strip(" -*>~,!.;()")
    if not _MATTER.search(folded):
        return True
    count = len(folded.split())
    if count <= 9 and _GREETING.match(folded) and "?" not in folded and not _SAYS.search(folded):
        return True
    if count <= 14 and _CLOSING.match(folded) and not _PRESSING.search(folded):
        return True
    return is_name(sentence)


def is_name(line: str) -> bool:
    """Whether a line is only a name, perhaps with a place: « Inès, pour La Tréfilerie (Digne) »."""
    if len(line) > 80:
        return False
    if _OFFICE.fullmatch(fold(line.strip(" .,-—–"))):
        return True
    named = 0
    for part in filter(None, map(str.strip, _NAME_END.split(line.strip()))):
        if _NAME_LINE.fullmatch(part):
            named += 1
        elif not _TELEPHONE.fullmatch(part):
            return False
    return 0 < named <= 3


def is_wish(folded: str) -> bool:
    """Whether a folded sentence leads in without matter (« J'espère que vous allez bien »)."""
    return _WISH.match(folded.strip(" -*,")) is not None


def is_reaction(folded: str) -> bool:
    """Whether a folded sentence only reacts (« Merci Léa pour l'info ! », « Idem »)."""
    return _REACTION.match(folded.strip(" -*,")) is not None


def is_thanks(folded: str) -> bool:
    """Whether a folded sentence thanks or applauds, which answers nothing."""
    return _THANKS.match(folded.strip(" -*,")) is not None


def without_greeting(sentence: str) -> str:
    """The sentence without a greeting that opens it (« Bonjour Marc, nous sommes … »)."""
    match = _ADDRESSED.match(sentence)
    if match and _GREETING.match(fold(match[0])):
        rest = sentence[match.end() :]
        return rest[:1].upper() + rest[1:]
    bare = _BARE_GREETING.match(aligned(sentence))
    if bare:
        return sentence[bare.end() :][:1].upper() + sentence[bare.end() + 1 :]
    return sentence
