"""Where the author signs: below a mark, below the closing, or in a block of name, title and telephone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import partial

from bot.mail.fold import fold, holds_one
from bot.mail.words import devices, notices
from bot.mail.words import ending_rules as endings
from bot.mail.words.sheet import LineKind, Sheet

MAX_SIGNATURE = 14  # lines
LAST = 20  # lines from the end of a stretch of own ones, in which it is looked for
MAX_TITLE = 6  # lines of a signature without telephone, address or site


def mark_signatures(
    sheet: Sheet,
    end: int,
    author_name: str = "",
    declared: Callable[[], Iterable[str]] = tuple,
    *,
    fresh: bool = False,
) -> None:
    """Mark signatures, the words of devices, and the notices that servers add below them.

    ``declared`` gives the lines that the mail's HTML calls a signature, where it does.
    """
    names = _names(author_name)
    runs = _runs(sheet, end)
    if _mark_devices(sheet, end, runs):
        runs = _runs(sheet, end)
    marks = [at for at in sheet.open if len(sheet.plain[at]) < 6 and sheet.lines[at] in endings.MARKS]
    for number, (start, stop, tail) in enumerate(runs, start=1):
        below = _mark_notices(sheet, start, stop, alone=1 < number == len(runs))
        if marks:
            below = _mark_below_dashes(sheet, start, below, marks)
        below = _mark_below_closing(sheet, start, below, tail)
        below = _mark_named_block(sheet, start, below, names, fresh=fresh)
        _mark_declared(sheet, start, below, declared)


_Run = tuple[int, int, list[int]]


def _runs(sheet: Sheet, end: int) -> list[_Run]:
    """The stretches of own lines, each with its last lines, upwards: there mails end."""
    return [(start, stop, sheet.last_filled(start, stop, LAST)) for start, stop in sheet.own_runs(end)]


def _names(author_name: str) -> frozenset[str]:
    """The words of the author's name, those of a list that speaks for them left out."""
    words = fold(author_name).partition("(")[0].partition(" via ")[0].replace(",", " ").split()
    return frozenset(word for word in words if len(word) > 1 and "@" not in word)


def _mark_devices(sheet: Sheet, end: int, runs: list[_Run]) -> bool:
    """Whether there are any, each with the line drawn above it and the link below."""
    found = False
    for start, stop, tail in runs:
        alone = start + 1 == stop and start == sheet.open[0]
        for at in tail:
            line = sheet.plain[at]
            if not devices.may_begin(line) or not (
                devices.is_device(line)
                or (not alone and devices.may_be_device(line) and _stands_last(sheet, at, end))
            ):
                continue
            found = True
            drawn = at > start and notices.is_footer_rule(sheet.plain[at - 1])
            sheet.mark(at - drawn, at + 1, LineKind.DEVICE)
            below = sheet.plain[at + 1] if at + 1 < stop else ""
            if devices.is_link(below) or (devices.is_cut_short(line) and 0 < len(below) < 40):
                sheet.kinds[at + 1] = LineKind.DEVICE
    return found


def _stands_last(sheet: Sheet, at: int, end: int) -> bool:
    """Whether a line is a paragraph by itself, or below a drawn line, with no own words below it."""
    if at + 1 < end and sheet.plain[at + 1]:
        return False
    above = sheet.plain[at - 1] if at else ""
    follows = sheet.next_filled(at + 1, end)
    last = follows >= end or sheet.kinds[follows] is not LineKind.OWN
    return last and (not above or notices.is_footer_rule(above))


def _mark_notices(sheet: Sheet, start: int, stop: int, *, alone: bool) -> int:
    """Paragraphs that a server adds, from the last one up; returns where the author ends above them.

    ``alone``: the last thing below a quotation, with own words above that, may be nothing else.
    """
    while True:
        above = sheet.above_blank(start, stop)
        first = above
        while first > start and sheet.plain[first - 1]:
            first -= 1
        if first == above or (first == start and not alone):
            return above
        paragraph = " ".join(sheet.plain[first:above])
        signed = _always if alone else partial(_is_signed, sheet, start, first, stop)
        if not notices.is_disclaimer(paragraph, signed=signed):
            return above
        stop = _sign(sheet, start, first, stop)


def _sign(sheet: Sheet, start: int, first: int, stop: int) -> int:
    """Mark a signature, with the line drawn above it; returns where the author ends above it."""
    above = sheet.above_blank(start, first)
    if above > start and notices.is_footer_rule(sheet.plain[above - 1]):
        first = above - 1
    sheet.mark(first, stop, LineKind.SIGNATURE)
    return sheet.above_blank(start, first)


def _always() -> bool:
    return True


def _is_signed(sheet: Sheet, start: int, first: int, stop: int) -> bool:
    """Whether a closing, a name or a signature stands above the paragraph that begins at ``first``."""
    if stop < len(sheet.kinds) and sheet.kinds[stop] is LineKind.SIGNATURE:
        return True
    if sheet.plain[first].startswith(("___", "---", "===")):
        return True
    if start and sheet.kinds[start - 1] in (LineKind.SIGNATURE, LineKind.DEVICE):
        return True
    above = sheet.last_filled(start, first, LAST)
    return bool(above) and (
        (len(above) > 1 and sheet.plain[above[0]].count(" ") < 3 and endings.is_name(sheet.plain[above[0]]))
        or notices.is_footer_rule(sheet.plain[above[0]])
        or sheet.lines[above[0]] in endings.MARKS
        or endings.has_contact(sheet.plain[above[0]])
        or any(endings.is_closing(sheet.plain[at]) for at in above[:MAX_SIGNATURE])
    )


def _mark_below_dashes(sheet: Sheet, start: int, stop: int, marks: list[int]) -> int:
    """Below ``-- `` all is signature; below dashes that people draw too, only what looks like one."""
    here = marks[bisect_left(marks, start) : bisect_left(marks, stop)]
    if not here:
        return stop
    at = next((at for at in here if sheet.lines[at] == "-- "), here[-1])
    # Several stand between the sections of a text; the last of them may still sign it.
    if sheet.lines[at] != "-- " and not _signs_below_dashes(sheet, at, stop, only=len(here) == 1):
        return stop
    # What is said below a blank line, « PS : … », is the author's again.
    sheet.mark(at, _above_postscript(sheet, at + 1, stop), LineKind.SIGNATURE)
    return sheet.above_blank(start, at)


def _above_postscript(sheet: Sheet, start: int, stop: int) -> int:
    """Where a postscript begins, below a blank line; or ``stop``."""
    after_blank = (at for at in range(start + 1, stop) if not sheet.plain[at - 1])
    found = next((at for at in after_blank if endings.is_postscript(sheet.plain[at])), stop)
    return sheet.above_blank(start, found)


def _signs_below_dashes(sheet: Sheet, at: int, stop: int, *, only: bool) -> bool:
    """Whether lines below dashes that are not quite ``-- `` may be a signature."""
    if stop - at > 3 * MAX_SIGNATURE:
        return False
    block = _filled(sheet, at + 1, stop)
    if not block or len(block) > MAX_SIGNATURE:
        return False
    if any(endings.is_closing(line) for line in block[:-1]):
        return False  # a closing with a name below it ends what was written
    standard = only and sheet.lines[at].startswith("--") and not sheet.lines[at].startswith("---")
    if not standard:
        return endings.is_sure_signature(block)
    speaks = endings.is_sentence(block[0]) and not notices.is_sure_footer(" ".join(block))
    return endings.is_signature(block) and not speaks and not endings.is_practical(block)


def _mark_below_closing(sheet: Sheet, start: int, stop: int, tail: list[int]) -> int:
    """A signature without a mark: the name below the closing is kept, the block below it is not."""
    end = _above_postscript(sheet, start, stop)
    for at in reversed(tail):
        closing = sheet.plain[at]
        if endings.is_closing(closing):
            sheet.closings.append(at)
        elif closing[-1] != "," or not endings.is_signing_title(closing):
            continue
        if at >= end:
            break
        name = sheet.next_filled(at + 1, end)
        if name >= end or not endings.is_name(sheet.plain[name]):
            continue
        named_before = "," in closing[:-1]
        first = name if named_before and endings.has_contact(sheet.plain[name]) else name + 1
        if _signs(sheet, first, end):
            above = _sign(sheet, start, first, end)
            return above if end == stop else stop
    return stop


def _mark_named_block(sheet: Sheet, start: int, stop: int, names: frozenset[str], *, fresh: bool) -> int:
    """Last lines that begin with the author's name and go on with title, place, telephone."""
    lines = [at for at in reversed(sheet.last_filled(start, stop, MAX_SIGNATURE)) if at < stop]
    for at in lines:
        line = sheet.plain[at]
        if not _is_author(line, names):
            continue
        above = sheet.above_blank(start, at)
        if above > start and sheet.plain[above - 1].endswith(":"):
            break  # the first of a list
        paragraph = at
        while paragraph > start and sheet.plain[paragraph - 1]:
            paragraph -= 1
        if endings.is_list(_filled(sheet, paragraph, stop)):
            break
        closed = above > start and endings.is_closing(sheet.plain[above - 1])
        first = sheet.next_filled(at + 1, stop) if closed else at
        alone = at == start or first >= stop
        # « Je vends … Patrick Nogaret, 06 … »: the telephone is what the reader needs.
        signed = closed or sheet.plain[max(above - 1, start)] in names
        offered = fresh and not signed and len(_filled(sheet, at, stop)) <= 2
        if alone or offered or not (endings.has_contact(line) or first + 1 < stop or closed):
            continue
        if _signs(sheet, first, stop, line):
            return _sign(sheet, start, first, stop)
    return stop


def _mark_declared(sheet: Sheet, start: int, stop: int, declared: Callable[[], Iterable[str]]) -> None:
    """Last lines that the HTML calls a signature; the name below a closing is kept all the same."""
    if stop - start < 3 or not sheet.plain[stop - 2]:
        return
    lines = {_letters(line) for line in declared()}
    first = stop
    while first > start and (not sheet.plain[first - 1] or _letters(sheet.lines[first - 1]) in lines):
        first -= 1
    first = sheet.next_filled(first, stop)
    if first in (start, stop):
        return
    above = sheet.above_blank(start, first) - 1
    if endings.is_closing(sheet.plain[above]) and endings.is_name(sheet.plain[first]):
        first += 1
    sheet.mark(first, stop, LineKind.SIGNATURE)


def _letters(line: str) -> str:
    return "".join(filter(str.isalnum, line))


def _is_author(line: str, names: frozenset[str]) -> bool:
    """Whether a line begins with the author's whole name, in either order."""
    if len(names) < 2 or len(line) > 90 or not holds_one(line, names):
        return False
    words = [word.strip(",.;:|-–*") for word in line.split()[: len(names) + 1]]
    return names <= set(words)


def _signs(sheet: Sheet, first: int, stop: int, name: str = "") -> bool:
    """Whether the lines from ``first`` to the end of the run are a signature."""
    block = _filled(sheet, first, stop)
    if not block or len(block) > MAX_SIGNATURE:
        return False
    if endings.is_sure_signature(block):
        return True
    blanks = sum(not line for line in sheet.plain[first - (not name) : stop])
    # Without a blank line; or, below the author's name, with one after each line, as Word lays it out.
    laid_out = not blanks or (bool(name) and blanks == len(block) - 1)
    titles = [sheet.lines[at].strip() for at in range(first, stop) if sheet.plain[at]]
    return laid_out and len(block) <= MAX_TITLE and endings.is_title_block(block, titles)


def _filled(sheet: Sheet, start: int, stop: int) -> list[str]:
    """The lines that are not blank, nor pictures of which only the place is left."""
    return [line for line in sheet.plain[start:stop] if line and not line.startswith(("[image", "[cid:"))]
