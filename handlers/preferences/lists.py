"""The mails that somebody can send to the list's server, ready made: Sympa's commands, in the subject."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from urllib.parse import quote

from bot.authority import Member
from bot.settings.model import Settings


class Wish(enum.StrEnum):
    """What the list's server is asked for (Sympa's mail commands)."""

    NOMAIL = "SET {list} NOMAIL"  # stay on the list, receive nothing
    MAIL = "SET {list} MAIL"
    LEAVE = "SIG {list}"


@dataclass(frozen=True)
class ReadyMail:
    """One mail to send by a click, or by hand."""

    server: str
    subject: str

    @property
    def link(self) -> str:
        """As a link that opens it (RFC 6068)."""
        return f"mailto:{self.server}?subject={quote(self.subject)}"


def ready(settings: Settings, member: Member, wish: Wish) -> list[ReadyMail]:
    """One for each list that somebody may be on: the recap's first, then those of their circles."""
    circles = {held.circle for held in member.roles}
    names = [settings.digest.list, *settings.lists]
    mails = []
    for name in dict.fromkeys(name for name in names if name in settings.lists):
        one = settings.lists[name]
        if name == settings.digest.list or one.circle in circles:
            local, _, domain = one.address.partition("@")
            mails.append(ReadyMail(one.server or f"sympa@{domain}", wish.value.format(list=local)))
    return mails
