"""With which letters a phrase begins, so that most words of a sentence need no expression tried on them."""

from __future__ import annotations

from collections.abc import Iterator

from bot.french.patterns import Pattern

__all__ = ["LENGTH", "alternatives", "heads"]

LENGTH = 3
_OPEN = "\0"
_AROUND = ("(?=", "(?!", "(?<=", "(?<!")
_SETS = {"[ ']": " '", r"\d": "0123456789"}
_SIGN = Pattern(r"\\.|\[\^?\]?[^\]]*\]|[()|]")
_STEP = {"(": 1, ")": -1}
_COUNT = Pattern(r"[?*+]\??|\{\d*,?\d*\}\??")


def heads(phrase: str) -> frozenset[str]:
    """The first letters, 3 at most, of all that a phrase may match; fewer where what follows is open.

    An empty one says that anything may stand there.
    """
    return frozenset(head.rstrip(_OPEN) for head in _heads(phrase))


def _heads(phrase: str) -> set[str]:
    """As ``heads``; those that are open end in a sign for it."""
    begun, done = {""}, set[str]()
    for piece, optional, repeated in _pieces(phrase):
        options = {option + _OPEN * repeated for option in _options(piece)}
        longer = {(head + option)[:LENGTH] for head in begun for option in options}
        begun = longer | begun if optional else longer
        done |= {head for head in begun if len(head) == LENGTH or head.endswith(_OPEN)}
        begun -= done
        if not begun:
            break
    return done | begun


def alternatives(phrases: str) -> Iterator[str]:
    """What stands between the "|" that are in no group and in no class."""
    start = depth = 0
    for match in _SIGN.finditer(phrases):
        depth += _STEP.get(match[0], 0)
        if match[0] == "|" and depth == 0:
            yield phrases[start : match.start()]
            start = match.end()
    yield phrases[start:]


def _end(expression: str, place: int) -> int:
    """Where the letter, class or group that begins at a place ends."""
    if expression[place] not in "([\\":
        return place + 1
    depth = 0
    for match in _SIGN.finditer(expression, place):
        depth += _STEP.get(match[0], 0)
        if depth == 0:
            return match.end()
    return len(expression)


def _pieces(phrase: str) -> Iterator[tuple[str, bool, bool]]:
    """The letters, classes and groups of a phrase: whether each may be left out, or may be repeated."""
    place = 0
    while place < len(phrase):
        end = _end(phrase, place)
        piece = phrase[place:end]
        count = _COUNT.match(phrase, end)
        place = count.end() if count else end
        if not piece.startswith(_AROUND) and piece not in ("\\b", "^", "$"):
            how = count[0] if count else ""
            yield piece, how.startswith(("?", "*", "{0", "{,")), how.startswith(("*", "+", "{"))


def _options(piece: str) -> set[str]:
    """What a piece may begin with."""
    if piece.startswith("(?:"):
        return set().union(*map(_heads, alternatives(piece[3:-1])))
    if piece in _SETS:
        return set(_SETS[piece])
    return {piece} if len(piece) == 1 and (piece.isalnum() or piece in " -',") else {_OPEN}
