"""The list of members that Sympa answers to REVIEW."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CONTINUED = "    "  # how Sympa's lines go on, and no line begins
_MAX_LINE = 2_000
_MEMBER = re.compile(r"([^\s@]{1,64}@[^\s@]{1,250}) -(.*) - ?(\S.*)$").match
_TOTAL = re.compile(
    r"^(?:Nombre d['’]abonnés|Total subscribers?|Number of subscribers)\s?:\s{0,3}(\d{1,7})\s*$",
    re.IGNORECASE,
).match


@dataclass(frozen=True)
class Member:
    """One line of a REVIEW: the address in lower case, the name or nothing, how mail is received."""

    address: str
    name: str
    reception: str


def read_review(text: str) -> tuple[tuple[Member, ...], int | None]:
    """The members in a REVIEW answer, and the number that it announces: None when it is cut off.

    A line is ``address - Name - reception``, wrapped at any of its spaces; a name may hold `` - `` itself.
    """
    members: list[Member] = []
    total: int | None = None
    for line in _unwrapped(text):
        match = _MEMBER(line[:_MAX_LINE])
        number = None if match else _TOTAL(line[:_MAX_LINE])
        if match:
            members.append(Member(match[1].lower(), match[2].strip(" -"), match[3].strip()))
        elif number:
            total = int(number[1])
    return tuple(members), total


def _unwrapped(text: str) -> list[str]:
    lines: list[list[str]] = []
    for line in text.split("\n"):
        if line.startswith(_CONTINUED) and lines and lines[-1][0]:
            lines[-1].append(line.strip())
        else:
            lines.append([line.rstrip()])
    return [" ".join(pieces) for pieces in lines]
