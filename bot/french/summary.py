"""The gist of a thread: what it says, what is asked, until when, what was decided, whether it was answered.

Extractive: every sentence is somebody's own.  ``scoring`` weighs the sentences; here they are chosen,
by maximal marginal relevance (Carbonell and Goldstein, 1998), with a place kept for what is asked and
for what was decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.french import cues
from bot.french.finder import Found, find
from bot.french.scoring import Candidate, Said, candidates, likeness, score

__all__ = ["Gist", "Said", "summarise"]

_MOST = 3
_NOVELTY = 0.45


@dataclass(frozen=True, slots=True)
class Gist:
    """What a thread comes to.

    ``sentences`` (1 to 3, 4 with a decision; none when nothing but courtesies was written), in the
    order of writing; ``requests``, every sentence that asks something; ``deadlines``, the days named
    as such, sorted; ``dates``, all that are named, as they were found in each message; ``people`` in
    the order of their first message; ``question``, whether something was asked; ``answered``, whether
    somebody else wrote more than a courtesy after the last question.
    """

    sentences: tuple[str, ...]
    requests: tuple[str, ...]
    deadlines: tuple[dt.date, ...]
    dates: tuple[Found, ...]
    links: tuple[str, ...]
    people: tuple[str, ...]
    decision: str | None
    question: bool
    answered: bool


def summarise(messages: Sequence[Said], subject: str, on: dt.datetime) -> Gist:
    """The gist at ``on`` of the messages of a thread, given in their order of writing.

    The same messages give the same gist, to the byte.  What has expired by ``on`` counts less.
    """
    found = candidates(messages, on)
    scores = score(found, subject, len(messages))
    decision = _decision(found, scores)
    chosen = _choose(found, scores, decision)
    dates = tuple(date for one in found for date in one.dates)
    asked, answered = _questions(found)
    return Gist(
        sentences=tuple(found[index].text for index in chosen),
        requests=_unique(one.text for one in found if one.asks),
        deadlines=_deadlines(dates, messages, subject),
        dates=dates,
        links=_links(messages),
        people=_unique(message.author for message in messages),
        decision=None if decision is None else found[decision].text,
        question=asked,
        answered=answered,
    )


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _deadlines(dates: Sequence[Found], messages: Sequence[Said], subject: str) -> tuple[dt.date, ...]:
    """The days told as deadlines in the messages, and in the subject by its first author."""
    told = {date.end for date in dates if date.deadline}
    if messages:
        told |= {date.end for date in find(subject, messages[0].date) if date.deadline}
    return tuple(sorted(told))


def _decision(found: Sequence[Candidate], scores: Sequence[float]) -> int | None:
    """The sentence that tells what was decided; of several, the one that weighs most, the last at a tie."""
    telling = [index for index, one in enumerate(found) if one.decides]
    return max(telling, key=lambda index: (scores[index], index), default=None)


def _choose(found: Sequence[Candidate], scores: Sequence[float], decision: int | None) -> list[int]:
    chosen: list[int] = [] if decision is None else [decision]
    most = _MOST + (decision is not None)
    # What was asked before the decision is settled by it.
    since = -1 if decision is None else found[decision].message
    asking = [
        index for index, one in enumerate(found) if one.asks and index != decision and one.message >= since
    ]
    if asking:
        chosen.append(max(asking, key=lambda index: (scores[index], -index)))
    while len(chosen) < most:
        best = _next(found, scores, chosen)
        if best is None:
            break
        chosen.append(best)
    return sorted(chosen)


def _next(found: Sequence[Candidate], scores: Sequence[float], chosen: Sequence[int]) -> int | None:
    """The sentence that weighs most once its likeness to the chosen ones is taken off."""
    best, best_value = None, 0.0
    for index, one in enumerate(found):
        if index in chosen:
            continue
        alike = max((likeness(one, found[other]) for other in chosen), default=0.0)
        value = scores[index] * (1 - _NOVELTY * alike)
        if alike < 0.8 and value > best_value:
            best, best_value = index, value
    return best


def _questions(found: Sequence[Candidate]) -> tuple[bool, bool]:
    """Whether something was asked, and whether somebody else answered after the last question."""
    asking = [one for one in found if one.questions]
    if not asking:
        return False, False
    last = asking[-1]
    later = (one for one in found if one.message > last.message and one.author != last.author)
    return True, any(not one.thanks for one in later)


def _links(messages: Sequence[Said]) -> tuple[str, ...]:
    """The addresses given, without the punctuation that only follows them."""
    links: list[str] = []
    for message in messages:
        for match in cues.LINK.finditer(message.text):
            link = match[0].rstrip(".,;:!?…'’*_")
            while link.endswith(")") and link.count("(") < link.count(")"):
                link = link[:-1].rstrip(".,;:!?")
            links.append(link)
    return tuple(dict.fromkeys(links))
