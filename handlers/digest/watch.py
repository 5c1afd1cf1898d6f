"""Calls of funders (AAP, AMI, grants): how much, until when, where to read on."""

from __future__ import annotations

import datetime as dt
import re

from bot.french.amounts import find_amounts
from bot.french.dates import find
from bot.french.fold import fold
from bot.french.summary import Gist
from bot.protocols import DigestItem
from handlers.digest.archive import Exchange
from handlers.digest.calendar import is_exact, one_line
from handlers.digest.phrases import Phrases
from handlers.digest.wording import prose

CALL = re.compile(
    r"\b(?:aap|ami|appels? a (?:projets?|manifestations? d'interet|initiatives?)|appel (?:europeen|national)"
    r"|bourses? (?:de|d'|pour|a|aux)|prix (?:de|du|des|d')|concours|fonds (?:de|d'|europeen|regional|social)"
    r"|leader|feder|fse)\b"
)
SURELY = re.compile(r"\b(?:aap|ami|appels? a (?:projets?|manifestations? d'interet|initiatives?))\b")
FUNDING = re.compile(
    r"\b(?:financ\w+|subvention\w*|dot(?:e|ee|ation)\w*|enveloppe|laureats?|candidat\w+|eligib\w+|cofinanc\w+"
    r"|depot|deposer|dossiers?|montant|aide (?:de|jusqu))\b"
)
OWN = re.compile(r"\b(?:appels? a contributions?|budget contributif|compte rendu|cr du|reunion)\b")
AMBIGUOUS = re.compile(r"\b(?:mon|ton|un|une|son|cher|chere|notre|cet|l')\s?ami\b")


def watched(exchange: Exchange, gist: Gist, phrases: Phrases) -> DigestItem | None:
    """The call that an exchange passes on, unless it only speaks of one, or its last day has passed."""
    if exchange.where or not is_call(exchange.thread.subject, exchange.posts[0].text):
        return None
    deadline = _deadline(exchange, phrases.day)
    amounts = find_amounts(" ".join(gist.sentences)) or find_amounts(exchange.posts[0].text)
    facts = phrases.call(max(amounts, default=0), deadline)
    text = prose(map(one_line, gist.sentences))
    return DigestItem(
        key=f"thread:{exchange.thread.id}",
        section="watch",
        title=exchange.title,
        text="\n".join(part for part in (facts, text) if part),
        circle=exchange.circle,
        last_day=deadline,
        links=gist.links,
    )


def is_call(subject: str, text: str) -> bool:
    """Whether a mail makes a funder's call known: its subject names one, or its words do, with the money."""
    head, body = fold(subject), fold(text)
    if OWN.search(head):
        return False
    head, body = AMBIGUOUS.sub(" ", head), AMBIGUOUS.sub(" ", body)
    funds = FUNDING.search(body) is not None or bool(find_amounts(text))
    if CALL.search(head):
        return funds
    return SURELY.search(body[:600]) is not None and funds and "http" in body


def _deadline(exchange: Exchange, day: dt.date) -> dt.date | None:
    """The last day to apply that is still to come; without a cue, the last day that is named."""
    zone = exchange.zone
    first = exchange.posts[0]
    written = first.at.astimezone(zone)
    named = [date for post in exchange.posts for date in find(post.text, post.at.astimezone(zone))]
    ahead = [one for one in (*find(first.subject, written), *named) if one.end >= day and is_exact(one)]
    marked = [one.end for one in ahead if one.deadline]
    return min(marked, default=max((one.end for one in ahead), default=None))
