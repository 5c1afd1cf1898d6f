"""What is kept out of the recap: by its words (« [hors-récap] »), or by its author afterwards."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from bot.archive.chat import kept_out
from bot.mail.threads import strip_subject
from bot.store.archive_tables import Message
from bot.store.tables import Act
from bot.work import Work

OUT = "hors-recap"  # the kind of act by which its author takes a message out


async def taken_out(work: Work) -> frozenset[str]:
    """The Message-IDs of what its author took out."""
    return frozenset(await work.session.scalars(select(Act.origin_id).where(Act.action == OUT)))


def is_out(message: Message, taken: Collection[str]) -> bool:
    """Whether a message is not for the recap: its subject, or the first line of its words, says so."""
    first = next((line for line in message.text.splitlines() if line.strip()), "")
    told = (message.subject, strip_subject(message.subject), first)
    return message.message_id in taken or any(map(kept_out, told))
