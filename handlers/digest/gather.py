"""What happened since the last edition, as items of the next."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from bot.french import dates, summary
from bot.french import format as french
from bot.french.fold import fold
from bot.mail.threads import strip_subject
from bot.protocols import DigestItem, Span
from bot.store.tables import Message, Person, Thread
from bot.work import Work
from handlers.digest.tables import Edition, EditionState, Item, ItemState, Line, LineState

OUT_OF_DIGEST = re.compile(r"\[\s*hors[ -]?recap\s*\]")
TITLE_LENGTH = 90
CARRIED = ("todo", "agenda")  # told again until their last day has passed


async def gather(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """The items of the edition that is sent on ``day``, in the order of its sections."""
    found: list[DigestItem] = []
    for source in (_carried_over, _postponed, _lines, _threads):
        found += await source(work, span, day)
    for contribute in work.house.contributions.digest:
        found += await contribute(work, span)
    seen: dict[str, DigestItem] = {}
    for item in found:
        if item.last_day is None or item.last_day >= day:
            seen.setdefault(item.key, item)
    return list(seen.values())


async def _threads(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    threads = await _posts_by_thread(work, span)
    zone = work.settings.network.zone
    tags = [one.tag for one in work.settings.lists.values() if one.tag]
    items: list[DigestItem] = []
    exchanges: list[tuple[int, DigestItem]] = []
    for thread, posts in threads:
        gist = _gist(posts, thread.subject, zone)
        title = clean_title(thread.subject, tags)
        items += _deadline_items(thread, title, gist, day)
        items += _agenda_items(thread, title, gist, day)
        people = french.count(len(gist.people), "personne", "personnes")
        messages = french.count(len(posts), "message", "messages")
        who = f"{messages}, {people}" if len(posts) > 1 else (posts[0].author_name or posts[0].author_address)
        text = " ".join(gist.sentences)
        exchanges.append(
            (
                len(posts),
                DigestItem(
                    key=f"thread:{thread.id}",
                    section="exchanges",
                    title=f"{title} ({who})",
                    text=text,
                    circle=thread.circle,
                    links=tuple(gist.links),
                ),
            )
        )
    exchanges.sort(key=lambda pair: -pair[0])
    kept = [item for _, item in exchanges[: work.settings.digest.max_threads]]
    return [*items, *kept, *await _unanswered(work, span, day)]


def _gist(posts: Sequence[Message], subject: str, zone: dt.tzinfo) -> summary.Gist:
    messages = [
        summary.Said(post.author_name or post.author_address, post.at.astimezone(zone), post.text)
        for post in posts
    ]
    return summary.summarise(messages, subject, messages[-1].date)


async def _posts_by_thread(work: Work, span: Span) -> list[tuple[Thread, list[Message]]]:
    rows = await work.session.execute(
        select(Message, Thread)
        .join(Thread, Thread.id == Message.thread_id)
        .where(Message.at > span.since, Message.at <= span.until, Message.ours.is_(False))
        .order_by(Thread.started_at, Message.at, Message.id)
    )
    grouped: dict[int, tuple[Thread, list[Message]]] = {}
    for message, thread in rows.tuples():
        if not OUT_OF_DIGEST.search(fold(message.subject)):
            grouped.setdefault(thread.id, (thread, []))[1].append(message)
    return list(grouped.values())


def _deadline_items(thread: Thread, title: str, gist: summary.Gist, day: dt.date) -> Iterable[DigestItem]:
    coming = [deadline for deadline in gist.deadlines if deadline >= day]
    if coming and gist.requests:
        yield DigestItem(
            key=f"todo:{thread.id}:{coming[0].isoformat()}",
            section="todo",
            title=f"Avant le {french.day(coming[0])} : {title}",
            text=gist.requests[0],
            circle=thread.circle,
            last_day=max(coming),
            links=tuple(gist.links[:1]),
        )


def _agenda_items(thread: Thread, title: str, gist: summary.Gist, day: dt.date) -> Iterable[DigestItem]:
    for found in gist.dates:
        if not found.deadline and found.end >= day:
            yield agenda_item(f"date:{thread.id}:{found.start.isoformat()}", title, found, thread.circle)


def agenda_item(key: str, title: str, found: dates.Found, circle: str) -> DigestItem:
    """A date that somebody named, as a line of the agenda."""
    when = french.span(found.start, found.end)
    if found.time is not None:
        when = f"{when} à {french.hour(found.time)}"
    return DigestItem(
        key=key, section="agenda", title=f"{when} : {title}", text="", circle=circle, last_day=found.end
    )


async def _unanswered(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """Questions that nobody answered for some days: exchanges of one message that asks something."""
    oldest = span.until - dt.timedelta(days=14)
    latest = span.until - dt.timedelta(days=work.settings.digest.unanswered_days)
    rows = await work.session.execute(
        select(Thread, Message)
        .join(Message, Message.thread_id == Thread.id)
        .where(Thread.started_at > oldest, Thread.started_at <= latest, Thread.last_at == Thread.started_at)
        .where(Message.ours.is_(False))
        .order_by(Thread.id)
    )
    tags = [one.tag for one in work.settings.lists.values() if one.tag]
    items = []
    for thread, message in rows.tuples():
        gist = _gist([message], thread.subject, work.settings.network.zone)
        if gist.question and not OUT_OF_DIGEST.search(fold(message.subject)):
            author = message.author_name or message.author_address
            items.append(
                DigestItem(
                    key=f"unanswered:{thread.id}",
                    section="unanswered",
                    title=f"{clean_title(thread.subject, tags)} ({author})",
                    text=" ".join(gist.requests[:1] or gist.sentences[:1]),
                    circle=thread.circle,
                )
            )
    return items


async def _lines(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    rows = await work.session.execute(
        select(Line, Person.name)
        .join(Person, Person.id == Line.person_id)
        .where(Line.state == LineState.WAITING.value, Line.at <= span.until)
        .order_by(Line.id)
    )
    zone = work.settings.network.zone
    items = []
    for line, name in rows.tuples():
        items.append(
            DigestItem(
                key=f"line:{line.id}", section="announcements", title=line.text, text=f"— {name}", version="1"
            )
        )
        for found in dates.find(line.text, line.at.astimezone(zone)):
            if not found.deadline and found.end >= day:
                title = shorten(line.text)
                items.append(agenda_item(f"line-date:{line.id}:{found.start.isoformat()}", title, found, ""))
    return items


async def _postponed(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """What coordination kept from the last edition for this one."""
    return await _from_last(work, [ItemState.POSTPONED], None)


async def _carried_over(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """What the last edition told with a date that has not passed."""
    return await _from_last(work, [ItemState.KEPT], CARRIED)


async def _from_last(
    work: Work, states: Sequence[ItemState], sections: Sequence[str] | None
) -> list[DigestItem]:
    last = await work.session.scalar(
        select(Edition)
        .where(Edition.state.in_([EditionState.SENT.value, EditionState.EMPTY.value]))
        .order_by(Edition.id.desc())
        .limit(1)
    )
    if last is None:
        return []
    query = select(Item).where(Item.edition_id == last.id, Item.state.in_([state.value for state in states]))
    if sections is not None:
        query = query.where(Item.section.in_(sections), Item.last_day.is_not(None))
    return [as_digest_item(item) for item in await work.session.scalars(query.order_by(Item.rank, Item.id))]


def as_digest_item(item: Item) -> DigestItem:
    """A kept item, as it was contributed."""
    return DigestItem(
        key=item.key,
        section=item.section,
        title=item.title,
        text=item.text,
        circle=item.circle,
        last_day=item.last_day,
        links=tuple(item.links),
    )


def clean_title(subject: str, tags: Iterable[str]) -> str:
    """A subject as a title: without the list's tag and without Re:."""
    return shorten(strip_subject(subject, tuple(tags))) or "(sans sujet)"


def shorten(text: str) -> str:
    """The first words of a text, at most about ninety characters."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:.") + "…"
