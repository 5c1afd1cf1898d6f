"""Where a mail quotes, copies or passes on another one: what is between stays the author's."""

from __future__ import annotations

from bot.mail.words import line_rules as rules
from bot.mail.words.sheet import LineKind, Sheet

MAX_WRAP = 4  # lines over which an attribution may be wrapped


def mark_quotes(sheet: Sheet, end: int, forward: bool) -> None:
    """Mark quotations and forwards, and what introduces them."""
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


def _after_separator(sheet: Sheet, at: int, end: int, forward: bool) -> int:
    """``--- Message d'origine ---`` starts a quotation by itself; a drawn line only above a copied header."""
    follows = sheet.next_filled(at + 1, end)
    block = _header_block(sheet, follows, end) if follows < end else follows
    if block > follows:
        return _after_block(sheet, at, block, end, forward)
    if rules.is_separator(sheet.plain[at]):
        return _after_attribution(sheet, at, at + 1, end)
    return at + 1


def _after_block(sheet: Sheet, start: int, after: int, end: int, forward: bool) -> int:
    if forward:
        sheet.mark(start, end, LineKind.FORWARDED)
        return end
    return _after_attribution(sheet, start, after, end)


def _after_attribution(sheet: Sheet, start: int, after: int, end: int) -> int:
    """Lines with ``>`` follow, among which answers may stand; or else all the rest is the other's."""
    sheet.mark(start, after, LineKind.ATTRIBUTION)
    follows = sheet.next_filled(after, end)
    if follows < end and rules.is_quoted(sheet.lines[follows]):
        return follows
    if follows < end and _attribution(sheet, follows, end) >= follows:
        return follows
    sheet.mark(after, end, LineKind.QUOTED)
    return end


def _header_block(sheet: Sheet, at: int, end: int) -> int:
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


def _attribution(sheet: Sheet, at: int, end: int) -> int:
    """The last line of an attribution that starts at ``at``, or -1."""
    if sheet.endings.isdisjoint(range(at, at + MAX_WRAP)):
        return -1
    lines: list[str] = []
    for here in range(at, min(end, at + MAX_WRAP)):
        line = sheet.plain[here]
        if not line or rules.is_quoted(sheet.lines[here]):
            return -1
        if here > at and not rules.opens_attribution(sheet.plain[at]):
            return -1
        lines.append(line)
        if here in sheet.endings:
            return here if _introduces(sheet, lines, here + 1, end) else -1
    return -1


def _introduces(sheet: Sheet, lines: list[str], after: int, end: int) -> bool:
    """Whether these lines are an attribution, and the first of them not an answer written right above one."""
    follows = sheet.next_filled(after, end)
    quoted = follows < end and rules.is_quoted(sheet.lines[follows])
    if not rules.is_attribution(" ".join(lines), quote_follows=quoted, wrapped=len(lines) > 1):
        return False
    shorter = (" ".join(lines[start:]) for start in range(1, len(lines)))
    return not any(
        rules.opens_dated_attribution(rest) and rules.is_attribution(rest, quote_follows=quoted)
        for rest in shorter
    )
