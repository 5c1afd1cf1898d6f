"""Summaries by sumy, to compare with: the same cleaned words, our sentences, nothing fetched."""

from __future__ import annotations

from collections.abc import Callable

from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer

from bot.french.fold import words
from bot.french.gist.stopwords import STOP
from bot.french.sentences import split
from tests.unit.french.measure import Thread

MOST = 3
PEERS: dict[str, Callable[[], TextRankSummarizer | LsaSummarizer]] = {
    "TextRank": TextRankSummarizer,
    "LSA": LsaSummarizer,
}


class Tokenizer:
    """What sumy asks of a tokenizer, without the data that its own would fetch."""

    def to_sentences(self, text: str) -> tuple[str, ...]:
        return tuple(split(text))

    def to_words(self, text: str) -> tuple[str, ...]:
        return tuple(words(text))


def document(thread: Thread) -> ObjectDocumentModel:
    """The thread as sumy models it: a paragraph a message."""
    tokenizer = Tokenizer()
    return ObjectDocumentModel(
        [
            Paragraph([Sentence(sentence, tokenizer) for sentence in tokenizer.to_sentences(message.text)])
            for message in thread.said
        ]
    )


def summary_of(thread: Thread, peer: str) -> tuple[str, ...]:
    """The three sentences that a summariser of sumy picks."""
    summariser = PEERS[peer]()
    summariser.stop_words = STOP
    return tuple(str(sentence) for sentence in summariser(document(thread), MOST))
