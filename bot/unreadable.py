"""What we could not decrypt: it waits for its key, then its author is told once what helps."""

from __future__ import annotations

import datetime as dt

from bot import inbox, people, rooms
from bot.authority import Member
from bot.channels.base import RoomEvent
from bot.outbox import Destination, Terms
from bot.store.room_tables import RoomRow
from bot.store.tables import InboxRow, InboxState
from bot.work import Work

REASON = "unreadable"


async def look(work: Work, row: InboxRow, event: RoomEvent) -> None:
    """Let an unreadable ``event`` wait for its key; when it waited long enough, end it and tell its author.

    Whoever we know is told at most once a day, whatever the rooms; strangers are told nothing.
    """
    until = row.received + dt.timedelta(minutes=work.settings.matrix.unreadable_minutes)
    if work.now < until:
        row.state, row.retry_at = InboxState.WAITING.value, until
        return
    inbox.end(row, InboxState.REJECTED, REASON, work.now)
    circle = await rooms.circle_of(work.session, work.settings, event.room)
    work.fact("room.unreadable", circle=circle)
    author = await people.by_contact(work.session, "room", event.sender, work.now)
    if author is not None:
        await _tell(work, event, author, circle)


async def _tell(work: Work, event: RoomEvent, author: Member, circle: str) -> None:
    room = await work.session.get(RoomRow, event.room)
    where = work.settings.circles[circle].name if circle else room.title if room is not None else ""
    values = {"me": author, "at": event.at, "direct": event.direct, "where": where}
    day = work.now.astimezone(work.settings.network.zone).date()
    # Nobody else may read that somebody's words were lost: it is theirs to say.
    place = Destination("room", event.sender, author.id)
    terms = Terms(params={"room": event.room} if event.direct else {})
    rendered = work.render("rooms.unreadable", values, author.language)
    await work.send(f"unreadable:{author.id}:{day.isoformat()}", place, rendered, terms)
