"""How the things of a draft are called: « la trois », « la dernière », « le four à pain ».  Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.french.answers import numbers
from bot.french.dates.vocabulary import NUMBERS, ORDINALS
from bot.french.fold import aligned, words
from handlers.digest.desk.instructions import PLACES
from handlers.digest.sources.taken_back import is_taken_back
from handlers.digest.tables import Item, ItemState

SHORT = 3  # letters: a word no longer than that names nothing, unless it is all capitals (« AG »)
_SPELT = "|".join(sorted(NUMBERS, key=len, reverse=True))
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_LAST = r"derniere?s?|last"
_MOST = re.compile(
    rf"\bles (?P<count>{_SPELT}|\d{{1,2}}) (?:(?P<first>premiere?s?)|(?P<last>{_LAST}))\b|"
    rf"\b(?:la |le |l'|the )(?P<before>avant-)?(?P<one>{_LAST})\b(?! fois)"
)
_NUMBERED = re.compile(
    rf"\b(?P<head>(?:la|le|les|et|ni|l'|numero|point|the|number) ?)(?P<spelt>{_SPELT})\b"
    r"(?! (?:jours?|semaines?|mois|ans?|heures?|minutes?|premi|dern|choses?|points|deux|trois))"
)
_ORDERED = re.compile(rf"\b(?P<head>la |le |the )(?P<ordinal>{_ORDINAL}|\d{{1,2}}(?:ere?|e|eme|nde?))\b")
_FROM_TO = re.compile(
    r"\b(?:de |du |from )?(?:la |le )?(?P<low>\d{1,3}) (?:a|jusqu'a|to) (?:la |le )?(?P<high>\d{1,3})\b"
    r"(?! ?(?:h\b|heures))"
)
_GIVEN = re.compile(  # what stands after it is new words, and names nothing
    r"\b(?:(?:renomm|intitul|retitr|titr|rename)\w*|(?P<words>(?:chang|modifi|remplac|corrig|replac)\w*))\b.*?"
    r"\b(?P<at>en|par|to|with|by) "
)
_URL = re.compile(r"https?://\S+")
_PART = re.compile(r"\b(?:titre|texte|title|text)\b")
_WORD = re.compile(r"[^\W_]+")
_LINKING = frozenset("le la les l un une de du des d a au aux en et the of".split())  # noqa: SIM905 - a table
_APART = frozenset("et and avec ni".split())  # noqa: SIM905 - between two things


@dataclass(frozen=True)
class Thing:
    """One thing of a draft, as its readers see it."""

    number: int
    title: str


def things_of(items: Iterable[Item]) -> list[Thing]:
    """What the draft shows, in no order."""
    kept = (one for one in items if one.state == ItemState.KEPT.value and not is_taken_back(one))
    return [Thing(one.number, one.title) for one in kept]


def numbered(clause: str, things: Sequence[Thing]) -> str:
    """The clause with numbers in digits, and where it has none, with titles' words as numbers.

    What stands behind a colon, or is to be the new words, stays as it was written.
    """
    url = _URL.search(clause)
    if url is not None:  # an address names nothing
        before, after = (numbered(part, things) for part in (clause[: url.start()], clause[url.end() :]))
        return before + url[0] + after
    colon = re.search(r"\s?:(?=\s|$)", clause)
    end = colon.start() if colon else len(clause)
    given = _GIVEN.search(aligned(clause[:end]))
    end = given.start("at") if given else end
    head, tail = _in_digits(clause[:end], things), clause[end:]
    # « remplace vélos par tricycles » is about words, were they those of a title.
    of_words = given is not None and given["words"] and not _PART.search(aligned(head))
    if things and not of_words and not numbers(PLACES.sub(" ", aligned(head))):
        head = _by_titles(head, things)
    return head + tail


def _in_digits(head: str, things: Sequence[Thing]) -> str:
    order = sorted(one.number for one in things)

    def most(match: re.Match[str]) -> str:
        if match["one"]:
            at = -2 if match["before"] else -1
            return f"la {order[at]}" if len(order) >= -at else match[0]
        count = NUMBERS.get(match["count"]) or int(match["count"])
        chosen = list(range(1, count + 1)) if match["first"] else order[-count:]
        return "les " + " et ".join(map(str, chosen))

    def spelt(match: re.Match[str]) -> str:
        return f"{match['head']}{NUMBERS[match['spelt']]}"

    def ordered(match: re.Match[str]) -> str:
        said = match["ordinal"]
        value = ORDINALS[said] if said in ORDINALS else int(re.match(r"\d+", said)[0])  # type: ignore[index]
        return f"{match['head']}{value}"

    head = _swap(_MOST, most, head) if order else head
    head = _swap(_FROM_TO, lambda match: f"{match['low']} à {match['high']}", head)
    return _swap(_ORDERED, ordered, _swap(_NUMBERED, spelt, head))


def _swap(pattern: re.Pattern[str], by: Callable[[re.Match[str]], str], text: str) -> str:
    """Replace what a pattern finds of the unaccented text, and keep the accents of the rest."""
    done, end = "", 0
    for match in pattern.finditer(aligned(text)):
        done, end = done + text[end : match.start()] + by(match), match.end()
    return done + text[end:]


def _by_titles(head: str, things: Sequence[Thing]) -> str:
    """The clause with each run of words that only one title has as its number."""
    telling = {one.number: _telling(one.title) for one in things}
    known = {word for own in telling.values() for word in own}
    done, end = "", 0
    for low, high, said in _runs(head, known):
        meant = [number for number, own in telling.items() if said <= own]
        if len(meant) == 1:
            done, end = f"{done}{head[end:low]}la {meant[0]}", high
    return done + head[end:]


def _telling(title: str) -> set[str]:
    return {
        folded
        for word in _WORD.findall(title)
        for folded in words(word)
        if len(folded) > SHORT or (word.isupper() and len(word) > 1)
    }


def _runs(head: str, known: set[str]) -> Iterable[tuple[int, int, set[str]]]:
    """Where words of titles stand together, article and all: from, to, and which words."""
    tokens = [(match.start(), match.end(), aligned(match[0])) for match in _WORD.finditer(head)]
    at = 0
    while at < len(tokens):
        if tokens[at][2] not in known:
            at += 1
            continue
        first = at - 1 if at and tokens[at - 1][2] in ("le", "la", "les", "l", "the") else at
        last, said = at, {tokens[at][2]}
        step = at + 1
        while step < len(tokens) and (tokens[step][2] in known or tokens[step][2] in _LINKING - _APART):
            if tokens[step][2] in known:
                last = step
                said.add(tokens[step][2])
            step += 1
        yield tokens[first][0], tokens[last][1], said
        at = last + 1
