"""What the recap said to members, as it may leave the network.  Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from bot.protocols import DigestItem

ADDRESS = re.compile(r"(?:mailto:)?([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
CHAT = re.compile(r"@[\w.=-]+:[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w/=-])(?:\+33 ?\(?0?\)?|0)[1-9](?:[ .\u00a0-]?\d{2}){4}(?!\w)")
NOTHING_LEFT = re.compile(r"\s*\(\s*\)|[:,]?\s+(?=[.;]|$)")


def outward(item: DigestItem, own: Collection[str], contact: str) -> DigestItem:
    """The item without anybody's address or number: ``contact`` stands there, if there is one.

    ``own``: addresses (lower case) that may be read anywhere.
    """
    return replace(
        item,
        title=without_contacts(item.title, own, contact),
        text="\n".join(without_contacts(line, own, contact) for line in item.text.splitlines()),
        links=tuple(link for link in item.links if link == without_contacts(link, own, contact)),
    )


def without_contacts(text: str, own: Collection[str], contact: str) -> str:
    """A line in which nobody can be reached but by ``contact``."""

    def known(match: re.Match[str]) -> str:
        return match[0] if match[1].lower() in own else contact

    found = ADDRESS.sub(known, text)
    found = PHONE.sub(contact, CHAT.sub(contact, found))
    return found if found == text or contact else NOTHING_LEFT.sub("", found).strip()
