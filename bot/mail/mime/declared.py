"""What an HTML mail declares of itself: many clients put a name on the element that holds the signature."""

from __future__ import annotations

import re

from bot.mail.mime.html import to_text

MAX_SIGNATURE = 20_000  # characters of HTML; a logo may stand in it as data
MAX_ELEMENTS = 3

_OPENS = re.compile(
    r"<(div|table|td|span|p|pre|section)\b[^<>]{0,400}?\b(?:id|class|name|data-smartmail|data-marker)"
    r"\s?=\s?[\"']?[^\"'<>]{0,80}(?:signature|_rc_sig|__sig_)[^<>]{0,400}>",
    re.IGNORECASE,
)
_NAMES = ("signature", "_rc_sig", "__sig_")


def signature_lines(source: str) -> list[str]:
    """The lines that stand in elements which call themselves a signature; a quoted mail's own too."""
    lowered = source.lower()
    if not any(name in lowered for name in _NAMES):
        return []
    lines: list[str] = []
    for found in list(_OPENS.finditer(source))[:MAX_ELEMENTS]:
        start = found.end()
        end = _end_of(lowered, found[1].lower(), start, min(len(source), start + MAX_SIGNATURE))
        lines += to_text(source[start:end]).split("\n")
    return [line for line in lines if line.strip()]


def _end_of(lowered: str, tag: str, start: int, limit: int) -> int:
    """Where the element that was opened before ``start`` closes, or ``limit``."""
    depth = 1
    for found in re.finditer(rf"<(/?){tag}\b", lowered[start:limit]):
        depth += -1 if found[1] else 1
        if depth == 0:
            return start + found.start()
    return limit
