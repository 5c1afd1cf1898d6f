"""Answers typed inside the mail that is answered, told from it by their looks or by a mark.

« Je réponds en rouge dans ton message » is how many people answer several questions.  Where the client
writes no ``>``, only such an announcement allows to look for them: a colour alone may be the other's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from bot.mail.fold import holds_one, phrases
from bot.mail.mime.standouts import Standout
from bot.mail.words.line_rules import unquoted
from bot.mail.words.sheet import LineKind, Sheet

MAX_ANNOUNCEMENT = 2_000  # characters of the author's own words that are looked at

_HUES = {
    "red": ("rouge", "red"),
    "blue": ("bleue?", "blue"),
    "green": ("verte?", "green"),
    "violet": ("violett?e?", "mauve", "rose", "fuchsia", "purple", "violet", "pink", "magenta"),
    "orange": ("orange",),
    "yellow": ("jaune", "yellow"),
}
_IN_HUE = {
    hue: re.compile(r"\b(?:en|in) (?:\w{1,12} )?" + phrases(*names) + r"\b") for hue, names in _HUES.items()
}
_IN_COLOUR = re.compile(
    r"\b(?:en|in) (?:une |another |a different )?(?:autre )?(?:couleurs?|colou?rs?)\b"
).search
_BY_LOOKS = re.compile(
    phrases(
        r"\b(?:en|in) (?:\w{1,12} )?"
        + phrases(*(name for names in _HUES.values() for name in names))
        + r"\b",
        r"\b(?:en|in) (?:une |another |a different )?(?:autre )?(?:couleurs?|colou?rs?|gras|bold)\b",
        r"\b(?:surlign|stabilo|highlight)",
    )
).search
_IN_BOLD = re.compile(r"\b(?:en gras|in bold)\b").search
_HIGHLIGHTED = re.compile(r"\b(?:surlign|stabilo|highlight)").search
_IN_CAPITALS = re.compile(r"\b(?:majuscules?|capitales?|capitals|upper ?case)\b").search
_YES_OR_NO = re.compile(r"(?:oui|non|ok|yes|no|d'accord|pas d'accord)[ .!,]{0,3}").fullmatch
_ANSWERS = re.compile(r"(?:r[eé]|r[eé]p|r[eé]ponse|answer|r)\s?:").fullmatch
_WITHIN = re.compile(
    phrases(
        r"\b(?:dans|sous|entre|a la suite de|au fil de) (?:ton|ta|tes|votre|vos|le|les|chaque|l') ?"
        + phrases("message", "mail", "e-?mail", "courriel", "texte", "corps", "lignes?", "questions?", "fil"),
        r"\bci-?(?:dessous|apres)\b",
        r"\bplus bas\b",
        r"\b(?:in-?line|below|underneath|interspersed)\b",
        r"\b(?:in|within|after|under) (?:your|the|each) (?:message|mail|e-?mail|text|questions?|points?)\b",
        r"\blook for\b",
        r"\b(?:mes|my) (?:reponses?|remarques?|commentaires?|answers?|replies|comments?|remarks)\b",
        r"\bje (?:te |vous )?reponds\b",
        r"\b(?:majuscules?|capitals)\b",
    )
).search
_MARK = re.compile(
    r"\s{0,8}(\[[^\]\s]{1,12}\]|\([A-Za-z]{2,3}\)|[=-]{1,3}>|→|➔|➜|⇒|►|#{2,4}|\*{2,4}(?=\s)|"
    r"(?:r[eé]|r[eé]p|r[eé]ponse|answer|r)\s?:|[A-Z][\w.-]{0,15}\s?[:>](?=\s))",
    re.IGNORECASE,
).match


def give_back(sheet: Sheet, start: int, end: int, lines: Iterable[str]) -> None:
    """Give these lines of a copied mail back to the author."""
    theirs = {_key(line) for line in lines} - {""}
    for at in range(start, end if theirs else start):
        if sheet.kinds[at] is LineKind.QUOTED and not sheet.quoted[at] and _key(sheet.lines[at]) in theirs:
            sheet.kinds[at] = LineKind.OWN


def mark_insets(sheet: Sheet, start: int, end: int, standouts: Iterable[Standout]) -> None:
    """Give back to the author the lines that are theirs, from ``start`` to ``end``: the quoted mail."""
    said = " ".join(
        line for line, kind in zip(sheet.plain, sheet.kinds, strict=False) if kind is LineKind.OWN and line
    )[-MAX_ANNOUNCEMENT:]
    theirs = _by_looks(said, standouts)
    mark = _announced_mark(sheet, said, start, end)
    within = bool(_WITHIN(said))
    if not theirs and not mark and not within:
        return
    for at in range(start, end):
        line = unquoted(sheet.lines[at]) if sheet.quoted[at] else sheet.lines[at]
        if sheet.kinds[at] is not LineKind.QUOTED or not sheet.plain[at]:
            continue
        unmarked = not sheet.quoted[at]
        if (
            _key(line) in theirs
            or (mark and unmarked and _mark_of(line) == mark)
            or (within and unmarked and _answers_by_itself(said, line.strip(), sheet.plain[at]))
        ):
            sheet.kinds[at] = LineKind.OWN
            sheet.lines[at] = line


_ANNOUNCING = (
    *("rouge", "bleu", "vert", "violet", "mauve", "rose", "orange", "jaune", "fuchsia", "couleur", "gras"),
    *("surlign", "stabilo", "majuscule", "capital", "red", "blue", "green", "purple", "pink", "yellow"),
    *("magenta", "colo", "bold", "highlight", "upper", "dessous", "apres", "plus bas", "inline", "in-line"),
    *("below", "underneath", "interspersed", "dans ", "sous ", "entre ", "suite d", "au fil", "look for"),
    *("repon", "remar", "comment", "answer", "replies", "within ", "after ", "under ", "in your", "in the"),
)


def announces(text: str) -> bool:
    """Whether folded words may announce answers further down; cheap, and true too often."""
    if not holds_one(text, _ANNOUNCING):
        return False
    return bool(_WITHIN(text) or _BY_LOOKS(text))


def _key(line: str) -> str:
    return "".join(character for character in line if character.isalnum())


def _by_looks(said: str, standouts: Iterable[Standout]) -> set[str]:
    """The lines that look as announced."""
    hues = {hue for hue, pattern in _IN_HUE.items() if pattern.search(said)}
    if hues:
        chosen = [one for one in standouts if one.hue in hues]
    elif _IN_BOLD(said):
        chosen = [one for one in standouts if one.bold]
    elif _HIGHLIGHTED(said):
        chosen = [one for one in standouts if one.highlighted]
    elif _IN_COLOUR(said) or _WITHIN(said):
        chosen = [one for one in standouts if one.hue or one.highlighted]
    else:
        return set()
    return {_key(one.text) for one in chosen} - {""}


def _announced_mark(sheet: Sheet, said: str, start: int, end: int) -> str:
    """A mark at the start of several copied lines, which the author's own words name or announce."""
    if not _WITHIN(said):
        return ""
    lines = (sheet.lines[at] for at in range(start, end) if not sheet.quoted[at])
    marks = Counter(mark for line in lines if (mark := _mark_of(line)))
    for mark, times in marks.most_common(4):
        named = mark.rstrip(" :>") in said and (mark[0] in "[(=-→➔➜⇒►#*" or mark[-1] in ":>")
        drawn = mark[0] not in "[(*#" and not mark[0].isalpha()
        if named or (times > 1 and (drawn or _ANSWERS(mark))):
            return mark
    return ""


def _mark_of(line: str) -> str:
    found = _MARK(line)
    return found[1].lower() if found else ""


def _answers_by_itself(said: str, line: str, plain: str) -> bool:
    """OUI, a line in square brackets, or one in capitals where these were announced."""
    if _YES_OR_NO(plain):
        return True
    if plain[0] == "[" and plain[-1] == "]":
        return True
    return line.isupper() and bool(_IN_CAPITALS(said))
