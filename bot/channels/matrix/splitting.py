"""Long messages in several: cut at ends of paragraphs, in text and in HTML that stays valid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.channels.matrix import markup

_VOID = frozenset(("br", "hr", "img", "wbr"))
_ENDS = frozenset(
    ("p", "li", "tr", "div", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table")
)
_SEPARATORS = ("\n\n", "\n", " ")
_LEAST = 1_000  # bytes that any piece may take, however much stands around it
_WORD = re.compile(r"\S++\s*+|\s++")
_START = re.compile(r"\bstart\s*=\s*[\"']?([0-9]{1,9})", re.IGNORECASE)
_CHARACTER = re.compile(r"&[#a-zA-Z0-9]{1,40};|.", re.DOTALL)


def split(text: str, html: str, room: int) -> list[tuple[str, str]]:
    """(text, HTML) of each piece, none above ``room`` bytes of ASCII JSON; at least one piece.

    What fits stays as it is.  With HTML each piece's text is made of its HTML, so that both say the same.
    """
    room = max(room, _LEAST)
    if cost(text) + cost(html) <= room:
        return [(text, html)]
    if not html:
        return [(part, "") for part in _split_text(text, room)]
    return [(markup.to_text(part), part) for part in _split_html(html, room)]


def cost(words: str) -> int:
    """Bytes of a text inside a JSON string in ASCII."""
    return len(json.dumps(words)) - 2


def _split_text(text: str, room: int, separators: tuple[str, ...] = _SEPARATORS) -> list[str]:
    """Pieces as long as fits, cut at paragraphs, else at lines, else at spaces, else anywhere."""
    if cost(text) <= room:
        return [text] if text.strip() else []
    if not separators:
        return _split_anywhere(text, room)
    separator, finer = separators[0], separators[1:]
    pieces: list[str] = []
    held: list[str] = []
    held_cost = 0
    for part in text.split(separator):
        part_cost = cost(part) + cost(separator)
        if held and held_cost + part_cost > room:
            pieces.append(separator.join(held))
            held, held_cost = [], 0
        if part_cost > room:
            *whole, part = _split_text(part, room, finer) or [""]
            pieces.extend(whole)
            part_cost = cost(part) + cost(separator)
        held.append(part)
        held_cost += part_cost
    pieces.append(separator.join(held))
    return [piece.strip("\n") for piece in pieces if piece.strip()]


def _split_anywhere(text: str, room: int) -> list[str]:
    """Pieces of a text without a space.  A character reference is not torn."""
    pieces: list[str] = []
    held: list[str] = []
    held_cost = 0
    for match in _CHARACTER.finditer(text):
        each = cost(match[0])
        if held and held_cost + each > room:
            pieces.append("".join(held))
            held, held_cost = [], 0
        held.append(match[0])
        held_cost += each
    return [*pieces, "".join(held)]


def _chunks(text: str, most: int) -> Iterator[str]:
    """The text in parts that cost at most ``most``, cut between words where there are any."""
    held: list[str] = []
    held_cost = 0
    for match in _WORD.finditer(text):
        for part in [match[0]] if cost(match[0]) <= most else _split_anywhere(match[0], most):
            part_cost = cost(part)
            if held and held_cost + part_cost > most:
                yield "".join(held)
                held, held_cost = [], 0
            held.append(part)
            held_cost += part_cost
    if held:
        yield "".join(held)


@dataclass(frozen=True)
class _Open:
    """A tag that is open, as it was written, and how many items its list has had."""

    name: str
    token: str
    items: int = 0

    def again(self, inside: bool) -> str:
        """The tag that goes on in the next piece: a numbered list with its next number.

        ``inside``: the cut is inside an item, which keeps its number.
        """
        if self.name != "ol":
            return self.token
        first = _START.search(self.token)
        return f'<ol start="{(int(first[1]) if first else 1) + self.items - inside}">'


def _split_html(html: str, room: int) -> list[str]:
    """Pieces that each close what they open; what was open goes on in the next."""
    pieces: list[str] = []
    stack: tuple[_Open, ...] = ()
    before = ""  # what was open already when the piece at hand began
    held: list[str] = []
    held_cost = 0
    for block, after in _blocks(html, room // 4):
        block_cost = cost(block) + cost(markup.to_text(block)) + 8  # its bullet and line breaks
        around = 2 * cost(before) + 2 * sum(len(each.name) + 3 for each in after)
        if held and held_cost + block_cost + around > room:
            pieces.append(before + "".join(held) + _closing(stack))
            before, held, held_cost = _opening(stack), [], 0
        held.append(block)
        held_cost += block_cost
        stack = after
    pieces.append(before + "".join(held) + _closing(stack))
    return [piece for piece in pieces if markup.to_text(piece)]


def _opening(stack: Sequence[_Open]) -> str:
    return "".join(
        each.again(inside=any(inner.name == "li" for inner in stack[index:]))
        for index, each in enumerate(stack)
    )


def _closing(stack: Sequence[_Open]) -> str:
    return "".join(f"</{each.name}>" for each in reversed(stack))


def _blocks(html: str, most: int) -> Iterator[tuple[str, tuple[_Open, ...]]]:
    """The smallest parts after which a cut may come, each with the tags that are open behind it."""
    stack: tuple[_Open, ...] = ()
    held: list[str] = []
    held_cost = 0
    for token in markup.tokens(html):
        mark = markup.tag(token)
        for part in [token] if mark else _chunks(token, most):
            if held and held_cost + cost(part) > most:
                yield "".join(held), stack
                held, held_cost = [], 0
            held.append(part)
            held_cost += cost(part)
        if mark:
            stack = _after(stack, token, *mark)
        if mark and ((mark[1] and mark[0] in _ENDS) or mark[0] == "br"):
            yield "".join(held), stack
            held, held_cost = [], 0
    if held:
        yield "".join(held), stack


def _after(stack: tuple[_Open, ...], token: str, name: str, closes: bool) -> tuple[_Open, ...]:
    """What is open after a tag.  An end without its beginning closes nothing."""
    if not closes and name and name not in _VOID:
        if name == "li" and stack and stack[-1].name == "ol":
            stack = (*stack[:-1], replace(stack[-1], items=stack[-1].items + 1))
        return (*stack, _Open(name, token))
    for index in range(len(stack) - 1, -1, -1):
        if closes and stack[index].name == name:
            return stack[:index]
    return stack
