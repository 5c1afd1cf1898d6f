"""A mail made of another: something said before it, or after it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.outbox import Content
from bot.render import Rendered

BEGINS = re.compile(r"<main\b[^>]*>|<body\b[^>]*>")
ENDS = re.compile(r"</main>|</body>")


def headed(content: Content, said: Rendered) -> Content:
    """The mail with ``said`` before it."""
    html = _put(content.html, max(BEGINS.finditer(content.html), key=_end, default=None), said.html, True)
    return replace(content, text=f"{said.text}\n\n{content.text}", html=html)


def footed(content: Content, said: Rendered) -> Content:
    """The mail with ``said`` below it."""
    html = _put(content.html, next(ENDS.finditer(content.html), None), said.html, False)
    return replace(content, text=f"{content.text.rstrip()}\n\n{said.text}\n", html=html)


def _end(match: re.Match[str]) -> int:
    return match.end()


def _put(page: str, where: re.Match[str] | None, piece: str, after: bool) -> str:
    if where is None:
        return page
    at = where.end() if after else where.start()
    return f"{page[:at]}{piece}{page[at:]}"
