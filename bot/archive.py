"""The archive: what people wrote to the network, in threads, to read again, search and summarise."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.mail.message import Mail
from bot.mail.threads import base_subject, thread_key_candidates
from bot.store import search
from bot.store.tables import Message, Thread

WINDOW = dt.timedelta(days=21)  # a mail without references joins an exchange of the same subject this old


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
    thread = await _thread_of(session, mail, circle, at, tags)
    message = Message(
        message_id=mail.message_id,
        thread_id=thread.id,
        circle=circle,
        author_name=mail.author.name,
        author_address=mail.author.address,
        person_id=person_id,
        subject=mail.subject,
        at=at,
        text=mail.text,
        links=list(mail.links),
        attachments=[attachment.name for attachment in mail.attachments],
        content_hash=mail.content_hash,
        ours=ours,
    )
    session.add(message)
    thread.last_at = max(thread.last_at, at)
    await session.flush()
    await search.index(
        session,
        search.Entry("message", message.id, circle, mail.subject, mail.text, mail.author.name),
    )
    return message


async def _thread_of(
    session: AsyncSession, mail: Mail, circle: str, at: dt.datetime, tags: tuple[str, ...]
) -> Thread:
    subject = base_subject(mail.subject, tags)
    candidates = thread_key_candidates(mail)
    if candidates:
        rows = await session.execute(
            select(Message.message_id, Thread)
            .join(Thread, Thread.id == Message.thread_id)
            .where(Message.message_id.in_(candidates[:50]))
        )
        known = dict(rows.tuples().all())
        parent = next((known[one] for one in candidates if one in known), None)
        # A new subject under an old thread is a new exchange.
        if parent is not None and parent.base_subject == subject:
            return parent
    if subject and (parent_by_subject := await _by_subject(session, subject, circle, at)):
        return parent_by_subject
    thread = Thread(circle=circle, subject=mail.subject, base_subject=subject, started_at=at, last_at=at)
    session.add(thread)
    await session.flush()
    return thread


async def _by_subject(session: AsyncSession, subject: str, circle: str, at: dt.datetime) -> Thread | None:
    found: Thread | None = await session.scalar(
        select(Thread)
        .where(Thread.circle == circle, Thread.base_subject == subject, Thread.last_at > at - WINDOW)
        .order_by(Thread.last_at.desc())
        .limit(1)
    )
    return found
