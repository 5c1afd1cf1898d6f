"""Calls of funders (AAP, AMI, grants): how much, until when, who may answer, where to read on."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.french.calls import find_call
from bot.french.courtesy import without_greeting
from bot.french.gist.summary import Gist
from bot.protocols import DigestItem
from handlers.digest.phrases import Phrases
from handlers.digest.sources import titles
from handlers.digest.sources.archive import Exchange
from handlers.digest.sources.calendar import one_line
from handlers.digest.wording import prose

# Of the mail that was passed on.
HEADER = re.compile(r"(?:objet|sujet|de|from|subject|date|envoyé|à|to|cc)\s?:", re.IGNORECASE)


def watched(exchange: Exchange, gist: Gist, phrases: Phrases, told: Collection[str]) -> DigestItem | None:
    """The call that an exchange passes on, unless its last day has passed.

    ``told``: sentences that are told elsewhere.
    """
    opener = exchange.opener
    call = find_call(opener.subject, opener.text, opener.at.astimezone(exchange.zone))
    if exchange.where or call is None or (call.deadline is not None and call.deadline < phrases.day):
        return None
    facts = phrases.call(max(call.amounts, default=0), call.deadline, (call.who or "").partition(",")[0])
    own = [] if exchange.before else [call.text]
    said = [without_greeting(one_line(sentence)) for sentence in (*own, *gist.sentences)]
    text = prose(dict.fromkeys(one for one in said if one and one not in told and not HEADER.match(one)))
    links = [call.link] if call.link else []
    return DigestItem(
        key=f"thread:{exchange.thread.id}",
        section="watch",
        title=titles.whole(exchange.title, opener.at.astimezone(exchange.zone)),
        text="\n".join(part for part in (facts, text) if part),
        circle=exchange.circle,
        last_day=call.deadline,
        links=tuple(dict.fromkeys([*links, *gist.links])),
    )
