"""Where a mail quotes, copies or passes on another one: what is between stays the author's."""

from __future__ import annotations

from bot.mail.words import attribution, copied
from bot.mail.words.line_rules import ends_in_the_middle, ends_likely_in_the_middle, unquoted
from bot.mail.words.sheet import LineKind, Sheet

DRAWN = "-‐–—_=*~"
MAX_HEADER = 14  # lines of a copied header
LONG = 66  # characters of a quoted line that a client may have wrapped


def mark_quotes(sheet: Sheet, end: int, forward: bool) -> None:
    """Mark quotations and forwards, and what introduces them."""
    at = 0
    while at < end:
        line = sheet.plain[at]
        if not line:
            at += 1
        elif sheet.quoted[at]:
            at = _quoted_block(sheet, at, end)
        elif (line[0] in DRAWN or line[-1] == ":") and copied.is_forward(line):
            sheet.mark(at, end, LineKind.FORWARDED)
            break
        elif line[0] in DRAWN and (copied.is_separator(line) or copied.is_rule(line)):
            at = _after_separator(sheet, at, end, forward)
        elif ":" in line[:24] and (block := _header_block(sheet, at, end)) > at:
            at = _after_block(sheet, at, block, end, forward)
        elif at in sheet.beginnings and (last := _attribution(sheet, at, end)) >= at:
            at = _after_attribution(sheet, at, last + 1, end)
        else:
            at += 1
    _mark_wrapped(sheet, end)


def _quoted_block(sheet: Sheet, start: int, end: int) -> int:
    """Quoted lines, to the next that is not; or a mail that is passed on behind ``>``, as Apple does."""
    at = start
    while at < end and sheet.quoted[at]:
        at += 1
    if copied.is_forward(sheet.plain[start].lstrip("> ")):
        sheet.mark(start, at, LineKind.FORWARDED)
        for here in range(start, at):
            sheet.lines[here] = unquoted(sheet.lines[here], levels=1)
    else:
        sheet.mark(start, at, LineKind.QUOTED)
    return at


def _after_separator(sheet: Sheet, at: int, end: int, forward: bool) -> int:
    """``--- Message d'origine ---`` starts a quotation by itself; a drawn line only above a copied header."""
    follows = sheet.next_filled(at + 1, end)
    block = _header_block(sheet, follows, end) if follows < end else follows
    if block > follows:
        return _after_block(sheet, at, block, end, forward)
    if copied.is_separator(sheet.plain[at]):
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
    if follows < end and sheet.quoted[follows]:
        return follows
    if follows < end and _attribution(sheet, follows, end) >= follows:
        return follows
    sheet.mark(after, end, LineKind.QUOTED)
    return end


def _header_block(sheet: Sheet, at: int, end: int) -> int:
    """Where a copied header (De, Envoyé, À, Objet) that starts here ends, or ``at`` when none does."""
    first = sheet.plain[at]
    label = copied.field_of(first)
    if label not in ("from", "date", "subject"):
        return at
    fields = {label}
    after = at + 1
    if len(first) > 40 and len(together := copied.fields_within(first)) > 2:
        fields |= together
    unlabelled = 0
    for here in range(at + 1, min(end, at + MAX_HEADER)):
        if sheet.quoted[here]:
            break
        label = copied.field_of(sheet.plain[here])
        if label:
            fields.add(label)
            after, unlabelled = here + 1, 0
        else:
            # A long To wraps; some clients leave a blank line between two fields.
            unlabelled += 1
            if unlabelled > 2:
                break
    block = sheet.plain[at:after]
    addressed = any("@" in line for line in block)
    dated = any(copied.field_of(line) == "date" and attribution.is_dated(line) for line in block)
    return after if copied.is_header(fields, addressed=addressed, dated=dated) else at


def _attribution(sheet: Sheet, at: int, end: int) -> int:
    """The last line of an attribution that starts at ``at``, or -1."""
    lines: list[str] = []
    for here in range(at, min(end, at + attribution.MAX_LINES)):
        line = sheet.plain[here]
        if not line or sheet.quoted[here]:
            return -1
        if here == at + 1 and not attribution.may_open(sheet.plain[at]):
            return -1
        lines.append(line)
        if attribution.may_end(line) and _introduces(sheet, lines, here + 1, end):
            return here
    return -1


def _introduces(sheet: Sheet, lines: list[str], after: int, end: int) -> bool:
    """Whether these lines are an attribution, and the first of them not an answer written right above one."""
    follows = sheet.next_filled(after, end)
    quoted = follows < end and sheet.quoted[follows]
    if not attribution.introduces(" ".join(lines), quote_follows=quoted, wrapped=len(lines) > 1):
        return False
    shorter = (" ".join(lines[start:]) for start in range(1, len(lines)))
    return not any(
        attribution.opens_dated(rest) and attribution.introduces(rest, quote_follows=quoted)
        for rest in shorter
    )


def _mark_wrapped(sheet: Sheet, end: int) -> None:
    """What a client broke off the end of a long quoted line, and left without its ``>``."""
    for at in range(1, end):
        if sheet.kinds[at] is not LineKind.OWN or sheet.kinds[at - 1] is not LineKind.QUOTED:
            continue
        line = sheet.lines[at]
        followed = at + 1 < end and bool(sheet.plain[at + 1])
        if not line.strip() or len(line) > 45 or (followed and not sheet.quoted[at + 1]):
            continue
        above = sheet.lines[at - 1].rstrip()
        surely = followed or ends_likely_in_the_middle(sheet.plain[at - 1])
        if sheet.quoted[at - 1] and (
            ends_in_the_middle(sheet.plain[at - 1]) or (surely and _was_wrapped(above, line))
        ):
            sheet.kinds[at] = LineKind.QUOTED


def _was_wrapped(above: str, line: str) -> bool:
    """Whether a line may be the end of the one above, which some client cut at its limit."""
    if not LONG <= len(above) < 100 or above[-1] in ".?!:;…»" or not line[0].islower():
        return False
    return len(above) + 1 + len(line.partition(" ")[0]) > 72
