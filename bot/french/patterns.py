"""Regular expressions: compiled when they are first used, and made from tables of phrases."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator


class Pattern:
    """A regular expression that is compiled at its first use: importing this package stays quick."""

    def __init__(self, source: str, flags: int = 0) -> None:
        self.source, self.flags = source, flags

    @functools.cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(self.source, self.flags)

    def search(self, text: str, position: int = 0) -> re.Match[str] | None:
        """As ``re.Pattern.search``."""
        return self.compiled.search(text, position)

    def match(self, text: str, position: int = 0) -> re.Match[str] | None:
        """As ``re.Pattern.match``."""
        return self.compiled.match(text, position)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As ``re.Pattern.fullmatch``."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str, low: int = 0, high: int | None = None) -> Iterator[re.Match[str]]:
        """As ``re.Pattern.finditer``."""
        return self.compiled.finditer(text, low, len(text) if high is None else high)

    def findall(self, text: str) -> list[str]:
        """The text of each match."""
        if self.compiled.groups == 0:
            return self.compiled.findall(text)
        return [match[0] for match in self.compiled.finditer(text)]

    def split(self, text: str) -> list[str]:
        """The text between the matches."""
        return self.compiled.split(text)

    def sub(self, replacement: str | Callable[[re.Match[str]], str], text: str) -> str:
        """As ``re.Pattern.sub``."""
        return self.compiled.sub(replacement, text)


def any_of(table: str) -> str:
    """An expression that matches any phrase of a table (one or several a line, " | " between them).

    A line that ends in "|" goes on in the next: a phrase with long alternatives may be broken there.
    The phrases are small expressions over folded text; the space inside a phrase is any run of blanks,
    also where the result stands in a verbose expression.
    """
    phrases = [phrase.strip() for line in _lines(table) for phrase in line.split(" | ")]
    return "(?:" + _blanks("|".join(filter(None, phrases))) + ")"


# These run at import, for each table: without regular expressions, which would be compiled for that alone.
def _lines(table: str) -> Iterator[str]:
    """The lines of a table, each with those that it goes on in."""
    begun = ""
    for line in table.splitlines():
        begun += line.lstrip() if begun else line
        if not begun.endswith("|"):
            yield begun
            begun = ""
    yield begun


def _blanks(phrase: str) -> str:
    """The phrases with each space written as a run of blanks; "a ?b" may have none, "[ ]" is left."""
    kept = phrase.replace("[ ", "[\0").replace(" ?", "[\0]{0,3}").replace(" ", "[\0]{1,3}")
    return kept.replace("\0", " ")


def words_of(table: str) -> Pattern:
    """An ``any_of`` that only matches whole words."""
    return Pattern(rf"(?<!\w){any_of(table)}(?!\w)")


def names(listed: str) -> frozenset[str]:
    """A set of the words in a text."""
    return frozenset(listed.split())
