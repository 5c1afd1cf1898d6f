"""Cutting a mail's words into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.french.patterns import Pattern, words_of

# After these a full stop ends no sentence, whatever follows.
_NEVER_LAST = words_of(
    """art | m | mm | mme | mmes | mlle | mlles | dr | drs | pr | me | mgr | st | ste | cf | ex | ass | assoc
    al | av | bd | bld | ref | tel | tél | cie | env | approx"""
)
# After these it ends none before a number: "art. 12", "3 déc. 2022", "min. 4".
_BEFORE_NUMBER = words_of(
    """p | pp | fig | vol | chap | n | no | v | pers | hab | min | max | par | sect | tab | ann | janv | fev
    févr | avr | juil | sept | oct | nov | dec | déc | lun | mar | mer | jeu | ven | sam | dim"""
)
_EMOJI = "\U0001f300-\U0001faff\u2600-\u27bf\ufe0f\u2b50"
_END = Pattern(
    rf"""(?P<mark>\.{{1,9}}|[!?…]{{1,9}}|[{_EMOJI}]{{1,9}})
         (?P<close>(?:[ \u00a0\u202f]?[»”]|["')\]])?(?:[ ]?[{_EMOJI}]{{1,9}})?)
         (?=\s+(?P<next>[«“"(\[¿\-–—]?\s?['’]?\w|[{_EMOJI}]))""",
    re.VERBOSE,
)
_BULLET = Pattern(r"\s*(?:[-–—*•·◦▪‣●○►→✓✅☐☑➡]|\(?\d{1,2}[.)°]|\(?[a-zA-Z][.)])\s+\S")
_WORD_BEFORE = Pattern(r"[^\W\d_]+\Z")
_OPEN_WORD = Pattern(
    r"(?:\b(?:le|la|les|un|une|des|du|de|au|aux|à|et|ou|par|pour|sur|avec|dans|en|que|qui|ce|cette|ces|son|sa|ses"
    r"|notre|nos|votre|vos|leur|leurs|nous|vous|est|sont|sera|plus|sans|chez|entre|vers)|['’,])\Z",
    re.IGNORECASE,
)
_WRAP_WIDTH = 50
_WIDEST = 80


def split(text: str) -> list[str]:
    """The sentences of a text, in order; each is a piece of it, stripped.

    A line is a unit of its own (a bullet, a row with tabs, a short line) unless it is plainly wrapped:
    long, open, and going on in lower case.  Abbreviations, addresses, hours, decimals, initials and
    inclusive points end nothing.
    """
    return [sentence for unit in _units(text) for sentence in _sentences(unit)]


def _units(text: str) -> Iterator[str]:
    """Paragraph-like pieces: lines, with wrapped lines put together again."""
    gathered: list[str] = []
    lines = text.splitlines()
    width = max((len(line) for line in lines), default=0)
    for line in lines:
        if gathered and not _goes_on(gathered, line, width):
            yield "\n".join(gathered)
            gathered = []
        if line.strip():
            gathered.append(line)
    if gathered:
        yield "\n".join(gathered)


def _goes_on(gathered: list[str], line: str, width: int) -> bool:
    """Whether a line goes on with what was gathered; ``width`` is that of the longest line."""
    last, following = gathered[-1].rstrip(), line.lstrip()
    if not following or "\t" in last or "\t" in line.strip() or _BULLET.match(line):
        return False
    if last.endswith((".", "!", "?", "…", ":", ";")):
        return False
    wrapped = len(last) >= _WRAP_WIDTH or len(gathered) > 1
    if wrapped and (following[0].islower() or following[0].isdigit() or _OPEN_WORD.search(last[-12:])):
        return True
    # Hard-wrapped: the next word would not have fitted.
    return _WRAP_WIDTH <= width <= _WIDEST and len(last) + 1 + len(following.split()[0]) > width


def _sentences(unit: str) -> Iterator[str]:
    if "\t" in unit.strip():
        yield unit.strip()
        return
    start = 0
    for match in _END.finditer(unit):
        if _ends(unit, match):
            end = match.end()
            yield unit[start:end].strip()
            start = end
    rest = unit[start:].strip()
    if rest:
        yield rest


def _ends(unit: str, match: re.Match[str]) -> bool:
    following = match["next"][-1]
    if following.islower():
        return False
    if match["mark"] != "." or match["close"]:
        return True
    found = _WORD_BEFORE.search(unit[max(0, match.start() - 30) : match.start()])
    if found is None:
        # "1. Budget" at the head of a line is a number in a list, "en 2023. Les" ends.
        return match.start() > 4 or not unit[: match.start()].strip(" (").isdigit()
    word = found[0]
    if len(word) == 1 and word.isupper():
        return False
    if _NEVER_LAST.fullmatch(word.lower()):
        return False
    return not (following.isdigit() and _BEFORE_NUMBER.fullmatch(word.lower()))
