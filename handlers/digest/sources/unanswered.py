"""Questions that nobody answered for some days.  Of the lists alone: in a room, a sign may have answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from bot.archive import chat
from bot.french.gist import summary
from bot.protocols import DigestItem, Span
from bot.store.archive_tables import Message, Thread
from bot.work import Work
from handlers.digest.sources.archive import reserved, said_in
from handlers.digest.sources.calendar import one_line
from handlers.digest.sources.concerns import circle_of, without_opening
from handlers.digest.sources.outside import is_out, taken_out
from handlers.digest.sources.past import is_over
from handlers.digest.wording import clean_title, prose

OLDEST = dt.timedelta(days=14)  # what was asked earlier has been told, and stays with whoever asked


async def unanswered(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """One for each exchange whose last question is some days old and has no answer.

    Its ``version`` is the number of its last message: it is told again only if something was written.
    """
    latest = span.until - dt.timedelta(days=work.settings.digest.unanswered_days)
    items = []
    for thread, posts in await _recent(work, span.until - OLDEST, latest):
        item = _item(work, thread, posts, day, latest)
        if item is not None:
            items.append(item)
    return items


async def _recent(work: Work, oldest: dt.datetime, latest: dt.datetime) -> list[tuple[Thread, list[Message]]]:
    """The exchanges of lists that began in these days, with all of their messages."""
    rows = await work.session.execute(
        select(Thread, Message)
        .join(Message, Message.thread_id == Thread.id)
        .where(Thread.started_at > oldest, Thread.started_at <= latest)
        .where(Message.ours.is_(False), Thread.circle.not_in(reserved(work)), ~chat.spoken())
        .order_by(Thread.id, Message.at, Message.id)
    )
    grouped: dict[int, tuple[Thread, list[Message]]] = {}
    for thread, message in rows:
        grouped.setdefault(thread.id, (thread, []))[1].append(message)
    taken = await taken_out(work)
    return [
        (thread, posts)
        for thread, posts in grouped.values()
        if _may_ask(posts) and not any(is_out(post, taken) for post in posts[:1])
    ]


def _may_ask(posts: Sequence[Message]) -> bool:
    """Whether there may be a question at all: reading closely is for these alone."""
    return any("?" in post.text for post in posts)


def _item(
    work: Work, thread: Thread, posts: Sequence[Message], day: dt.date, latest: dt.datetime
) -> DigestItem | None:
    if [post for post in posts if "?" in post.text][-1].at > latest:
        return None
    said = said_in(posts, work.settings.network.zone)
    gist = summary.summarise(said, thread.subject, said[-1].date)
    if not gist.question or gist.answered or is_over(said, thread.subject, day):
        return None
    circles = work.settings.circles
    circle = circle_of(circles, thread.subject, thread.circle, reserved(work))
    author = posts[0].author_name or posts[0].author_address
    title = without_opening(circles, clean_title(thread.subject), circle)
    return DigestItem(
        key=f"unanswered:{thread.id}",
        section="unanswered",
        title=f"{title} ({author})",
        text=prose(map(one_line, gist.requests[:1] or gist.sentences[:1])),
        circle=circle,
        version=str(posts[-1].id),
    )
