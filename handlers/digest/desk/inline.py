"""Instructions that no table of verbs holds: words that no colon introduces, links, questions.  Pure."""

from __future__ import annotations

import re

from bot.french.answers import numbers
from bot.french.fold import aligned
from handlers.digest.desk.edit import Edit
from handlers.digest.desk.instructions import PLEASE, Do
from handlers.digest.desk.naming import numbered

QUOTES = '«»“”" \u00a0'
_IN = r"(?:dans|in|en|de|pour|sur|a|of) (?:la |le |l'|the )?(?:n° ?|point |numero )?"
_AT = rf"(?:{_IN}(?P<first>\d{{1,3}})\s?[,:]?\s{{0,3}})?(?:(?:il faut|il faudrait|tu peux|on peut) )?"
_END = rf"(?:,? {_IN}(?P<last>\d{{1,3}}))?[ .!]*$"
_REPLACES = (
    re.compile(
        rf"{_AT}(?:remplac\w+|chang\w+|corrig\w+|replac\w+|correct\w*|modifi\w+) (?P<old>.{{1,300}}?) "
        rf"(?:par|en|with|by|to) (?P<new>.{{1,600}}?){_END}"
    ),
    re.compile(
        rf"{_AT}(?:(?:(?:re)?met\w*|chang\w*|corrig\w*|modifi\w*|ecri\w*|plutot|c'est)\b ?)*"
        r"(?:l'heure|la date|le lieu|le jour|le nom)?\s?:?\s?(?:plutot )?(?:a )?"
        rf"(?P<new>\S.{{0,300}}?) (?:au lieu de |au lieu d'|a la place de "
        rf"|instead of )(?P<old>.{{1,300}}?){_END}"
    ),
    re.compile(
        r"(?:(?:dans|pour|sur) )?(?:la |le )?(?P<first>\d{1,3})\s?[,:]?\s?c'est (?:a |le |au |bien )?"
        r"(?P<new>\S.{0,120}?)(?:,| et|,? mais) (?:pas|non) (?:a |le "
        r"|au )?(?P<last>(?!))?(?P<old>\S.{0,120}?)[ .!]*$"
    ),
)
_RENAMED = re.compile(
    r"(?:(?:renomm\w+|intitul\w+|appell?\w+|(?:re)?titr\w+|rename|title)(?: (?:de|of))?"
    r"|(?:chang\w+|modifi\w+|remplac\w+|corrig\w+|change) (?:le titre de|the title of)) (?:la |le "
    r"|the )?\d{1,3}"
    r"(?: (?:en|par|comme|plutot|to|as))? (?P<words>.+)$"
)
_REWRITTEN = re.compile(
    r"(?:remplac\w+|replac\w+)(?: le texte de| the text of)? (?:la |le |the )?\d{1,3} "
    r"(?:par|with|by) (?P<words>.+)$"
)
_URL = re.compile(r"https?://[^\s<>«»\"]+[^\s<>«»\".,;:!?)\]]")
_AROUND_URL = re.compile(
    r"(?:(?:r?ajout\w*|met\w*|add|put|colle\w*|note\w*|le|la|un|les|lien|link|adresse|url|page|a|dans|sur|de|du"
    r"|pour|point|numero|n°|to|in|the|il faut|et|c'est|voici|plus|stp|svp|s'il te plait|merci|\d{1,3})\b"
    r"|[ ,.:'!()»«-])*"
)
_STYLE = re.compile(
    r".*\b(?:(?:en|in) (?:gras|italiques?|rouge|bleu|vert|couleurs?|(?:lettres )?(?:majuscules?|capitales?)"
    r"|surbrillance|plus gros|bold|italics?)|souligne\w*|surlign\w*|gras\w*|(?:r?ajout\w*|met\w*"
    r"|inser\w*|add)\b.*"
    r"\b(?:photos?|images?|pieces? jointes?|logos?|gifs?|emojis?|picture|attachment))\b"
)
_QUESTIONS = (
    (
        re.compile(
            r"(?:qui|who)\b.*\b(?:ecrit|envoye|depose|propose|dit|wrote|sent|auteur\w*)\b|"
            r"(?:c'est |elle est |il est )?de qui\b|(?:qui est )?l'aut(?:eur|rice)|.*\bc'est de qui\b"
        ),
        Do.WHO,
    ),
    (re.compile(r"(?:c'?est )?pourquoi\b|d'ou (?:vient|sort|c'est)|why\b|where does"), Do.WHY),
    (
        re.compile(
            r"(?:(?:re)?(?:montr|affich|donn|voir|fais(?:[ -]moi)? voir|li[rst]|develop|deroul"
            r"|detail|envo)\w*|show)"
            r"(?:[ -](?:moi|nous|me))? (?:juste |le texte de |tout )?(?:la |le |les |the )?(?:point |n° ?)?\d"
            r"|(?:.*\b)?(?:c'?est|c) (?:quoi|koi)\b|what(?:'s| is) |que dit|qu'est-ce que?\b"
        ),
        Do.SHOW,
    ),
)
_WHEN = re.compile(
    r"(?:(?:et )?(?:il|ca|le recap|on l'envoie)? ?(?:part|sera envoye|est envoye|s'envoie)\w*"
    r"(?: le recap| la liste)? (?:quand|a quelle heure|quel jour)"
    r"|(?:quand|a quelle heure|quel jour)(?: est-ce que?| est-ce qu')? ?(?:il |ca |le recap |l'envoi )?"
    r"(?:part|envo)\w*(?:-t-il|-t-elle| le recap| l'envoi)?"
    r"|when (?:does it go|is it sent|will it))[ ?!]*$"
)


def with_inline_words(clause: str) -> Edit | None:
    """« remplace X par Y dans la 4 », « 18 h au lieu de 17 h », « renomme la 4 en … »."""
    plain = aligned(clause)
    lead = PLEASE.match(plain)
    offset = lead.end() if lead else 0
    if ":" not in clause.replace("://", ""):
        for pattern, do in ((_REWRITTEN, Do.TEXT), (_RENAMED, Do.TITLE)):
            match = pattern.match(plain[offset:])
            if match:
                words = clause[offset + match.start("words") :].strip(QUOTES)
                return Edit(do, tuple(numbers(plain[offset : offset + match.start("words")]))[:1], words)
    for pattern in _REPLACES:
        match = pattern.match(plain[offset:])
        if match:
            number = match["first"] or match["last"]
            old, new = (
                clause[offset + match.start(name) : offset + match.end(name)].strip(QUOTES + ",")
                for name in ("old", "new")
            )
            found = (int(number),) if number else ()
            return Edit(Do.REPLACE, found, new, old=old) if old and not _names(old) else None
    return None


def _names(old: str) -> bool:
    """Whether what would be replaced is a thing of the draft, or one of its parts."""
    return bool(
        re.fullmatch(r"(?:la |le |l'|les |the )?(?:\d{1,3}|titre|texte|intro\w*|title|text)", aligned(old))
    )


def with_link(clause: str) -> Edit | None:
    """« ajoute le lien https://… à la 3 »."""
    url = _URL.search(clause)
    if url is None:
        return None
    around = f"{clause[: url.start()]} {clause[url.end() :]}"
    found = tuple(numbers(around.replace(":", " ")))  # « 3 : » is no hour
    if len(found) != 1 or not _AROUND_URL.fullmatch(aligned(numbered(around, ()))):
        return None
    return Edit(Do.LINK, found, url[0])


def question(clause: str) -> Edit | None:
    """« qui a écrit la 5 ? », « pourquoi la 6 ? », « montre la 6 en entier », « il part quand ? »."""
    plain = aligned(clause).strip()
    lead = PLEASE.match(plain)
    asked = _asked(plain)
    if asked is not None:
        return asked
    plain = plain[lead.end() :] if lead else plain
    return _asked(plain)


def _asked(plain: str) -> Edit | None:
    if _WHEN.fullmatch(plain):
        return Edit(Do.WHEN)
    found = tuple(numbers(plain))
    if not found:
        return None
    return next((Edit(do, found) for pattern, do in _QUESTIONS if pattern.match(plain)), None)


def impossible(clause: str) -> Edit | None:
    """« mets la 2 en gras », « ajoute une photo à la 6 »: no recap has it."""
    head = aligned(clause.partition(":")[0])
    return Edit(Do.CANNOT, tuple(numbers(head))) if numbers(head) and _STYLE.match(head) else None
