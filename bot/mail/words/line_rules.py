"""What mail clients write around a quotation: its lines, the words above it, copied headers, forwards.

Rules look at *plain* lines (see ``plain``): at most 500 characters, folded.  Each is linear in them.
"""

from __future__ import annotations

import re

from bot.mail.fold import fold, phrases

MAX_LINE = 500


def plain(line: str) -> str:
    """A line as the rules see it."""
    return fold(line[:MAX_LINE]).strip()


_QUOTE = re.compile(r"[ \t\ufeff\u200b]{0,3}>(?!From )").match


def is_quoted(line: str) -> bool:
    """``> …`` as written; but ``>From`` is how mailboxes store a line of one's own."""
    return bool(_QUOTE(line))


# -- « Le 12 mars 2026 à 10:00, Alice <…> a écrit : » ------------------------------------------------------

_VERB = re.compile(
    r"\b"
    + phrases(
        r"a\s+ecrit",
        r"ecrivait",
        r"a\s+envoye le message suivant",
        "wrote",
        "writes",
        "schrieb",
        "escribio",
        "ha scritto",
    )
    + r"\b"
)
_TIME = re.compile(r"\b\d{1,2}\s?[:h]\s?\d{2}\b")
_DAY = re.compile(r"\b(?:(?:19|20)\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})\b")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,100}")
_OPENING = re.compile(r"[*_]{0,2}(?:le|on|el|am|il|at|a|en date du|the)\b").match
MAX_ATTRIBUTION = 400
MAX_NAME_ONLY = 90


def ends_attribution(line: str) -> bool:
    """Whether an attribution may end on this line (its verb may stand on the one before)."""
    return line.endswith((":", ":*", ":_")) and len(line) < MAX_ATTRIBUTION


def opens_attribution(line: str) -> bool:
    """Whether a wrapped attribution may begin on this line."""
    return bool(_OPENING(line) or line[:1] in "\"'«" or _DAY.search(line) or _ADDRESS.search(line))


def opens_dated_attribution(joined: str) -> bool:
    """Whether these lines begin as only a whole attribution does: « Le 12 mars 2026 … »."""
    return bool(_OPENING(joined) and (_DAY.search(joined) or _TIME.search(joined)))


def is_attribution(joined: str, *, quote_follows: bool, wrapped: bool = False) -> bool:
    """Whether these lines, joined, introduce a quotation.

    Before quoted lines, « Alice a écrit : » on one line is enough.  Before plain ones the date and the
    address that clients write are needed too: « Le rapporteur a écrit : » is prose.
    """
    verb = _VERB.search(joined)
    if not verb or len(joined) - verb.end() > MAX_NAME_ONLY:
        return False
    day, time = _DAY.search(joined), _TIME.search(joined)
    addressed = _ADDRESS.search(joined)
    if quote_follows:
        return bool(day or time or addressed or (not wrapped and len(joined) <= MAX_NAME_ONLY))
    return bool(_OPENING(joined) and ((addressed and (day or time)) or (day and time and "," in joined)))


# -- De, Envoyé, À, Objet: a header copied into the text ---------------------------------------------------

_FIELDS = {
    "from": ("de", "from", "expediteur", "von"),
    "date": ("envoye", "envoye le", "sent", "date", "gesendet"),
    "to": ("a", "to", "destinataire", "destinataires", "pour", "an"),
    "subject": ("objet", "subject", "sujet", "betreff"),
    "other": (
        "cc",
        "cci",
        "bcc",
        "copie a",
        "copie",
        "repondre a",
        "reply-to",
        "importance",
        "pieces jointes",
        "attachments",
    ),
}
_FIELD_OF = {label: field for field, labels in _FIELDS.items() for label in labels}
_LABEL = re.compile(r"[*_|]{0,2}([a-z][a-z -]{0,14}[a-z]|a)[*_]{0,2}\s?:[*_]{0,2}(?:\s|$)").match


def header_field(line: str) -> str:
    """``from``, ``date``, ``to``, ``subject`` or ``other`` for a line of a copied header; else empty."""
    match = _LABEL(line)
    return _FIELD_OF.get(match[1], "") if match else ""


_DASHES = r"[-‐_=]{2,40}"
_SEPARATOR = re.compile(
    _DASHES
    + r"\s{0,3}"
    + phrases(
        "message d'origine",
        "message original",
        "message initial",
        "mail original",
        "e-?mail d'origine",
        "courriel original",
        "original message",
        "original e?-?mail",
        "original appointment",
        "reply message",
    )
    + r"\s{0,3}"
    + _DASHES
).match
_FORWARD = re.compile(
    _DASHES
    + r"\s{0,3}"
    + phrases(
        "forwarded message",
        "forwarded by",
        "(?:message|mail|courriel) transfere",
        "message reexpedie",
        "message suivi",
        "transfere par",
    )
    + "|"
    + phrases("debut du message transfere", "debut du message reexpedie", "begin forwarded message")
    + r"\s?:"
).match
_RULE = re.compile(r"(?:_{10,300}|-{20,300})").fullmatch


def is_separator(line: str) -> bool:
    """``-----Message d'origine-----``."""
    return bool(_SEPARATOR(line))


def is_forward(line: str) -> bool:
    """``---------- Forwarded message ---------``."""
    return bool(_FORWARD(line))


def is_rule(line: str) -> bool:
    """The long line that Outlook draws above a copied header."""
    return bool(_RULE(line))
