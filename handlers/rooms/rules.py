"""Which circle is meant, and what is wrong with a room."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.channels.base import RoomStanding
from bot.french.fold import fold
from bot.settings.model import Circle
from bot.store.room_tables import RoomRow


def named_circle(circles: Mapping[str, Circle], said: str) -> str | None:
    """The key of the circle that somebody calls by its key or its name, however they write it."""
    wanted = _bare(said)
    for key, circle in circles.items():
        if wanted and wanted in (_bare(key), _bare(circle.name)):
            return key
    return None


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(text)).strip()


def troubles_of(row: RoomRow | None) -> list[str]:
    """What coordination should know is wrong with a room: words of ``room_trouble``."""
    if row is None:
        return ["unseen"]
    if row.standing != RoomStanding.JOINED.value:
        return ["left"]
    return [] if row.writable else ["mute"]
