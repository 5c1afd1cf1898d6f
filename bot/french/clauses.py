"""Cutting one answer into the instructions that it holds."""

from __future__ import annotations

import re
from typing import Final

from bot.french.fold import aligned
from bot.french.patterns import Pattern, any_of

# What an instruction about a list of things begins with.
_VERB: Final = (
    r"(?:(?:re)?met(?:s|tez)?|enlev|retir|supprim|vir|effac|gard|laiss|conserv|ajout|rajout|remont|descend"
    r"|baiss|deplac|decal|report|repouss|avanc|fusionn|regroup|group|separ|coup|raccourc|allong|renomm"
    r"|intitul|titr|chang|modifi|remplac|corrig|not|epingl|envoi|envoy|attend|annul|valid|montr|relanc"
    r"|programm|publi|pass|invers|echang|marqu|ecri|di(?:s|tes)|ouvr|clo|ferm|prolong|arret|suspend|reprend"
    r"|sort|inscri|desinscri|choisi|pren)[a-z]{0,6}"
    r"|(?:remove|drop|delete|keep|postpone|merge|rename|title|add|put|move|send)"
)
_HEAD: Final = any_of(
    r"""titre | apercu | ok | oui | non | plutot | d'accord | surtout | merci de | c'est bon | pense a
    n'oublie pas | pour la \d"""
)
# After a comma or an "et": a verb of the table, or any word that takes one of the things as its object.
_OBJECT: Final = (
    r"(?!(?:avec|pour|dans|sous|vers|chez|que|qui|puis|comme|sauf|meme|aussi|entre|apres|avant|les|des)\b)"
    r"[a-z]{3,20}(?:-[a-z]{2,5})?[ ]"
    r"(?:(?:la|le|les)[ ](?:n°[ ]?)?(?:\d|derniere|premiere)|n°[ ]?\d|en[ ]tete\b)"
)
_AND: Final = r"\s{1,3}(?:et|puis|mais|and|then|but)"
_THEN: Final = r"(?:(?:puis|ensuite|aussi|enfin)\s{1,3})?"
_BREAK = Pattern(
    rf"""\s{{0,9}}\n\s{{0,9}} | \s?;\s{{1,9}} | [.!?…]{{1,9}}(?:\s{{1,9}}|$)
       | (?:\s?,(?:{_AND})?|{_AND})\s{{1,9}}{_THEN} (?=(?:{_VERB}|{_HEAD})(?!\w)|{_OBJECT})""",
    re.VERBOSE,
)
_MARKER = Pattern(rf"(?:[-•*–]|\d{{1,2}}[.)])\s{{1,9}}(?=(?:{_VERB}|{_HEAD})(?!\w))")
_VERDICT_FIRST = Pattern(r"\s{0,9}(?:oui|non|ok|okay|d'accord|parfait|c'est bon|vas-y)\s?(,)\s{1,9}")
_QUOTED: Final = r"«[^»]{0,4000}»|“[^”]{0,4000}”|\"[^\"\n]{0,4000}\""
# A colon that opens a text; not the one of "18:30" or of an address.
_TEXT: Final = r":(?=\s|$)"


def clauses(text: str) -> list[str]:
    """The instructions that one answer holds, in order.

    « enlève la 3, garde la 5 et ajoute en tête : bonjour, tous » is three.  What follows a colon, to
    the end of its line (of its paragraph where the colon ends the line), and what stands inside
    quotation marks is never cut.
    """
    found: list[str] = []
    start = 0
    for low, high in _breaks(text):
        found.append(text[start:low])
        start = high
    found.append(text[start:])
    stripped = [_without_marker(clause.strip()).rstrip(", ") for clause in found]
    return [clause for clause in stripped if re.search(r"\w|[👍👎✅❌]", clause)]


def _without_marker(clause: str) -> str:
    """Without the bullet or the list number, which must not be read as one of the things."""
    match = _MARKER.match(aligned(clause))
    return clause[match.end() :] if match else clause


def _breaks(text: str) -> list[tuple[int, int]]:
    """Where the text is cut: the start and end of each separator."""
    folded = aligned(text)
    breaks: list[tuple[int, int]] = []
    low = 0
    for start, end in [*_closed(text), (len(text), len(text))]:
        found = _BREAK.finditer(folded, low, start)
        breaks += [match.span() for match in found if not _of_a_number(folded, match)]
        low = end
    first = _VERDICT_FIRST.match(folded)
    if first and (not breaks or breaks[0][0] > first.start(1)):
        breaks.insert(0, (first.start(1), first.end()))
    return breaks


def _of_a_number(folded: str, match: re.Match[str]) -> bool:
    """Whether the full stop belongs to a list number ("1. enlève") or an abbreviation ("n. 3")."""
    if not match[0].startswith("."):
        return False
    before = folded[max(0, match.start() - 4) : match.start()]
    return re.search(r"(?:\A|\n)\s*\d{1,2}\Z|\bno?\Z", before) is not None


def _closed(text: str) -> list[tuple[int, int]]:
    """The stretches that are a person's text, not instructions, in order and apart."""
    stretches: list[tuple[int, int]] = []
    opening = Pattern(f"{_TEXT}|{_QUOTED}")
    position = 0
    while match := opening.search(text, position):
        position = match.end() if match[0] != ":" else _text_end(text, match.end())
        stretches.append((match.start(), position))
    return stretches


def _text_end(text: str, start: int) -> int:
    """Where a text opened by a colon ends: with its quotation, its line, or the paragraph under it."""
    quoted = Pattern(rf"\s{{0,9}}(?:{_QUOTED})").match(text, start)
    if quoted:
        return quoted.end()
    end = text.find("\n", start)
    if end < 0:
        return len(text)
    if text[start:end].strip():
        return end
    blank = text.find("\n\n", end + 1)
    return len(text) if blank < 0 else blank
