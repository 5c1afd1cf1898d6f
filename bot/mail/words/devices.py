"""« Envoyé de mon iPhone »: the words of devices and programs.

Rules look at *plain* lines (``line_rules.plain_lines``).
"""

from __future__ import annotations

import re

from bot.mail.fold import phrases

_OWN_DEVICE = (
    r"m(?:on|a|es) (?:\S+ ){0,2}?"
    + phrases(
        *("iphone", "ipad", "ipod", "smart-?phone", "telephone", "tel", "mobile", "portable", "appareil"),
        *("tablette", "galaxy", "samsung", "huawei", "xiaomi", "redmi", "nokia", "sony", "htc"),
        *("blackberry", "wiko", "honor", "oppo", "oneplus", "pixel", "fairphone", "motorola", "windows"),
        *("mac", "macbook", "ordinateur", "pc", "android", "messagerie", "boite", "compte"),
    )
    + r"\b"
)
_PRODUCT = phrases(
    *("yahoo", "gmail", "outlook", "proton ?mail", "orange", "sfr", "bouygues", "k-9", "bluemail", "mail"),
    *("nine", "samsung", "tuta(?:nota)?", "fairemail", "thunderbird", "zimbra", "iphone", "ipad", "android"),
    *("mailbox", "newton", "superhuman", "spark", "airmail", "sparrow", "canary", "spike", "edison", "hey"),
    *(
        "windows",
        "courrier pour",
        "roundcube",
        "infomaniak",
        "hubspot",
        "missive",
        "front",
        "blue ?mail",
        "aquamail",
    ),
    r"/e/os",
)
_DEVICE = re.compile(
    phrases(
        r"\(?(?:message |mail |e-?mail |courriel )?(?:envoye|expedie)e? "
        + phrases(
            "de(?:puis)? ", "via ", "avec ", "a partir d(?:e |u |')", "du ", "d'", "par (?!mail|courri)"
        )
        + "(?:l')?"
        + phrases(
            _OWN_DEVICE,
            "la messagerie(?: securisee)?",
            "l'application",
            "application",
            "un (?:mobile|smartphone|telephone|appareil)",
            _PRODUCT,
        )
        + r"(?!\w)",
        r"sent "
        + phrases("from", "with", "via", "using")
        + " (?:the )?"
        + phrases(r"my (?:\S+ ){0,3}\S+\.?$", r"my \S+", "an? (?:mobile|phone|iphone|ipad)", _PRODUCT)
        + r"(?!\w)",
        r"(?:telecharge[rz]?|obtenir|obtenez|obtener|get|scarica) (?:outlook|bluemail|yahoo|nine|spark)\b",
        "provenance ?: ?courrier",
        r"yahoo mail ?: ?\w+, \w+",
        "(?:garanti )?sans virus",
        "virus-free",
        "cet e-?mail a ete (?:verifie|controle)",
        "veuillez (?:excuser|pardonner) (?:ma|la) brievete",
        "excusez (?:ma|la) brievete",
        "please excuse (?:my|the) brevity",
        *("enviado desde mi", "von meinem", "gesendet von meinem", "inviato da(?:l mio)? iphone"),
    )
).match
_CUT_SHORT = re.compile(r"\b(?:excuser|excusez|excuse|pardon(?:ner|nez)?|ma|la|my|the)$").search
# A line of its own in other words: a verb, a product, and nothing else.
_SENT = re.compile(
    phrases(
        "(?:envoye|expedie|redige|ecrit)e? "
        + phrases("de(?:puis)?", "avec", "via", "a l'aide de", "grace a"),
        "(?:sent|written|composed) " + phrases("from", "with", "via", "using", "on"),
        *("gesendet (?:von|mit)", "enviado (?:desde|con)", "inviato (?:da|con)", "verzonden (?:vanaf|met)"),
        *("wyslano z", "skickat fran", "sendt fra", "telecharge[rz]?", "get", "download"),
        *("this (?:mail|message) (?:was )?sent (?:through|using|with|from)", "webmail (?:de|du|des|of)"),
    )
    + r" ([^.?!:;,]{2,60})\.?$"
).match
_DEVICE_WORD = re.compile(
    r"\b"
    + phrases(
        *("mobile", "telephone", "smartphone", "tablette", "portable", "phone", "tablet", "messagerie"),
        *("(?:web)?mail", "e-?mail", "courriel", "application", "appli?", "android", "ios", "imp"),
        *("iphone", "ipad", "windows", "outlook", "handy", "telefono", "movil", "telefon", "webmail"),
    )
    + r"\b"
).search
# What people say of something that they sent.
_TOLD = re.compile(
    r"\b(?:hier|ce matin|ce soir|aujourd'hui|demain|tout a l'heure|ici|pour (?:voir|lire)|en (?:deux|trois)"
    r"|a (?:la|l'|tous|toutes|tout)|au|aux|mairie|bureau|poste|yesterday|today|this morning|everyone|to)\b"
).search
_BEGINS = frozenset(
    (
        *("(e", "(m", "(c", "me", "ma", "e-", "em", "co", "en", "ex", "se", "te", "ob", "ge", "pr", "ga"),
        *(
            "sa",
            "vi",
            "ya",
            "ce",
            "ve",
            "pl",
            "vo",
            "re",
            "ec",
            "wr",
            "in",
            "wy",
            "sk",
            "do",
            "th",
            "we",
            "sc",
        ),
    )
)


def may_begin(line: str) -> bool:
    """Whether words of a device may begin so: most lines are told by that."""
    return line[:2] in _BEGINS


def is_device(line: str) -> bool:
    """« Envoyé de mon iPhone »."""
    return len(line) < 160 and bool(_DEVICE(line))


def may_be_device(line: str) -> bool:
    """The same in other words, of any product: to be believed of a last paragraph of one line."""
    if len(line) >= 100:
        return False
    sent = _SENT(line)
    return sent is not None and not _TOLD(sent[1]) and (bool(_DEVICE_WORD(line)) or sent[1].count(" ") < 2)


def is_link(line: str) -> bool:
    """Whether a line is an address of the web and nothing else."""
    return line.startswith(("<http", "http", "www.")) and " " not in line


def is_cut_short(line: str) -> bool:
    """Whether the words of a device go on in the next line."""
    return bool(_CUT_SHORT(line))
