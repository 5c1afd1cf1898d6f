"""Which list distributed a mail, and which addresses are robots of its server."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.mail.mime.headers import Headers

_LIST_POST = re.compile(r"<mailto:([^<>\s?@]{1,64}@[^<>\s?]{1,250})", re.IGNORECASE)
_BARE_LIST_ID = re.compile(r"\s*([\w.+-]{1,250})\s*$").match
_LIST_ID = re.compile(r"<([\w.+-]{1,250})>\s*$")
_ROBOT = re.compile(r"(?:sympa|listmaster|[^@]{1,64}-(?:request|owner|editor))@([^@]+)").fullmatch


def is_robot(address: str, lists: Collection[str]) -> bool:
    """Whether an address is one of the programs at the domain of a configured list.

    People may have addresses at the same domain.
    """
    robot = _ROBOT(address)
    return robot is not None and robot[1] in {item.rpartition("@")[2] for item in lists}


def list_address_of(headers: Headers, lists: Collection[str]) -> str | None:
    """The list that distributed a mail: by List-Id (RFC 2919) if configured, else by List-Post (RFC 2369)."""
    if "list-id" not in headers and "list-post" not in headers:
        return None
    named = _LIST_ID.search(headers.raw("list-id")[-300:]) or _BARE_LIST_ID(headers.raw("list-id")[:250])
    identifier = named[1].lower() if named else ""
    for address in lists:
        if identifier and identifier == address.replace("@", ".", 1):
            return address
    post = _LIST_POST.search(headers.raw("list-post"))
    if post:
        return post[1].lower()
    local, dot, host = identifier.partition(".")
    return f"{local}@{host}" if dot and local and host else None
