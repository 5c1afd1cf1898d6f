"""« Le 12 mars 2026 à 10:00, Alice <…> a écrit : »: the line, or the few, above a quotation.

Rules look at *plain* lines (see ``line_rules.plain``), joined by spaces.  Each is linear in them.
"""

from __future__ import annotations

import re

from bot.mail.fold import holds_one
from bot.mail.words import vocabulary

MAX_LINES = 4  # over which clients wrap one
MAX_LENGTH = 400
MAX_NAME_ONLY = 90

_VERB = re.compile(vocabulary.WROTE + "|" + vocabulary.WROTE_ABROAD)
_SAID = re.compile(vocabulary.SAID)
_ABROAD = re.compile(vocabulary.WROTE_ABROAD)
_TIME = re.compile(r"\b\d{1,2}\s?[:h]\s?\d{2}\b")
_MONTH = r"(?:janv?|fe[bv]r?|mar|avr|apr|mai|may|ju[in]|juil|jul|aou|aug|sept?|oct|okt|nov|de[cz])[a-z]{0,6}"
_DAY = re.compile(
    r"(?<!\d)(?:(?:19|20)\d{2}(?!\d)|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b"
    rf"|\d{{1,2}}(?:er|st|nd|rd|th)?[ .-]{{1,2}}{_MONTH}\b)|\b{_MONTH}\.? \d{{1,2}}(?!\d|[:h])"
)
_ADDRESS = re.compile(r"[\w.+=-]{1,64}(?:@| at )[\w-]{1,63}\.[\w.-]{2,100}")
_BRACKETED = re.compile(r"[<\[(]\s?(?:mailto:\s?)?[^\s<>()\[\]]{1,64}(?:@| at )[^\s<>()\[\]]{1,190}\s?[>\])]")
_OPENING = re.compile(
    r"[*_-]{0,9}\s?(?:le|on|op|in|pada|am|el|em|il|at|a|i|den|dne|dnia|w dniu|pa|em|en date du|the|vao"
    r"|quoting|citando|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:lun|mar|mer|jeu|ven|sam|dim)\.)(?!\w)"
).match
_FULL_DATE_FIRST = re.compile(r"(?:19|20)\d{2}\D{1,6}\d{1,2}\D{1,6}\d{1,2}(?!\d)").match
_ADDRESS_LAST = re.compile(
    r"(?:[<(\[\u2039][^\s<>@]{1,72}@[^\s<>]{1,190}[>)\]\u203a](?: \w{1,12})?"
    r"|\b(?:de|from|von|by) [^\s<>@]{1,72}@[^\s<>]{1,190}?)\s?:$"
).search
_CITING = re.compile(
    r"(?:quoting|citando|excerpts? from|extraits? d[eu]|zitat von|quoting from|selon|d'apres|according to)\b"
).match
_NAME_AND_ADDRESS = re.compile(r"[\w\"'][^<>:@]{0,60}<[^<>\s@]{1,64}@[^<>\s]{1,190}>").match


_GLUED = re.compile(
    r"(.{1,300}?\S)[ \t]+((?:Le|On) (?:\w{2,10}\.?,? )?(?:\d{1,2}[ /.-]|[A-Z][a-z]{2,8}\.? \d)"
    r".{4,200}?(?:a[ \u00a0]écrit|wrote)[ \u00a0]?:)\s*"
).fullmatch


def unglued(lines: list[str]) -> list[str]:
    """The same lines, an answer and the attribution that some webmail ran together being two."""
    ending = [line for line in lines if line[-1:] == ":" and len(line) < 2 * MAX_LENGTH]
    if not any(_GLUED(line) for line in ending):
        return lines
    apart: list[str] = []
    for line in lines:
        glued = _GLUED(line) if line.endswith(":") and len(line) < 2 * MAX_LENGTH else None
        if (
            glued
            and glued[1][0] != ">"
            and any(map(str.isalnum, glued[1]))
            and (_TIME.search(glued[2]) or "@" in glued[2])
        ):
            apart += glued.groups()
        else:
            apart.append(line)
    return apart


def may_end(line: str) -> bool:
    """Whether an attribution may end on this line (its verb may stand on the one before)."""
    if len(line) >= MAX_LENGTH or not line:
        return False
    return line[-1] == ":" or line.rstrip("*_ ").endswith(":") or line[-1] == ">" or line.endswith("--")


def is_likely(joined: str, last: str) -> bool:
    """Whether lines may hold an attribution that ends in the last: somebody writes, an address, a day."""
    if "@" in joined or holds_one(joined, vocabulary.WROTE_HINTS):
        return True
    return bool(_CITING(joined)) or (len(last) <= MAX_NAME_ONLY and bool(_DAY.search(last)))


def may_open(line: str) -> bool:
    """Whether a wrapped attribution may begin on this line."""
    return bool(_OPENING(line) or line[:1] in "\"'«" or _DAY.search(line[:40]) or _ADDRESS.search(line))


def opens_dated(joined: str) -> bool:
    """Whether these lines begin as only a whole attribution does: « Le 12 mars 2026 … »."""
    return bool(_OPENING(joined) and (_DAY.search(joined) or _TIME.search(joined)))


def is_dated(line: str) -> bool:
    """Whether a line holds a day and an hour."""
    return bool(_DAY.search(line) and _TIME.search(line))


def introduces(
    joined: str, *, quote_follows: bool, wrapped: bool = False, fresh: bool = False, written: str = ""
) -> bool:
    """Whether these lines, joined, introduce a quotation.

    Before quoted lines, « Alice a écrit : » on one line is enough.  Before plain ones the date and the
    address that clients write are needed too: « Le rapporteur a écrit : » is prose.  In a ``fresh`` mail,
    which answers none, somebody must also be said to write.  ``written``: the same lines, not folded.
    """
    if len(joined) > MAX_LENGTH:
        return False
    drawn = joined.startswith("--") and joined.endswith("--")
    line = joined.strip("-*_ ") if drawn else joined.rstrip("*_ ")
    if not drawn and not line.endswith((":", ">")):
        return False
    verb = _holds_verb(line)
    if not line.endswith(":") and not drawn:
        return quote_follows and not wrapped and bool(_FULL_DATE_FIRST(line) and _BRACKETED.search(line))
    if quote_follows:
        return _above_quoted_lines(line, verb or bool(_SAID.search(line)), wrapped, written)
    return (verb or not fresh) and _above_plain_lines(line, verb, drawn)


def _holds_verb(line: str) -> bool:
    """Whether somebody writes here, and nothing but a name or a date comes after it."""
    if line.endswith((" a ecrit :", " wrote:", " a ecrit:")):
        return not line.endswith(("nous a ecrit :", "m'a ecrit :", "vous a ecrit :"))
    verb = _VERB.search(line)
    return verb is not None and len(line) - verb.end() <= MAX_NAME_ONLY


def _above_quoted_lines(line: str, verb: bool, wrapped: bool, written: str) -> bool:
    day, time = bool(_DAY.search(line)), bool(_TIME.search(line))
    if verb:
        dated = day or time or bool(_ADDRESS.search(line))
        return dated or (not wrapped and len(line) <= MAX_NAME_ONLY and _names_somebody(line, written))
    if _BRACKETED.search(line):
        return day or time or (not wrapped and len(line) <= 2 * MAX_NAME_ONLY)
    if (_CITING(line) or _FULL_DATE_FIRST(line)) and (day or time or not wrapped):
        return True
    if day and time and _ADDRESS_LAST(line):
        return True
    return day and not wrapped and len(line) <= MAX_NAME_ONLY and _is_name_and_day(written)


_PARTICLES = frozenset(
    ("de", "du", "des", "d'", "la", "le", "van", "von", "der", "den", "di", "da", "el", "al")
)
_NOBODY = frozenset(
    (
        *("il", "elle", "on", "ils", "elles", "qui", "que", "comme", "mais", "et", "si", "les", "un", "une"),
        *("ce", "cette", "ca", "cela", "he", "she", "it", "they", "who", "as", "i", "and", "but", "the", "a"),
        *("somebody", "someone", "quelqu'un", "l'", "y"),
    )
)
_ASIDE = re.compile(r"\([^()]{0,80}\)")
_WHEN = re.compile(
    r"\b(?:le|on|à|at|the|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|\w{3,6}day)\b"
    r"|\d{1,2}\s?[h:]\s?\d{0,2}|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|[\d,.:()-]+",
    re.IGNORECASE,
)


def _names_somebody(line: str, written: str) -> bool:
    """Whether what stands before the verb is a name; « Le règlement dit : » is prose."""
    client = _VERB.search(line)
    verb = client or _SAID.search(line)
    before = _ASIDE.sub("", line[: verb.start()] if verb else "").split()
    if not 0 < len(before) <= 4 or not _NOBODY.isdisjoint(before):
        return False
    if len(before) == 1:
        return True
    if client and before[0] not in _PARTICLES:
        return True
    return _are_names(_ASIDE.sub("", written).split()[: len(before)])


def _is_name_and_day(written: str) -> bool:
    """« Olivier Gros, le 27/11/2026 : »: a name, a day, and nothing else."""
    words = _WHEN.sub(" ", written).split()
    return 1 < len(words) <= 4 and _are_names(words) and words[-1].lower() not in _PARTICLES


def _are_names(words: list[str]) -> bool:
    words = [word for word in (word.strip("\"'«»*_,.") for word in words) if word]
    return (
        bool(words)
        and all(word[:1].isupper() or not word[:1].isalpha() or word.lower() in _PARTICLES for word in words)
        and any(word[:1].isupper() and word.lower() not in _PARTICLES for word in words)
    )


def _above_plain_lines(line: str, verb: bool, drawn: bool) -> bool:
    opening = bool(_OPENING(line) or _FULL_DATE_FIRST(line))
    day, time = bool(_DAY.search(line)), bool(_TIME.search(line))
    if verb and drawn:
        return True
    if verb and opening:
        return day and (time or bool(_ADDRESS.search(line))) and (bool(_ADDRESS.search(line)) or "," in line)
    if verb and (_NAME_AND_ADDRESS(line) or (day and _ABROAD.search(line) and _BRACKETED.search(line))):
        return True
    return day and time and bool(_ADDRESS_LAST(line))
