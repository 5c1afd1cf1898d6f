"""Line by line: what the author wrote here, and what they only carried along."""

from __future__ import annotations

from dataclasses import dataclass

from bot.mail.words.endings import mark_disclaimers, mark_footer, mark_manners, mark_signatures
from bot.mail.words.quotations import mark_quotes
from bot.mail.words.sheet import LineKind as LineKind
from bot.mail.words.sheet import Sheet

MAX_LINES = 12_000


_TEXT = frozenset({LineKind.OWN, LineKind.GREETING, LineKind.CLOSING, LineKind.FORWARDED})
_QUOTE = frozenset({LineKind.QUOTED, LineKind.ATTRIBUTION})
_SIGNATURE = frozenset({LineKind.SIGNATURE, LineKind.DEVICE})


@dataclass(frozen=True)
class OwnWords:
    """A text taken apart; ``truncated`` when it had more lines than are looked at."""

    text: str
    quoted: str
    signature: str
    truncated: bool = False


def split(text: str, *, forward: bool = False, list_name: str = "") -> OwnWords:
    """Take a text apart.

    ``forward``: the subject says that it passes a mail on (TR, Fwd).  ``list_name``: the list that
    distributed it ("reseau"), hence may have added a footer.
    """
    lines = text.split("\n")
    truncated = len(lines) > MAX_LINES
    kinds = classify(lines[:MAX_LINES], forward=forward, list_name=list_name)
    return OwnWords(
        _join(lines, kinds, _TEXT), _join(lines, kinds, _QUOTE), _join(lines, kinds, _SIGNATURE), truncated
    )


def _join(lines: list[str], kinds: list[LineKind], wanted: frozenset[LineKind]) -> str:
    """The lines of these kinds; blank lines at the ends left out, several in a row made one."""
    kept: list[str] = []
    for line, kind in zip(lines, kinds, strict=False):
        if kind in wanted:
            line = line.rstrip()
            if line or (kept and kept[-1]):
                kept.append(line)
    return "\n".join(kept).strip("\n\ufeff")


def classify(lines: list[str], *, forward: bool = False, list_name: str = "") -> list[LineKind]:
    """What each line is."""
    sheet = Sheet(lines)
    end = mark_footer(sheet, list_name.lower())
    mark_quotes(sheet, end, forward)
    mark_signatures(sheet, end)
    mark_disclaimers(sheet)
    mark_manners(sheet)
    return sheet.kinds
