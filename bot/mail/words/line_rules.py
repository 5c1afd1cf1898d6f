"""How rules see a line: at most 500 characters, folded; and whether it is quoted."""

from __future__ import annotations

import re

from bot.mail.fold import phrases

MAX_LINE = 500


def plain_lines(folded: str) -> list[str]:
    """The lines of a folded text as the rules see them."""
    lines = folded.split("\n")
    if max(map(len, lines)) > MAX_LINE:
        lines = [line[:MAX_LINE] for line in lines]
    return list(map(str.strip, lines))


_QUOTE = re.compile(r"[ \t\ufeff\u200b]{0,3}>(?!From )").match
# What a few clients write in its place: a bar, or the initials of who is quoted.
_OTHER_MARK = re.compile(r"([|:}%]|[A-Z][A-Za-z]{0,11}>)(?:\s|$)").match


def is_quoted(line: str) -> bool:
    """``> …`` as written; but ``>From`` is how mailboxes store a line of one's own."""
    return bool(_QUOTE(line))


_SUPERCITE = re.compile(r">{2,8} \"[^\"]{1,20}\" == ").match
_INITIALS = re.compile(r"[A-Za-z]{1,12}>+(?:\s|$)").match


def opens_supercite(line: str) -> bool:
    """``>>>>> "AB" == Alice writes:`` above lines behind ``AB>``."""
    return bool(_SUPERCITE(line))


def initials(line: str) -> bool:
    """Whether a line stands behind ``AB>``."""
    return bool(_INITIALS(line))


def depth(line: str) -> int:
    """How many ``>`` stand before a line."""
    marks = _MARKS(line)
    return marks[0].count(">") if marks else 0


def other_mark(line: str) -> str:
    """``|`` or ``AB>`` at the start of a line, which may mark quotations; or nothing."""
    found = _OTHER_MARK(line)
    return found[1] if found else ""


_MIDDLE = re.compile(
    r"[\s>']"
    + phrases(
        *("d[eu]s?", "l[ea]s?", "une?", "aux?", "en", "et", "ou", "pour", "par", "sur", "dans", "avec"),
        *("sans", "que", "qui", "dont", "s[aeou]n", "s[ae]s?", "c[e']s?", "cette", "[nv]otre", "[nv]os"),
        *("mais", "comme", "entre", "chez", "sous", "est", "sont", "ne", "se", "tres", "plus"),
        *("the", "an?", "of", "to", "and", "or", "in", "at", "for", "with", "that", "by", "from"),
        *("is", "are", "be", "your", "our", "this", "not"),
    )
    + "$"
).search


_LIKELY_MIDDLE = re.compile(
    r"\b(?:avant|apres|pendant|depuis|vers|contre|selon|juste|nous|vous|ils|elles|peut|doit|have|has|will|can)$"
).search


def ends_likely_in_the_middle(line: str) -> bool:
    """Whether it ends with a word that others mostly follow: « juste avant »."""
    return bool(_LIKELY_MIDDLE(line))


def ends_in_the_middle(line: str) -> bool:
    """Whether a plain line ends with a word that another must follow: « pour la »."""
    return bool(_MIDDLE(line))


_MARKS = re.compile(r"[ \t\ufeff\u200b]{0,3}(?:>[ \t]?)*").match
_ONE_MARK = re.compile(r"[ \t\ufeff\u200b]{0,3}>[ \t]?").match


def unquoted(line: str, *, levels: int = 0) -> str:
    """A line without its ``>``, or without the first of them if ``levels`` is 1."""
    marks = _ONE_MARK(line) if levels == 1 else _MARKS(line)
    rest = line[marks.end() :] if marks else line
    return rest if levels == 1 else rest.strip()
