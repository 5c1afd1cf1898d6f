"""The sentences of a thread, and what the words and the dates of each tell: its features."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bot.french import cues
from bot.french.courtesy import is_courtesy, is_name, is_reaction, is_thanks, is_wish, without_greeting
from bot.french.dates.finder import Found, find
from bot.french.fold import fold, folded_words
from bot.french.gist.own_parts import own_parts
from bot.french.gist.stopwords import STOP
from bot.french.patterns import Pattern, any_of
from bot.french.sentences import split
from bot.french.values import NamedTuple

__all__ = ["Candidate", "Said", "candidates", "content_words", "counted"]

# Numbers, and names inside the sentence.
_SPECIFIC = Pattern(r"[\dA-ZÀ-Ý\"«](?:(?<=\d)\d*|(?<=[\"«])|(?<=[\w,] [A-ZÀ-Ý])[\w·-]+)")
_BULLET = Pattern(r"\s{0,9}(?:[-–—*•·◦▪‣●○►→]|\d{1,2}[.)]|#{1,6})\s{1,9}(?=\S)")
_BLANKS = Pattern(r"[\t\r\n][ \t\r\n]*| [ \t\r\n]+")
_BOLD = Pattern(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1")
# Begins with an answer, or with a word that stands for something said before.
_HANGING = Pattern(
    any_of(
        r"""oui | non | si si | idem | pareil | seulement | justement | exactement | voila | helas
    (?:et|mais|ou|car|donc|puis|alors|ensuite|sinon|d'ailleurs|du coup|par contre|en revanche|ceci dit)
    (?:il|elle|ils|elles|ca|cela|ceci|celui|celle|ceux|celles|c'est|ce n'est|c'etait|ce serait|la-bas)
    (?:moi|nous|toi|lui|eux|pour (?:moi|nous)) (?:aussi|non plus) | (?:la|le|les) \d aussi | j'y | on y"""
    )
    + r"(?![a-z])"
)
_LONGEST_HANGING = 10


class Said(NamedTuple):
    """One message: who wrote it, when (aware, in the network's zone), and their own words, cleaned."""

    author: str
    date: dt.datetime
    text: str


class Candidate(NamedTuple):
    """A sentence that may stand in the gist; ``item`` says that it is one of a list."""

    text: str
    folded: str
    words: tuple[str, ...]
    author: str
    message: int
    rank: int
    dates: tuple[Found, ...]
    asks: bool
    decides: bool
    concludes: bool
    questions: bool
    thanks: bool
    item: bool
    features: dict[str, float]


def candidates(messages: Sequence[Said], on: dt.datetime) -> list[Candidate]:
    """The sentences of the messages that are more than courtesies, each once."""
    found: list[Candidate] = []
    seen: set[str] = set()
    for number, message in enumerate(messages):
        for rank, sentence, folded, item in _own_sentences(message.text):
            if folded not in seen:
                seen.add(folded)
                found.append(_candidate(sentence, folded, message, number, rank)._replace(item=item))
    return counted(found, messages, on)


def counted(found: Sequence[Candidate], messages: Sequence[Said], on: dt.datetime) -> list[Candidate]:
    """The sentences of the messages with what their dates count at ``on``; their reading is kept."""
    return [
        one._replace(features={**one.features, **_times(one, messages[one.message].date, on)})
        for one in found
    ]


def content_words(folded: str) -> Iterator[str]:
    """The words of a folded text that carry its matter."""
    return (word for word in folded_words(folded) if word not in STOP and len(word) > 1)


def _own_sentences(text: str) -> Iterator[tuple[int, str, str, bool]]:
    """The sentences of one message that are no courtesies: rank in its part, as written, folded, listed."""
    for part in own_parts(text):
        cut = [(_tidy(without_greeting(one)), _BULLET.match(one) is not None) for one in split(part)]
        each = ((sentence, " ".join(fold(sentence).split()), item) for sentence, item in cut)
        kept = [one for one in each if not is_courtesy(one[0], one[1])]
        while len(kept) > 1 and is_name(kept[-1][0]):
            kept.pop()
        yield from ((rank, *one) for rank, one in enumerate(kept))


def _tidy(sentence: str) -> str:
    """The sentence on one line, without the bullet or number of a list and the signs of Markdown."""
    plain = _BLANKS.sub(" ", sentence)
    bullet = _BULLET.match(plain)
    plain = plain[bullet.end() if bullet else 0 :].removesuffix(";").rstrip()
    return _BOLD.sub(lambda match: match[2], plain) if "**" in plain or "__" in plain else plain


def _candidate(sentence: str, folded: str, message: Said, number: int, rank: int) -> Candidate:
    dates = tuple(find(sentence, message.date))
    content = tuple(content_words(cues.LINK.sub(" ", folded)))
    told = cues.ASK.search(folded) is not None
    asks = told or cues.SEEK.search(folded) is not None
    decides = cues.DECISION.search(folded) is not None
    concludes = cues.CONCLUSION.search(folded) is not None
    questions = "?" in folded and len(folded.split()) > 2
    features = {
        **_said(sentence, folded),
        "request": 1.0 if told else 0.8 * asks,
        "heading": float(sentence.endswith(":") or (len(content) < 3 and not questions)),
        "short": max(0.0, (8 - len(content)) / 8),
        "hanging": _hanging(folded, len(content)),
    }
    thanks = is_thanks(folded)
    return Candidate(
        sentence,
        folded,
        content,
        message.author,
        number,
        rank,
        dates,
        asks,
        decides,
        concludes,
        questions,
        thanks,
        False,
        features,
    )


def _hanging(folded: str, content: int) -> float:
    """How far a sentence hangs in the air without the one before it: the longer, the less."""
    if _HANGING.match(folded) is None:
        return 0.0
    return max(0.0, (_LONGEST_HANGING - content) / _LONGEST_HANGING)


def _said(sentence: str, folded: str) -> dict[str, float]:
    """The features that its words alone tell, each from 0 to 1."""
    return {
        "news": float(cues.NEWS.search(folded) is not None),
        "specific": min(1.0, len(_SPECIFIC.findall(sentence)) / 4),
        "personal": float(cues.PERSONAL.search(folded) is not None),
        "reaction": float(is_reaction(folded)),
        "wish": float(is_wish(folded)),
    }


def _times(one: Candidate, written: dt.datetime, on: dt.datetime) -> dict[str, float]:
    """What its dates tell at ``on``: to come, or expired since it was written."""
    ahead = [date for date in one.dates if date.end >= on.date()]
    since = any(date.end >= written.date() for date in one.dates)
    return {
        "date": float(bool(ahead)),
        "deadline": float(any(date.deadline for date in ahead)),
        "expired": float(since and not ahead),
        "event": float(bool(ahead) and cues.EVENT.search(one.folded) is not None),
    }
