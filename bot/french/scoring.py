"""How much each sentence of a thread says: features, and their weights in one table."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.french import cues
from bot.french.amounts import find_amounts
from bot.french.courtesy import is_courtesy, is_name, is_reaction, is_thanks, is_wish, without_greeting
from bot.french.finder import Found, find
from bot.french.fold import fold, words
from bot.french.patterns import Pattern, names
from bot.french.sentences import split

# What each feature adds to a sentence's score; see ``_candidate`` for what they mean.
WEIGHTS: Final = {
    "mass": 1.0,
    "subject": 0.8,
    "opening": 0.6,
    "first message": 0.6,
    "request": 1.1,
    "date": 0.1,
    "deadline": 0.9,
    "expired": -1.2,
    "decision": 1.0,
    "event": 0.5,
    "money": 0.4,
    "link": 0.2,
    "question": 0.3,
    "call": 0.3,
    "news": 0.5,
    "answer": 0.4,
    "specific": 0.4,
    "conclusion": 0.4,
    "consequence": 0.6,
    "settled": -1.2,
    "short": -1.0,
    "long": -0.4,
    "personal": -0.8,
    "reaction": -1.2,
    "wish": -1.5,
    "heading": -0.8,
}

_STOP: Final = names(
    " a ai ainsi alors apres as au aucun aussi autre autres aux avant avec avez avons bien bonjour c ca"
    " car ce cela celle celles celui ces cet cette ceux chaque chez ci comme comment d dans de depuis des"
    " deux dit doit donc dont du elle elles en encore entre es est et etait etant ete etes etre eu faire"
    " fait faut fois font http https ici il ils j je jusque l la le les leur leurs lors lui m ma mais me"
    " meme merci mes moi mon n ne ni nos notre nous on ont or ou par parce pas peu peut peuvent plus"
    " plusieurs pour pourquoi puis qu quand que quel quelle quelles quelque quelques quels qui s sa sans"
    " se sera seront ses si soit son sont sous suis sur t ta te tes toi ton tous tout toute toutes tres tu"
    " un une va vers voici vos votre vous www y"
)


# Numbers, and names inside the sentence.
_SPECIFIC = Pattern(r"\d+|(?<=[\w,] )[A-ZÀ-Ý][\w·-]+|[\"«]")


_BULLET = Pattern(r"^\s{0,9}(?:[-–—*•·◦▪‣●○►→]|\d{1,2}[.)])\s{1,9}(?=\S)")


@dataclass(frozen=True, slots=True)
class Said:
    """One message: who wrote it, when (aware, in the network's zone), and their own words, cleaned."""

    author: str
    date: dt.datetime
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may stand in the gist."""

    text: str
    words: tuple[str, ...]
    author: str
    message: int
    rank: int
    dates: tuple[Found, ...]
    asks: bool
    decides: bool
    questions: bool
    thanks: bool
    features: dict[str, float]


def candidates(messages: Sequence[Said], on: dt.datetime) -> list[Candidate]:
    """The sentences of the messages that are more than courtesies, each once."""
    found: list[Candidate] = []
    seen: set[str] = set()
    for number, message in enumerate(messages):
        rank = 0
        for sentence in map(_tidy, _own_sentences(message.text)):
            folded = " ".join(fold(sentence).split())
            if folded in seen:
                continue
            seen.add(folded)
            found.append(_candidate(sentence, folded, message, number, rank, on))
            rank += 1
    return found


def _own_sentences(text: str) -> list[str]:
    """The sentences of one message without greetings and without its closing."""
    sentences = [without_greeting(sentence) for sentence in split(text)]
    kept = [sentence for sentence in sentences if not is_courtesy(sentence)]
    while len(kept) > 1 and is_name(kept[-1]):
        kept.pop()
    return kept


def _tidy(sentence: str) -> str:
    """The sentence on one line, without the bullet or number of a list."""
    return _BULLET.sub("", re.sub(r"[ \t\r\n]+", " ", sentence)).removesuffix(";").rstrip()


def _candidate(
    sentence: str, folded: str, message: Said, number: int, rank: int, on: dt.datetime
) -> Candidate:
    dates = tuple(find(sentence, message.date))
    content = tuple(
        word for word in words(cues.LINK.sub(" ", sentence)) if word not in _STOP and len(word) > 1
    )
    told = cues.ASK.search(folded) is not None
    asks = told or cues.SEEK.search(folded) is not None
    decides = cues.DECISION.search(folded) is not None and not _undecided(folded)
    questions = "?" in folded and len(folded.split()) > 2
    features = {
        **_said(sentence, folded),
        **_times(dates, message, on, event=cues.EVENT.search(folded) is not None),
        "request": 1.0 if told else 0.8 * asks,
        "decision": float(decides),
        "question": float(questions),
        "answer": float(number > 0 and rank == 0 and cues.REPLY.match(folded) is not None),
        "heading": float(sentence.endswith(":") or (len(content) < 3 and not questions)),
        "opening": 1.0 / (1 + rank),
        "first message": float(number == 0),
        "short": max(0.0, (5 - len(content)) / 5),
        "long": max(0.0, (len(content) - 25) / 25),
    }
    thanks = is_thanks(folded)
    return Candidate(
        sentence, content, message.author, number, rank, dates, asks, decides, questions, thanks, features
    )


def _said(sentence: str, folded: str) -> dict[str, float]:
    """The features that its words alone tell, each from 0 to 1."""
    return {
        "money": float(bool(find_amounts(sentence))),
        "link": float(cues.LINK.search(sentence) is not None),
        "call": float(cues.CALL.search(folded) is not None),
        "news": float(cues.NEWS.search(folded) is not None),
        "specific": min(1.0, len(_SPECIFIC.findall(sentence)) / 4),
        "personal": float(cues.PERSONAL.search(folded) is not None),
        "reaction": float(is_reaction(folded)),
        "wish": float(is_wish(folded)),
    }


def _times(dates: Sequence[Found], message: Said, on: dt.datetime, *, event: bool) -> dict[str, float]:
    """What its dates tell at ``on``: to come, or expired since it was written."""
    ahead = [date for date in dates if date.end >= on.date()]
    since = any(date.end >= message.date.date() for date in dates)
    return {
        "date": float(bool(ahead)),
        "deadline": float(any(date.deadline for date in ahead)),
        "expired": float(since and not ahead),
        "event": float(event and bool(ahead)),
    }


def _undecided(folded: str) -> bool:
    return cues.NOT_DECIDED.search(folded) is not None or folded.endswith("?")


def score(found: Sequence[Candidate], subject: str, messages: int) -> list[float]:
    """The weight of each sentence in its thread; ``messages`` is how many there are."""
    spread = Counter(word for one in found for word in set(one.words))
    about = {word for word in words(subject) if word not in _STOP}
    decided = max((one.message for one in found if one.decides), default=-1)
    return [_score(one, spread, about, len(found)) + _place(one, found, decided, messages) for one in found]


def _place(one: Candidate, found: Sequence[Candidate], decided: int, messages: int) -> float:
    """What its place in the thread adds: settled by a decision, following from it, or concluding."""
    value = 0.0
    if one.message < decided and (one.asks or one.questions):
        value += WEIGHTS["settled"]
    if one.message == decided and not one.decides:
        value += WEIGHTS["consequence"]
    if one.author == found[0].author and 0 < one.message >= messages - 2:
        value += WEIGHTS["conclusion"]
    return value


def _score(one: Candidate, spread: Counter[str], about: set[str], total: int) -> float:
    if not one.words:
        return -1.0
    distinct = set(one.words)
    # Words that come back in the thread carry its matter, those in every sentence carry nothing.
    mass = sum(math.log1p(spread[word]) * math.log(1 + total / spread[word]) for word in sorted(distinct))
    features = {
        **one.features,
        "mass": mass / (4 + 2 * len(distinct)),
        "subject": min(1.0, len(distinct & about) / 2),
    }
    return 1.0 + sum(WEIGHTS[name] * value for name, value in features.items())


def likeness(one: Candidate, other: Candidate) -> float:
    """How far two sentences say the same, from 0 to 1 (cosine of their word sets)."""
    ours, theirs = set(one.words), set(other.words)
    if not ours or not theirs:
        return 0.0
    return len(ours & theirs) / math.sqrt(len(ours) * len(theirs))
