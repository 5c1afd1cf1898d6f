"""The first words to somebody unknown who asked us into a direct room."""

from __future__ import annotations

from bot import people
from bot.channels.base import RoomEvent
from bot.outbox import Destination, Terms
from bot.store.room_tables import Visit
from bot.work import Work


async def greet(work: Work, event: RoomEvent, circle: str) -> None:
    """Say how they are recognised, unless they are by now."""
    visit = await work.session.get(Visit, event.room) if event.direct else None
    if visit is None or await people.by_contact(work.session, "room", visit.person, work.now) is not None:
        return
    rendered = work.render("identity.meeting", {"days": work.settings.reach.visit_days})
    to = Destination("room", event.room)
    await work.send(f"meeting:{event.room}", to, rendered, Terms(params={"room": event.room}))
