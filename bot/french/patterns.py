"""Tables of phrases made into regular expressions."""

from __future__ import annotations

import re


def any_of(table: str) -> str:
    """An expression that matches any phrase of a table (one or several a line, " | " between them).

    A line that ends in "|" goes on in the next: a phrase with long alternatives may be broken there.
    The phrases are small expressions over folded text; the space inside a phrase is any run of blanks,
    also where the result stands in a verbose expression.
    """
    table = re.sub(r"(?<=[^ ])\|\n\s*", "|", table)
    phrases = [phrase.strip() for line in table.splitlines() for phrase in line.split(" | ")]
    return "(?:" + "|".join(re.sub(r"(?<!\[)\s", r"[ ]{1,3}", phrase) for phrase in phrases if phrase) + ")"


def words_of(table: str) -> re.Pattern[str]:
    """A compiled ``any_of`` that only matches whole words."""
    return re.compile(rf"(?<!\w){any_of(table)}(?!\w)")


def names(listed: str) -> frozenset[str]:
    """A set of the words in a text."""
    return frozenset(listed.split())
