"""Line by line: what the author wrote here, and what they only carried along."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from bot.mail import ending_rules as endings
from bot.mail import line_rules as rules

MAX_LINES = 12_000
MAX_WRAP = 4  # lines over which an attribution may be wrapped
MAX_FOOTER = 15
MAX_SIGNATURE = 12


class LineKind(enum.Enum):
    """What a line is.  Own, greeting, closing and forwarded lines are the text of the mail."""

    OWN = "own"
    GREETING = "greeting"
    CLOSING = "closing"
    QUOTED = "quoted"
    ATTRIBUTION = "attribution"
    SIGNATURE = "signature"
    DEVICE = "device"
    FOOTER = "footer"
    FORWARDED = "forwarded"


_TEXT = frozenset({LineKind.OWN, LineKind.GREETING, LineKind.CLOSING, LineKind.FORWARDED})
_QUOTE = frozenset({LineKind.QUOTED, LineKind.ATTRIBUTION})
_SIGNATURE = frozenset({LineKind.SIGNATURE, LineKind.DEVICE})


@dataclass(frozen=True)
class OwnWords:
    """A text taken apart; ``truncated`` when it had more lines than are looked at."""

    text: str
    quoted: str
    signature: str
    truncated: bool = False


def split(text: str, *, forward: bool = False) -> OwnWords:
    """Take a text apart.  ``forward``: the subject says that it passes a mail on (TR, Fwd)."""
    lines = text.split("\n")
    truncated = len(lines) > MAX_LINES
    kinds = classify(lines[:MAX_LINES], forward=forward)
    return OwnWords(
        _join(lines, kinds, _TEXT), _join(lines, kinds, _QUOTE), _join(lines, kinds, _SIGNATURE), truncated
    )


def _join(lines: list[str], kinds: list[LineKind], wanted: frozenset[LineKind]) -> str:
    """The lines of these kinds; blank lines at the ends left out, several in a row made one."""
    kept: list[str] = []
    for line, kind in zip(lines, kinds, strict=False):
        if kind in wanted:
            line = line.rstrip()
            if line or (kept and kept[-1]):
                kept.append(line)
    return "\n".join(kept).strip("\n\ufeff")


def classify(lines: list[str], *, forward: bool = False) -> list[LineKind]:
    """What each line is."""
    sheet = _Sheet(lines)
    end = _mark_footer(sheet)
    _mark_quotes(sheet, end, forward)
    _mark_signatures(sheet, end)
    _mark_manners(sheet)
    return sheet.kinds


class _Sheet:
    """The lines, as the rules see them, and what each was found to be."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.plain = [rules.plain(line) for line in lines]
        self.kinds = [LineKind.OWN] * len(lines)

    def mark(self, start: int, end: int, kind: LineKind) -> None:
        self.kinds[start:end] = [kind] * (end - start)

    def next_filled(self, at: int, end: int) -> int:
        """The next line that is not blank, or ``end``."""
        while at < end and not self.plain[at]:
            at += 1
        return at


def _mark_footer(sheet: _Sheet) -> int:
    """Mark what the list server added at the end; returns where the author's mail ends."""
    end = len(sheet.lines)
    while end and not sheet.plain[end - 1]:
        end -= 1
    start = _footer_start(sheet, end)
    if start < end:
        sheet.mark(start, len(sheet.lines), LineKind.FOOTER)
    return start


def _footer_start(sheet: _Sheet, end: int) -> int:
    first = max(0, end - MAX_FOOTER)
    known = sure = False
    for at in range(end - 1, first - 1, -1):
        line = sheet.plain[at]
        if rules.is_quoted(sheet.lines[at]):
            break
        if endings.is_footer_rule(line):
            if known:
                return at
            break
        known = known or endings.is_footer(line)
        sure = sure or endings.is_sure_footer(line)
        if not line and sure:
            return at
    return end


def _mark_quotes(sheet: _Sheet, end: int, forward: bool) -> None:
    at = 0
    while at < end:
        line = sheet.plain[at]
        if not line:
            at += 1
        elif rules.is_quoted(sheet.lines[at]):
            sheet.kinds[at] = LineKind.QUOTED
            at += 1
        elif rules.is_forward(line):
            sheet.mark(at, end, LineKind.FORWARDED)
            return
        elif line[0] in "-‐_=" and (rules.is_separator(line) or rules.is_rule(line)):
            at = _after_separator(sheet, at, end, forward)
        elif (block := _header_block(sheet, at, end)) > at:
            at = _after_block(sheet, at, block, end, forward)
        elif (last := _attribution(sheet, at, end)) >= at:
            at = _after_attribution(sheet, at, last + 1, end)
        else:
            at += 1


def _after_separator(sheet: _Sheet, at: int, end: int, forward: bool) -> int:
    """``--- Message d'origine ---`` starts a quotation by itself; a drawn line only above a copied header."""
    follows = sheet.next_filled(at + 1, end)
    block = _header_block(sheet, follows, end) if follows < end else follows
    if block > follows:
        return _after_block(sheet, at, block, end, forward)
    if rules.is_separator(sheet.plain[at]):
        return _after_attribution(sheet, at, at + 1, end)
    return at + 1


def _after_block(sheet: _Sheet, start: int, after: int, end: int, forward: bool) -> int:
    if forward:
        sheet.mark(start, end, LineKind.FORWARDED)
        return end
    return _after_attribution(sheet, start, after, end)


def _after_attribution(sheet: _Sheet, start: int, after: int, end: int) -> int:
    """Lines with ``>`` follow, among which answers may stand; or else all the rest is the other's."""
    sheet.mark(start, after, LineKind.ATTRIBUTION)
    follows = sheet.next_filled(after, end)
    if follows < end and rules.is_quoted(sheet.lines[follows]):
        return follows
    if follows < end and _attribution(sheet, follows, end) >= follows:
        return follows
    sheet.mark(after, end, LineKind.QUOTED)
    return end


def _header_block(sheet: _Sheet, at: int, end: int) -> int:
    """Where a copied header (De, Envoyé, À, Objet) that starts here ends, or ``at`` when none does."""
    if ":" not in sheet.plain[at][:24]:
        return at
    label = rules.header_field(sheet.plain[at])
    if label not in ("from", "date", "subject"):
        return at
    seen = {label}
    after = at + 1
    unlabelled = 0
    for here in range(at + 1, min(end, at + 14)):
        label = rules.header_field(sheet.plain[here])
        if label:
            seen.add(label)
            after, unlabelled = here + 1, 0
        else:
            # A long To wraps; some clients leave a blank line between two fields.
            unlabelled += 1
            if unlabelled > 2:
                break
    if {"from", "date", "subject"} <= seen:
        return after
    addressed = any("@" in line for line in sheet.plain[at:after])
    if {"from", "date", "to"} <= seen and addressed:
        return after
    return at


def _attribution(sheet: _Sheet, at: int, end: int) -> int:
    """The last line of an attribution that starts at ``at``, or -1."""
    joined = ""
    for here in range(at, min(end, at + MAX_WRAP)):
        line = sheet.plain[here]
        if not line or rules.is_quoted(sheet.lines[here]):
            return -1
        if here > at and not rules.opens_attribution(sheet.plain[at]):
            return -1
        joined = f"{joined} {line}" if joined else line
        if rules.ends_attribution(line):
            follows = sheet.next_filled(here + 1, end)
            quoted = follows < end and rules.is_quoted(sheet.lines[follows])
            return here if rules.is_attribution(joined, quote_follows=quoted) else -1
    return -1


def _mark_signatures(sheet: _Sheet, end: int) -> None:
    at = 0
    while at < end:
        line, raw = sheet.plain[at], sheet.lines[at]
        after = at + 1
        if sheet.kinds[at] is LineKind.OWN and (line or raw):
            if endings.is_signature_mark(raw):
                after = _signature_below_mark(sheet, at, end)
            elif line and endings.is_device(line):
                sheet.kinds[at] = LineKind.DEVICE
            elif line and endings.is_closing(line):
                _mark_block_signature(sheet, at, end)
        at = after


def _signature_below_mark(sheet: _Sheet, at: int, end: int) -> int:
    """Below ``-- `` all is signature; below dashes that people draw too, only what looks like one."""
    raw = sheet.lines[at]
    stop = at + 1
    if raw == "-- ":
        while stop < end and sheet.kinds[stop] is LineKind.OWN:
            stop += 1
    else:
        stop, block = _short_block(sheet, at + 1, end)
        if stop < end and endings.is_signature_mark(sheet.lines[stop]):
            return at + 1  # dashes between the sections of a text
        standard = raw.startswith("--") and not raw.startswith("---")
        if not block or not (endings.is_signature(block) if standard else endings.is_sure_signature(block)):
            return at + 1
    sheet.mark(at, stop, LineKind.SIGNATURE)
    return stop


def _mark_block_signature(sheet: _Sheet, closing: int, end: int) -> None:
    """A signature without a mark: the name below the closing is kept, the address block is not."""
    name = sheet.next_filled(closing + 1, end)
    if name >= end or sheet.kinds[name] is not LineKind.OWN:
        return
    named_before = "," in sheet.plain[closing][:-1]
    first = name if named_before and endings.has_contact(sheet.plain[name]) else name + 1
    stop, block = _short_block(sheet, first, end)
    if block and endings.is_name(sheet.plain[name]) and endings.is_sure_signature(block):
        sheet.mark(first, stop, LineKind.SIGNATURE)


def _short_block(sheet: _Sheet, start: int, end: int) -> tuple[int, list[str]]:
    """The own lines from ``start`` to a device line, blank ones left out; none when they are too many."""
    at = start
    block: list[str] = []
    while at < end and sheet.kinds[at] is LineKind.OWN:
        line = sheet.plain[at]
        if line and (endings.is_device(line) or endings.is_signature_mark(sheet.lines[at])):
            break
        if line:
            block.append(line)
            if len(block) > MAX_SIGNATURE:
                return at, []
        at += 1
    return at, block


def _mark_manners(sheet: _Sheet) -> None:
    """The greeting is the first own line; closings may stand anywhere."""
    first = True
    for at, kind in enumerate(sheet.kinds):
        line = sheet.plain[at]
        if kind is not LineKind.OWN or not line:
            continue
        if first and endings.is_greeting(line):
            sheet.kinds[at] = LineKind.GREETING
        elif endings.is_closing(line):
            sheet.kinds[at] = LineKind.CLOSING
        first = False
