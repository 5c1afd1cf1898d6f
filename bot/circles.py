"""Which circle is meant, and who may see who is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.authority import Member, Role
from bot.french.fold import fold
from bot.settings.model import Circle


def named(circles: Mapping[str, Circle], said: str) -> str | None:
    """The key of the circle that somebody calls by its key or its name, however they write it."""
    wanted = bare(said)
    for key, circle in circles.items():
        if wanted and wanted in (bare(key), bare(circle.name)):
            return key
    return None


def bare(text: str) -> str:
    """A name as it is compared: folded, its signs made spaces."""
    return re.sub(r"[\W_]+", " ", fold(text)).strip()


def sees(circles: Mapping[str, Circle], member: Member, key: str) -> bool:
    """Whether ``member`` may know who is in a circle: anybody, unless it is reserved.

    Of a reserved one, its members and coordination; so of one that the settings no longer name, since
    nobody knows whether it was.
    """
    circle = circles.get(key)
    return (circle is not None and not circle.reserved) or member.has(Role.MEMBER, key)
