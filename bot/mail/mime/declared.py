"""What an HTML mail declares of itself: many clients name the element that holds a signature or a quote."""

from __future__ import annotations

import re

from bot.mail.mime.html import Writer, to_text, write

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


_QUOTE = re.compile(r"(?:class|id)\s?=\s?[\"']?[^\"'<>]{0,60}(?:yahoo_quoted|gmail_quote|protonmail_quote)")
_QUOTES = ("yahoo_quoted", "gmail_quote", "protonmail_quote")


def lines_below_quote(source: str) -> list[str]:
    """The lines that stand below the element of a quote and at its level, hence are no part of it.

    Where somebody answers inside, some editors close it there and put the rest of it, deeper, below.
    """
    if not any(name in source for name in _QUOTES):
        return []
    writer = _Levels()
    write(source, writer)
    writer.result()
    return writer.found


class _Levels(Writer):
    """Writes as ever, and counts how deep each line stands."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._depth = 0
        self._quote: int | None = None  # the depth of the quote's element, once it is open
        self._closed = False

    def open(self, tag: str, source: str) -> None:
        super().open(tag, source)
        if tag == "div":
            self._depth += 1
            if self._quote is None and _QUOTE.search(source):
                self._quote = self._depth

    def close(self, tag: str) -> None:
        super().close(tag)
        if tag == "div":
            self._closed = self._closed or self._depth == self._quote
            self._depth -= 1

    def break_line(self, *, force: bool = False) -> None:
        text = "".join(self.line).strip()
        if text and self._closed and self._quote is not None and self._depth <= self._quote:
            self.found.append(text)
        super().break_line(force=force)
