"""The HTML of messages (``org.matrix.custom.html``): as text, and whom its pills name.

Tags are found by a pattern, not by ``html.parser``: that one raises on some declarations and takes
quadratic time on others, and whoever is in a room can send either.
"""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

_TAG = re.compile(r"<!--[^<>]*-->|<(/?)([a-zA-Z][a-zA-Z0-9-]*+)([^<>]*+)>")
_PARAGRAPHS = frozenset(("p", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"))
_BREAKING = _PARAGRAPHS | {"caption", "details", "dd", "div", "dl", "dt", "hr", "li", "summary", "tr"}
_UNREAD = frozenset(("mx-reply", "script", "style", "head", "title"))
_PLAIN = frozenset(("p", "br", "div", "span"))
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_PERMALINK = re.compile(r"(?:https?://matrix\.to/#/|matrix:u/)([^?/\s]+)", re.IGNORECASE)


def unescape(source: str) -> str:
    """Character references become characters; absurd numbers, which ``html.unescape`` refuses, a sign."""
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", source))


def tokens(source: str) -> list[str]:
    """Tags and the texts between them, in order; together they are the source."""
    found, end = [], 0
    for match in _TAG.finditer(source):
        if match.start() > end:
            found.append(source[end : match.start()])
        found.append(match[0])
        end = match.end()
    if end < len(source):
        found.append(source[end:])
    return found


def tag(token: str) -> tuple[str, bool] | None:
    """The lower-case name of a tag, and whether it closes; None for text.  Comments have no name."""
    match = _TAG.fullmatch(token)
    return ((match[2] or "").lower(), bool(match[1])) if match else None


def to_text(source: str) -> str:
    """What a person reads: block tags and ``br`` break lines, ``li`` gives "- ", quoted replies are gone."""
    writer = _Writer()
    for token in tokens(source):
        writer.take(token)
    return writer.text()


def says_more(source: str, text: str) -> bool:
    """Whether HTML shows anything that its text does not: emphasis, lists, links, other words."""
    marks = (tag(token) for token in tokens(source))
    if any(mark and mark[0] not in _PLAIN for mark in marks):
        return True
    return to_text(source).split() != text.split()


def pills(source: str) -> list[tuple[str, str]]:
    """(user id, shown name) of each link to a person (matrix.to, or the URI scheme ``matrix:u/``)."""
    found: list[tuple[str, str]] = []
    person: str | None = None
    shown: list[str] = []
    for token in tokens(source):
        mark = tag(token)
        if mark is None:
            shown.append(token)
        elif mark == ("a", False):
            person, shown = linked_person(token), []
        elif mark == ("a", True) and person:
            found.append((person, unescape("".join(shown)).strip()))
            person = None
    return found


def linked_person(anchor: str) -> str | None:
    """The user id that a link's opening tag leads to, if to any."""
    href = _HREF.search(anchor)
    return person_of(unescape(href[1] or href[2] or href[3] or "")) if href else None


def person_of(address: str) -> str | None:
    """The user id in a permalink (client-server API, "matrix.to navigation" and "Matrix URI scheme")."""
    match = _PERMALINK.match(address)
    if not match:
        return None
    person = unquote(match[1])
    if address.lower().startswith("matrix:"):
        return f"@{person}"
    return person if person.startswith("@") else None


class _Writer:
    """Text as it grows, tag by tag."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._unread: str | None = None  # the tag whose end we wait for
        self._kept = 0  # depth of <pre>: spaces stay
        self._breaks = 0  # line breaks due before the next word
        self._prefix = ""
        self._space = False

    def take(self, token: str) -> None:
        mark = tag(token)
        if self._unread:
            if mark == (self._unread, True):
                self._unread = None
        elif mark is None:
            self._write(unescape(token))
        else:
            self._mark(*mark)

    def text(self) -> str:
        return "".join(self._parts).strip()

    def _mark(self, name: str, closes: bool) -> None:
        if name in _UNREAD and not closes:
            self._unread = name
        elif name == "br":
            self._breaks += 1
        elif name in _BREAKING:
            self._breaks = max(self._breaks, 2 if name in _PARAGRAPHS and closes else 1)
            self._space = False
            self._prefix = "- " if name == "li" and not closes else "" if name == "li" else self._prefix
        elif name in ("td", "th"):
            self._space = True
        if name == "pre":
            self._kept = max(0, self._kept + (-1 if closes else 1))

    def _write(self, words: str) -> None:
        if self._kept:
            self._put(words)
            return
        words = _SPACES.sub(" ", words)
        if words.startswith(" "):
            self._space, words = True, words[1:]
        if words:
            ends = words.endswith(" ")
            self._put(words.rstrip(" "))
            self._space = ends

    def _put(self, words: str) -> None:
        if self._breaks and self._parts:
            self._parts.append("\n" * min(self._breaks, 2))
        elif self._space and self._parts:
            self._parts.append(" ")
        self._parts.append(self._prefix + words)
        self._breaks, self._space, self._prefix = 0, False, ""
