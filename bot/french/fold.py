"""Folding: the one form under which texts are compared, searched and recognised."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from bot.french.patterns import Pattern

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("’‘ʼʹ′`´＇‛", "'"),
        **dict.fromkeys("«»“”„‟″‹›", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("•‧∙⋅・･", "·"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", None),
        **dict.fromkeys("\u00a0\u202f\u2007\u2009\u200a\u2002\u2003", " "),
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
    }
)

_ACCENTS = Pattern(
    "[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]+"
)

# What follows the stem in an inclusive form.  The longer list is only safe after a sign that has no
# other use inside a word (the median point), or before a final "s" of its own ("tou-te-s"): a hyphen
# also makes "dis-le" and "a-t-elle", a full stop also ends sentences.
_SAFE = r"(?:[rt]?rice|ice|euse|e)"
_ANY = r"(?:[rt]?rice|ice|[ei]?re|euse|elle|esse|ine|[a-z]?e|a|le|la)"
_MEDIAN = Pattern(r"([a-z]{1,40})·([a-z]{1,6}?)(s|x)?(?:·(s|x))?(?![a-z·])")
_POINT = Pattern(rf"(?<![\w@/.:-])([a-z]{{3,40}})\.(?:{_ANY}\.?(s)|{_SAFE})(?![\w@/]|[.:-]\w)")
_HYPHEN = Pattern(rf"(?<![\w-])([a-z]{{2,40}})-(?:{_ANY}-(s)|{_SAFE}(s)?)(?![\w-])")
_BRACKET = Pattern(rf"([a-z]{{2,40}})\({_ANY}(s)?\)(s)?(?![a-z])")
_FUSED = Pattern(r"(?<![a-z])([a-z]{2,40}eur)(?:[rt]?rice|ice|euse)(s)?(?![a-z])")
_EVERYBODY = Pattern(r"(?<![a-z])(?:toustes|toutes? et tous|tous et toutes)(?![a-z])")

_WORD = Pattern(r"(?:(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)')?(aujourd'hui|[^\W_]+)")


def unaccent(text: str) -> str:
    """Lower case, without accents, with one form for each apostrophe, quotation mark, dash and space."""
    if not text.isascii():
        text = text.translate({ord(char): _folded(char) for char in set(text) if char > "\x7f"})
    return text.replace("`", "'").lower()


def aligned(text: str) -> str:
    """The text unaccented character by character, so that every place in it stays the same.

    Of a character that folds to several ("œ", "½", a lone accent) the first is taken.
    """
    if not text.isascii():
        text = text.translate({ord(char): _letter(char) for char in set(text) if char > "\x7f"})
    return text.lower()


@functools.lru_cache(maxsize=1024)
def _folded(char: str) -> str:
    """What one sign outside ASCII is folded to: few are used, each many times."""
    import unicodedata  # a library of its own to load: not at import

    char = char.translate(_SIGNS)
    # Twice, since folding the case of some letters gives accents of its own.
    char = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return _ACCENTS.sub("", char).translate(_SIGNS)


@functools.lru_cache(maxsize=1024)
def _letter(char: str) -> str:
    return _folded(char)[:1] or "~"


def _stem(match: re.Match[str]) -> str:
    stem, *plurals = match.groups()
    plural = next((mark for mark in plurals if mark in ("s", "x")), "")
    return stem if stem.endswith(("s", "x")) else stem + plural


def _fold_inclusive(text: str) -> str:
    if "·" in text:
        text = _MEDIAN.sub(_stem_median, text)
    # Most sentences have none of these: looking for a sign costs less than the expression.
    if "." in text[:-1]:
        text = _POINT.sub(_stem, text)
    if "-" in text:
        text = _HYPHEN.sub(_stem, text)
    if "(" in text:
        text = _BRACKET.sub(_stem, text)
    if "rice" in text or "eureuse" in text:
        text = _FUSED.sub(_stem, text)
    return _EVERYBODY.sub("tous", text) if "toute" in text or "toustes" in text else text


def _stem_median(match: re.Match[str]) -> str:
    stem, _, ending, last = match.groups()
    plural = last or ending or ""
    return stem if not plural or stem.endswith(("s", "x")) else stem + plural


def fold(text: str) -> str:
    """The form under which two spellings of the same words are equal.

    Lower case, no accents, plain apostrophes, quotation marks and spaces; inclusive forms become
    their stem with its plural ("contributeur·ice·s", "contributeur.ices", "contributeurices" are
    all "contributeurs"; "tou-te-s" is "tous").  Line breaks stay.
    """
    return _fold_inclusive(unaccent(text))


def words(text: str) -> list[str]:
    """The folded words and numbers of a text, in order, without signs and without elided articles."""
    return folded_words(fold(text))


def folded_words(folded: str) -> list[str]:
    """As ``words``, of a text that is folded already."""
    return _WORD.compiled.findall(folded)


def near(word: str, candidates: Iterable[str], limit: int = 3) -> list[str]:
    """The candidates that somebody who typed ``word`` may have meant, the most likely first.

    They are given back as they were written; a candidate equal to the word once folded comes first.
    """
    import difflib  # only needed here, after a person's slip

    wanted = fold(word)[:60]
    scored = []
    for rank, candidate in enumerate(candidates):
        folded = fold(candidate)[:60]
        score = difflib.SequenceMatcher(None, wanted, folded, autojunk=False).ratio()
        if folded and wanted and (score >= 0.7 or (len(wanted) >= 3 and folded.startswith(wanted))):
            scored.append((-score, rank, candidate))
    return [candidate for _, _, candidate in sorted(scored)[:limit]]
