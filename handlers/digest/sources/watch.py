"""Calls of funders (AAP, AMI, grants): how much, until when, who may answer, where to read on."""

from __future__ import annotations

from bot.french.calls import find_call
from bot.french.gist.summary import Gist
from bot.protocols import DigestItem
from handlers.digest.phrases import Phrases
from handlers.digest.sources.archive import Exchange
from handlers.digest.sources.calendar import one_line
from handlers.digest.wording import prose


def watched(exchange: Exchange, gist: Gist, phrases: Phrases) -> DigestItem | None:
    """The call that an exchange passes on, unless its last day has passed."""
    opener = exchange.opener
    call = find_call(opener.subject, opener.text, opener.at.astimezone(exchange.zone))
    if exchange.where or call is None or (call.deadline is not None and call.deadline < phrases.day):
        return None
    facts = phrases.call(max(call.amounts, default=0), call.deadline, call.who or "")
    own = [] if exchange.before else [one_line(call.text)]
    text = prose(dict.fromkeys([*own, *map(one_line, gist.sentences)]))
    links = [call.link] if call.link else []
    return DigestItem(
        key=f"thread:{exchange.thread.id}",
        section="watch",
        title=exchange.title,
        text="\n".join(part for part in (facts, text) if part),
        circle=exchange.circle,
        last_day=call.deadline,
        links=tuple(dict.fromkeys([*links, *gist.links])),
    )
