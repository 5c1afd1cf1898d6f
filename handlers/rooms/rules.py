"""What is wrong with a room."""

from __future__ import annotations

from bot.channels.base import RoomStanding
from bot.store.room_tables import RoomRow


def troubles_of(row: RoomRow | None) -> list[str]:
    """What coordination should know is wrong with a room: words of ``room_trouble``."""
    if row is None:
        return ["unseen"]
    if row.standing != RoomStanding.JOINED.value:
        return ["left"]
    return [] if row.writable else ["mute"]
