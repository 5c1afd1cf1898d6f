"""Words of people whom nobody knows, made fit to show: nothing in them links, formats or calls anybody."""

from __future__ import annotations

import re
import unicodedata

MOST_LINES = 40

# What begins or ends a link, code, an image, raw HTML or emphasis in Markdown, and what looks like it.
_LIKE = str.maketrans(
    {
        "[": "(",
        "]": ")",
        "<": "‹",
        ">": "›",
        "`": "'",
        "*": "·",
        "\\": "/",
        "|": "/",
        "~": "-",
        "&": "+",
    }
)
_DOMAIN_DOT = re.compile(r"(?<=[^\W_])[.。．｡](?=[^\W\d_]{2})")
_SCHEME = re.compile(r"(?<=[^\W_]):(?=\S)")
_CALL = re.compile(r"@(?=(?:room|here|all|channel)\b)", re.IGNORECASE)
_UNDERSCORES = re.compile(r"_{2,}|(?<!\w)_|_(?!\w)")
_RULE = re.compile(r"[\s=_·+-]*").fullmatch
_OPENING = re.compile(r"^(?:[#=+-]+|\d{1,9}[.)])(?=\s|$)")


def line(text: str, most: int) -> str:
    """One line of at most ``most`` characters."""
    shown = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text[: 4 * most])
    shown = " ".join(shown.translate(_LIKE).split())
    shown = _UNDERSCORES.sub(" ", shown).replace("//", "/ /")
    shown = _CALL.sub("@ ", _SCHEME.sub(": ", _DOMAIN_DOT.sub("(.)", shown)))
    shown = " ".join(_OPENING.sub("", shown).split())
    if _RULE(shown):
        return ""
    return shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"


def lines(text: str, most: int) -> list[str]:
    """The lines that say something, at most ``MOST_LINES``, each of at most ``most`` characters."""
    shown = (line(one, most) for one in text.splitlines()[: 4 * MOST_LINES])
    return [one for one in shown if one][:MOST_LINES]


def address(text: str, most: int = 80) -> str:
    """An address, with « ? » for what would link or format, or only looks like one of our letters."""
    shown = "".join(char if _plain(char) else "?" for char in text[: 4 * most])
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _plain(char: str) -> bool:
    """Whether a character is what it looks like to people who write French."""
    if char.isascii():
        return char.isprintable() and char not in "`<>[]()\\|*: "
    return char.isalpha() and unicodedata.name(char, "").startswith("LATIN ")
