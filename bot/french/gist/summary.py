"""The gist of a thread: what it says, what is asked, until when, what was decided, whether it was answered.

Extractive: every sentence is somebody's own.  ``scoring`` and ``standing`` weigh the sentences; here they
are chosen, by maximal marginal relevance (Carbonell and Goldstein, 1998), with places kept for what is asked
and for what was decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from bot.french import cues
from bot.french.dates.finder import Found, find
from bot.french.gist.asked_of import asked_of
from bot.french.gist.own_parts import own_parts
from bot.french.gist.scoring import Candidate, Said, candidates, counted
from bot.french.gist.standing import Standing, likeness, standing, weigh
from bot.french.gist.weights import REPEATED
from bot.french.patterns import Pattern
from bot.french.values import NamedTuple

__all__ = ["Gist", "Said", "choose", "choose_decision", "summarise"]

_MOST = 3
_ASKS = 2  # of them at most kept for what is asked
_BY_THEN = Pattern(r"(?<![a-z])(?:d'ici la|avant (?:cela|ca|cette date|ce jour))(?![a-z])")
_LEANS = Pattern(
    r"(?:il|elle|ils|elles)\b(?! (?:faut|faudra|faudrait|reste|restait|y|manqu[a-z]+|suffi[a-z]*|est|me"
    r"|nous|s'agi)\b)|(?:celui|celle|ce dernier|cette derniere)\b"
    r"|\d+ (?:ont|sont|en)\b|(?:apres,? c'est|apres ca|sinon|dans ce cas|ensuite)\b"
)
_LEANING = 0.6  # of the weight of such a sentence, without the one before it
_ROOM = 240  # characters of a sentence with what is listed under it
_SAME = 0.8  # sentences as alike as that say the same


class Gist(NamedTuple):
    """What a thread comes to.

    ``sentences`` (1 to 3, 4 with a decision; none when nothing but courtesies was written), in the
    order of writing; ``requests``, every sentence that asks something, unless its author or who opened
    the thread closed it; ``asked_of``, of whom, in the words of those that stand in the gist and say it;
    ``deadlines``, the days named as such that were not replaced and have not
    passed, the weightiest first; ``dates``, all that are named, as they were found in each message;
    ``people`` in the order of their first message; ``question``, whether something was asked;
    ``answered``, whether somebody else wrote more than a courtesy after the last question, or it was
    closed.
    """

    sentences: tuple[str, ...]
    requests: tuple[str, ...]
    asked_of: tuple[str, ...]
    deadlines: tuple[dt.date, ...]
    dates: tuple[Found, ...]
    links: tuple[str, ...]
    people: tuple[str, ...]
    decision: str | None
    question: bool
    answered: bool


def summarise(
    messages: Sequence[Said], subject: str, on: dt.datetime, read: Sequence[Candidate] | None = None
) -> Gist:
    """The gist at ``on`` of the messages of a thread, given in their order of writing.

    The same messages give the same gist, to the byte.  What has expired by ``on`` counts less.
    ``read``: the ``candidates`` of these messages at any moment, where they are known already.
    """
    found = candidates(messages, on) if read is None else counted(read, messages, on)
    place = standing(found, subject)
    weighed = weigh(found, place)
    decision = choose_decision(place, weighed)
    asked, answered = _questions(found, place)
    people = _unique(message.author for message in messages)
    chosen = choose(found, place, weighed, decision)
    return Gist(
        sentences=_unique(_told(found, index) for index in chosen),
        requests=_unique(
            _told(found, index)
            for index, one in enumerate(found)
            if index in place.asking or (one.asks and index not in place.closed)
        ),
        asked_of=_unique(
            whom
            for index in chosen
            if index in place.asking and (whom := asked_of(found[index].text, people)) is not None
        ),
        deadlines=_deadlines(_due(found, place, weighed), messages, subject, on),
        dates=tuple(date for one in found for date in one.dates),
        links=_links(messages),
        people=people,
        decision=None if decision is None else _told(found, decision),
        question=asked,
        answered=answered,
    )


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _due(
    found: Sequence[Candidate], place: Standing, weighed: Sequence[float]
) -> dict[dt.date, tuple[bool, float]]:
    """The days told as deadlines and not replaced: whether what tells each asks, and its weight."""
    told: dict[dt.date, tuple[bool, float]] = {}
    for index, one in enumerate(found):
        if index not in place.replaced and index not in place.closed:
            rank = (index in place.asking, weighed[index])
            for day in [date.end for date in one.dates if date.deadline] or _by_then(found, index):
                told[day] = max(rank, told.get(day, rank))
    return told


def _by_then(found: Sequence[Candidate], index: int) -> list[dt.date]:
    """The day that a request leans on (« d'ici là, envoyez-moi … »): the one named last in its message."""
    one = found[index]
    if not one.asks or _BY_THEN.search(one.folded) is None:
        return []
    named = [date.end for before in found[:index] if before.message == one.message for date in before.dates]
    return named[-1:]


def _deadlines(
    told: dict[dt.date, tuple[bool, float]], messages: Sequence[Said], subject: str, on: dt.datetime
) -> tuple[dt.date, ...]:
    """Those of the messages and of the subject that are not past; what is asked and weighs most first."""
    named = find(subject, messages[0].date) if messages else ()
    ranks = {**dict.fromkeys((date.end for date in named if date.deadline), (False, 0.0)), **told}
    ahead = sorted(day for day in ranks if day >= on.date())
    return tuple(sorted(ahead, key=ranks.__getitem__, reverse=True))


def choose_decision(place: Standing, weighed: Sequence[float]) -> int | None:
    """The sentence that tells what was decided; of several, the one that weighs most, the last at a tie."""
    return max(place.deciding, key=lambda index: (weighed[index], index), default=None)


def choose(
    found: Sequence[Candidate],
    place: Standing,
    weighed: Sequence[float],
    decision: int | None,
) -> list[int]:
    """The places of the sentences that stand in the gist, in the order of writing."""
    chosen: list[int] = [] if decision is None else [decision]
    most = _MOST + (decision is not None)
    asking = sorted(place.asking.difference(chosen), key=lambda index: (-weighed[index], index))
    correcting = sorted(place.correcting.difference(chosen, asking[:1]))[-1:]
    chosen += asking[: _ASKS - len(correcting)] + correcting
    while len(chosen) < most:
        best = _next(found, place, weighed, chosen)
        if best is None:
            break
        chosen.append(best)
    return sorted(chosen)


def _next(
    found: Sequence[Candidate], place: Standing, weighed: Sequence[float], chosen: Sequence[int]
) -> int | None:
    """The sentence that weighs most once its likeness to the chosen ones is taken off."""
    best, best_value = None, 0.0
    taken = {*chosen, *(under for index in chosen for under in _listed(found, index))}
    for index, one in enumerate(found):
        if index in place.replaced or index in taken:
            continue
        alike = max((likeness(one, found[other]) for other in chosen), default=0.0)
        value = weighed[index] * (1 - REPEATED * alike)
        if _leans(found, index) and index - 1 not in chosen:
            value *= _LEANING
        if alike < _SAME and value > best_value:
            best, best_value = index, value
    return best


def _leans(found: Sequence[Candidate], index: int) -> bool:
    """Whether it is about somebody or something that only the sentence before it names."""
    one = found[index]
    return index > 0 and found[index - 1].message == one.message and _LEANS.match(one.folded) is not None


def _told(found: Sequence[Candidate], index: int) -> str:
    """The sentence as it is told: with the things listed under it, as many as there is room for."""
    listed = [found[place].text.rstrip(" ;,.") for place in _listed(found, index)]
    return " ".join((found[index].text, *filter(None, [" ; ".join(listed)])))


def _listed(found: Sequence[Candidate], index: int) -> list[int]:
    """The places of the things listed under a sentence that ends in a colon."""
    listed: list[int] = []
    room = _ROOM - len(found[index].text) if found[index].text.endswith(":") else 0
    for place in range(index + 1, len(found)):
        one = found[place]
        room -= len(one.text)
        if not one.item or one.message != found[index].message or room < 0:
            break
        listed.append(place)
    return listed


def _questions(found: Sequence[Candidate], place: Standing) -> tuple[bool, bool]:
    """Whether something was asked, and whether somebody else answered after the last question."""
    asking = [index for index, one in enumerate(found) if one.questions]
    if not asking:
        return False, False
    last = found[asking[-1]]
    later = (one for one in found if one.message > last.message and one.author != last.author)
    return True, asking[-1] in place.closed or any(not one.thanks for one in later)


def _links(messages: Sequence[Said]) -> tuple[str, ...]:
    """The addresses given, without the punctuation that only follows them."""
    links: list[str] = []
    for message in messages:
        if "://" not in message.text and "www." not in message.text:
            continue
        for match in cues.LINK.finditer("\n".join(own_parts(message.text))):
            link = match[0].rstrip(".,;:!?…'’*_")
            while link.endswith(")") and link.count("(") < link.count(")"):
                link = link[:-1].rstrip(".,;:!?")
            links.append(link)
    return tuple(dict.fromkeys(links))
