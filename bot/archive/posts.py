"""The archive: what people wrote to the network, in threads, to read again, search and summarise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.archive import exchanges
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
    rows = [
        {
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
        for post, thread, person in zip(posts, threads, people, strict=True)
    ]
    # Not RETURNING: in the order of the rows, SQLAlchemy has SQLite give it one row at a time.
    await session.execute(insert(Message), rows)
    added = await session.execute(
        select(Message.message_id, Message.id).where(
            Message.message_id.in_([row["message_id"] for row in rows])
        )
    )
    by_name = dict(added.all())
    numbers = [by_name[post.message_id] for post in posts]
    entries = [
        search.Entry("message", number, post.circle, post.subject, post.text, post.author_name)
        for post, number in zip(posts, numbers, strict=True)
    ]
    await session.execute(search.INSERT, [entry.values() for entry in entries])
    return numbers
