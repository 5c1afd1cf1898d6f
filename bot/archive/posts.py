"""The archive: what people wrote to the network, in threads, to read again, search and summarise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.archive import exchanges, numbers
from bot.archive.post import Post
from bot.mail.message import Mail
from bot.store import search
from bot.store.archive_tables import Message


async def add_mail(
    session: AsyncSession,
    mail: Mail,
    circle: str,
    at: dt.datetime,
    *,
    person_id: int | None = None,
    tags: tuple[str, ...] = (),
    ours: bool = False,
) -> Message | None:
    """Keep a post in its exchange and in the search index; None if the archive already has it."""
    there = await session.scalar(select(Message.id).where(Message.message_id == mail.message_id))
    if there is not None:
        return None
    (number,) = await add_posts(session, [Post.of(mail, circle, at, tags=tags, ours=ours)], [person_id])
    return await session.get_one(Message, number)


async def add_posts(
    session: AsyncSession, posts: Sequence[Post], people: Sequence[int | None]
) -> Sequence[int]:
    """Keep posts that the archive does not have, each once; ``people``: their authors' numbers.

    Returns the numbers of the messages.
    """
    threads = await exchanges.place(session, posts)
    start = await numbers.last(session, Message) + 1
    rows = [
        {
            "id": number,
            "message_id": post.message_id,
            "thread_id": thread,
            "circle": post.circle,
            "author_name": post.author_name,
            "author_address": post.author_address,
            "person_id": person,
            "subject": post.subject,
            "at": post.at,
            "text": post.text,
            "links": list(post.links),
            "attachments": list(post.attachments),
            "content_hash": post.content_hash,
            "ours": post.ours,
        }
        for number, (post, thread, person) in enumerate(zip(posts, threads, people, strict=True), start)
    ]
    await session.execute(insert(Message), rows)
    entries = [
        search.Entry("message", number, post.circle, post.subject, post.text, post.author_name)
        for number, post in enumerate(posts, start)
    ]
    await session.execute(search.INSERT, [entry.values() for entry in entries])
    return range(start, start + len(posts))
