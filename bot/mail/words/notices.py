"""What others add below a mail: the notices of servers, the footers of lists and of mass mailings.

Rules look at *plain* lines (``line_rules.plain_lines``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.mail.fold import holds_one, phrases

SHORTEST = 25  # characters; fewer warn of nothing


@dataclass(frozen=True)
class _Saying:
    """What servers say, and words of which one must stand there: looking for them is much faster."""

    hints: tuple[str, ...]
    search: Callable[[str], object]


def _saying(hints: str, *patterns: str) -> _Saying:
    return _Saying(tuple(hints.split("|")), re.compile(phrases(*patterns)).search)


_THIS_MAIL = (
    r"\b(?:(?:ce|cet|du present|le present) (?:message|mail|e-?mail|courriel|courrier)"
    r"|this (?:e-?mail|mail|message|communication|transmission))\b"
)
_SAYINGS = (
    _saying(
        "ce m|ce c|ce e|cet e|present m|present c|this m|this e|this c|this t",
        _THIS_MAIL
        + r"[^.]{0,90}\b(?:confidentiel|exclusivement|strictement reserve|confidential|privileged)",
        _THIS_MAIL + r" a ete (?:envoye|expedie|genere|poste)e?\b",
        _THIS_MAIL + r"[^.]{0,60}\bintended (?:solely|only)",
        _THIS_MAIL + r"[^.]{0,60}\b(?:verifie|analyse|controle|protege|checked|scanned|virus)",
    ),
    _saying(
        "confiden|legal|disclaimer|avertissement",
        r"^(?:avis de |clause de )?confidentialite\b",
        r"^(?:confidentiality|legal) (?:notice|disclaimer)\b",
        r"^(?:avertissement|disclaimer|mentions? legales?)\s?:",
    ),
    _saying(
        "imprim|print|planet|environ",
        r"^(?:pense[zr]?|pensons|merci de penser|think|please (?:consider|think))\b[^.]{0,60}"
        r"\b(?:imprimer|printing|print)\b",
        r"^(?:pense[zr]?|pensons|think|please think) "
        r"(?:a l'environnement|a la planete|about the environment)[ .!]*$",
        r"\bn'imprime[rz]\b|^avant d'imprimer\b|\bdo not print\b|\bbefore printing\b",
    ),
    _saying(
        "destine|reserve|adresse",
        r"\b(?:informations?|messages?|pieces? jointes?|fichiers?)\b[^.]{0,60}\b"
        r"(?:destine|reserve|adresse)e?s? (?:a l'attention )?(?:exclusi|unique|au seul|a l'usage)",
    ),
    _saying(
        "si vous|if you",
        r"^si vous (?:l'avez|avez|recevez|n'etes pas)[^.]{0,60}\b(?:par erreur|destinataire)\b",
        r"^if you (?:are not the intended|have received)[^.]{0,60}\b(?:recipient|error)\b",
    ),
    _saying(
        "virus|avast|avg|nod32|eset|kaspersky|norton|bitdefender|mcafee|mailinblack",
        r"\b(?:l'absence de virus|garanti sans virus|virus[- ]free)\b",
        r"\b(?:avast|avg|nod32|eset|kaspersky|norton|bitdefender|mcafee|mailinblack)\b[^.]{0,60}"
        r"(?:virus|verifi|analys|checked|scanned|www|http)",
    ),
    _saying(
        "vous recevez|recu|you are re|you re",
        r"^(?:vous (?:recevez|avez recu|l'avez recu)|you (?:are receiv|receiv))[^.]{0,90}"
        r"\b(?:car|parce|because)\b",
    ),
    _saying(
        "desinscrire|desabonner|unsubscribe",
        r"^.{0,120}\b(?:se desinscrire|me desinscrire|se desabonner|me desabonner|unsubscribe)\b.{0,120}$",
    ),
    _saying(
        "hotmail|msn|yahoo|laposte|windows live|windowslive|using imp|caramail|aol",
        r"\b(?:hotmail|msn|yahoo|laposte\.net|windows ?live|aol|caramail)\b.{0,250}(?:https?:|www\.)",
        r"(?:https?://|www\.)\S{0,60}\b(?:hotmail|msn|yahoo|laposte|windowslive)\b",
        r"^this message was sent using imp\b",
    ),
    _saying(
        "charit|registered|registre|siege social|siret|rcs ",
        r"\b(?:charitable body|registered charity|registered (?:in|under|office|number))\b",
        r"^.{0,80}\b(?:rcs [a-z]|siret \d|siege social)",
    ),
    _saying(
        "deconnexion|en dehors de vos",
        r"\b(?:droit a la deconnexion|en dehors de vos (?:heures|horaires))\b",
    ),
)
_LEAVES = ("desinscri", "desabonn", "unsubscri")
# What servers say of a mail; four of these in the last paragraph are no person's words.
_LEGAL = tuple(
    re.compile(r"\b" + stem)
    for stem in (
        *("confidential|confidentiel", "destinataire|recipient|addressee", "expediteur|sender\\b"),
        *("exclusiv|strictement|strictly|solely", "erreur|error", "diffusion|divulg|disclos|dissemin"),
        *("interdit|prohibited|unauthori[sz]ed", "responsabilite|liable|liability|responsible for"),
        *("integrite|integrity|altere|altered", "virus", "detrui|supprim|delete|destroy", "privileged"),
        *("pieces? jointes?|attachments?", "rgpd|gdpr|droit d'acces", "imprime|printing", "copie|copying"),
    )
)
_LEGAL_HINTS = ("confidenti", "destinataire", "recipient", "addressee", "privileged", "liab", "responsab")


def is_disclaimer(paragraph: str, *, signed: Callable[[], bool]) -> bool:
    """« Ce message est confidentiel … », « Avant d'imprimer … »: said by a server to nobody.

    ``signed``: a closing, a name or a signature stands above, where servers add theirs; elsewhere people
    say such things too.
    """
    if len(paragraph) < SHORTEST:
        return False
    start = paragraph[:600]
    if len(paragraph) < 400 and "http" in start and holds_one(start, _LEAVES):
        return True
    if any(holds_one(start, saying.hints) and saying.search(start) for saying in _SAYINGS) and signed():
        return True
    return holds_one(start, _LEGAL_HINTS) and sum(bool(stem.search(start)) for stem in _LEGAL) >= 4


# What groups draw above all that they add.
GROUP_HINTS = ("__._,_.___", "(end of broadcast)", "yahoo! group")
_GROUP_MARK = re.compile(r"__\._,_\.___.{0,20}|-{3,40}\(end of broadcast\)-{3,40}").fullmatch
_GROUP_HEADING = re.compile(r"(?:liens )?yahoo! group").match


def is_group_mark(line: str) -> bool:
    """``__._,_.___``."""
    return bool(_GROUP_MARK(line))


def is_group_heading(line: str) -> bool:
    """« Liens Yahoo! Groupes »."""
    return bool(_GROUP_HEADING(line))


# Without one of these there is no sure footer.
FOOTER_HINTS = ("desabonn", "desinscri", "unsubscri", "/sympa/", "/listinfo/", "you received this")
_FOOTER_RULE = re.compile(r"[-_=*~#]{2,300}(?: [-_=*~#]{2,300})?").fullmatch
_FOOTER = re.compile(
    phrases(
        *("desabonn", "desinscri", "unsubscri", "mailing[ -]list", "liste de (?:diffusion|discussion)"),
        *("list info", "framalistes", "/sympa/", "/listinfo/", "sympa@", "gerer votre abonnement"),
        *("vous recevez ce (?:message|mail|courriel) (?:car|parce)", "you received this message because"),
        *("you are receiving this", "archives? de la liste", "pied de page"),
    )
)
_SURE_FOOTER = re.compile(
    phrases(
        "(?:pour|to|se|vous) (?:vous )?(?:desabonner|desinscrire)",
        "(?:to|please) unsubscribe",
        "unsubscribe (?:from|:)",
        "/sympa/(?:info|signoff|arc|sigrequest)",
        "/listinfo/",
        "-unsubscribe@",
        "you received this message because you are subscribed",
    )
)


def is_footer_rule(line: str) -> bool:
    """The line that a list server draws above its footer."""
    return bool(_FOOTER_RULE(line))


def is_footer(line: str, list_name: str) -> bool:
    """Words of a list's footer; people use them too, so a drawn line must stand above."""
    if line[-1:] == "?":
        return False
    named = f"liste {list_name}" in line and len(line) < 60
    addressed = f"{list_name}@" in line and (line.count(" ") < 4 or "http" in line)
    return named or addressed or bool(_FOOTER.search(line))


def is_sure_footer(line: str) -> bool:
    """Words of a list's footer that people hardly write below their own mail."""
    return bool(_SURE_FOOTER.search(line))
