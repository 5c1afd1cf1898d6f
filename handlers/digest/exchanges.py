"""What was written since the last edition, exchange by exchange, as items: of the lists and of the rooms."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_, select

from bot.archive import chat
from bot.french import format as french
from bot.french import summary
from bot.french.courtesy import without_greeting
from bot.french.sentences import split
from bot.protocols import DigestItem, Span
from bot.reach import untold
from bot.store.archive_tables import Message, Thread
from bot.work import Work
from handlers.digest.calendar import dated_items, one_line
from handlers.digest.small_talk import informs
from handlers.digest.wording import clean_title, prose, shorten

LATE = dt.timedelta(days=2)  # a mail may be so long under way; older ones are an imported past
OF_ROOM = re.compile(r"room-\w+:(\d+)")  # the keys of what rooms brought: what is taken back is found by them
ROOMS_SHARE = 3  # of the exchanges of an edition, rooms bring at most one in so many


@dataclass(frozen=True)
class Told:
    """What an exchange brings: the exchange itself, unless all of it is said by its dates, and these."""

    text: DigestItem | None
    dated: tuple[DigestItem, ...]
    weight: tuple[bool, int]  # marked by somebody, messages

    @property
    def items(self) -> Iterator[DigestItem]:
        """All of them."""
        yield from self.dated
        if self.text is not None:
            yield self.text


@dataclass(frozen=True)
class _Exchange:
    """An exchange of the archive, and those of its messages that are to be told."""

    thread: Thread
    posts: list[Message]
    title: str
    where: str = ""  # which room, in words
    marked: bool = False


def reserved(work: Work) -> frozenset[str]:
    """The circles whose matters never reach the list."""
    return untold(work.settings)


async def exchanges(work: Work, span: Span, day: dt.date) -> tuple[list[DigestItem], list[DigestItem]]:
    """The items of the archive, and those that there is no place for.

    Rooms bring at most their share, what somebody marked first: what was written to everybody is not
    drowned by a busy room, whose dates go with its exchanges.
    """
    unanswered = await _unanswered(work, span)
    waiting = {item.key.partition(":")[2] for item in unanswered}
    mails: list[Told] = []
    rooms: list[Told] = []
    for exchange in await _exchanges(work, span.after_message, span.since - LATE):
        told = tell(work, exchange, day)
        if exchange.where:
            rooms.append(told)
        else:
            mails.append(replace(told, text=None) if str(exchange.thread.id) in waiting else told)
    most = work.settings.digest.limits.get("exchanges", 100)
    rooms.sort(key=lambda one: one.weight, reverse=True)
    share = max(1, most // ROOMS_SHARE)
    kept, beyond = rooms[:share], rooms[share:]
    mails_told = sorted((one for one in mails if one.text), key=lambda one: one.weight, reverse=True)
    dated = [item for one in [*mails, *kept] for item in one.dated]
    texts = [one.text for one in [*mails_told[: most - len(kept)], *kept] if one.text]
    return [*dated, *texts, *unanswered], [item for one in beyond for item in one.items]


async def retold(work: Work, item: DigestItem, day: dt.date) -> DigestItem | None:
    """What an item of a room reads now that something of its exchange was taken back or reworded.

    As it was if nothing of it changed; None if nothing of it is left.
    """
    number = thread_of(item.key)
    if number is None:
        return item
    thread = await work.session.get(Thread, number)
    if thread is not None and str(thread.revision) == item.version:
        return item
    found = [one for one in await _exchanges(work, 0, None) if one.thread.id == number] if thread else []
    return next((new for one in found for new in tell(work, one, day).items if new.key == item.key), None)


def thread_of(key: str) -> int | None:
    """The exchange of a room that an item was made of, if it was."""
    found = OF_ROOM.match(key)
    return int(found[1]) if found else None


def tell(work: Work, exchange: _Exchange, day: dt.date) -> Told:
    """The items of one exchange."""
    thread, posts = exchange.thread, exchange.posts
    said = said_in(posts, work.settings.network.zone)
    gist = summary.summarise(said, exchange.title if exchange.where else thread.subject, said[-1].date)
    dated = dated_items(thread, exchange.title, said, day)
    told = {item.text for item in dated} | ({exchange.title} if exchange.where else set())
    text = prose(sentence for sentence in map(one_line, gist.sentences) if sentence not in told)
    weight = (exchange.marked, len(posts))
    # One message, all of which is said elsewhere in the recap, is not said again.
    if not text and len(posts) == 1 and (dated or not exchange.where):
        return _keyed(Told(None, tuple(dated), weight), exchange)
    item = DigestItem(
        key=f"thread:{thread.id}",
        section="exchanges",
        title=f"{exchange.title} ({_who(exchange, len(gist.people))})",
        text=text,
        circle=thread.circle,
        links=gist.links,
    )
    return _keyed(Told(item, tuple(dated), weight), exchange)


def _who(exchange: _Exchange, people: int) -> str:
    posts = exchange.posts
    who = [posts[0].author_name or posts[0].author_address]
    if len(posts) > 1:
        who = [
            french.count(len(posts), "message", "messages"),
            french.count(people, "personne", "personnes"),
        ]
    return ", ".join([*who, exchange.where] if exchange.where else who)


def _keyed(told: Told, exchange: _Exchange) -> Told:
    """Items of rooms are known as such: their authors may take their words back."""
    if not exchange.where:
        return told
    version = str(exchange.thread.revision)
    dated = tuple(replace(item, key=f"room-{item.key}", version=version) for item in told.dated)
    text = told.text and replace(told.text, key=f"room-{told.text.key}", version=version)
    return Told(text, dated, told.weight)


def said_in(posts: Sequence[Message], zone: dt.tzinfo) -> list[summary.Said]:
    """The messages of one exchange, as the summary reads them."""
    return [
        summary.Said(post.author_name or post.author_address, post.at.astimezone(zone), post.text)
        for post in posts
    ]


async def _exchanges(work: Work, after: int, since: dt.datetime | None) -> list[_Exchange]:
    """What was written after the message of number ``after``, of lists not before ``since``.

    A room's message may be marked long after it was said: it comes into the archive then.
    """
    spoken, marked = chat.spoken(), chat.marked()
    query = (
        select(Message, Thread, spoken, marked)
        .join(Thread, Thread.id == Message.thread_id)
        .where(Message.id > after, Message.ours.is_(False), Thread.circle.not_in(reserved(work)))
        .order_by(Thread.started_at, Message.at, Message.id)
    )
    if since is not None:
        query = query.where(or_(Message.at > since, spoken))
    grouped: dict[tuple[int, bool], tuple[Thread, list[Message], list[bool]]] = {}
    for message, thread, in_room, is_marked in await work.session.execute(query):
        if in_room and not chat.is_told(work.settings, message.circle, marked=is_marked):
            continue
        if not chat.kept_out(message.subject):
            _, posts, marks = grouped.setdefault((thread.id, in_room), (thread, [], []))
            posts.append(message)
            marks.append(is_marked)
    found = [
        _in_room(work, thread, posts, any(marks))
        if in_room
        else _Exchange(thread, posts, clean_title(thread.subject))
        for (_, in_room), (thread, posts, marks) in grouped.items()
    ]
    return [exchange for exchange in found if exchange is not None]


def _in_room(work: Work, thread: Thread, posts: Sequence[Message], marked: bool) -> _Exchange | None:
    """An exchange of a room without its small talk; None if there is nothing else."""
    telling = [post for post in posts if informs(post.text)]
    if not telling:
        return None
    opening = next((one for one in split(telling[0].text) if informs(one)), telling[0].text)
    where = work.render("chat.in_room", {"circle": work.settings.circles[thread.circle].name}).text
    return _Exchange(thread, telling, shorten(without_greeting(opening)), where, marked)


async def _unanswered(work: Work, span: Span) -> list[DigestItem]:
    """Questions that nobody answered for some days: exchanges of one message that asks something.

    Of the lists alone: in a room, a sign or what nobody marked may have answered.
    """
    oldest = span.until - dt.timedelta(days=14)
    latest = span.until - dt.timedelta(days=work.settings.digest.unanswered_days)
    rows = await work.session.execute(
        select(Thread, Message)
        .join(Message, Message.thread_id == Thread.id)
        .where(Thread.started_at > oldest, Thread.started_at <= latest, Thread.last_at == Thread.started_at)
        .where(Message.ours.is_(False), Thread.circle.not_in(reserved(work)), ~chat.spoken())
        .order_by(Thread.id)
    )
    items = []
    for thread, message in rows:
        said = said_in([message], work.settings.network.zone)
        gist = summary.summarise(said, thread.subject, said[-1].date)
        if gist.question and not chat.kept_out(message.subject):
            author = message.author_name or message.author_address
            items.append(
                DigestItem(
                    key=f"unanswered:{thread.id}",
                    section="unanswered",
                    title=f"{clean_title(thread.subject)} ({author})",
                    text=one_line(" ".join(gist.requests[:1] or gist.sentences[:1])),
                    circle=thread.circle,
                )
            )
    return items
