"""What somebody wrote to the network, as the archive keeps it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, or_, select, text, update

from bot.archive.withdrawal import withdraw
from bot.personal.holdings.contacts import as_json, counted, is_reserved, values_of
from bot.protocols import Holding
from bot.store.archive_tables import Message
from bot.work import Work

INDEX = text("SELECT rowid FROM search_index WHERE source = 'message' AND ref = :number")


class Archive:
    """Owner of messages: words stay, since others answered them; name and address go."""

    tables: ClassVar[frozenset[str]] = frozenset({Message.__tablename__})
    proof: ClassVar[frozenset[str]] = frozenset()

    async def holdings(self, work: Work, person_id: int) -> Sequence[Holding]:
        """One's own words; those written in reserved circles by their number alone."""
        rows = await work.session.execute(
            select(Message.circle, Message.subject, Message.at, Message.text, Message.attachments)
            .where(await _by(work, person_id))
            .order_by(Message.id)
        )
        told: list[dict[str, Any]] = []
        hidden: Counter[str] = Counter()
        for row in rows:
            if is_reserved(work.settings, row.circle):
                hidden[work.settings.circles[row.circle].name] += 1
            else:
                told.append(as_json(row))
        reserved = Holding("messages_reserved", tuple(counted(hidden, "circle")))
        return [Holding("messages", tuple(told)), reserved]

    async def erase(self, work: Work, person_id: int, alias: str) -> None:
        """Posts keep their words, and lose who wrote them, in the index too."""
        mine = await _by(work, person_id)
        for number in list(await work.session.scalars(select(Message.id).where(mine))):
            for row in (await work.session.execute(INDEX, {"number": number})).all():
                await work.session.execute(
                    text("UPDATE search_index SET people = :alias WHERE rowid = :row"),
                    {"alias": alias, "row": row.rowid},
                )
        await work.session.execute(
            update(Message)
            .where(mine)
            .values(author_name=alias, author_address="", person_id=person_id)
            .execution_options(synchronize_session=False)
        )

    async def expire(self, work: Work) -> None:
        """Messages older than the settings keep them; 0 days: they stay."""
        days = work.settings.retention.archive_days
        if not days:
            return
        before = work.now - dt.timedelta(days=days)
        old = list(await work.session.scalars(select(Message).where(Message.at < before)))
        for message in old:
            await withdraw(work.session, message)
        if old:
            await work.session.execute(text("INSERT INTO search_index (search_index) VALUES ('optimize')"))


async def _by(work: Work, person_id: int) -> ColumnElement[bool]:
    """Of a query over messages: whether this person wrote one, from whatever address."""
    values = await values_of(work.session, person_id)
    return or_(Message.person_id == person_id, Message.author_address.in_(values))
