"""Plain text as a mail carries it: lines that fit, each link in one piece."""

from __future__ import annotations

import re
import textwrap

from bot.render import LINK

WIDTH = 76  # RFC 5322 §2.1.1 wants lines of at most 78 characters
BEGINNING = re.compile(r"\s*(?:- )?")


def wrapped(text: str) -> str:
    """The text with its lines broken between words; what goes on is indented as its line was.

    No-break spaces hold.  What is longer than a line (an address) stays whole, on a line of its own.
    """
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    begins = BEGINNING.match(line)
    indent = " " * len(begins[0]) if begins else ""
    words = line[len(indent) :].split(" ")
    if len(words) > 1 and LINK.fullmatch(words[-1]):
        return f"{_filled(' '.join(words[:-1]), line[: len(indent)], indent)}\n{indent}{words[-1]}"
    return _filled(line[len(indent) :], line[: len(indent)], indent)


def _filled(text: str, first: str, indent: str) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
