"""A word when we come into a room."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from bot import people
from bot.channels.base import RoomEvent
from bot.outbox import Destination, Terms
from bot.store.room_tables import RoomRow
from bot.store.tables import OutboxRow
from bot.work import Work

LATELY = dt.timedelta(minutes=10)


async def greet(work: Work, event: RoomEvent, circle: str) -> None:
    """Say who we are, once in each room; a room that goes on from another one knows us already."""
    if await work.session.scalar(select(RoomRow.id).where(RoomRow.successor == event.room).limit(1)):
        return
    to, message, language = Destination("room", event.room), "rooms.hello_unbound", ""
    values: dict[str, Any] = {}
    params: dict[str, Any] = {}
    if event.direct:
        room = await work.session.get(RoomRow, event.room)
        member = await people.by_contact(work.session, "room", room.person, work.now) if room else None
        if room is None or member is None or await _is_spoken_to(work, member.id):
            return
        to, message, language = Destination("room", room.person, member.id), "rooms.hello", member.language
        values, params = {"me": member}, {"room": event.room}
    elif circle:
        message, values = "rooms.hello_circle", {"circle": work.settings.circles[circle]}
    rendered = work.render(message, values, language)
    await work.send(f"greeting:{event.room}", to, rendered, Terms(params=params))


async def _is_spoken_to(work: Work, person: int) -> bool:
    """Whether we just told this person something in the chat, or are about to: they need no introduction."""
    lately = select(OutboxRow.id).where(
        OutboxRow.person_id == person,
        OutboxRow.channel == "room",
        OutboxRow.created_at > work.now - LATELY,
    )
    return await work.session.scalar(lately.limit(1)) is not None
