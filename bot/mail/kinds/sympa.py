"""What the list server says: subscriptions, requests, results of commands (Sympa 6.2, in French and English).

``action`` is Sympa's word: ``subscribe``, ``signoff``, ``add``, ``del`` (whatever stands in an
« Information : … » subject); for its other mails the name of the template that made them: ``subrequest``,
``sigrequest``, ``moderate``, ``review``, ``command_report``, ``message_report``, ``request_auth``,
``welcome``, ``bye``, ``digest``, ``delivery_status_notification``; ``other`` for what is not known yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

INFORMATION = r"^Information\s*: (\w+) liste (\S+) de (\S+@\S+?)(?: (.*))?$"


@dataclass(frozen=True)
class Clues:
    """What the rules look at.  Subject unfolded and decoded; ``text`` the first readable part."""

    subject: str
    text: str
    sender: str  # address of From
    sender_name: str
    mailer: str
    message_id: str
    automatic: bool  # Auto-Submitted says so
    list_id: str
    is_report: bool  # multipart/report


@dataclass(frozen=True)
class Said:
    """A notice before anybody asked whether it is to be trusted."""

    action: str
    list: str
    address: str = ""
    name: str = ""
    key: str = ""


@dataclass(frozen=True)
class Member:
    """One line of a REVIEW."""

    address: str
    name: str
    reception: str


def is_sympa(clues: Clues) -> bool:
    """Whether the list server itself wrote this, going by its shape."""
    local, _, _ = clues.sender.partition("@")
    if clues.mailer.startswith("Sympa"):
        return clues.automatic or clues.is_report
    return clues.automatic and (
        clues.message_id.startswith("sympa.")
        or local in ("sympa", "sympa-request")
        or clues.sender_name == "SYMPA"
    )


def read_notice(clues: Clues, information: str = INFORMATION) -> Said | None:
    """What a mail of the list server says; None when it is none."""
    if not is_sympa(clues):
        return None
    found = _information(clues, information)
    if found:
        return found
    for rule in _RULES:
        said = rule(clues)
        if said:
            return said
    return Said("other", _list_of_sender(clues.sender))


def _list_of_sender(sender: str) -> str:
    local = sender.partition("@")[0]
    for ending in ("-request", "-owner", "-editor"):
        if local.endswith(ending):
            local = local[: -len(ending)]
    return "" if local in ("sympa", "listmaster") else local


def _information(clues: Clues, pattern: str) -> Said | None:
    """« Information : subscribe liste reseau de alice@… Alice »; the body has it glued and wrapped."""
    match = re.match(pattern, clues.subject.replace("\u00a0", " ").strip())
    if not match:
        return None
    return Said(match[1].lower(), match[2], match[3].lower(), (match[4] or "").strip())


_REQUEST = re.compile(
    r"Demande d['’](d[ée]s)?abonnement (?:à|de) la liste (\S+)$|(\S+) (un)?subscription request", re.I
).match
_REQUESTER = re.compile(r"utilisateur (.{0,200}?) ?<([^<>\s]{3,320}@[^<>\s]{1,250})>", re.IGNORECASE)
_AUTH_KEY = re.compile(r"/auth/([0-9a-f]{8,64})/")
_ANY_ADDRESS = re.compile(r"[\w.+%=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")


def _approval(clues: Clues) -> Said | None:
    """Somebody wants to join or leave, and an owner must say yes."""
    match = _REQUEST(clues.subject)
    if not match:
        return None
    text = " ".join(clues.text[:4_000].split())
    who = _REQUESTER.search(text)
    key = _AUTH_KEY.search(clues.text[:8_000])
    leaving = bool(match[1] or match[4])
    return Said(
        "sigrequest" if leaving else "subrequest",
        match[2] or match[3] or "",
        who[2].lower() if who else "",
        who[1].strip(" \"'") if who else "",
        key[1] if key else "",
    )


_MODERATE = re.compile(
    r"Message à modérer de (\S+) pour la liste (\S+)$|Message from (\S+) to (?:be )?moderate", re.I
).match
_DISTRIBUTE = re.compile(r"\bDISTRIBUTE (\S{1,100}) ([0-9a-f]{8,64})\b")


def _moderation(clues: Clues) -> Said | None:
    """A post waits for a moderator; the key distributes or rejects it."""
    match = _MODERATE(clues.subject)
    order = _DISTRIBUTE.search(clues.text[:8_000])
    if not match and not order:
        return None
    list_name = (match[2] if match else "") or (order[1] if order else "") or _list_of_sender(clues.sender)
    address = (match[1] or match[3] or "") if match else ""
    return Said("moderate", list_name, address.lower(), "", order[2] if order else "")


def _review(clues: Clues) -> Said | None:
    """The list of members that an owner asked for."""
    match = re.match(r"REVIEW (\S+)$", clues.subject)
    return Said("review", match[1]) if match else None


def _confirmation(clues: Clues) -> Said | None:
    """The server wants an order to be confirmed by the link in the mail."""
    key = _AUTH_KEY.search(clues.text[:8_000])
    match = re.match(r"AUTH ([0-9a-f]{8,64}) (\w+) (\S+)", clues.subject)
    if match:
        return Said("request_auth", match[3], key=match[1])
    if not key:
        return None
    named = re.search(r"(?: à | de | to | from )([\w.-]{1,100})$", clues.subject)
    who = re.search(r"email=([^\s&>]{3,320})", clues.text[:8_000])
    address = who[1].replace("%40", "@").lower() if who else ""
    return Said("request_auth", named[1] if named else "", address, key=key[1])


def _welcome(clues: Clues) -> Said | None:
    """A subscriber is told that they are one."""
    match = re.match(
        r"(?:Bienvenue (?:sur|dans) la liste|Welcome (?:to|on) list) (\S+)", clues.subject, re.IGNORECASE
    )
    return Said("welcome", match[1], _told(clues, match[1])) if match else None


def _goodbye(clues: Clues) -> Said | None:
    """A subscriber is told that they are no more."""
    match = re.match(
        r"(?:Désabonnement de la liste|Unsubscribe from list|Votre désabonnement de la liste) (\S+)",
        clues.subject,
        re.I,
    )
    return Said("bye", match[1], _told(clues, match[1])) if match else None


def _told(clues: Clues, list_name: str) -> str:
    """The subscriber's address in the text, which also names the list's."""
    for found in _ANY_ADDRESS.findall(clues.text[:2_000]):
        if not found.lower().startswith(f"{list_name.lower()}@"):
            return str(found.lower())
    return ""


def _delivery_status(clues: Clues) -> Said | None:
    """A report on a post or an order of ours that the list server took or refused."""
    if not clues.is_report:
        return None
    told = next(
        (found for found in _ANY_ADDRESS.findall(clues.text[:2_000]) if not found.startswith("sympa@")), ""
    )
    return Said(
        "delivery_status_notification", told.partition("@")[0].lower() or _list_of_sender(clues.sender)
    )


# A long order is wrapped; the result, a lower-case word behind another ">", shows where it ends.
_COMMAND = re.compile(
    r"^> ([A-Z]{2,20})\b([^\n]{0,300}(?:\n[^>\n][^\n]{0,300}(?=\n> [a-z_]+$))?)", re.MULTILINE
)
_NAMING = frozenset({"ADD", "SUB", "SUBSCRIBE", "INVITE"})


def _command_report(clues: Clues) -> Said | None:
    """« Résultats de vos commandes »: the first order and whom it was about."""
    if not re.match(
        r"(?:Résultats? de vos commandes|Results? of your commands)", clues.subject, re.IGNORECASE
    ):
        return None
    match = _COMMAND.search(clues.text[:8_000])
    list_name, *words = match[2].split() or [""] if match else [""]
    address = words.pop(0).lower() if words and "@" in words[0] else ""
    name = " ".join(words) if match and match[1] in _NAMING else ""
    return Said("command_report", list_name, address, name)


def _digest(clues: Clues) -> Said | None:
    """Several posts in one mail, or their table of contents."""
    name = clues.list_id.partition(".")[0]
    local = clues.sender.partition("@")[0]
    if name and local == f"{name}-request":
        return Said("digest", name)
    return None


def _message_report(clues: Clues) -> Said | None:
    """The author or the moderator is told what became of a post."""
    if not re.match(r"(?:Diffusion des messages|Message distribution)", clues.subject, re.IGNORECASE):
        return None
    match = re.search(r"\bliste ([\w.-]{1,100})", clues.text[:2_000])
    return Said("message_report", match[1] if match else "")


_RULES: tuple[Callable[[Clues], Said | None], ...] = (
    _approval,
    _moderation,
    _review,
    _delivery_status,
    _command_report,
    _welcome,
    _goodbye,
    _confirmation,
    _digest,
    _message_report,
)

_TOTAL = re.compile(
    r"(?:Nombre d['’]abonnés|Total subscribers?|Number of subscribers)\s*:\s*(\d{1,7})", re.IGNORECASE
)
_MEMBER = re.compile(r"(\S+@\S+) - (.*) - (\S.*)$")


def read_review(text: str) -> tuple[tuple[Member, ...], int | None]:
    """The members in a REVIEW answer, and the number that it announces: None when it is cut off."""
    unwrapped: list[str] = []
    for line in text.split("\n"):
        if line.startswith("    ") and unwrapped and unwrapped[-1]:
            unwrapped[-1] = f"{unwrapped[-1]} {line.strip()}"
        else:
            unwrapped.append(line.rstrip())
    members = []
    for line in unwrapped:
        match = _MEMBER.match(line[:2_000])
        if match:
            members.append(Member(match[1].lower(), match[2].strip(), match[3].strip()))
    total = _TOTAL.search(text)
    return tuple(members), int(total[1]) if total else None
