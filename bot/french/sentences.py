"""Cutting a mail's words into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.french.patterns import Pattern, words_of

# After these a full stop ends no sentence, whatever follows.
_NEVER_LAST = words_of(
    """art | m | mm | mme | mmes | mlle | mlles | dr | drs | pr | me | mgr | st | ste | cf | ex | ass | assoc
    al | av | bd | bld | rte | chem | imp | bat | bât | appt | apt | esc | ref | réf | tel | tél | cie | env
    approx | resp | coord | adj | prés | ndlr | vs"""
)
# After these it ends none before a number: "art. 12", "3 déc. 2022", "min. 4".
_BEFORE_NUMBER = words_of(
    """p | pp | fig | vol | chap | n | no | v | pers | hab | min | max | par | sect | tab | ann | janv | fev
    févr | avr | juil | sept | oct | nov | dec | déc | lun | mar | mer | jeu | ven | sam | dim
    ét | bât | lot | alin | ép"""
)
# A capital that stands for a first name follows these; after another word ("aile B.") it is a mark.
_BEFORE_NAME = words_of(
    """et | ou | de | du | par | avec | pour | chez | que | dont | sans | selon | entre | comme | contre
    salle | vers | feu | rue | place | avenue | impasse | quai | cours | allée | boulevard | square | route
    chemin | école | collège | lycée | espace | stade | gymnase | théâtre | auteur | autrice | maire"""
)
# What begins a sentence and no name.
_OPENER = words_of(
    """le | la | les | un | une | des | ce | cet | cette | ces | on | nous | vous | je | il | elle | ils
    elles | tu | c | ça | cela | merci | pour | dans | en | sur | à | au | aux | avec | sans | si | mais
    et | ou | donc | qui | que | quand | notre | nos | votre | vos | son | sa | ses | leur | leurs | mon
    ma | mes | tout | tous | toute | toutes | y | ne | pas | plus | voici | voir | aucun | aucune
    chaque | chacun | chacune"""
)
_COMPANY = Pattern(
    r"(?:s\.?a\.?r\.?l|s\.?c\.?i\.?c|s\.?c\.?o\.?p|e\.?u\.?r\.?l|s\.?a\.?s?|s\.?c\.?i|p\.?-?s)\Z"
)
_EMOJI = "\U0001f300-\U0001faff\u2600-\u27bf\ufe0f\u2b50"
_END = Pattern(
    rf"""(?P<mark>\.{{1,9}}|[!?…]{{1,9}}|[{_EMOJI}]{{1,9}})
         (?P<close>(?:[ \u00a0\u202f]?[»”]|["')\]]|[*_]{{1,3}}(?=\s))?(?:[ ]?[{_EMOJI}]{{1,9}})?)
         (?=\s+(?P<next>[«“"(\[¿\-–—*_]{{0,3}}\s?['’]?\w|[{_EMOJI}]))""",
    re.VERBOSE,
)
_BULLET = Pattern(r"\s*(?:[-–—*•·◦▪‣●○►→✓✅☐☑➡]|\(?\d{1,2}[.)°]|\(?[a-zA-Z][.)])\s+\S")
_WORD_BEFORE = Pattern(r"(?P<dotted>(?:[^\W\d_]\.-?){1,8})?(?P<word>[^\W\d_]+)\Z")
_WORD_AFTER = Pattern(r"\W{0,6}([^\W\d_]{1,20})")
_PREVIOUS = Pattern(r"([^\W\d_]{1,30})[ \u00a0\n]\Z")
_LIST_NUMBER = Pattern(r"\s*\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[A-Za-z])\Z")
_ADDRESS = Pattern(r"\s+(?:https?://|www\.)")
_LAST_ADDRESS = Pattern(r"(?:https?://|\bwww\.)\S{3,280}\Z")
_OPEN_WORD = Pattern(
    r"(?:\b(?:le|la|les|un|une|des|du|de|au|aux|à|et|ou|par|pour|sur|avec|dans|en|que|qui|ce|cette|ces|son|sa|ses"
    r"|notre|nos|votre|vos|leur|leurs|nous|vous|est|sont|sera|plus|sans|chez|entre|vers)|['’,])\Z",
    re.IGNORECASE,
)
_WRAP_WIDTH = 50
_WIDEST = 80
_RAGGED = 12


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
    small = _without_capitals(lines)
    width = _width(lines, small=small)
    for line in lines:
        if gathered and not _goes_on(gathered, line, width, small=small):
            yield "\n".join(gathered)
            gathered = []
        if line.strip():
            gathered.append(line)
    if gathered:
        yield "\n".join(gathered)


def _width(lines: list[str], *, small: bool) -> int:
    """That of the longest line; without capitals, only if a second line bears it out."""
    longest = sorted(map(len, lines))[-2:]
    if small and (len(longest) < 2 or longest[0] < longest[1] - _RAGGED):
        return 0
    return longest[-1] if longest else 0


def _without_capitals(lines: list[str]) -> bool:
    """Whether the writer begins sentences in lower case, so that it says nothing of where a line ends."""
    last = "."
    for line in map(str.strip, lines):
        if line[:1].islower() and last.endswith((".", "!", "?", "…")) and not line.startswith("http"):
            return True
        last = line or last
    return False


def _goes_on(gathered: list[str], line: str, width: int, *, small: bool) -> bool:
    """Whether a line goes on with what was gathered; ``width`` is that of the longest line."""
    last, following = gathered[-1].rstrip(), line.lstrip()
    if not following or "\t" in last or "\t" in line.strip() or _BULLET.match(line):
        return False
    if last.endswith((".", "!", "?", "…", ":", ";")):
        return False
    if following[0].isupper() and _LAST_ADDRESS.search(last[-300:]):
        return False
    wrapped = len(last) >= _WRAP_WIDTH or len(gathered) > 1
    lower = following[0].islower() or following[0].isdigit()
    if wrapped and ((lower and not small) or _OPEN_WORD.search(last[-12:])):
        return True
    # Hard-wrapped: the next word would not have fitted.
    return _WRAP_WIDTH <= width <= _WIDEST and len(last) + 1 + len(following.split()[0]) > width


def _sentences(unit: str) -> Iterator[str]:
    if "\t" in unit.strip():
        yield unit.strip()
        return
    start = 0
    for match in _END.finditer(unit):
        if _ends(unit, start, match):
            end = match.end()
            yield unit[start:end].strip()
            start = end
    rest = unit[start:].strip()
    if rest:
        yield rest


def _ends(unit: str, start: int, match: re.Match[str]) -> bool:
    """Whether a sentence that began at ``start`` ends with this mark."""
    mark, following = match["mark"], match["next"][-1]
    if following.islower() and not _ADDRESS.match(unit, match.end()):
        return _ends_before_small(unit, start, match)
    if mark != "." or match["close"]:
        return True
    if match.start() <= 8 and _LIST_NUMBER.match(unit[: match.start()]):
        return False
    found = _WORD_BEFORE.search(unit[max(0, match.start() - 30) : match.start()])
    if found is None:
        return True
    word = found["word"]
    if len(word) == 1 and (word.isupper() or found["dotted"]):
        return _ends_after_letters(unit, match, found[0])
    if _NEVER_LAST.fullmatch(word.lower()):
        return False
    return not (following.isdigit() and _BEFORE_NUMBER.fullmatch(word.lower()))


def _ends_before_small(unit: str, start: int, match: re.Match[str]) -> bool:
    """Before lower case: after "?" or "!", or a full stop of somebody who writes without capitals."""
    mark = match["mark"]
    if match["close"]:
        return False
    begun = unit[max(start, match.start() - 300) : match.start()]
    if begun.count("(") > begun.count(")") or begun.count("«") > begun.count("»"):
        return False
    if mark[0] in "!?":
        return True
    if mark != "." or not unit[start : start + 40].lstrip()[:1].islower():
        return False
    found = _WORD_BEFORE.search(begun[-30:])
    if found is None or found["dotted"] or len(found["word"]) < 3:
        return False
    word = found["word"].lower()
    return not (word == "etc" or _NEVER_LAST.fullmatch(word) or _BEFORE_NUMBER.fullmatch(word))


def _ends_after_letters(unit: str, match: re.Match[str], letters: str) -> bool:
    """After an initial or letters with points: "P. Roy" goes on, "aile B. Entrez" and "T.T.C. TVA" end."""
    if _COMPANY.match(letters.lower()):
        return False
    after = _WORD_AFTER.match(unit, match.end())
    opens = after is not None and (_OPENER.fullmatch(after[1].lower()) is not None or after[1].endswith("ez"))
    if len(letters) > 1:
        return opens or (after is not None and after[1].isupper() and len(after[1]) > 1)
    if opens:
        return True
    low = match.start() - len(letters)
    previous = _PREVIOUS.search(unit[max(0, low - 31) : low])
    return (
        previous is not None
        and len(previous[1]) > 2
        and previous[1].islower()
        and not _BEFORE_NAME.fullmatch(previous[1])
    )
