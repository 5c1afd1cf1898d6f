"""The mail that was returned, as far as a server hands it back."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.mail.mime.content import Content, payload
from bot.mail.mime.headers import Headers, addresses, message_ids
from bot.mail.mime.parts import Part, parse_head

_SPOKEN_ID = re.compile(
    r"^[ \t>]{0,8}message-id[ \t]{0,8}:[ \t]{0,8}(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE
)
_SPOKEN_TO = re.compile(
    r"^[ \t>]{0,8}(?:to|à|an|para|a|aan)[ \t]{0,4}:([^\n]{1,400})$", re.IGNORECASE | re.MULTILINE
)


def original_heads(content: Content) -> list[Headers]:
    """The headers of the mails, or of the heads of mails, that are attached."""
    parts: list[Part] = [*content.messages, *content.reports][:5]
    return [
        parse_head(payload(part, []).lstrip(b"\n"))
        for part in parts
        if part.type in ("message/rfc822", "text/rfc822-headers")
    ]


def original_id(content: Content, headers: Headers) -> str | None:
    """The Message-ID of the mail that did not arrive."""
    for head in original_heads(content):
        ids = message_ids(head.raw("message-id"))
        if ids:
            return ids[0]
    spoken = _SPOKEN_ID.search(content.text[:60_000])
    if spoken:
        return spoken[1][1:-1]
    ids = message_ids(headers.raw("in-reply-to")) or message_ids(headers.raw("references"))
    return ids[-1] if ids else None


def original_recipient(content: Content, excluded: Collection[str]) -> str:
    """To whom the mail went, when it went to one alone; a list that it went to did not refuse it."""
    for head in original_heads(content):
        if "list-id" in head or "list-post" in head:
            continue
        found = [address for _, address in addresses([*head.all("to")[:3], *head.all("cc")[:3]])]
        if len(found) == 1 and found[0] not in excluded:
            return found[0]
    copied = {
        address
        for line in _SPOKEN_TO.findall(content.text[:20_000])[:5]
        for _, address in addresses([line])
        if address not in excluded
    }
    return copied.pop() if len(copied) == 1 else ""
