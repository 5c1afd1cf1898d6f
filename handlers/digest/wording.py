"""Titles and texts of the recap, out of what people wrote."""

from __future__ import annotations

from collections.abc import Iterable

from bot.mail.threads import strip_subject
from handlers.digest.sources.matters import COMMON

TITLE_LENGTH = 90
ACRONYM = 4  # letters: « AG », « CAC », « PSC1 »


def clean_title(subject: str) -> str:
    """A subject as a title: without the tags of lists, without Re:, and not shouted."""
    title = shorten(strip_subject(subject)) or "(sans sujet)"
    if title.isupper() and any(len(word) > ACRONYM for word in title.split()):
        quiet = " ".join(
            word.lower() if len(word) > ACRONYM or word.lower() in COMMON else word for word in title.split()
        )
        return quiet[:1].upper() + quiet[1:]
    return title


def prose(sentences: Iterable[str]) -> str:
    """Sentences in a row, each with a capital and an end; one that ends with a link ends its line."""
    text = ""
    for sentence in sentences:
        said = sentence[:1].upper() + sentence[1:]
        if said.rsplit(" ", 1)[-1].startswith("http"):
            said += "\n"
        elif said[-1:] not in ".!?…:;»":
            said += "."
        text += said if said.endswith("\n") else f"{said} "
    return text.strip()


def shorten(text: str) -> str:
    """The first words of a text, at most about ninety characters."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:.") + "…"
