"""What was written since the last edition, exchange by exchange, as the archive has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import or_, select

from bot.archive import chat, deeds
from bot.french.courtesy import without_greeting
from bot.french.gist.scoring import Candidate, Said, candidates
from bot.french.sentences import split
from bot.reach import untold
from bot.store.archive_tables import Message, Thread
from bot.store.tables import Act
from bot.work import Work
from handlers.digest.sources.concerns import circle_of, without_opening
from handlers.digest.sources.outside import is_out, taken_out
from handlers.digest.sources.small_talk import informs
from handlers.digest.wording import clean_title, shorten

LATE = dt.timedelta(days=2)  # a mail may be so long under way; older ones are an imported past


@dataclass(frozen=True)
class Exchange:
    """An exchange of the archive, and those of its messages that are to be told.

    ``before``: what was written in it earlier, which may have been told.  ``where``: which room, in words;
    empty for a list.
    """

    thread: Thread
    posts: Sequence[Message]
    title: str
    circle: str
    zone: dt.tzinfo
    before: Sequence[Message] = ()
    where: str = ""
    marked: bool = False

    @cached_property
    def said(self) -> list[Said]:
        """What is to be told, as the summary reads it."""
        return said_in(self.posts, self.zone)

    @cached_property
    def said_before(self) -> list[Said]:
        """What was written earlier, likewise."""
        return said_in(self.before, self.zone)

    @cached_property
    def sentences(self) -> list[Candidate]:
        """What was written earlier and what is to be told, sentence by sentence."""
        return candidates([*self.said_before, *self.said], self.said[-1].date)

    @property
    def opener(self) -> Message:
        """Its first message."""
        return (self.before or self.posts)[0]


@dataclass
class _Found:
    """An exchange while its messages are gathered."""

    thread: Thread
    posts: list[Message] = field(default_factory=list)
    before: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class _Signs:
    """The Message-IDs of what is kept out, and of what somebody marked."""

    out: frozenset[str]
    marked: frozenset[str]


def reserved(work: Work) -> frozenset[str]:
    """The circles whose matters never reach the list."""
    return untold(work.settings)


def said_in(posts: Sequence[Message], zone: dt.tzinfo) -> list[Said]:
    """The messages of one exchange, as the summary reads them."""
    return [
        Said(post.author_name or post.author_address, post.at.astimezone(zone), post.text) for post in posts
    ]


async def read(
    work: Work, after: int, since: dt.datetime | None, only: Collection[int] | None = None
) -> list[Exchange]:
    """The exchanges in which something was written after the message of number ``after``.

    Of lists, not before ``since``.  A room's message may be marked long after it was said: it comes into
    the archive then.  ``only``: these exchanges alone.
    """
    query = (
        select(Message, Thread, chat.spoken())
        .join(Thread, Thread.id == Message.thread_id)
        .where(Message.id > after, Message.ours.is_(False), Thread.circle.not_in(reserved(work)))
        .order_by(Thread.started_at, Message.at, Message.id)
    )
    if since is not None:
        query = query.where(or_(Message.at > since, chat.spoken()))
    if only is not None:
        query = query.where(Thread.id.in_(only))
    signs, grouped = await _signs(work), dict[tuple[int, bool], _Found]()
    for message, thread, in_room in await work.session.execute(query):
        is_marked = message.message_id in signs.marked
        if not in_room or chat.is_told(work.settings, message.circle, marked=is_marked):
            found = grouped.setdefault((thread.id, in_room), _Found(thread))
            found.posts.append(message)
    if after:
        await _read_before(work, after, {number: one for (number, _), one in grouped.items()})
    exchanges = [_exchange(work, one, signs, in_room=in_room) for (_, in_room), one in grouped.items()]
    return [exchange for exchange in exchanges if exchange is not None]


async def _signs(work: Work) -> _Signs:
    marks = select(Act.origin_id).where(Act.action.startswith(f"{deeds.MARK} "))
    return _Signs(await taken_out(work), frozenset(await work.session.scalars(marks)))


async def _read_before(work: Work, after: int, grouped: Mapping[int, _Found]) -> None:
    rows = await work.session.scalars(
        select(Message)
        .where(Message.thread_id.in_(grouped), Message.id <= after, Message.ours.is_(False))
        .order_by(Message.at, Message.id)
    )
    for message in rows:
        grouped[message.thread_id].before.append(message)


def _exchange(work: Work, found: _Found, signs: _Signs, *, in_room: bool) -> Exchange | None:
    """What was found, without small talk if it was said in a room; None if there is nothing else.

    Whoever keeps the first message of an exchange out keeps all of it out.
    """
    if is_out((found.before or found.posts)[0], signs.out):
        return None
    before, posts = (
        [one for one in all_ if not is_out(one, signs.out)] for all_ in (found.before, found.posts)
    )
    telling = [post for post in posts if informs(post.text)] if in_room else posts
    if not telling:
        return None
    thread, zone, circles = found.thread, work.settings.network.zone, work.settings.circles
    if not in_room:
        circle = circle_of(circles, thread.subject, thread.circle, reserved(work))
        title = without_opening(circles, clean_title(thread.subject), circle)
        return Exchange(thread, posts, title, circle, zone, before)
    opening = next((one for one in split(telling[0].text) if informs(one)), telling[0].text)
    where = work.render("chat.in_room", {"circle": circles[thread.circle].name}).text
    marked = any(post.message_id in signs.marked for post in telling)
    return Exchange(
        thread, telling, shorten(without_greeting(opening)), thread.circle, zone, before, where, marked
    )
