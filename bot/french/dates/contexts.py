"""Where a date stands: its sentence, the heading above it, the head of its column."""

from __future__ import annotations

import bisect

from bot.french.patterns import Pattern
from bot.french.values import NamedTuple

_SENTENCE_END = Pattern(r"[.!?…]{1,9}(?=[)»\"*_]{0,3}\s)|\n\s*")
_ABBREVIATED = Pattern(
    r"(?:\b(?:lun|mar|mer|jeu|ven|sam|dim|janv?|fevr?|avr|juil|sept|oct|nov|dec|art|n|cf|p|tel|av|bd"
    r"|env|max|min|ex|pers|st|ste|mme?|dr|m|approx|resp|rdv)|\W\w|\n[ *-]{0,3}\d{1,2})\Z"
)
# A line that ends so goes on in the next.
_OPEN = Pattern(r"\b(?:le|la|les|du|au|de|des|d'ici|avant|pour|et|ou|a|ce|jusqu'au) ?\Z")
_LONGEST_HEADING, _LONGEST_ARTICLE = 90, 5
_BEFORE, _AFTER = 160, 110


class Around(NamedTuple):
    """What stands around a date, folded and shortened.

    ``before`` and ``after`` are of its sentence; ``since`` is the part of ``before`` since the last
    date told; ``heading`` is the line above, or the head of its column.
    """

    before: str
    since: str
    after: str
    heading: str = ""


class Layout:
    """The sentences, lines and columns of one text and its folded form."""

    def __init__(self, text: str, folded: str) -> None:
        self.text, self.folded = text, folded
        self.breaks = [0, *self._sentence_ends(), len(text)]

    def _sentence_ends(self) -> list[int]:
        ends = []
        for match in _SENTENCE_END.finditer(self.folded):
            before = self.folded[max(0, match.start() - 6) : match.start()]
            if match[0][0] == "\n" and self.wraps(match.start(), match.end()):
                continue
            if match[0] != "." or not _ABBREVIATED.search("\n" * (match.start() < 6) + before):
                ends.append(match.end())
        return ends

    def wraps(self, start: int, end: int) -> bool:
        """Whether the line break at a place only wraps a long line."""
        if self.text[start:end].count("\n") != 1:
            return False
        if _OPEN.search(self.folded[max(0, start - 12) : start]):
            return True
        after = self.text[end : end + 1]
        long = start > 40 and "\n" not in self.text[start - 40 : start]
        return long and (after.islower() or after.isdigit())

    def sentence(self, place: int) -> tuple[int, int]:
        """Where the sentence at a place begins and ends."""
        rank = bisect.bisect_right(self.breaks, place)
        return self.breaks[rank - 1], self.breaks[rank] if rank < len(self.breaks) else len(self.text)

    def around(self, start: int, end: int, told: int = 0) -> Around:
        """What stands around a date at a place; the last one told ends at ``told``."""
        low, high = self.sentence(start)
        low = max(low, start - _BEFORE)
        before = self.folded[low:start]
        since = self.folded[max(low, min(told, start)) : start]
        after = self.folded[end : max(end, min(high, end + _AFTER))]
        return Around(before, since, after, self._heading(start))

    def _heading(self, place: int) -> str:
        """The head of the column, or the line above one that begins with the date."""
        line = self.folded.rfind("\n", max(0, place - 300), place) + 1
        if line == 0:
            return ""
        own = self.folded[line:place]
        for sign in ("|", "\t"):
            if sign in own:
                return self._head(line, own.count(sign), sign)
        if len(own.strip(" *-_•>#|:")) > _LONGEST_ARTICLE:
            return ""
        above = self.folded[max(0, line - _LONGEST_HEADING) : line].rstrip(" \n*_").rpartition("\n")[2]
        dated = above.endswith((".", "!", "?", ",")) or any(char.isdigit() for char in above)
        return "" if dated else above.lstrip(" *-_•>#")

    def _head(self, line: int, column: int, sign: str) -> str:
        """The cell above, in the first line of the table (looked for a page up at most)."""
        above = self.folded[max(0, line - 1500) : line].split("\n")[:-1]
        head = ""
        for row in reversed(above):
            if sign not in row:
                break
            head = row
        cells = head.split(sign)
        return cells[column].strip() if column < len(cells) else ""
