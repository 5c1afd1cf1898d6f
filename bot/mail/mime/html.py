"""HTML to text that keeps links, lists and quotes.

A scanner of our own, from one ``<`` to the next: the standard parser of Python 3.11 takes
quadratic time on unclosed tags and comments, which any stranger can send.
"""

from __future__ import annotations

import html as entities
import re

MAX_QUOTE_DEPTH = 8
MAX_TAG = 4_000

_MARKUP = re.compile(r"<(?=[!?]|/?[a-zA-Z])").search
_TAG_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:]{0,30})").match
_SPACES = re.compile(r"[ \t\n\r\f]+")
_HREF = re.compile(
    r"""(?<![\w-])href\s{0,5}=\s{0,5}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'>]{1,2000}))""", re.I
)
_INDENT = re.compile(r"""style\s{0,5}=\s{0,5}["']\s{0,5}margin:\s?0(?:px)? 0(?:px)? 0(?:px)? 40px""", re.I)
_SKIPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "o:p"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "hr", "pre"})
_BLOCKS = frozenset(
    {"div", "tr", "dt", "dd", "section", "article", "header", "footer", "address", "center", "form"}
)


def to_text(source: str) -> str:
    """The text of an HTML document or fragment.  Links stand as ``words <address>``, quotes behind ``> ``."""
    writer = Writer()
    write(source, writer)
    return writer.result()


def write(source: str, writer: Writer) -> None:
    """Hand an HTML document over, piece by piece."""
    at, end = 0, len(source)
    while at < end:
        found = _MARKUP(source, at)
        opening = found.start() if found else end
        if opening > at:
            writer.words(source[at:opening])
        at = _markup(source, opening, writer) if found else end


def _markup(source: str, opening: int, writer: Writer) -> int:
    """Deal with what starts at a ``<``; returns where to go on."""
    name = _TAG_NAME(source, opening + 1)
    if name is None:
        return _declaration(source, opening, writer)
    closing = _end_of_tag(source, opening)
    if closing < 0:
        return len(source)
    tag = name[1].lower()
    if source[opening + 1] == "/":
        writer.close(tag)
        return closing + 1
    if tag in _SKIPPED and source[closing - 1] != "/":
        return _after(source, tag, closing + 1, writer)
    writer.open(tag, source[opening + 1 : min(closing, opening + MAX_TAG)])
    return closing + 1


def _declaration(source: str, opening: int, writer: Writer) -> int:
    """Behind ``<!-- … -->``, ``<! … >`` or ``<? … >``."""
    if source.startswith("<!--", opening):
        # Never closed: browsers hide the rest; a mail should rather show it.
        closing = writer.find(source, "-->", opening + 4)
        return closing + 3 if closing >= 0 else opening + 4
    closing = source.find(">", opening)
    return closing + 1 if closing >= 0 else len(source)


def _end_of_tag(source: str, opening: int) -> int:
    """The ``>`` that ends a tag; one inside a quoted value does not, within reason."""
    closing = source.find(">", opening)
    for _ in range(3):
        if closing < 0 or source.count('"', opening, closing) % 2 == 0:
            break
        longer = source.find(">", closing + 1)
        if longer < 0 or longer - opening > MAX_TAG:
            break
        closing = longer
    return closing


def _after(source: str, tag: str, start: int, writer: Writer) -> int:
    """Behind the closing tag of an element that is not shown."""
    closing = writer.find(source, f"</{tag}", start)
    if closing < 0:
        closing = writer.find(source, f"</{tag.upper()}", start)
    if closing < 0:
        # An unclosed <head> or <o:p> must not hide the mail; an unclosed <script> may.
        return len(source) if tag in ("script", "style") else start
    end = source.find(">", closing)
    return end + 1 if end >= 0 else len(source)


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    try:
        return entities.unescape(text)
    except ValueError:  # a character reference of thousands of digits
        return text


class Writer:
    """Collects lines, each with the depth of quotation that it stands in."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.blockquotes: list[bool] = []
        self.lists: list[int] = []  # 0: bullets; otherwise the next number
        self.link: tuple[str, int] | None = None
        self.preformatted = 0
        self.absent: set[str] = set()

    def find(self, source: str, mark: str, start: int) -> int:
        """``source.find``, which looks to the end only once for what is not there."""
        if mark in self.absent:
            return -1
        found = source.find(mark, start)
        if found < 0:
            self.absent.add(mark)
        return found

    def words(self, source: str) -> None:
        text = _unescape(source)
        if self.preformatted:
            first, *rest = text.split("\n")
            self.line.append(first)
            for line in rest:
                self.break_line(force=True)
                self.line.append(line)
            return
        text = _SPACES.sub(" ", text)
        if text == " " and not self.line:
            return
        if text.startswith(" ") and (not self.line or self.line[-1].endswith(" ")):
            text = text[1:]
        if text:
            self.line.append(text)

    def break_line(self, *, force: bool = False) -> None:
        text = "".join(self.line).rstrip(" ")
        if text or force:
            self.lines.append("> " * self.quotes + text if text else ("> " * self.quotes).rstrip())
        self.line.clear()

    def blank_line(self) -> None:
        self.break_line()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * self.quotes).rstrip())

    def open(self, tag: str, source: str) -> None:
        if tag == "br":
            self.break_line(force=True)
        elif tag == "a":
            match = _HREF.search(source)
            target = (match[1] or match[2] or match[3] or "") if match else ""
            self.link = (_unescape(target).strip(), len(self.line))
        elif tag == "li":
            self.break_line()
            self.line.append(self._bullet())
        elif tag in ("td", "th"):
            if self.line and not self.line[-1].endswith(" "):
                self.line.append(" ")
        elif tag == "blockquote":
            self.blank_line()
            quoting = not _INDENT.search(source)
            self.blockquotes.append(quoting)
            self.quotes = min(self.quotes + quoting, MAX_QUOTE_DEPTH)
        elif tag in _PARAGRAPHS:
            if tag in ("ul", "ol"):
                self.break_line()
                self.lists.append(1 if tag == "ol" else 0)
            else:
                self.blank_line()
            self.preformatted += tag == "pre"
        elif tag in _BLOCKS:
            self.break_line()

    def close(self, tag: str) -> None:
        if tag == "a" and self.link:
            self._close_link(*self.link)
            self.link = None
        elif tag == "blockquote":
            self.break_line()
            if self.blockquotes and self.blockquotes.pop():
                self.quotes = max(0, self.quotes - 1)
            self.lines.append(("> " * self.quotes).rstrip())
        elif tag in ("ul", "ol"):
            self.break_line()
            if self.lists:
                self.lists.pop()
            if not self.lists:
                self.blank_line()
        elif tag in _PARAGRAPHS:
            self.blank_line()
            self.preformatted = max(0, self.preformatted - (tag == "pre"))
        elif tag in _BLOCKS or tag == "li":
            self.break_line()

    def _bullet(self) -> str:
        indent = "  " * min(max(0, len(self.lists) - 1), 6)
        if self.lists and self.lists[-1]:
            self.lists[-1] += 1
            return f"{indent}{self.lists[-1] - 1}. "
        return f"{indent}- "

    def _close_link(self, target: str, start: int) -> None:
        start = start if start <= len(self.line) else 0  # the link began on an earlier line
        spoken = "".join(self.line[start:]).strip()
        if target.lower().startswith(("http://", "https://")):
            if not spoken:
                return
            if spoken.rstrip("/") not in (target.rstrip("/"), target.partition("://")[2].rstrip("/")):
                self.line.append(f" <{target}>")
            elif "://" not in spoken:
                del self.line[start:]
                self.line.append(target)

    def result(self) -> str:
        self.break_line()
        return "\n".join(self.lines).strip("\n")
