"""What stands at the end of a mail: closings, signatures, the words of a device, the footer of a list.

Rules look at *plain* lines (``line_rules.plain``) unless they say "as written".
"""

from __future__ import annotations

import re

from bot.mail.fold import holds_one, phrases

# ``-- `` as written (RFC 3676 §4.3), and what clients and people make of it.
MARKS = frozenset({"-- ", "--", "--\u00a0", "—", "— ", "–", "– ", "__", "___", "____", "---", "-- --"})


_DEVICE = re.compile(
    phrases(
        r"\(?(?:message |mail |e-?mail |courriel )?(?:envoye|expedie)e? "
        + phrases("de(?:puis)? ", "via ", "avec ", "par ", "a partir d(?:e |u |')", "du ", "d'")
        + "(?:l')?"
        + phrases(
            "mon",
            "ma",
            "mes",
            "la messagerie",
            "l'application",
            "application",
            "un (?:mobile|smartphone|telephone|appareil)",
            *("yahoo", "gmail", "outlook", "proton", "orange", "sfr", "bouygues", "k-9", "bluemail"),
            *(
                "mail",
                "nine",
                "samsung",
                "tuta",
                "fairemail",
                "thunderbird",
                "zimbra",
                "iphone",
                "ipad",
                "android",
            ),
        )
        + r"\b",
        r"sent "
        + phrases("from", "with", "via", "using", "by")
        + " (?:the )?"
        + phrases(
            "my",
            "an? (?:mobile|phone|iphone|ipad)",
            *(
                "yahoo",
                "gmail",
                "outlook",
                "mail",
                "proton",
                "samsung",
                "tuta",
                "k-9",
                "bluemail",
                "android",
                "iphone",
            ),
            *("ipad", "nine", "fairemail", "thunderbird", "mobile"),
        )
        + r"\b",
        "(?:telecharge[rz]?|obtenir|obtenez|get) (?:outlook|bluemail|yahoo)",
        "provenance ?: ?courrier",
        "(?:garanti )?sans virus",
        "virus-free",
        "cet e-?mail a ete (?:verifie|controle)",
        "veuillez excuser (?:ma|la) brievete",
        "excusez (?:ma|la) brievete",
        "please excuse (?:my|the) brevity",
        "enviado desde mi",
        "von meinem",
    )
).match


_CUT_SHORT = re.compile(r"\b(?:excuser|excusez|excuse|pardon(?:ner|nez)?|ma|la|my|the)$").search


def is_cut_short(line: str) -> bool:
    """Whether the words of a device go on in the next line."""
    return bool(_CUT_SHORT(line))


_SENT = re.compile(
    phrases(
        r"(?:envoye|expedie|redige|ecrit)e? "
        + phrases("de(?:puis)?", "avec", "via", "par", "a partir de", "a l'aide de", "grace a"),
        r"(?:sent|written|composed) " + phrases("from", "with", "via", "using", "by", "on"),
        *("gesendet (?:von|mit)", "enviado (?:desde|con)", "inviato (?:da|con)", "verzonden (?:vanaf|met)"),
        *("von meinem", "wyslano z", "skickat fran", "sendt fra", "telecharge[rz]?", "get", "download"),
        *("this (?:mail|message) (?:was )?sent (?:through|using|with|from)", "webmail (?:de|du|des|of)"),
    )
    + r" [^.?!:;]{2,60}\.?$"
).match
_DEVICE_WORD = re.compile(
    r"\b"
    + phrases(
        *("mobile", "telephone", "smartphone", "tablette", "portable", "phone", "tablet", "messagerie"),
        *("(?:web)?mail", "e-?mail", "courriel", "courrier", "application", "appli?", "android", "ios"),
        *("iphone", "ipad", "windows", "outlook", "imp", "handy", "telefono", "movil", "telefon"),
    )
    + r"\b"
).search


def may_be_device(line: str) -> bool:
    """The same in other words, of any product: to be believed of a last paragraph of one line."""
    return line[:2] in _DEVICE_BEGINS and len(line) < 100 and bool(_SENT(line) and _DEVICE_WORD(line))


_SIGNS_FOR = re.compile(r"(?:l[ae]s? |l'|pour l)[^.?!:;]{3,60},$").match


def is_signing_title(line: str) -> bool:
    """« Le secrétaire de mairie, », « Pour le collectif, »: what stands above a name in a letter."""
    return bool(_SIGNS_FOR(line))


# How the words of devices begin: most lines are told by that.
_DEVICE_BEGINS = frozenset(
    (
        *("(e", "(m", "(c", "me", "ma", "e-", "em", "co", "en", "ex", "se", "te", "ob", "ge", "pr", "ga"),
        *("sa", "vi", "ce", "ve", "pl", "vo", "re", "ec", "wr", "in", "wy", "sk", "do", "th", "we"),
    )
)


def is_device(line: str) -> bool:
    """« Envoyé de mon iPhone »."""
    return line[:2] in _DEVICE_BEGINS and len(line) < 160 and bool(_DEVICE(line))


_GREETING = re.compile(
    phrases(
        *("bonjour", "bonsoir", "salut", "coucou", "re-?bonjour", "cher", "chere", "chers", "cheres"),
        *(
            "mesdames",
            "madame",
            "monsieur",
            "hello",
            "hi",
            "hey",
            "dear",
            "good (?:morning|afternoon|evening)",
        ),
    )
    + r"\b[^.!?:;]{0,80}[,.!:;]?\s?!?$"
).match
_CLOSING = re.compile(
    "(?:bien )?"
    + phrases(
        *("cordialement", "cdlt", "cdt", "amicalement", "amities", "solidairement", "chaleureusement"),
        r"merci(?: (?:beaucoup|bien|encore|infiniment|a (?:tou[ts]e?s?|toi|vous)))*(?: et | ?[,!.]|$)",
        *("tchao", "ciao", "a\\+", "je (?:vous|t')embrasse", "la bise", "bons? baisers?"),
        *("sincerement", "respectueusement", "(?:meilleures |sinceres )?salutations", "au plaisir"),
        *("bises?", "bisous", "biz", "merci d'avance", "a vous", "a toi", "bien a (?:vous|toi|toutes|tous)"),
        "(?:tres )?bonne (?:journee|soiree|semaine|fin de|continuation|reception|lecture|annee)",
        "bon (?:week-?end|dimanche|apres-midi)",
        "belle (?:journee|soiree|semaine)",
        "a (?:tres )?(?:bientot|vite|demain|plus|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)",
        *("(?:kind|best|warm) regards", "regards", "best", "cheers", "sincerely", "yours", "all the best"),
        *("take care", "many thanks", "thanks"),
    )
    + r"\b[^.?:;]{0,60}[,.!]?\s?!?$"
).match


def is_greeting(line: str) -> bool:
    """« Bonjour à toutes et tous, »."""
    return len(line) < 100 and bool(_GREETING(line))


def is_closing(line: str) -> bool:
    """« Bien cordialement, »."""
    return len(line) < 80 and bool(_CLOSING(line))


_CONTACT = re.compile(
    phrases(
        r"(?:\+33|\b0)\s?\(?0?\)?\s?[0-9](?:[ .-]?\d{2}){4}\b",
        r"\+\d{2,3}(?:[ .()/-]{0,3}\d){7,11}\b",
        r"^(?:tel|mob|mobile|fax|port|portable)\b\.? ?:? ?[+0(]",
        r"^[^@]{0,30}@[\w-]{1,63}\.[a-z]",
        r"^.{0,15}(?:https?://|\bwww\.)\S{1,300}$",
        r"\b\d{5} [a-z]{2}",
    )
)
_POSTSCRIPT = re.compile(r"p\.?\s?-?s\.?(?:\s?:|\s|$)").match
_SENTENCE = re.compile(r"[?!.;:]$|(?:\S+ ){11}").search


def has_contact(line: str) -> bool:
    """A telephone number, a mail or postal address, a site: what a signature holds."""
    return bool(_CONTACT.search(line))


def is_name(line: str) -> bool:
    """What may stand as a name below a closing: few words, no sentence."""
    return len(line) <= 60 and line.count(" ") <= 5 and not _SENTENCE(line)


def is_signature(block: list[str]) -> bool:
    """Whether the lines below a dash may be a signature: nothing that is said to the reader."""
    return not any(is_postscript(line) or is_greeting(line) or len(line) > 160 for line in block)


def is_sure_signature(block: list[str]) -> bool:
    """Whether these lines are a signature, whatever stands above them: contacts, and no sentence."""
    return (
        any(has_contact(line) for line in block)
        and is_signature(block)
        and not any(_SENTENCE(line) and not has_contact(line) for line in block)
    )


def is_title_block(block: list[str], written: list[str]) -> bool:
    """Whether lines below a name are titles and places: each begins as those do, none is a sentence."""
    return all(
        len(line) <= 80
        and (text[0].isupper() or text[0].isdigit() or text[0] in '*_|«"(')
        and not _SENTENCE(line)
        and not is_postscript(line)
        and not is_greeting(line)
        and not is_closing(line)
        for line, text in zip(block, written, strict=True)
    )


def is_postscript(line: str) -> bool:
    """« PS : … » is said to the reader, below a signature too."""
    return bool(_POSTSCRIPT(line))


_THIS_MAIL = (
    r"\b(?:(?:ce|cet|du present|le present) (?:message|mail|e-?mail|courriel|courrier)"
    r"|this (?:e-?mail|mail|message|communication|transmission))\b"
)
_DISCLAIMER = re.compile(
    phrases(
        r"^(?:avis de |clause de )?confidentialite\b",
        r"^(?:confidentiality|legal) (?:notice|disclaimer)\b",
        r"^(?:avertissement|disclaimer|mentions? legales?)\s?:",
        _THIS_MAIL
        + r"[^.]{0,90}\b(?:confidentiel|exclusivement|strictement reserve|confidential|privileged)",
        _THIS_MAIL + r"[^.]{0,60}\bintended (?:solely|only)",
        _THIS_MAIL + r"[^.]{0,60}\b(?:verifie|analyse|controle|protege|checked|scanned|virus)",
        r"^(?:pense[zr]?|pensons|merci de penser|think|please (?:consider|think))\b[^.]{0,60}"
        r"\b(?:imprimer|environnement|planete|printing|environment|planet)\b",
        r"\bn'imprime[rz]\b|^avant d'imprimer\b|\bdo not print\b|\bbefore printing\b",
        r"\b(?:informations?|messages?|pieces? jointes?|fichiers?)\b[^.]{0,60}\b"
        r"(?:destine|reserve|adresse)e?s? (?:a l'attention )?(?:exclusi|unique|au seul|a l'usage)",
        r"^si vous (?:l'avez|avez|n'etes pas)[^.]{0,60}\b(?:par erreur|destinataire)\b",
        r"^if you (?:are not the intended|have received)[^.]{0,60}\b(?:recipient|error)\b",
        r"\b(?:l'absence de virus|garanti sans virus|virus[- ]free)\b",
    )
).search
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


# Without one of these none of the above is said; looking for them is much faster.
_HINTS = (
    *("confiden", "destin", "recipient", "addressee", "erreur", "error", "virus", "imprim", "print"),
    *("intend", "privileg", "sender", "expediteur", "reserve", "adresse", "verifi", "analys", "control"),
    *("proteg", "checked", "scanned", "environ", "planet", "disclaimer", "avertissement", "legal"),
)


def is_disclaimer(paragraph: str) -> bool:
    """« Ce message est confidentiel … », « Pensez à l'environnement … »: said by a server to nobody."""
    start = paragraph[:600]
    if not holds_one(start, _HINTS):
        return False
    return bool(_DISCLAIMER(start)) or sum(bool(stem.search(start)) for stem in _LEGAL) >= 4


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
    return f"liste {list_name}" in line or f"{list_name}@" in line or bool(_FOOTER.search(line))


def is_sure_footer(line: str) -> bool:
    """Words of a list's footer that people hardly write below their own mail."""
    return bool(_SURE_FOOTER.search(line))
