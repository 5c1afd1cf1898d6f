"""What happened since the last edition, as items of the next."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from bot.french import format as french
from bot.french import summary
from bot.french.fold import fold
from bot.mail.threads import strip_subject
from bot.protocols import DigestItem, Span
from bot.store.archive_tables import Message, Thread
from bot.store.tables import OutboxRow, OutboxState, Person
from bot.work import Work
from handlers.digest.calendar import dated_items, line_item, one_line
from handlers.digest.tables import Edition, EditionState, Item, ItemState, Line, LineState

OUT_OF_DIGEST = re.compile(r"\[\s*hors[ -]?recap\s*\]")
TITLE_LENGTH = 90
FOLDED_FOR = dt.timedelta(days=7)  # an ask may wait so long before it is one too many
LATE = dt.timedelta(days=2)  # a mail may be so long under way; older ones are an imported past
CARRIED = ("todo", "agenda")  # told again until their last day has passed


async def gather(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """The items of the edition that is sent on ``day``, in the order of its sections."""
    found: list[DigestItem] = []
    for source in (_carried_over, _postponed, _folded, _lines, _threads):
        found += await source(work, span, day)
    for contribute in work.house.contributions.digest:
        found += [item for item in await contribute(work, span) if item.circle not in _reserved(work)]
    seen: dict[str, DigestItem] = {}
    for item in found:
        if item.last_day is None or item.last_day >= day:
            seen.setdefault(item.key, item)
    return list(seen.values())


async def _threads(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    items: list[DigestItem] = []
    exchanges: list[tuple[int, DigestItem]] = []
    unanswered = await _unanswered(work, span)
    waiting = {item.key.partition(":")[2] for item in unanswered}
    for thread, posts in await _posts_by_thread(work, span):
        said = said_in(posts, work.settings.network.zone)
        gist = summary.summarise(said, thread.subject, said[-1].date)
        title = clean_title(thread.subject)
        dated = dated_items(thread, title, said, day)
        items += dated
        told = {item.text for item in dated}
        text = prose(sentence for sentence in map(one_line, gist.sentences) if sentence not in told)
        # One message, all of which is said elsewhere in the recap, is not said again.
        if (text or len(posts) > 1) and str(thread.id) not in waiting:
            exchanges.append((len(posts), _exchange(thread, title, posts, gist, text)))
    exchanges.sort(key=lambda pair: -pair[0])
    kept = [item for _, item in exchanges[: work.settings.digest.max_threads]]
    return [*items, *kept, *unanswered]


def _exchange(
    thread: Thread, title: str, posts: Sequence[Message], gist: summary.Gist, text: str
) -> DigestItem:
    who = posts[0].author_name or posts[0].author_address
    if len(posts) > 1:
        messages = french.count(len(posts), "message", "messages")
        who = f"{messages}, {french.count(len(gist.people), 'personne', 'personnes')}"
    return DigestItem(
        key=f"thread:{thread.id}",
        section="exchanges",
        title=f"{title} ({who})",
        text=text,
        circle=thread.circle,
        links=gist.links,
    )


def _reserved(work: Work) -> list[str]:
    """The circles whose matters never reach the list."""
    return [key for key, circle in work.settings.circles.items() if circle.reserved or not circle.concerns]


def said_in(posts: Sequence[Message], zone: dt.tzinfo) -> list[summary.Said]:
    """The messages of one exchange, as the summary reads them."""
    return [
        summary.Said(post.author_name or post.author_address, post.at.astimezone(zone), post.text)
        for post in posts
    ]


async def _posts_by_thread(work: Work, span: Span) -> list[tuple[Thread, list[Message]]]:
    rows = await work.session.execute(
        select(Message, Thread)
        .join(Thread, Thread.id == Message.thread_id)
        .where(Message.id > span.after_message, Message.at > span.since - LATE, Message.ours.is_(False))
        .where(Thread.circle.not_in(_reserved(work)))
        .order_by(Thread.started_at, Message.at, Message.id)
    )
    grouped: dict[int, tuple[Thread, list[Message]]] = {}
    for message, thread in rows:
        if not OUT_OF_DIGEST.search(fold(message.subject)):
            grouped.setdefault(thread.id, (thread, []))[1].append(message)
    return list(grouped.values())


async def _unanswered(work: Work, span: Span) -> list[DigestItem]:
    """Questions that nobody answered for some days: exchanges of one message that asks something."""
    oldest = span.until - dt.timedelta(days=14)
    latest = span.until - dt.timedelta(days=work.settings.digest.unanswered_days)
    rows = await work.session.execute(
        select(Thread, Message)
        .join(Message, Message.thread_id == Thread.id)
        .where(Thread.started_at > oldest, Thread.started_at <= latest, Thread.last_at == Thread.started_at)
        .where(Message.ours.is_(False), Thread.circle.not_in(_reserved(work)))
        .order_by(Thread.id)
    )
    items = []
    for thread, message in rows:
        said = said_in([message], work.settings.network.zone)
        gist = summary.summarise(said, thread.subject, said[-1].date)
        if gist.question and not OUT_OF_DIGEST.search(fold(message.subject)):
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


async def _lines(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    rows = await work.session.execute(
        select(Line, Person.name)
        .join(Person, Person.id == Line.person_id)
        .where(Line.state == LineState.WAITING.value, Line.at <= span.until)
        .order_by(Line.id)
    )
    zone = work.settings.network.zone
    return [
        line_item(f"line:{line.id}", line.text, name, line.at.astimezone(zone), day) for line, name in rows
    ]


async def _folded(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """Asks that would have been one too many for somebody: the recap asks everybody, once."""
    rows = await work.session.scalars(
        select(OutboxRow)
        .where(OutboxRow.state == OutboxState.FOLDED.value, OutboxRow.created_at > span.since - FOLDED_FOR)
        .order_by(OutboxRow.id)
    )
    asks = {row.params["recap"]["key"]: row.params["recap"] for row in rows if "recap" in row.params}
    told = await work.session.scalars(
        select(Item.key)
        .join(Edition, Edition.id == Item.edition_id)
        .where(Item.key.in_(asks), Edition.state == EditionState.SENT.value)
    )
    for key in told:
        asks.pop(key, None)
    return [
        DigestItem(key, "todo", ask["title"], ask.get("text", ""), circle=ask.get("circle", ""))
        for key, ask in asks.items()
        if ask.get("circle", "") not in _reserved(work)
    ]


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


def clean_title(subject: str) -> str:
    """A subject as a title: without the tags of lists and without Re:."""
    return shorten(strip_subject(subject)) or "(sans sujet)"


def prose(sentences: Iterable[str]) -> str:
    """Sentences in a row, each with a capital and an end; one that ends with a link ends its line."""
    text = ""
    for sentence in sentences:
        said = sentence[:1].upper() + sentence[1:]
        if said.rsplit(" ", 1)[-1].startswith("http"):
            said += "\n"
        elif said[-1:] not in ".!?…:;»":
            said += "."
        text += said if said.endswith("\n") else f"{said} "
    return text.strip()


def shorten(text: str) -> str:
    """The first words of a text, at most about ninety characters."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:.") + "…"
