"""A turn of phrase with what undoes it in its own clause."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

from bot.french.cues.heads import LENGTH, alternatives, heads
from bot.french.patterns import Pattern

_BACK = 160
_ON = 60
_CLAUSE_SIGNS = ",;:.!?("
_HEAD = Pattern(rf"(?<![a-z])(?=([a-z].{{{LENGTH - 1}}}))")
_CLAUSE_END = Pattern(r"[,;:.!?(]")
# After a letter, an apostrophe that a telephone leaves out: "c est", "quelqu un".
_APOSTROPHE = Pattern(r"(?<=[a-z])'(?=[a-z(){|\[]|$)")


def table(phrases: str) -> str:
    """An expression for any phrase of a table, at the beginning of a word, with or without apostrophes.

    One or several phrases a line, " | " between them; a line that ends in "|", "(?:" or a backslash
    goes on in the next.
    """
    return rf"(?<![a-z])(?:{_joined(phrases)})"


def _joined(phrases: str) -> str:
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"(\||\(\?:)\n\s*", r"\1", _APOSTROPHE.sub("[ ']", phrases)))
    listed = [phrase.strip() for line in joined.splitlines() for phrase in line.split(" | ")]
    return "|".join(phrase for phrase in listed if phrase)


class _Table(Pattern):
    """The pattern of a table, which is written out at its first use."""

    @functools.cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(table(self.source))


class Cue:
    """Matches any phrase of a table in a folded sentence, unless its clause says the contrary.

    A sentence with a phrase of ``never`` in it matches nothing.  ``unless`` is looked for in the
    clause of the phrase (between commas, colons, full stops), up to a little after it.  With
    ``affirmed``, a sentence that ends as a question matches nothing.  Phrases that may begin with any
    letters stand in ``open_``, each table under an expression without which none of it can match.
    Each phrase is compiled when a sentence first has a word that begins like it.  Time is linear in
    the length of the sentence.
    """

    def __init__(
        self,
        phrases: str,
        unless: str = "",
        *,
        open_: Mapping[str, str] | None = None,
        never: str = "",
        affirmed: bool = False,
    ) -> None:
        self._table = phrases
        self._open = [(Pattern(needed), _Table(some)) for needed, some in (open_ or {}).items()]
        self._unless = _Table(unless or "(?!)")
        self._never = _Table(never or "(?!)")
        self._affirmed = affirmed

    def search(self, text: str) -> re.Match[str] | None:
        """A phrase that holds, in a folded sentence on one line."""
        if self._affirmed and text.endswith("?"):
            return None
        for match in self._matches(text):
            if not self._undone(text, match):
                return None if self._never.search(text) else match
        return None

    def _matches(self, text: str) -> Iterator[re.Match[str]]:
        """Each phrase at each place where it stands."""
        by_head = self._by_head
        for place, begun in _word_heads(text):
            for phrases in by_head.get(begun, ()):
                match = phrases.compiled.match(text, place)
                if match is not None:
                    yield match
        for needed, phrases in self._open:
            if needed.search(text) is not None:
                yield from phrases.finditer(text)

    @functools.cached_property
    def _by_head(self) -> dict[str, list[Pattern]]:
        """The phrases by the letters with which they begin; those that begin alike are tried at once."""
        alike: dict[frozenset[str], list[str]] = {}
        for phrase in alternatives(_joined(self._table)):
            alike.setdefault(heads(phrase), []).append(phrase)
        found: dict[str, list[Pattern]] = {}
        for begun, phrases in alike.items():
            pattern = Pattern("(?<![a-z])(?:" + "|".join(phrases) + ")")
            for head in begun:
                if len(head) < LENGTH:
                    raise ValueError(f"may begin with more than {head!r}: {phrases[0][:60]}")
                found.setdefault(head, []).append(pattern)
        return found

    def _undone(self, text: str, match: re.Match[str]) -> bool:
        before = text[max(0, match.start() - _BACK) : match.start()]
        low = match.start() - len(before) + 1 + max(before.rfind(sign) for sign in _CLAUSE_SIGNS)
        after = _CLAUSE_END.search(text, match.end())
        high = min(match.end() + _ON, after.start() if after else len(text))
        return next(self._unless.finditer(text, low, high), None) is not None


@functools.lru_cache(maxsize=2)
def _word_heads(text: str) -> list[tuple[int, str]]:
    """Where each word begins, and with which letters; each cue asks it of the same sentence."""
    return [(match.start(), match[1]) for match in _HEAD.finditer(text)]
