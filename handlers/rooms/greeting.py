"""A word when we come into a room."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot import people
from bot.channels.base import RoomEvent
from bot.outbox import Destination, Terms
from bot.store.room_tables import RoomRow
from bot.work import Work


async def greet(work: Work, event: RoomEvent, circle: str) -> None:
    """Say who we are, once in each room; a room that goes on from another one knows us already."""
    if await work.session.scalar(select(RoomRow.id).where(RoomRow.successor == event.room).limit(1)):
        return
    to, message, language = Destination("room", event.room), "rooms.hello_unbound", "fr"
    values: dict[str, Any] = {}
    params: dict[str, Any] = {}
    if event.direct:
        room = await work.session.get(RoomRow, event.room)
        member = await people.by_contact(work.session, "room", room.person, work.now) if room else None
        if room is None or member is None:
            return
        to, message, language = Destination("room", room.person, member.id), "rooms.hello", member.language
        values, params = {"me": member}, {"room": event.room}
    elif circle:
        message, values = "rooms.hello_circle", {"circle": work.settings.circles[circle]}
    rendered = work.render(message, values, language)
    await work.send(f"greeting:{event.room}", to, rendered, Terms(params=params))
