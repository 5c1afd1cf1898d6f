"""The keys of items: what each was made of.  Pure."""

from __future__ import annotations

import re

# Of what an exchange of the archive brought: « todo:12:2026-12-04 », « room-thread:12 ».
OF_THREAD = re.compile(r"(?:room-)?(?:thread|todo|date|decision|unanswered|resource|cited):(\d+)(?::|\Z)")
# Of a room: whoever takes its words back is found by them.
OF_ROOM = re.compile(r"room-\w+:(\d+)")
OF_LINE = re.compile(r"line:(\d+)\Z")


def thread_in(key: str) -> int | None:
    """The exchange that an item was made of."""
    return _number(OF_THREAD, key)


def room_thread_in(key: str) -> int | None:
    """The exchange of a room that an item was made of, if it was."""
    return _number(OF_ROOM, key)


def line_in(key: str) -> int | None:
    """The line that an item was made of."""
    return _number(OF_LINE, key)


def _number(pattern: re.Pattern[str], key: str) -> int | None:
    found = pattern.match(key)
    return int(found[1]) if found else None
