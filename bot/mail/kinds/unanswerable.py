"""Why no machine may answer a mail, whoever wrote it: what its envelope and its fields say (RFC 3834 §2)."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.mail.mime.headers import Headers, addresses

OURS = "x-navette"  # on all that Navette sends: see ``bot/composing.py``
MARK = ".navette"  # how what stands before the @ ends in the Message-IDs that Navette gives
ENVELOPE = ("return-path", "x-return-path", "envelope-from", "x-envelope-from")
DELIVERED = ("x-original-to", "delivered-to", "x-delivered-to", "envelope-to", "x-envelope-to")
MOST_FIELDS = 20  # of one name; more are somebody's joke

_OUR_ID = re.compile(r"<\s*[0-9a-f]{24,32}" + re.escape(MARK) + "@").match
_OF_LISTS = ("mailing-list", "x-mailing-list", "x-beenthere", "x-list", "x-campaign")
_PROGRAM = re.compile(
    r"(?:(?:[\w.]{1,40}[._-])?(?:no|do-?not|ne-?pas)[._-]?(?:reply|answer|repondre)(?:[._+-][\w.+-]{0,60})?|"
    r"mailer[._-]?daemon|mail[._-]?daemon|double-bounce|bounces?|"
    r"sympa|listmaster|mailman|majordomo|listserv|owner-[\w.+-]{1,60}|"
    r"[\w.+-]{1,60}-(?:bounces?|owner|request))@"
).match


def by_navette(headers: Headers) -> str | None:
    """Another Navette wrote it, even if a relay took away what RFC 3834 asks for."""
    if OURS in headers:
        return OURS
    return "message-id of a navette" if _OUR_ID(headers.raw("message-id").lower()) else None


def has_null_sender(headers: Headers) -> bool:
    """RFC 5321 §4.5.5: what nobody shall answer is sent from ``<>``."""
    return any("".join(value.split()) == "<>" for name in ENVELOPE for value in headers.all(name)[:1])


def is_marked_bulk(headers: Headers) -> bool:
    """``Precedence: bulk``, ``junk`` or ``list``."""
    values = {value.strip().lower() for value in headers.all("precedence")[:MOST_FIELDS]}
    return bool(values & {"bulk", "junk", "list"})


def why_unanswerable(headers: Headers, sender: str) -> str:
    """The reason, or an empty text.  ``sender``: the author's address, in lower case."""
    if has_null_sender(headers):
        return "null sender"
    if is_marked_bulk(headers):
        return "precedence: bulk"
    if headers.among(_OF_LISTS) or any(name.startswith("list-") for name in headers.names):
        return "of a list"
    return "from a program's address" if _PROGRAM(sender) else ""


def is_within(address: str, own: Collection[str], separators: str = "+") -> bool:
    """Whether an address is one of ``own``, also with a subaddress (RFC 5233): ``navette+x@…``."""
    local, _, domain = address.rpartition("@")
    for one in own:
        known, _, at = one.rpartition("@")
        if domain == at and (local == known or local.startswith(tuple(known + each for each in separators))):
            return True
    return False


def delivered_to(headers: Headers) -> tuple[str, ...]:
    """The addresses under which our servers took it, whatever stands in To."""
    values = [value for name in DELIVERED for value in headers.all(name)[:MOST_FIELDS]]
    return tuple(dict.fromkeys(address for _, address in addresses(values)))
