"""What one line of a mail looks like: the patterns of mail clients, French and English.

Each rule looks at no more than the first 500 characters of a line and is linear in them.
"""

from __future__ import annotations

import re
import unicodedata

MAX_LINE = 500
_FLAGS = re.IGNORECASE

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\ufeff": "", "\u200b": "", "’": "'"})


def plain(line: str) -> str:
    """A line as the rules see it: short, ordinary spaces and apostrophes, no bold stars at its ends."""
    return line[:MAX_LINE].translate(_SPACES).strip()


_QUOTE = re.compile(r"[ \t\ufeff]{0,3}(?:>|&gt;)").match
_ESCAPED_FROM = re.compile(r">From ").match


def is_quoted(line: str) -> bool:
    """``> …``; but ``>From`` is how mailboxes store a line of one's own."""
    return bool(_QUOTE(line)) and not _ESCAPED_FROM(line)


_VERB = re.compile(
    r"\b(?:a\s+[ée]crit|écrivait|a\s+[ée]nvoy[ée] le message suivant|wrote|writes|schrieb|escribi[oó]|ha scritto)\b",
    _FLAGS,
)
_TIME = re.compile(r"\b\d{1,2}\s?[:hH]\s?\d{2}\b")
_DAY = re.compile(r"\b(?:(?:19|20)\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})\b")
_ADDRESS = re.compile(r"[<\[(]?[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,100}")
_OPENING = re.compile(r"(?:le|on|el|am|il|at|à|en date du|the)\b", _FLAGS).match


def ends_attribution(line: str) -> bool:
    """Whether « … a écrit : » may end on this line (the verb may stand on the line before)."""
    return line.endswith(":") and len(line) < 400


def is_attribution(joined: str, *, quote_follows: bool) -> bool:
    """« Le 12 mars 2026 à 10:00, Alice <…> a écrit : ».

    Before quoted lines, « Alice a écrit : » is enough.  Before plain ones the date or the address that
    clients write is needed too: « Le rapporteur a écrit : » is prose.
    """
    verb = _VERB.search(joined)
    if not verb or len(joined) - verb.end() > 60:
        return False
    dated = bool(_DAY.search(joined)) + bool(_TIME.search(joined))
    addressed = bool(_ADDRESS.search(joined))
    if quote_follows:
        return bool(dated or addressed or len(joined) <= 90)
    return bool(_OPENING(joined) and ((dated and addressed) or (dated == 2 and "," in joined)))


def opens_attribution(line: str) -> bool:
    """Whether a wrapped attribution may begin here."""
    return bool(_OPENING(line)) or bool(_DAY.search(line)) or line[:1] in "\"'«"


_LABEL = re.compile(
    r"[*_]{0,2}(de|from|exp[ée]diteur|envoy[ée] le|envoy[ée]|sent|date|à|a|to|destinataires?|pour|cc|copie à|copie"
    r"|objet|subject|sujet|r[ée]pondre à|reply-to|importance|pi[èe]ces jointes|attachments?)[*_]{0,2}\s?:[*_]{0,2}(?:\s|$)",
    _FLAGS,
).match
_FIELDS = {
    "de": "from", "from": "from", "expéditeur": "from", "expediteur": "from",
    "envoyé": "date", "envoye": "date", "envoyé le": "date", "envoye le": "date", "sent": "date", "date": "date",
    "à": "to", "a": "to", "to": "to", "destinataire": "to", "destinataires": "to", "pour": "to",
    "objet": "subject", "subject": "subject", "sujet": "subject",
}  # fmt: skip


def header_label(line: str) -> str:
    """``from``, ``date``, ``to``, ``subject`` or ``other`` for a line of a copied header; empty otherwise."""
    match = _LABEL(line)
    return _FIELDS.get(match[1].lower(), "other") if match else ""


_DASHES = r"[-‐_=]{2,40}"
_SEPARATOR = re.compile(
    _DASHES + r"\s{0,3}(?:message d'origine|message original|message initial|mail original|e-?mail d'origine"
    r"|courriel original|original (?:message|mail|e-?mail|appointment)|reply message|r[ée]ponse)\s{0,3}"
    + _DASHES,
    _FLAGS,
).match
_FORWARD = re.compile(
    _DASHES
    + r"\s{0,3}(?:forwarded message|message transf[ée]r[ée]|mail transf[ée]r[ée]|message r[ée]exp[ée]di[ée]"
    r"|courriel transf[ée]r[ée]|message suivi|forwarded by|transf[ée]r[ée] par)[^-]{0,120}" + _DASHES + r"?"
    r"|(?:d[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|begin forwarded message)\s?:",
    _FLAGS,
).match
_RULE = re.compile(r"(?:_{10,200}|-{20,200})\s*").fullmatch


def is_separator(line: str) -> bool:
    """``-----Message d'origine-----``."""
    return bool(_SEPARATOR(line))


def is_forward(line: str) -> bool:
    """``---------- Forwarded message ---------``."""
    return bool(_FORWARD(line))


def is_rule(line: str) -> bool:
    """The long line that Outlook draws above a copied header."""
    return bool(_RULE(line))


_DEVICE = re.compile(
    r"(?:\(?(?:envoy[ée]e?|exp[ée]di[ée]) (?:de(?:puis)?|via|avec|par|à partir d[eu]|du|d')[ ']?\s?(?:mon|ma|mes|l'|la|le|un|une"
    r"|yahoo|gmail|outlook|proton|orange|sfr|bouygues|free|k-9|bluemail|mail|nine|samsung|tutanota|fairemail|thunderbird|zimbra)"
    r"|sent (?:from|with|via|using|by) (?:my|a|an|the|yahoo|gmail|outlook|mail|proton|samsung|tutanota|k-9|bluemail|android"
    r"|iphone|nine|fairemail|thunderbird)"
    r"|(?:t[ée]l[ée]charge[rz]|obtenir|get|obtenez) (?:outlook|bluemail|yahoo)"
    r"|provenance ?: ?courrier|cet email a été (?:vérifié|contrôlé)|ce message a été envoyé (?:depuis|de) mon"
    r"|sans virus|virus-free|garanti sans virus|veuillez excuser (?:ma|la) brièveté|please excuse (?:my|the) brevity"
    r"|enviado desde|von meinem)",
    _FLAGS,
).match


def is_device(line: str) -> bool:
    """« Envoyé de mon iPhone »."""
    return len(line) < 200 and bool(_DEVICE(line))


def is_signature_mark(line: str) -> bool:
    """``-- ``, and its shapes once a client or list has dropped the space or taken a longer dash."""
    return line in ("-- ", "--", "--\u00a0", "—", "– ", "––", "__", "___", "-- --", "---")


_GREETING = re.compile(
    r"(?:bonjour|bonsoir|salut|hello|hi|hey|dear|cher|chère|chers|chères|coucou|good (?:morning|afternoon|evening)"
    r"|mesdames|madame|monsieur|re-?bonjour)\b[^.!?:;]{0,80}[,.!:;]?$",
    _FLAGS,
).match
_CLOSING = re.compile(
    r"(?:bien )?(?:cordialement|cdlt|cdt|bien à (?:vous|toi|toutes|tous)|amicalement|amiti[ée]s|bonne (?:journ[ée]e|soir[ée]e|semaine"
    r"|fin de|continuation|r[ée]ception|lecture)|bon (?:week-?end|weekend|dimanche|apr[èe]s-midi)|belle (?:journ[ée]e|soir[ée]e|semaine)"
    r"|à (?:bient[ôo]t|tr[èe]s (?:vite|bient[ôo]t)|demain|plus|lundi|mardi|mercredi|jeudi|vendredi)|solidairement"
    r"|chaleureusement|sinc[èe]rement|respectueusement|salutations|meilleures salutations|au plaisir|bises?|bisous|biz|merci d'avance"
    r"|(?:kind|best|warm) regards|regards|best|cheers|sincerely|yours|all the best|take care|many thanks|thanks)\b[^.?:;]{0,60}[,.!]?$",
    _FLAGS,
).match


def is_greeting(line: str) -> bool:
    """« Bonjour à toutes et tous, »."""
    return len(line) < 100 and bool(_GREETING(line))


def is_closing(line: str) -> bool:
    """« Bien cordialement, »."""
    return len(line) < 80 and bool(_CLOSING(line))


_CONTACT = re.compile(
    r"(?:\+33|\b0)\s?[1-9](?:[ .-]?\d{2}){4}\b|\b(?:t[ée]l|mob|fax|port)\b\.? ?:?|@[\w-]{1,63}\.\w|\bwww\.|https?://|\b\d{5} [A-ZÉ]",
    0,
)


def has_contact(line: str) -> bool:
    """A telephone number, an address or a site, as signatures give them."""
    return bool(_CONTACT.search(line))


_FOOTER = re.compile(
    r"d[ée]sabonn|d[ée]sinscri|unsubscri|se d[ée]sabonner|mailing[ -]list|liste de (?:diffusion|discussion)|list info|framalistes"
    r"|/sympa/|/listinfo/|sympa@|g[ée]rer votre abonnement|vous recevez ce (?:message|mail|courriel) (?:car|parce)"
    r"|you received this message because|you are receiving this|archives? de la liste|liste [\w.-]+\b.{0,40}$|pied de page",
    _FLAGS,
)


def is_footer(line: str) -> bool:
    """A line that list servers add below a post."""
    return bool(_FOOTER.search(line))


_STRONG_FOOTER = re.compile(
    r"(?:pour |to |se |vous )d[ée]sabonner|pour vous d[ée]sinscrire|to unsubscribe|unsubscribe (?:from|:)|/sympa/(?:info|signoff|arc)"
    r"|/listinfo/|-unsubscribe@|you received this message because you are subscribed",
    _FLAGS,
)


def is_strong_footer(line: str) -> bool:
    """A footer line that people do not write themselves, even without a rule above it."""
    return bool(_STRONG_FOOTER.search(line))


def folded(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
