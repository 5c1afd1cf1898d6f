"""Mails of the list server that ask somebody to decide: a membership, a post, an order to confirm."""

from __future__ import annotations

import re
from urllib.parse import unquote

from bot.mail.kinds.sympa_clues import LIST, MAX_LOOK, Clues, Said, list_of_sender, subject_of

_REQUEST = re.compile(
    r"(?:Demande (?:d'|de (dés))abonnement (?:à|de) la liste|(UN)?subscription request (?:to|from) list) "
    rf"{LIST}$",
    re.IGNORECASE,
).match
_REQUESTER = re.compile(r"(?:utilisateur|user) (.{0,200}?) ?<([^<>\s@]{1,64}@[^<>\s]{1,250})>", re.IGNORECASE)
_AUTH_KEY = re.compile(r"/auth/([0-9a-f]{8,64})/")
_AUTH_ORDER = re.compile(
    r"\bAUTH ([0-9a-f]{8,64}) ([A-Z]{2,20}) ([\w.+-]{1,100})"
    r"(?: ([^\s@]{1,64}@\S{1,250}))?(?: ([^\n]{1,200}))?"
)


def approval(clues: Clues) -> Said | None:
    """Somebody wants to join or leave, and an owner must say yes: by a link, or by a mail with an order."""
    match = _REQUEST(clues.subject)
    if not match:
        return None
    text = clues.text[:MAX_LOOK]
    who = _REQUESTER.search(" ".join(text.split()))
    key, order = _AUTH_KEY.search(text), _AUTH_ORDER.search(text)
    address, name = (who[2], who[1]) if who else (order[4] or "", order[5] or "") if order else ("", "")
    return Said(
        "sigrequest" if match[1] or match[2] else "subrequest",
        match[3],
        address.lower(),
        name.strip(" \"'"),
        key[1] if key else order[1] if order else "",
    )


_MODERATE = re.compile(
    r"Message à modérer de (?P<de>\S+) pour la liste (?P<liste>\S+)$"
    r"|Message for list (?P<list>\S+) from (?P<from>\S+) to be approved$",
    re.IGNORECASE,
).match
_DISTRIBUTE = re.compile(r"\bDISTRIBUTE ([\w.+-]{1,100}) ([0-9a-f]{8,64})\b")


def moderation(clues: Clues) -> Said | None:
    """A post waits for a moderator; the key distributes or rejects it."""
    match = _MODERATE(clues.subject)
    order = _DISTRIBUTE.search(clues.text[:MAX_LOOK])
    if not match and not order:
        return None
    named = (match["liste"] or match["list"]) if match else ""
    address = (match["de"] or match["from"]) if match else ""
    return Said(
        "moderate",
        named or (order[1] if order else ""),
        address.strip("<>").lower(),
        "",
        order[2] if order else "",
    )


def confirmation(clues: Clues) -> Said | None:
    """The server wants an order, or a post, to be confirmed by the link in the mail or by an answer."""
    confirm = re.match(r"CONFIRM ([0-9a-f]{8,64})$", clues.subject)
    if confirm:
        return Said("send_auth", list_of_sender(clues.sender), key=confirm[1])
    order = _AUTH_ORDER.match(clues.subject)
    if order:
        return Said("request_auth", order[3], (order[4] or "").lower(), (order[5] or "").strip(), order[1])
    key = _AUTH_KEY.search(clues.text[:MAX_LOOK])
    if not key:
        return None
    invitation = subject_of(clues, "Invitation à joindre la liste", "Invitation to join list")
    named = re.search(r"(?: à | de | to | from )([\w.+-]{1,100})$", clues.subject)
    who = re.search(r"email=([^\s&>]{3,320})", clues.text[:MAX_LOOK])
    return Said(
        "invite" if invitation else "request_auth",
        invitation or (named[1] if named else ""),
        unquote(who[1]).lower() if who else "",
        key=key[1],
    )
