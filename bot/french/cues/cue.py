"""A turn of phrase with what undoes it in its own clause."""

from __future__ import annotations

import re

from bot.french.patterns import Pattern

_BACK = 160
_ON = 60
_CLAUSE_SIGNS = ",;:.!?("
_CLAUSE_END = Pattern(r"[,;:.!?(]")
# After a letter, an apostrophe that a telephone leaves out: "c est", "quelqu un".
_APOSTROPHE = Pattern(r"(?<=[a-z])'(?=[a-z(){|\[]|$)")


def table(phrases: str) -> str:
    """An expression for any phrase of a table, at the beginning of a word, with or without apostrophes.

    One or several phrases a line, " | " between them; a line that ends in "|", "(?:" or a backslash
    goes on in the next.
    """
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"(\||\(\?:)\n\s*", r"\1", _APOSTROPHE.sub("[ ']", phrases)))
    listed = [phrase.strip() for line in joined.splitlines() for phrase in line.split(" | ")]
    return r"(?<![a-z])(?:" + "|".join(phrase for phrase in listed if phrase) + ")"


class Cue:
    """Matches any phrase of a table in a folded sentence, unless its clause says the contrary.

    A sentence with a phrase of ``never`` in it matches nothing.  ``unless`` is looked for in the
    clause of the phrase (between commas, colons, full stops), up to a little after it.  With
    ``affirmed``, a sentence that ends as a question matches nothing.  Time is linear in the length of
    the sentence.
    """

    def __init__(self, phrases: str, unless: str = "", *, never: str = "", affirmed: bool = False) -> None:
        self._phrases = Pattern(table(phrases))
        self._unless = Pattern(table(unless or "(?!)"))
        self._never = Pattern(table(never or "(?!)"))
        self._affirmed = affirmed

    def search(self, text: str) -> re.Match[str] | None:
        """The first phrase that holds, in a folded sentence on one line."""
        if self._affirmed and text.endswith("?"):
            return None
        for match in self._phrases.finditer(text):
            if not self._undone(text, match):
                return None if self._never.search(text) else match
        return None

    def _undone(self, text: str, match: re.Match[str]) -> bool:
        before = text[max(0, match.start() - _BACK) : match.start()]
        low = match.start() - len(before) + 1 + max(before.rfind(sign) for sign in _CLAUSE_SIGNS)
        after = _CLAUSE_END.search(text, match.end())
        high = min(match.end() + _ON, after.start() if after else len(text))
        return next(self._unless.finditer(text, low, high), None) is not None
