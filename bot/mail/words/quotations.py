"""Where a mail quotes, copies or passes on another one: what is between stays the author's."""

from __future__ import annotations

from bot.mail.words import attribution, copied
from bot.mail.words.line_rules import ends_in_the_middle, ends_likely_in_the_middle, unquoted
from bot.mail.words.sheet import LineKind, Sheet

OWN, QUOTED = LineKind.OWN, LineKind.QUOTED
DRAWN = "-‐–—_=*~"
MAX_SAID = 400  # characters above a copied header that may say why it is there
MAX_TYPED = 8  # lines with ``>`` that a person writes by hand
MAX_HEADER = 14  # lines of a copied header
LONG = 66  # characters of a quoted line that a client may have wrapped


def mark_quotes(sheet: Sheet, end: int, *, forward: bool = False, fresh: bool = False) -> None:
    """Mark quotations and forwards, and what introduces them.

    ``forward``: the subject says that the mail passes another on.  ``fresh``: it answers no mail, so that
    more is asked of what seems to quote.
    """
    if fresh and True in sheet.quoted and _are_typed(sheet):
        sheet.disown()
    sheet.kinds[:end] = [QUOTED if quoted else OWN for quoted in sheet.quoted[:end]]
    if QUOTED in sheet.kinds:
        _mark_quoted_forwards(sheet, end, forward)
    _Reader(sheet, end, forward=forward, fresh=fresh).read()
    if QUOTED in sheet.kinds:
        _mark_wrapped(sheet, end)


def _are_typed(sheet: Sheet) -> bool:
    """Whether the lines with ``>`` may be typed: arrows before items, a sentence that is cited."""
    marked = [at for at, quoted in enumerate(sheet.quoted) if quoted]
    if len(marked) > MAX_TYPED or not sheet.open or sheet.open[0] > marked[0]:
        return False
    if any(sheet.plain[at].count(">") > 1 for at in marked):
        return False
    return not any(
        (
            sheet.plain[at][-1] in ":>-"
            and attribution.introduces(sheet.plain[at], quote_follows=True, written=sheet.lines[at])
        )
        or copied.field_of(sheet.plain[at]) == "from"
        for at in sheet.open
    )


def _mark_quoted_forwards(sheet: Sheet, end: int, forward: bool) -> None:
    """A mail that is passed on behind ``>``: by its mark, or under a subject that says so by its header."""
    quoted = sheet.quoted
    for start in [at for at in range(end) if quoted[at] and not (at and quoted[at - 1])]:
        at = start
        while at < end and quoted[at]:
            at += 1
        line = sheet.plain[start].lstrip("> ")
        if _may_pass_on(line) and copied.is_forward(line):
            for here in range(start, at):
                sheet.lines[here] = unquoted(sheet.lines[here], levels=1)
        elif not forward or not _begins_with_header(sheet.plain[start : min(at, start + 6)]):
            continue
        sheet.mark(start, at, LineKind.FORWARDED)


def _begins_with_header(lines: list[str]) -> bool:
    fields = {copied.field_of(line.lstrip("> ")) for line in lines} - {""}
    return copied.is_header(fields, addressed=any("@" in line for line in lines), dated=True)


def _may_pass_on(line: str) -> bool:
    return bool(line) and (line[0] in DRAWN or line[-1] == ":")


class _Reader:
    """Goes through the lines that bear no mark, and finds what quotes without one."""

    def __init__(self, sheet: Sheet, end: int, *, forward: bool, fresh: bool) -> None:
        self.sheet = sheet
        self.end = end
        self.forward = forward
        self.fresh = fresh
        self._labels: dict[int, str] = {}
        self._beginnings = self._where_attributions_may_begin()

    def _where_attributions_may_begin(self) -> set[int]:
        plain = self.sheet.plain
        found: set[int] = set()
        for at in self.sheet.open:
            line = plain[at]
            if line[-1] in ":>*_-" and attribution.may_end(line):
                first = max(0, at + 1 - attribution.MAX_LINES)
                if attribution.is_likely(" ".join(plain[first : at + 1]), line):
                    found.update(range(first, at + 1))
        return found

    def read(self) -> None:
        """Mark what is found."""
        plain, beginnings = self.sheet.plain, self._beginnings
        after = 0
        for at in self.sheet.open:
            if at < after:
                continue
            if at >= self.end:
                return
            line = plain[at]
            drawn = line[0] in DRAWN
            if (drawn or line[-1] == ":") and copied.is_forward(line):
                self._pass_on(at)
                return
            if drawn and (copied.is_separator(line) or copied.is_rule(line)):
                after = self._after_separator(at)
            elif ":" in line[:24] and (block := self._header_block(at)) > at:
                after = self._after_block(at, block)
            elif at in beginnings and (last := self._attribution(at)) >= at:
                after = self._after_attribution(at, last + 1)
            elif (line[0] == ">" or "line" in line or "ligne" in line) and self._is_cut(at, line):
                after = self._after_attribution(at, at + 1)

    def _is_cut(self, at: int, line: str) -> bool:
        """Whether programs of a rarer kind say that the rest is another's."""
        if line[0] == ">":
            return copied.is_groupwise(line)
        return at > self.sheet.open[0] and copied.is_reply_above(line)

    def _after_separator(self, at: int) -> int:
        """``--- Message d'origine ---`` quotes by itself; a drawn line only above a copied header."""
        follows = self.sheet.next_filled(at + 1, self.end)
        block = self._header_block(follows) if follows < self.end else follows
        if block > follows:
            if copied.is_rule(self.sheet.plain[at]):
                self.sheet.kinds[at] = LineKind.ATTRIBUTION
                return self._after_block(follows, block)
            return self._after_block(at, block)
        if copied.is_separator(self.sheet.plain[at]):
            return self._after_attribution(at, at + 1)
        return at + 1

    def _after_block(self, start: int, after: int) -> int:
        if self.forward or (self.fresh and self._says_that_it_passes_on(start)):
            self.sheet.mark(start, self.end, LineKind.FORWARDED)
            return self.end
        return self._after_attribution(start, after)

    def _pass_on(self, start: int) -> None:
        """All from here on is passed on; behind ``>``, as Apple does, these are taken off."""
        self.sheet.mark(start, self.end, LineKind.FORWARDED)
        for at in range(start, self.end):
            if self.sheet.quoted[at]:
                self.sheet.lines[at] = unquoted(self.sheet.lines[at], levels=1)

    def _says_that_it_passes_on(self, start: int) -> bool:
        return copied.passes_on(" ".join(filter(None, self.sheet.plain[:start]))[-MAX_SAID:])

    def _after_attribution(self, start: int, after: int) -> int:
        """Lines with ``>`` follow, among which answers may stand; or else all the rest is the other's."""
        self.sheet.mark(start, after, LineKind.ATTRIBUTION)
        follows = self.sheet.next_filled(after, self.end)
        if follows < self.end and (self.sheet.quoted[follows] or self._attribution(follows) >= follows):
            return follows
        self.sheet.mark(after, self.end, QUOTED)
        return self.end

    def _label(self, at: int) -> str:
        label = self._labels.get(at)
        if label is None:
            label = self._labels[at] = copied.field_of(self.sheet.plain[at])
        return label

    def _header_block(self, at: int) -> int:
        """Where a copied header (De, Envoyé, À, Objet) that starts here ends, or ``at`` when none does."""
        label = self._label(at)
        if label not in ("from", "date", "subject"):
            return at
        plain = self.sheet.plain
        fields = {label}
        after = at + 1
        if len(plain[at]) > 40 and len(together := copied.fields_within(plain[at])) > 2:
            fields |= together
        unlabelled = 0
        for here in range(at + 1, min(self.end, at + MAX_HEADER)):
            if self.sheet.quoted[here]:
                break
            label = self._label(here)
            if label:
                fields.add(label)
                after, unlabelled = here + 1, 0
            else:
                # A long To wraps; some clients leave a blank line between two fields.
                unlabelled += 1
                if unlabelled > 2:
                    break
        if not copied.is_header(fields, addressed=True, dated=True):
            return at
        addressed = any("@" in line for line in plain[at:after])
        dated = any(
            self._label(here) == "date" and attribution.is_dated(plain[here]) for here in range(at, after)
        )
        return after if copied.is_header(fields, addressed=addressed, dated=dated) else at

    def _attribution(self, at: int) -> int:
        """The last line of an attribution that starts at ``at``, or -1."""
        plain = self.sheet.plain
        lines: list[str] = []
        for here in range(at, min(self.end, at + attribution.MAX_LINES)):
            line = plain[here]
            if not line or self.sheet.quoted[here]:
                return -1
            if here == at + 1 and not attribution.may_open(plain[at]):
                return -1
            lines.append(line)
            if attribution.may_end(line):
                if self._introduces(lines, here + 1):
                    return here
                if line[-1] == ":":
                    return -1
        return -1

    def _introduces(self, lines: list[str], after: int) -> bool:
        """Whether these lines are an attribution, and the first of them no answer right above one."""
        follows = self.sheet.next_filled(after, self.end)
        quoted = follows < self.end and self.sheet.quoted[follows]
        wrapped = len(lines) > 1
        written = self.sheet.lines[after - 1].strip()
        if not attribution.introduces(
            " ".join(lines), quote_follows=quoted, wrapped=wrapped, fresh=self.fresh, written=written
        ):
            return False
        shorter = (" ".join(lines[start:]) for start in range(1, len(lines)))
        return not any(
            attribution.opens_dated(rest) and attribution.introduces(rest, quote_follows=quoted)
            for rest in shorter
        )


def _mark_wrapped(sheet: Sheet, end: int) -> None:
    """What a client broke off the end of a long quoted line, and left without its ``>``."""
    for at in sheet.open:
        if at >= end:
            return
        if not at or not sheet.quoted[at - 1] or sheet.kinds[at] is not OWN:
            continue
        line = sheet.lines[at]
        followed = at + 1 < end and bool(sheet.plain[at + 1])
        if len(line) > 45 or (followed and not sheet.quoted[at + 1]):
            continue
        above = sheet.lines[at - 1].rstrip()
        goes_on = followed and unquoted(sheet.lines[at + 1])[:1].islower()
        ended = followed and line.rstrip()[-1] in ".?!"
        surely = goes_on or ended or ends_likely_in_the_middle(sheet.plain[at - 1])
        if ends_in_the_middle(sheet.plain[at - 1]) or (surely and _was_wrapped(above, line)):
            sheet.kinds[at] = QUOTED


def _was_wrapped(above: str, line: str) -> bool:
    """Whether a line may be the end of the one above, which some client cut at its limit."""
    if not LONG <= len(above) < 100 or above[-1] in ".?!:;…»" or not line[0].islower():
        return False
    return len(above) + 1 + len(line.partition(" ")[0]) > 72
