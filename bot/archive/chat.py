"""What is said in the rooms that feed the recap: kept in exchanges, marked, reworded, taken back.

``circles.X.chat`` decides.  ``none``: nothing is kept.  ``all``: every message is.  ``marked``: only what
somebody of the network marks with 📌.  Until then its words stand in its inbox row alone, which all that
is received has, and which loses them after ``retention.raw_days``: a mark finds them there.  So nothing
is kept besides of what nobody chose, there is nothing to forget by a rule of its own, and a mark that
comes later than those days finds nothing.  Of reserved circles, of direct messages and of rooms without a
circle nothing is ever kept, whatever the setting says: this archive feeds the network's recap.

Marks and rewordings are acts (``acts``): they name events and hold no words.  What was taken back has no
words left in the inbox, so that no mark finds them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
import textwrap

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox, people, rooms
from bot.archive import deeds, withdrawal
from bot.archive.post import Post
from bot.archive.posts import add_posts
from bot.authority import Member
from bot.channels.base import EventKind, RoomEvent
from bot.french.fold import fold
from bot.mail.links import find_links
from bot.settings.model import Settings
from bot.store.archive_tables import Message
from bot.store.tables import Act, InboxRow
from bot.work import Work

log = logging.getLogger(__name__)

MARKS = ("📌", "📍")
VARIATIONS = "\ufe0e\ufe0f"  # a sign shown as text, or as a picture: the same sign
# In brackets anywhere; without them, what words begin with: « Hors récap : … ».
KEPT_OUT = re.compile(
    r"[\[(]\s*hors[ _-]{0,3}(?:du |le |de )?recap\s*[\])]|^\W*hors[ _-]{1,3}recap\s*(?:[:,.!-]|$)",
    re.MULTILINE,
)
# An answer comes within minutes, or after a coffee or a call; who speaks later begins something else.
CONVERSATION = dt.timedelta(minutes=30)
LOOKED_AT = 30  # messages before this one, among which those of its conversation are looked for
TITLE_LENGTH = 90


async def keep(work: Work, event: RoomEvent, author: Member | None, circle: str) -> None:
    """Keep a message that asked nothing of us, if ``circle``'s setting lets the recap tell it."""
    if event.direct or not feeds(work.settings, circle):
        return
    # What could not be read may have been marked before its key came.
    if _tells_all(work, circle) or await deeds.marks(work.session, event.event_id):
        await _archive(work, event, author, circle)


async def react(work: Work, event: RoomEvent, author: Member | None, circle: str) -> None:
    """A 📌 by somebody of the network marks the message that it is on; any other sign is nothing."""
    of_network = author is not None and author.is_member
    if not is_mark(event.body) or not of_network or not feeds(work.settings, circle):
        return
    said = await deeds.heard(work.session, event.replies_to, event.room)
    if said is None:
        log.info("a mark on %s: its words are not there (any more)", event.replies_to)
        return
    await deeds.act_on(work.session, event, f"{deeds.MARK} {event.body}", said.event_id)
    await _archive(work, said, await _author_of(work, said), circle)


async def redact(work: Work, event: RoomEvent) -> None:
    """What was taken back leaves the archive, its index and the inbox's bytes; a mark marks no more."""
    row = await deeds.row_of(work.session, event.replies_to)
    if row is None:
        return
    message = await deeds.archived(work.session, row.origin_id)
    if not await _is_of_room(work, row, message, event.room):
        return
    if message is not None:
        await withdrawal.withdraw(work.session, message)
        await _announce(work)
    for act in await deeds.acts(work.session, deeds.REWORDED, row.origin_id):
        deeds.forget_words(await work.session.get_one(InboxRow, act.inbox_id))
    deeds.forget_words(row)
    await _undo(work, row)


async def edit(work: Work, event: RoomEvent) -> None:
    """Keep a message with its new words; only its author's count."""
    row = await deeds.row_of(work.session, event.replies_to)
    if row is None or row.author != event.sender:
        return
    message = await deeds.archived(work.session, row.origin_id)
    if not await _is_of_room(work, row, message, event.room):
        return
    await _reword(work, event, row.origin_id)
    if message is not None:
        await _say_anew(work, message, event.body)
        await _announce(work)
        return
    said = await deeds.heard(work.session, row.origin_id, event.room)
    # « [hors-récap] » taken out again, or a mark that came before there was anything to keep.
    if said is not None and (kept_out(said.body) or await deeds.marks(work.session, said.event_id)):
        circle = await rooms.circle_of(work.session, work.settings, event.room)
        await keep(work, said, await _author_of(work, said), circle)


def feeds(settings: Settings, circle: str) -> bool:
    """Whether anything said in a circle's room may reach the network's recap."""
    one = settings.circles.get(circle)
    return one is not None and one.concerns and not one.reserved and one.chat != "none"


def is_told(settings: Settings, circle: str, *, marked: bool) -> bool:
    """Whether a kept message may be told as the settings are now: they may have been changed since."""
    return feeds(settings, circle) and (marked or settings.circles[circle].chat == "all")


def spoken() -> ColumnElement[bool]:
    """Of a query over messages: whether one was said in a room."""
    return exists().where(InboxRow.origin_id == Message.message_id, InboxRow.kind == "room")


def marked() -> ColumnElement[bool]:
    """Of a query over messages: whether somebody marked one."""
    return exists().where(Act.origin_id == Message.message_id, Act.action.startswith(f"{deeds.MARK} "))


def is_mark(sign: str) -> bool:
    """Whether a reaction is the sign that puts a message into the recap."""
    return sign.rstrip(VARIATIONS) in MARKS


def kept_out(words: str) -> bool:
    """Whether words (or a subject) say that they are not for the recap: « [hors-récap] »."""
    return KEPT_OUT.search(fold(words)) is not None


def _tells_all(work: Work, circle: str) -> bool:
    one = work.settings.circles.get(circle)
    return one is not None and one.chat == "all"


async def _archive(work: Work, event: RoomEvent, author: Member | None, circle: str) -> None:
    """Keep a message as it reads now, once, in its exchange; never what was said to us."""
    session, prefix = work.session, work.settings.bot.prefix
    if event.kind is not EventKind.MESSAGE or event.direct or event.body.lstrip().startswith(prefix):
        return
    words = await _words_now(session, event)
    if not words.strip() or kept_out(words) or await deeds.archived(session, event.event_id):
        return
    row = await deeds.row_of(session, event.event_id)
    post = Post(
        message_id=event.event_id,
        circle=circle,
        at=work.now if row is None else row.received,
        subject=_first_words(words),
        base_subject="",  # people give no subject in a room: what belongs together names each other
        ancestors=await _ancestors(session, event, circle),
        author_name=author.name if author else _short_name(event.sender),
        author_address=event.sender,
        text=words,
        links=find_links(words),
        attachments=(),
        content_hash=hashlib.sha256(words.encode()).hexdigest(),
        ours=False,
    )
    await add_posts(session, [post], [author.id if author else None])
    await _announce(work)


async def _announce(work: Work) -> None:
    """What was kept of a room changed: whoever tells of it may look again."""
    for run in work.house.contributions.news:
        await run(work)


async def _ancestors(session: AsyncSession, event: RoomEvent, circle: str) -> tuple[str, ...]:
    """What a message belongs with: what it answers, its thread, or else the conversation around it."""
    named = [name for name in (event.replies_to, event.thread) if name]
    return tuple(dict.fromkeys(named)) or await _conversation(session, event, circle)


async def _conversation(session: AsyncSession, event: RoomEvent, circle: str) -> tuple[str, ...]:
    """The messages of the same room around a plain one; if there are none, the last answer before it.

    By the hours of the room's server: after a while without us, all that was said is received at once.
    """
    rows = await session.scalars(
        select(InboxRow.raw)
        .join(Message, Message.message_id == InboxRow.origin_id)
        .where(Message.circle == circle, InboxRow.kind == "room", InboxRow.raw.is_not(None))
        .order_by(Message.id.desc())
        .limit(LOOKED_AT)
    )
    heard = [inbox.load_event(raw) for raw in rows if raw is not None]
    around = [other for other in heard if _is_around(event, other)]
    plain = [other.event_id for other in around if other.replies_to is None]
    return tuple(plain or [other.event_id for other in around][:1])


def _is_around(event: RoomEvent, other: RoomEvent) -> bool:
    same_place = other.room == event.room and other.thread is None
    return same_place and other.event_id != event.event_id and abs(event.at - other.at) <= CONVERSATION


async def _words_now(session: AsyncSession, event: RoomEvent) -> str:
    for act in await deeds.acts(session, deeds.REWORDED, event.event_id):
        row = await session.get_one(InboxRow, act.inbox_id)
        return "" if row.raw is None else inbox.load_event(row.raw).body
    return event.body


async def _say_anew(work: Work, message: Message, words: str) -> None:
    if not words.strip() or kept_out(words):
        await withdrawal.withdraw(work.session, message)
        return
    message.text, message.subject, message.links = words, _first_words(words), list(find_links(words))
    message.content_hash = hashlib.sha256(words.encode()).hexdigest()
    await withdrawal.index_again(work.session, message)


async def _reword(work: Work, event: RoomEvent, message_id: str) -> None:
    """Write down which edit has a message's words; those of an edit before it are nobody's any more."""
    for act in await deeds.acts(work.session, deeds.REWORDED, message_id):
        before = await work.session.get_one(InboxRow, act.inbox_id)
        if before.origin_id != event.event_id:
            deeds.forget_words(before)
        await work.session.delete(act)
    await work.session.flush()
    await deeds.act_on(work.session, event, deeds.REWORDED, message_id)


async def _undo(work: Work, row: InboxRow) -> None:
    """Take back what an event did that was itself a mark or an edit."""
    query = select(Act).where(Act.inbox_id == row.id)
    for act in (await work.session.scalars(query)).all():
        if act.action != deeds.REWORDED and not act.action.startswith(deeds.MARK):
            continue
        await work.session.delete(act)
        await work.session.flush()
        message = await deeds.archived(work.session, act.origin_id)
        if message is None:
            continue
        if act.action == deeds.REWORDED:
            said = await deeds.row_of(work.session, act.origin_id)
            raw = said.raw if said is not None else None
            await _say_anew(work, message, inbox.load_event(raw).body if raw else "")
        elif not _tells_all(work, message.circle) and not await deeds.marks(work.session, message.message_id):
            await withdrawal.withdraw(work.session, message)


async def _is_of_room(work: Work, row: InboxRow, message: Message | None, room: str) -> bool:
    """Whether what a row holds (or held) was said in this room: nobody acts on it from another."""
    if row.raw is not None:
        return inbox.load_event(row.raw).room == room
    circle = await rooms.circle_of(work.session, work.settings, room)
    return message is None or message.circle == circle


async def _author_of(work: Work, event: RoomEvent) -> Member | None:
    return await people.by_contact(work.session, "room", event.sender, work.now)


def _first_words(words: str) -> str:
    return textwrap.shorten(words, TITLE_LENGTH, placeholder="…") if " " in words else words[:TITLE_LENGTH]


def _short_name(sender: str) -> str:
    """How people call a chat id that is nobody's we know: « @lou:maison.example » is « lou »."""
    return sender.removeprefix("@").partition(":")[0]
