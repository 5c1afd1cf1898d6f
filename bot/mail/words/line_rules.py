"""How rules see a line: at most 500 characters, folded; and whether it is quoted."""

from __future__ import annotations

import re

from bot.mail.fold import fold

MAX_LINE = 500


def plain(line: str) -> str:
    """A line as the rules see it."""
    return fold(line[:MAX_LINE]).strip()


_QUOTE = re.compile(r"[ \t\ufeff\u200b]{0,3}>(?!From )").match


def is_quoted(line: str) -> bool:
    """``> …`` as written; but ``>From`` is how mailboxes store a line of one's own."""
    return bool(_QUOTE(line))


_MARKS = re.compile(r"[ \t\ufeff\u200b]{0,3}(?:>[ \t]?)*").match


def unquoted(line: str) -> str:
    """A line without its ``>``."""
    marks = _MARKS(line)
    return line[marks.end() :].strip() if marks else line.strip()
