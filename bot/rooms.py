"""Which room belongs to which circle."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings.model import Settings


async def room_of(session: AsyncSession, settings: Settings, circle: str) -> str | None:
    """The room that is bound to a circle, if there is one."""
    bound = settings.circles.get(circle)
    return bound.room if bound is not None and bound.room else None


async def circle_of(session: AsyncSession, settings: Settings, room: str) -> str:
    """The circle that a room is bound to, or ``""``."""
    return next((key for key, circle in settings.circles.items() if circle.room == room), "")
