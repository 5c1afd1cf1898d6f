"""Gateways that write under a name of their own: known by their first words alone, hence strictly."""

from __future__ import annotations

import re

from bot.mail.fold import phrases
from bot.mail.kinds.bounce_clues import Clues, is_answer_or_forward
from bot.mail.kinds.failure_words import NOT_DELIVERED
from bot.mail.kinds.spoken import SURE

_NOT_DELIVERED_AT_END = re.compile(r"non (?:remis|distribue|delivre)\W{0,3}$|not delivered\W{0,3}$").search
_OF_A_PERSON = re.compile(
    r"^\W{0,4}"
    + phrases(
        *(
            "bonjour",
            "bonsoir",
            "salut",
            "coucou",
            "hello",
            "hi",
            "hey",
            "dear",
            "hallo",
            "hola",
            "ciao",
            "ola",
        ),
        *("chere?s?", "merci", "thanks", "cordialement", "bien a vous", r"a\+", "bises", "regards", "cheers"),
    )
    + r"\b|\b"
    + phrases(
        *("mon", "mes", "j'ai", "je", "nous", "notre", "nos", "my", "i've", "i got", "i get", "we", "our"),
        *("quelqu'un", "someone", "anybody", "anyone", "vous savez", "est-ce"),
        r"i (?!wasn't|was|am|have|give|could|can)\w+",
    )
    + r"\b",
    re.MULTILINE,
)
_YOUR_MAIL = re.compile(
    r"\b(?:your|votre|ihre|su|il (?:tuo|suo)|a sua|uw|je) (?:e-?mail |mail )?"
    + phrases(
        *(
            "message",
            "mail",
            "e-?mail",
            "courrier",
            "courriel",
            "nachricht",
            "mensaje",
            "messaggio",
            "mensagem",
        ),
        r"bericht\b",
    )
)


def sounds_like_a_person(words: str) -> bool:
    """Whether somebody greets, thanks, or says « je » and « nous », in folded words."""
    return bool(_OF_A_PERSON.search(words[:1_500]))


def is_stranger(clues: Clues) -> bool:
    """Whether an unknown author begins with what only servers say, and names whom it is about."""
    if clues.from_machine or clues.of_success or "user-agent" in clues.headers:
        return False
    if is_answer_or_forward(clues.title) and not _NOT_DELIVERED_AT_END(clues.title):
        return False
    own = clues.spoken.own
    opening = own.lstrip(" \n\t*-=_#")[:300]
    if not NOT_DELIVERED.search(opening) or sounds_like_a_person(own):
        return False
    if not NOT_DELIVERED.search(clues.title) and not _YOUR_MAIL.search(opening):
        return False
    about = clues.complaint
    return bool(clues.content.messages) or (about is not None and about.weight >= SURE)
