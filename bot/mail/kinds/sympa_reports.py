"""Mails of the list server that tell what became of a membership, a post or an order."""

from __future__ import annotations

import re

from bot.mail.kinds.sympa_clues import (
    MAX_LOOK,
    NAMED_LIST,
    Clues,
    Said,
    list_of_id,
    list_of_sender,
    subject_of,
    told,
)

_TO_MEMBERS = {
    "welcome": ("Bienvenue sur la liste", "Bienvenue dans la liste", "Welcome to list", "Welcome on list"),
    "bye": (
        *("Désabonnement de la liste", "Votre désabonnement de la liste"),
        *("Unsubscribed from list", "Unsubscribed from", "Unsubscribe from list"),
    ),
    "removed": ("Vous avez été supprimé de la liste", "Removed from list", "Removed from"),
    "remind": (
        *("Rappel de votre abonnement à la liste", "Rappel de votre abonnement à"),
        *("Reminder of your subscription to list", "Reminder of your subscription to"),
    ),
    "bounce_rate": (
        "ATTENTION: taux d'erreur trop élevé dans la liste",
        "ATTENTION : taux d'erreur trop élevé dans la liste",
        "WARNING: bounce rate too high in list",
    ),
}


def membership(clues: Clues) -> Said | None:
    """A member is told that they are one, are no more, or are one still."""
    for action, beginnings in _TO_MEMBERS.items():
        name = subject_of(clues, *beginnings)
        if name:
            return Said(action, name, "" if action == "bounce_rate" else told(clues.text[:2_000], name))
    return None


_REMOVAL = re.compile(
    r"(?:Information|FYI)\s?: (?:suppression automatique de l'abonné|automatic removal of user)"
    r" <?([^\s<>@]+@[^\s<>]+)>?$",
    re.IGNORECASE,
).match


def automatic_removal(clues: Clues) -> Said | None:
    """Mails to a member came back for too long."""
    match = _REMOVAL(clues.subject)
    if not match:
        return None
    named = NAMED_LIST.search(clues.text[:2_000])
    return Said("automatic_del", named[1] if named else "", match[1].lower())


def delivery_status(clues: Clues) -> Said | None:
    """A report on a post or an order of ours that the list server took or refused."""
    if not clues.is_report:
        return None
    post = told(clues.text[:2_000], "sympa").partition("@")[0]
    return Said("delivery_status_notification", post or list_of_sender(clues.sender))


# A long order is wrapped; the result, a lower-case word behind another ">", shows where it ends.
_COMMAND = re.compile(
    r"^> ([A-Z]{2,20})\b([^\n]{0,300}(?:\n[^>\n][^\n]{0,300}(?=\n> [a-z_]+$))?)", re.MULTILINE
)
_NAMING = frozenset({"ADD", "SUB", "SUBSCRIBE", "INVITE"})
_PERSONAL = frozenset({"SUB", "SUBSCRIBE", "SIG", "SIGNOFF", "UNSUBSCRIBE"})


def command_report(clues: Clues) -> Said | None:
    """« Résultats de vos commandes »: the first order and whom it was about."""
    if not re.match(
        r"(?:Résultats? de vos commandes|Results? of your commands?)", clues.subject, re.IGNORECASE
    ):
        return None
    match = _COMMAND.search(clues.text[:MAX_LOOK])
    if match is None:
        # What was asked on the web is told in words: « > Demande d'abonnement à la liste reseau ».
        spoken = NAMED_LIST.search(clues.text[:2_000])
        return Said("command_report", spoken[1] if spoken else "")
    list_name, *words = match[2].split() or [""]
    address = words.pop(0).lower() if words and "@" in words[0] else ""
    if not address and match[1] in _PERSONAL:
        address = told(clues.text[match.end(2) : match.end(2) + 600], list_name)
    return Said("command_report", list_name, address, " ".join(words) if match[1] in _NAMING else "")


_DIGEST = re.compile(
    r"(?P<a>\S+) (?:Compilation du|Digest) |Compilation du .{1,60}, liste (?P<b>\S+)$"
    r"|Résumé .{1,60}, (?P<c>\S+)$|(?P<d>\S+) Summary ",
    re.IGNORECASE,
).match


def digest(clues: Clues) -> Said | None:
    """Several posts in one mail, or their table of contents."""
    local = clues.sender.partition("@")[0]
    if clues.list_id:
        return Said("digest", list_of_id(clues.list_id))
    match = _DIGEST(clues.subject)
    name = next((found for found in match.groups() if found), "") if match else ""
    return Said("digest", name) if name and local == f"{name.lower()}-request" else None


def message_report(clues: Clues) -> Said | None:
    """The author or the moderator is told what became of a post."""
    rejected = re.match(
        r"Rejet de votre message$|Your message has been rejected$", clues.subject, re.IGNORECASE
    )
    if not rejected and not re.match(
        r"Diffusion (?:de message|des messages)|Message distribution", clues.subject, re.IGNORECASE
    ):
        return None
    match = NAMED_LIST.search(clues.text[:2_000])
    name = match[1] if match else list_of_sender(clues.sender)
    return Said("reject" if rejected else "message_report", name)


def review(clues: Clues) -> Said | None:
    """The list of members that an owner asked for: ``review.read_review`` reads it."""
    match = re.match(r"REVIEW (\S+)$", clues.subject)
    return Said("review", match[1]) if match else None
