"""Families of phrases: one pattern for the many ways in which programs say one thing."""

from __future__ import annotations

import re
from itertools import pairwise

from bot.mail.fold import fold


def family(*alternatives: str) -> re.Pattern[str]:
    """One pattern for the phrases of a family, to be searched in folded text.

    A space stands for any white space, since texts are wrapped, and ``~`` for some words of one sentence.
    The engine passes over a branch at once when its first letter is another one: so no branch may begin
    with a group, and the boundary of words that most begin with stands before them all.
    """
    spread = [
        branch
        for words in alternatives
        for branch in _spread(fold(words).replace(" ?", r"\s{0,4}").replace(" ", r"\s{1,4}"))
    ]
    at_words = "|".join(branch[2:] for branch in spread if branch.startswith(r"\b"))
    anywhere = [branch for branch in spread if not branch.startswith(r"\b")]
    return re.compile("|".join([rf"\b(?:{at_words})", *anywhere]).replace("~", r"[^.:;!?<@]{0,60}"))


def _spread(pattern: str) -> list[str]:
    """``(?:a|b) c`` as ``a c`` and ``b c``."""
    boundary = r"\b" if pattern.startswith(r"\b") else ""
    start = len(boundary)
    if not pattern.startswith("(?:", start):
        return [pattern]
    depth, cuts = 0, [start + 3]
    for at in range(start, len(pattern)):
        depth += (pattern[at] == "(") - (pattern[at] == ")")
        if depth == 1 and pattern[at] == "|":
            cuts.append(at + 1)
        elif depth == 0:
            break
    rest = pattern[at + 1 :]
    if rest[:1] in ("?", "*", "{"):
        return [pattern]
    cuts.append(at + 1)
    options = [pattern[left : right - 1] for left, right in pairwise(cuts)]
    return [branch for option in options for branch in _spread(boundary + option + rest)]
