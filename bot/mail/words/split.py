"""Line by line: what the author wrote here, and what they only carried along."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.mail.fold import fold
from bot.mail.message import Answer
from bot.mail.mime.standouts import Standout
from bot.mail.words.armour import BEGIN, unarmoured
from bot.mail.words.attribution import unglued
from bot.mail.words.endings import mark_footer, mark_manners
from bot.mail.words.insets import announces, give_back, mark_insets
from bot.mail.words.line_rules import ends_in_the_middle
from bot.mail.words.quotations import mark_quotes
from bot.mail.words.sheet import LineKind as LineKind
from bot.mail.words.sheet import Sheet
from bot.mail.words.signatures import mark_signatures

MAX_LINES = 12_000
WRAP = 55  # characters of a line that a client may have cut


@dataclass(frozen=True)
class Circumstances:
    """What else a mail tells of its text."""

    forward: bool = False  # the subject says that it passes a mail on (TR, Fwd)
    fresh: bool = False  # it answers no mail: nothing refers to one, not even the subject
    list_name: str = ""  # the list that distributed it ("reseau"), hence may have added a footer
    author_name: str = ""  # as the mail gives it
    standouts: Callable[[], Iterable[Standout]] = tuple  # the lines of its HTML, if any, that look otherwise
    signature_lines: Callable[[], Iterable[str]] = tuple  # those that it declares to be a signature
    lines_below_quote: Callable[[], Iterable[str]] = tuple  # those below what it declares to be a quote


@dataclass(frozen=True)
class OwnWords:
    """A text taken apart; ``truncated`` when it had more lines than are looked at."""

    text: str  # own words, greeting and closing kept; a forwarded mail below its mark
    quoted: str
    signature: str
    answers: tuple[Answer, ...] = ()  # own words below quoted lines, each with the last of these
    own: str = ""  # ``text`` without what is forwarded
    truncated: bool = False


def split(text: str, circumstances: Circumstances | None = None) -> OwnWords:
    """Take a text apart."""
    lines = text.split("\n")
    if BEGIN in text:
        lines = unarmoured([line.rstrip("\r") for line in lines])
    lines = unglued(lines)
    truncated = len(lines) > MAX_LINES
    sheet = classify(lines[:MAX_LINES], circumstances or Circumstances())
    found = set(sheet.kinds)
    whole = _join(sheet, _TEXT)
    answers = _answers(sheet) if whole and LineKind.QUOTED in found else ()
    if answers:
        whole = _tidy(_set_apart(sheet))
    return OwnWords(
        whole,
        "" if found.isdisjoint(_QUOTE) else _join(sheet, _QUOTE),
        "" if found.isdisjoint(_SIGNATURE) else _join(sheet, _SIGNATURE),
        answers,
        _join(sheet, _OWN) if LineKind.FORWARDED in found else whole,
        truncated,
    )


def _set_apart(sheet: Sheet) -> list[str]:
    """The lines of the text; a blank one between two that answer different lines."""
    lines: list[str] = []
    quoted = False
    for line, kind in zip(sheet.lines, sheet.kinds, strict=True):
        if kind is LineKind.QUOTED:
            quoted = True
        elif kind in _TEXT:
            if quoted:
                lines.append("")
            quoted = False
            lines.append(line)
    return lines


_OWN = frozenset({LineKind.OWN, LineKind.GREETING, LineKind.CLOSING})
_TEXT = _OWN | {LineKind.FORWARDED}
_QUOTE = frozenset({LineKind.QUOTED, LineKind.ATTRIBUTION})
_SIGNATURE = frozenset({LineKind.SIGNATURE, LineKind.DEVICE})
_BLANK_LINES = re.compile(r"\n{3,}")


def _join(sheet: Sheet, wanted: frozenset[LineKind]) -> str:
    """The lines of these kinds."""
    return _tidy([line for line, kind in zip(sheet.lines, sheet.kinds, strict=True) if kind in wanted])


def _tidy(lines: list[str]) -> str:
    """Lines put on one another; blank ones at the ends left out, several in a row made one."""
    text = "\n".join(lines) + "\n"
    if " \n" in text or "\t\n" in text or not text.isascii():
        text = "\n".join([line.rstrip() for line in lines])
    text = text.strip("\n\ufeff")
    return _BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text


def classify(lines: list[str], circumstances: Circumstances | None = None) -> Sheet:
    """What each line is."""
    known = circumstances or Circumstances()
    sheet = Sheet(lines)
    end = mark_footer(sheet, known.list_name.lower())
    mark_quotes(sheet, end, forward=known.forward, fresh=known.fresh)
    first = sheet.kinds.index(LineKind.QUOTED) if LineKind.QUOTED in sheet.kinds else 0
    # Behind ``>`` only looks can tell whose a line is.
    told = first and (known.standouts is not tuple or _copies(sheet))
    if told and announces(" ".join(sheet.plain[:first])):
        mark_insets(sheet, first, end, known.standouts())
    if first and known.lines_below_quote is not tuple and _copies(sheet):
        give_back(sheet, first, end, known.lines_below_quote())
    mark_signatures(sheet, end, known.author_name, known.signature_lines, fresh=known.fresh)
    mark_manners(sheet)
    if known.fresh and LineKind.QUOTED in sheet.kinds and not _says_something(sheet):
        # Nothing is answered and nothing said: what seemed quoted is what is sent.
        sheet.kinds = [LineKind.FORWARDED if kind in _QUOTE else kind for kind in sheet.kinds]
    return sheet


def _copies(sheet: Sheet) -> bool:
    """Whether a mail is quoted without ``>``."""
    return any(
        kind is LineKind.QUOTED and not quoted for kind, quoted in zip(sheet.kinds, sheet.quoted, strict=True)
    )


def _says_something(sheet: Sheet) -> bool:
    return any(line and kind in _TEXT for line, kind in zip(sheet.plain, sheet.kinds, strict=True))


def _answers(sheet: Sheet) -> tuple[Answer, ...]:
    """Each run of own lines below a quoted line, and that line."""
    answers: list[Answer] = []
    for found in _BELOW_QUOTED(bytes(sheet.kinds)):
        start, end = found.span(1)
        own = [sheet.lines[at] for at in range(start, end) if sheet.kinds[at] in _OWN]
        if any(own) and (said := _tidy(own)) and (to := _last_quoted(sheet, start)):
            answers.append(Answer(to, said))
    return tuple(answers)


# By ``LineKind``: quoted lines, then others of which one at least is own.
_BELOW_QUOTED = re.compile(rb"\x03([^\x03]*[\x00\x01\x02][^\x03]*)").finditer


def _last_quoted(sheet: Sheet, before: int) -> str:
    """The last quoted line above, with those that go on in it."""
    at = before - 1
    while at >= 0 and not (sheet.kinds[at] is LineKind.QUOTED and sheet.unmarked(sheet.lines[at])):
        at -= 1
    if at < 0:
        return ""
    words = [sheet.unmarked(sheet.lines[at])]
    while at > 0 and sheet.kinds[at - 1] is LineKind.QUOTED:
        at -= 1
        above = sheet.unmarked(sheet.lines[at])
        if not above or not _is_wrapped(above):
            break
        words.append(above)
    return " ".join(reversed(words))


def _is_wrapped(line: str) -> bool:
    """Whether a quoted line seems to go on in the next one, cut by a client at its limit."""
    return line[-1] not in ".?!:;…" and (len(line) >= WRAP or ends_in_the_middle(fold(line)))
