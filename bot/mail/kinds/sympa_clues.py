"""What the rules about a list server's mails look at, and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LOOK = 8_000  # characters of a notice that are looked at
LIST = r"[\"'«]?\s?([\w+-]{1,60}(?:\.[\w+-]{1,60}){0,4})"
ANY_ADDRESS = re.compile(r"[\w.+%=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
NAMED_LIST = re.compile(rf"\blist(?:e)? {LIST}", re.IGNORECASE)


@dataclass(frozen=True)
class Clues:
    """What the rules look at.  Subject unfolded and decoded; ``text`` all that is shown."""

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


def list_of_sender(sender: str) -> str:
    """The list for which the server writes under ``reseau-request@…``; empty for the server itself."""
    local = sender.partition("@")[0]
    for ending in ("-request", "-owner", "-editor"):
        if local.endswith(ending):
            local = local[: -len(ending)]
    return "" if local in ("sympa", "listmaster") else local


def list_of_id(list_id: str) -> str:
    """The name of a list in its List-Id: « Le réseau <reseau.lists.example> » -> « reseau »."""
    return list_id.rpartition("<")[2].partition(".")[0].lower()


def subject_of(clues: Clues, *beginnings: str) -> str:
    """The list that a subject names behind one of these words; empty when it does not begin so."""
    for words in beginnings:
        if clues.subject.lower().startswith(words.lower()):
            match = re.match(rf"\s{{0,3}}{LIST}$", clues.subject[len(words) :])
            if match:
                return match[1]
    return ""


def told(text: str, list_name: str) -> str:
    """The first address in a text that is neither the list's nor the server's."""
    servers = (f"{list_name.lower()}@", f"{list_name.lower()}-", "sympa@", "listmaster@")
    for found in ANY_ADDRESS.findall(text):
        address = str(found.lower())
        if not address.startswith(servers):
            return address
    return ""
