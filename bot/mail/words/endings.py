"""The footer that a list adds, and the manners of a mail: its greeting and its closings."""

from __future__ import annotations

from bot.mail.fold import holds_one
from bot.mail.words import copied, notices
from bot.mail.words import ending_rules as endings
from bot.mail.words.sheet import LineKind, Sheet

MAX_FOOTER = 15


def mark_footer(sheet: Sheet, list_name: str) -> int:
    """Mark what the list server added at the end; returns where the author's mail ends."""
    end = len(sheet.lines)
    while end and not sheet.plain[end - 1]:
        end -= 1
    if holds_one(sheet.folded, notices.GROUP_HINTS):
        end = next((at for at in sheet.open if _is_group_mark(sheet, at)), end)
    start = _footer_start(sheet, end, list_name)
    if start < len(sheet.lines):
        sheet.mark(start, len(sheet.lines), LineKind.FOOTER)
    return start


def _is_group_mark(sheet: Sheet, at: int) -> bool:
    """Whether what a group's server adds begins here; nothing of the author's comes below it."""
    follows = sheet.next_filled(at + 1, len(sheet.plain))
    below = sheet.plain[follows] if follows < len(sheet.plain) else ""
    return notices.is_group_mark(sheet.plain[at]) or (
        notices.is_footer_rule(sheet.plain[at]) and notices.is_group_heading(below)
    )


def _footer_start(sheet: Sheet, end: int, list_name: str) -> int:
    """Upwards: a drawn line above words of a footer, or else a paragraph that can be nothing but one."""
    likely = sure = reachable = False
    first = max(0, end - MAX_FOOTER)
    hinted = holds_one("\n".join(sheet.plain[first:end]), notices.FOOTER_HINTS)
    if not hinted and not list_name:
        return end
    found = end
    for at in range(end - 1, first - 1, -1):
        line = sheet.plain[at]
        if sheet.quoted[at] or line[-1:] == "?" or (at < end - 1 and endings.is_closing(line)):
            break  # somebody still speaks here
        if notices.is_footer_rule(line) and at < end - 1:
            if copied.field_of(sheet.plain[sheet.next_filled(at + 1, end - 1)]):
                return found  # the header of a mail that is answered
            return at if likely or (sure and found == end) else found
        likely = likely or (bool(list_name) and notices.is_footer(line, list_name))
        sure = sure or (hinted and notices.is_sure_footer(line))
        reachable = reachable or "@" in line or "://" in line
        if not line and list_name and sure and reachable and found == end:
            found, likely = at, False
    return found


def mark_manners(sheet: Sheet) -> None:
    """The greeting is the first own line; closings were found where signatures were looked for."""
    for at in sheet.closings:
        if sheet.kinds[at] is LineKind.OWN:
            sheet.kinds[at] = LineKind.CLOSING
    for at in sheet.open:
        if sheet.kinds[at] is LineKind.OWN and endings.is_greeting(sheet.plain[at]):
            sheet.kinds[at] = LineKind.GREETING
        if sheet.kinds[at] in (LineKind.OWN, LineKind.GREETING, LineKind.CLOSING):
            return
