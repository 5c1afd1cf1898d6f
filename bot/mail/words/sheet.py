"""The lines of a mail, and what each was found to be."""

from __future__ import annotations

import enum
from collections.abc import Collection

from bot.mail.fold import fold
from bot.mail.words import attribution
from bot.mail.words import line_rules as rules


class LineKind(enum.IntEnum):
    """What a line is.  Own, greeting, closing and forwarded lines are the text of the mail."""

    OWN = 0
    GREETING = 1
    CLOSING = 2
    QUOTED = 3
    ATTRIBUTION = 4
    SIGNATURE = 5
    DEVICE = 6
    FOOTER = 7
    FORWARDED = 8


class Sheet:
    """The lines, as the rules see them, and what each was found to be."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        # Folded together, which is much faster than one by one.
        self._folded = fold("\n".join(lines))
        self.plain = rules.plain_lines(self._folded)
        self.kinds = [LineKind.OWN] * len(lines)
        self.quoted = [">" in line[:4] and rules.is_quoted(line) for line in lines]
        self._disown_indented()
        self.endings = [
            at
            for at, line in enumerate(self.plain)
            if line and line[-1] in ":>*_-" and not self.quoted[at] and attribution.may_end(line)
        ]
        self._adopt_other_mark()
        # Lines on which an attribution may begin that ends on one of ``endings``.
        self.beginnings = {
            at for end in self.endings for at in range(end + 1 - attribution.MAX_LINES, end + 1)
        }

    def _disown_indented(self) -> None:
        """A prompt typed below a line that is indented as much is no quotation."""
        for at, line in enumerate(self.lines):
            if self.quoted[at] and line[:2] == "  ":
                above = self.lines[at - 1] if at else ""
                indent = line[: len(line) - len(line.lstrip())]
                self.quoted[at] = not (above.startswith(indent) and not self.quoted[at - 1])

    def _adopt_other_mark(self) -> None:
        """Where an attribution stands above lines with another mark than ``>``, these are quoted."""
        for at in self.endings:
            follows = self.next_filled(at + 1, min(at + 4, len(self.lines)))
            if follows >= min(at + 4, len(self.lines)):
                continue
            mark = rules.other_mark(self.lines[follows])
            if mark and attribution.introduces(self.plain[at], quote_follows=True):
                for here, line in enumerate(self.lines):
                    if here > at and rules.other_mark(line) == mark:
                        self.quoted[here] = True
                return

    def holds(self, hints: Collection[str]) -> bool:
        """Whether one of these folded words stands anywhere; much faster than rules line by line."""
        return any(hint in self._folded for hint in hints)

    def mark(self, start: int, end: int, kind: LineKind) -> None:
        """Say what the lines from ``start`` up to ``end`` are."""
        self.kinds[start:end] = [kind] * (end - start)

    def next_filled(self, at: int, end: int) -> int:
        """The next line that is not blank, or ``end``."""
        while at < end and not self.plain[at]:
            at += 1
        return at
