"""The lines of a mail, and what each was found to be."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator

from bot.mail.fold import fold
from bot.mail.words import attribution, copied
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


_OWN_RUNS = re.compile(rb"\x00+").finditer


class Sheet:
    """The lines, as the rules see them, and what each was found to be.

    ``plain``: folded, without the spaces around.  ``quoted``: behind a ``>`` or what stands for it.
    ``open``: the numbers of the lines that are neither blank nor quoted.  ``closings``: of those found to
    close what was written.
    """

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        # Folded together, which is much faster than one by one.
        text = "\n".join(lines)
        self.folded = fold(text)
        self.plain = rules.plain_lines(self.folded)
        self.kinds = [LineKind.OWN] * len(lines)
        self.quoted = [">" in line[:4] for line in lines] if ">" in text else [False] * len(lines)
        if True in self.quoted:
            self.quoted = [
                seems and rules.is_quoted(line) and not copied.is_groupwise(line)
                for seems, line in zip(self.quoted, lines, strict=True)
            ]
            self._disown_indented()
            self._disown_prompts()
        self.open = [at for at, line in enumerate(self.plain) if line and not self.quoted[at]]
        self.closings: list[int] = []
        self._mark = ""
        self._adopt_other_mark()

    def _disown_indented(self) -> None:
        """A prompt typed below a line that is indented as much is no quotation; nor the end of a conflict."""
        conflict = False
        for at, line in enumerate(self.lines):
            if line.startswith("<<<<<<< "):
                conflict = True
            elif conflict and line.startswith(">>>>>>> "):
                self.quoted[at] = conflict = False
            elif line[:2] == "  " and self.quoted[at]:
                above = self.lines[at - 1] if at else ""
                indent = line[: len(line) - len(line.lstrip())]
                self.quoted[at] = not (above.startswith(indent) and not self.quoted[at - 1])

    def _disown_prompts(self) -> None:
        """``>>> `` is how Python asks, where nothing is quoted at the depth between."""
        prompts = [at for at, line in enumerate(self.lines) if line.startswith(">>> ")]
        if prompts and not any(rules.depth(line) == 2 for line in self.lines if line[:1] == ">"):
            for at in prompts:
                self.quoted[at] = False

    def _adopt_other_mark(self) -> None:
        """Where an attribution stands above lines with another mark than ``>``, these are quoted."""
        plain = self.plain
        if any(rules.opens_supercite(line) for line in self.lines if line[:2] == ">>"):
            self._adopt([at for at in self.open if rules.initials(self.lines[at])])
            return
        pairs = zip(self.open, self.open[1:], strict=False)
        for at, follows in [pair for pair in pairs if plain[pair[0]][-1] == ":"]:
            if follows > at + 3:
                continue
            mark = rules.other_mark(self.lines[follows])
            if mark and attribution.introduces(plain[at], quote_follows=True, written=self.lines[at]):
                self._mark = mark
                self._adopt([h for h in self.open if h > at and rules.other_mark(self.lines[h]) == mark])
                return

    def _adopt(self, quoted: list[int]) -> None:
        for at in quoted:
            self.quoted[at] = True
        self.open = [at for at in self.open if not self.quoted[at]]

    def disown(self) -> None:
        """The lines with ``>`` are no quotation after all."""
        self.quoted = [False] * len(self.lines)
        self.open = [at for at, line in enumerate(self.plain) if line]

    def unmarked(self, line: str) -> str:
        """The words of a quoted line."""
        words = rules.unquoted(line)
        return words.removeprefix(self._mark).strip() if self._mark else words

    def mark(self, start: int, end: int, kind: LineKind) -> None:
        """Say what the lines from ``start`` up to ``end`` are."""
        self.kinds[start:end] = [kind] * (end - start)

    def next_filled(self, at: int, end: int) -> int:
        """The next line that is not blank, or ``end``."""
        while at < end and not self.plain[at]:
            at += 1
        return at

    def above_blank(self, start: int, stop: int) -> int:
        """``stop``, moved up over blank lines, to ``start`` at most."""
        while stop > start and not self.plain[stop - 1]:
            stop -= 1
        return stop

    def own_runs(self, end: int) -> Iterator[tuple[int, int]]:
        """The stretches of own lines before ``end``; blank ones at their ends are left out."""
        for found in _OWN_RUNS(bytes(self.kinds[:end])):
            start, stop = found.span()
            stop = self.above_blank(start, stop)
            start = self.next_filled(start, stop)
            if start < stop:
                yield start, stop

    def last_filled(self, start: int, stop: int, most: int) -> list[int]:
        """The last lines before ``stop`` that are not blank, at most so many, upwards."""
        found: list[int] = []
        for at in range(stop - 1, start - 1, -1):
            if self.plain[at]:
                found.append(at)
                if len(found) == most:
                    break
        return found
