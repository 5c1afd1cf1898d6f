"""From a row of the inbox to what somebody said, whatever the channel."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy.ext.asyncio import AsyncSession

from bot import people, rooms
from bot.channels.base import RoomEvent
from bot.french.courtesy import is_courtesy
from bot.french.fold import fold
from bot.guard import tokens
from bot.mail.message import Kind, Mail, Trust
from bot.mail.read import read
from bot.outbox import Destination
from bot.router.declare import Incoming
from bot.settings.model import Settings
from bot.store.tables import InboxRow
from bot.work import House

COMMANDS_IN_SUBJECT = 200  # characters
GREETING = re.compile(
    r"(?:bonjour|bonsoir|salut|coucou|hello|cher|chere|chers|navette|re)\b[^.!?:]{0,40}[,.! ]*$"
)
BULLET = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)])\s")


def read_mail(raw: bytes, settings: Settings) -> Mail:
    """The mail of an inbox row, read with this network's lists and our server's name."""
    return read(
        raw,
        lists=[one.address for one in settings.lists.values()],
        authserv_id=settings.mail.authserv_id or None,
        own_addresses=[settings.bot.address, *settings.mail.open_addresses.values()],
        notices=[one.notice for one in settings.lists.values() if one.notice],
    )


async def from_mail(
    session: AsyncSession, house: House, row: InboxRow, mail: Mail, now: dt.datetime
) -> Incoming:
    """What a mail written to us says, and who says it."""
    author = (
        await people.by_contact(session, "mail", mail.author.address, now) if mail.author.address else None
    )
    proof = None
    if author is not None:
        proof = await tokens.proof_of(session, house.settings, mail, author.id, now)
    text = _without_closing(mail.own) or mail.subject.strip()[:COMMANDS_IN_SUBJECT]
    references = [mail.in_reply_to, *reversed(mail.references)]
    return Incoming(
        inbox_id=row.id,
        origin_id=mail.message_id,
        text=text,
        author=author,
        author_address=mail.author.address,
        certain=mail.kind is Kind.PERSON and mail.author.trust is Trust.VOUCHED,
        place=Destination("mail", mail.author.address, author.id if author else None),
        circle="",
        direct=True,
        answers=tuple(dict.fromkeys(one for one in references if one)),
        mail=mail,
        proof=proof,
    )


def _without_closing(text: str) -> str:
    """What a mail says, without the thanks and the name below: they are no part of a command."""
    lines = text.strip().splitlines()
    while len(lines) > 1 and is_courtesy(lines[-1]) and not BULLET.match(lines[-1]):
        lines.pop()
    return "\n".join(lines).strip()


async def from_event(
    session: AsyncSession, house: House, row: InboxRow, event: RoomEvent, now: dt.datetime
) -> Incoming:
    """What was said in a room, and by whom; the server of the room vouches for its author."""
    author = await people.by_contact(session, "room", event.sender, now)
    person_id = author.id if author and event.direct else None
    recipient = event.sender if person_id is not None else event.room
    references = [event.replies_to, event.thread]
    return Incoming(
        inbox_id=row.id,
        origin_id=event.event_id,
        text=event.body,
        author=author,
        author_address=event.sender,
        certain=True,
        place=Destination("room", recipient, person_id),
        circle=await rooms.circle_of(session, house.settings, event.room),
        direct=event.direct,
        answers=tuple(one for one in references if one),
        event=event,
        addressed=event.mention and not event.direct,
    )


def said(text: str) -> str:
    """What somebody said, without the greeting that opens it."""
    lines = text.strip().splitlines()
    while len(lines) > 1 and (not lines[0].strip() or GREETING.match(fold(lines[0].strip()))):
        lines.pop(0)
    return "\n".join(lines).strip()
