"""What can never be sent: it is dead, and coordination is told, once a day for what says the same."""

from __future__ import annotations

import logging

from bot.outbox import Terms, note
from bot.store.people_tables import Person
from bot.store.room_tables import RoomRow
from bot.store.tables import Doubt, Klass, OutboxRow, OutboxState
from bot.work import Work

log = logging.getLogger(__name__)


async def bury(work: Work, row: OutboxRow, reason: str) -> None:
    """End a row that cannot be sent."""
    note(row, reason)
    row.state = OutboxState.DEAD.value
    places = await work.coordination_places(everywhere=True)
    key, values = f"dead:{row.body_id}:{work.now:%Y-%m-%d}", {"reason": row.reason, "row": row.id}
    if row.channel == "room":
        message, values = "gates.dead_post", values | await _where(work, row)
        places = [place for place in places if place.recipient != row.recipient]
    elif row.recipient in [place.recipient for place in places]:
        message, places = "", []
    else:
        message, values = "gates.dead", values | {"recipient": row.recipient}
    if not places or row.effect_key.startswith("dead:"):
        # A notice that cannot be brought is told of by no other one, which could die as well.
        log.warning("outbox %s is dead, and coordination cannot be told: %s", row.id, row.reason)
        return
    for place in places:
        rendered = await work.render_to(place, message, values)
        await work.send(f"{key}:{place.recipient}", place, rendered, Terms(Klass.DUTY, Doubt.AGAIN))


async def _where(work: Work, row: OutboxRow) -> dict[str, str]:
    """How people know a room, or the person whom it was for alone."""
    if row.person_id is not None:
        person = await work.session.get(Person, row.person_id)
        return {"person": row.recipient if person is None else person.name, "room": ""}
    room = await work.session.get(RoomRow, row.recipient)
    return {"person": "", "room": (room.title or next(iter(room.names), "") if room else "") or row.recipient}
