"""Long messages in several: cut at ends of paragraphs, in text and in HTML that stays valid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.channels.matrix import markup

_VOID = frozenset(("br", "hr", "img", "wbr"))
_ENDS = frozenset(
    ("p", "li", "tr", "div", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table")
)
_SEPARATORS = ("\n\n", "\n", " ")
_LEAST = 1_000  # bytes that any piece may take, however much stands around it
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


@dataclass(frozen=True)
class _Open:
    """A tag that is open: its name, and how it was written."""

    name: str
    token: str


def _split_html(html: str, room: int) -> list[str]:
    """Pieces that each close what they open; what was open goes on in the next."""
    pieces: list[str] = []
    stack: list[_Open] = []
    opened: list[_Open] = []  # what the piece at hand began with
    held: list[str] = []
    held_cost = 0
    for block, after in _blocks(html, room // 4):
        block_cost = 2 * cost(block)  # in its HTML, and at most as much in its text
        around = 2 * sum(cost(each.token) + len(each.name) + 3 for each in (*opened, *after))
        if held and held_cost + block_cost + around > room:
            pieces.append(_closed(opened, held, stack))
            opened, held, held_cost = stack, [], 0
        held.append(block)
        held_cost += block_cost
        stack = after
    if held:
        pieces.append(_closed(opened, held, stack))
    return [piece for piece in pieces if markup.to_text(piece)] or [""]


def _closed(opened: list[_Open], held: list[str], stack: list[_Open]) -> str:
    before = "".join(each.token for each in opened)
    return before + "".join(held) + "".join(f"</{each.name}>" for each in reversed(stack))


def _blocks(html: str, most: int) -> Iterator[tuple[str, list[_Open]]]:
    """The smallest parts after which a cut may come, each with the tags that are open behind it."""
    stack: list[_Open] = []
    held: list[str] = []
    for token in markup.tokens(html):
        mark = markup.tag(token)
        if mark is None:
            if cost(token) <= most:
                held.append(token)
                continue
            for part in _split_text(token, most, (" ",)):
                yield "".join((*held, part, " ")), list(stack)
                held = []
            continue
        name, closes = mark
        held.append(token)
        if closes:
            _close(stack, name)
        elif name and name not in _VOID:
            stack.append(_Open(name, token))
        if (closes and name in _ENDS) or name == "br":
            yield "".join(held), list(stack)
            held = []
    if held:
        yield "".join(held), list(stack)


def _close(stack: list[_Open], name: str) -> None:
    """Take off the innermost open tag of that name, and what is open inside it."""
    for index in range(len(stack) - 1, -1, -1):
        if stack[index].name == name:
            del stack[index:]
            return
