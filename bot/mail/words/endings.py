"""Where a mail ends: signatures, the words of a device, the footer of a list; and its manners."""

from __future__ import annotations

from bot.mail.words import ending_rules as endings
from bot.mail.words import line_rules as rules
from bot.mail.words.sheet import LineKind, Sheet

MAX_FOOTER = 15
MAX_SIGNATURE = 12


def mark_footer(sheet: Sheet, list_name: str) -> int:
    """Mark what the list server added at the end; returns where the author's mail ends."""
    end = len(sheet.lines)
    while end and not sheet.plain[end - 1]:
        end -= 1
    start = _footer_start(sheet, end, list_name)
    if start < end:
        sheet.mark(start, len(sheet.lines), LineKind.FOOTER)
    return start


def _footer_start(sheet: Sheet, end: int, list_name: str) -> int:
    """Upwards: a drawn line above words of a footer, or else a paragraph that can be nothing but one."""
    likely = sure = reachable = False
    found = end
    for at in range(end - 1, max(0, end - MAX_FOOTER) - 1, -1):
        line = sheet.plain[at]
        if rules.is_quoted(sheet.lines[at]):
            break
        if endings.is_footer_rule(line) and at < end - 1:
            return at if likely or (sure and found == end) else found
        likely = likely or (bool(list_name) and endings.is_footer(line, list_name))
        sure = sure or endings.is_sure_footer(line)
        reachable = reachable or "@" in line or "://" in line
        if not line and list_name and sure and reachable and found == end:
            found, likely = at, False
    return found


def mark_signatures(sheet: Sheet, end: int, author_name: str = "") -> None:
    """Mark signatures and the words of devices."""
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


def mark_disclaimers(sheet: Sheet) -> None:
    """Mark the notices below everything that the author wrote: paragraphs, from the last one up."""
    end = len(sheet.lines)
    while True:
        while end and (sheet.kinds[end - 1] is not LineKind.OWN or not sheet.plain[end - 1]):
            end -= 1
        start = end
        while start and sheet.kinds[start - 1] is LineKind.OWN and sheet.plain[start - 1]:
            start -= 1
        if start == 0 or not endings.is_disclaimer(" ".join(sheet.plain[start:end])):
            return
        sheet.mark(start, end, LineKind.SIGNATURE)
        end = start


def _signature_below_mark(sheet: Sheet, at: int, end: int) -> int:
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


def _mark_block_signature(sheet: Sheet, closing: int, end: int) -> None:
    """A signature without a mark: the name below the closing is kept, the address block is not."""
    name = sheet.next_filled(closing + 1, end)
    if name >= end or sheet.kinds[name] is not LineKind.OWN:
        return
    named_before = "," in sheet.plain[closing][:-1]
    first = name if named_before and endings.has_contact(sheet.plain[name]) else name + 1
    stop, block = _short_block(sheet, first, end)
    if block and endings.is_name(sheet.plain[name]) and endings.is_sure_signature(block):
        sheet.mark(first, stop, LineKind.SIGNATURE)


def _short_block(sheet: Sheet, start: int, end: int) -> tuple[int, list[str]]:
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


def mark_manners(sheet: Sheet) -> None:
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
