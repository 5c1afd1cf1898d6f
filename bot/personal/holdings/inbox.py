"""What somebody sent us, as it came in, and what it did."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import String, cast, delete, exists, func, select, update
from sqlalchemy.orm import aliased

from bot import inbox, rooms
from bot.personal.holdings.contacts import as_json, counted, is_reserved, values_of
from bot.protocols import Holding
from bot.store.people_tables import Contact
from bot.store.room_tables import RoomBinding, RoomRow, Visit
from bot.store.tables import Act, InboxRow, InboxState
from bot.work import Work

ERASED = "its author was erased"
FORGOTTEN = "forgotten:"  # in place of a stranger's address, with the row's number


class Received:
    """Owner of the inbox, of the acts, and of rooms where somebody and we are alone."""

    tables: ClassVar[frozenset[str]] = frozenset(
        {one.__tablename__ for one in (InboxRow, Act, RoomRow, RoomBinding, Visit)}
    )
    proof: ClassVar[frozenset[str]] = frozenset()

    async def holdings(self, work: Work, person_id: int) -> Sequence[Holding]:
        """What came in from them and when; what it said stands elsewhere, or goes with the raw bytes.

        Raw bytes quote others, so they are not shown.  Of reserved rooms, only how much.
        """
        values = await values_of(work.session, person_id)
        rows = await work.session.execute(
            select(
                InboxRow.kind,
                InboxRow.received,
                InboxRow.size,
                InboxRow.state,
                InboxRow.raw.is_not(None).label("raw_kept"),
                InboxRow.raw,
            )
            .where(InboxRow.author.in_(values))
            .order_by(InboxRow.id)
        )
        told: list[dict[str, Any]] = []
        hidden: Counter[str] = Counter()
        for row in rows:
            circle = await _circle_of(work, row.kind, row.raw)
            if is_reserved(work.settings, circle):
                hidden[work.settings.circles[circle].name] += 1
            else:
                told.append({name: value for name, value in as_json(row).items() if name != "raw"})
        direct = select(RoomRow.told_at).where(RoomRow.person.in_(values))
        return [
            Holding("received", tuple(told)),
            Holding("received_reserved", tuple(counted(hidden, "circle"))),
            Holding("rooms", tuple(as_json(row) for row in await work.session.execute(direct))),
        ]

    async def erase(self, work: Work, person_id: int, alias: str) -> None:
        """Their bytes go at once; what they sent and nobody has read yet is not acted on any more."""
        values = await values_of(work.session, person_id)
        await work.session.execute(delete(Visit).where(Visit.person.in_(values)))
        mine = InboxRow.author.in_(values)
        unread = InboxRow.state.in_([*inbox.OPEN, InboxState.HELD.value])
        await work.session.execute(
            update(InboxRow)
            .where(mine, unread)
            .values(state=InboxState.REJECTED.value, reason=ERASED, ended_at=work.now, retry_at=None)
            .execution_options(synchronize_session=False)
        )
        await work.session.execute(
            update(InboxRow).where(mine).values(raw=None).execution_options(synchronize_session=False)
        )
        await self._unread_of(work, frozenset(values))

    async def _unread_of(self, work: Work, values: frozenset[str]) -> None:
        """What was not even looked at has no author yet: its bytes say who wrote it."""
        from bot.understand import read_mail

        rows = await work.session.execute(
            select(InboxRow.id, InboxRow.kind, InboxRow.raw).where(
                InboxRow.state.in_([*inbox.OPEN, InboxState.HELD.value]),
                InboxRow.author == "",
                InboxRow.raw.is_not(None),
            )
        )
        for row in rows.all():
            if row.kind == "mail":
                author = (await asyncio.to_thread(read_mail, row.raw, work.settings)).author.address
            else:
                author = inbox.load_event(row.raw).sender
            if author.lower() in values:
                gone = {"state": InboxState.REJECTED.value, "reason": ERASED, "ended_at": work.now}
                await work.session.execute(
                    update(InboxRow)
                    .where(InboxRow.id == row.id)
                    .values(**gone, raw=None)
                    .execution_options(synchronize_session=False)
                )

    async def expire(self, work: Work) -> None:
        """Raw bytes, and who the strangers were."""
        kept = work.settings.retention
        await inbox.forget_raw(work.session, work.now - dt.timedelta(days=kept.raw_days))
        before = work.now - dt.timedelta(days=kept.strangers_days)
        known = aliased(Contact)
        # A room of direct messages outlives who was in it; the channel may tell of it again.
        await work.session.execute(
            update(RoomRow)
            .where(RoomRow.person != "", RoomRow.told_at < before)
            .where(~exists().where(known.value == func.lower(RoomRow.person)))
            .values(person="")
            .execution_options(synchronize_session=False)
        )
        await work.session.execute(
            update(InboxRow)
            .where(InboxRow.ended_at < before, InboxRow.author.contains("@"))
            .where(~exists().where(known.value == func.lower(InboxRow.author)))
            .values(author="", raw=None)
            .execution_options(synchronize_session=False)
        )
        ended = exists().where(InboxRow.id == Act.inbox_id, InboxRow.ended_at < before)
        await work.session.execute(
            update(Act)
            .where(Act.author.contains("@"), ended)
            .where(~exists().where(known.value == func.lower(Act.author)))
            .values(author=FORGOTTEN + cast(Act.id, String))
            .execution_options(synchronize_session=False)
        )


async def _circle_of(work: Work, kind: str, raw: bytes | None) -> str:
    """The circle of the room in which something was said; "" for mail, and where it is not known any more."""
    if kind != "room" or raw is None:
        return ""
    return await rooms.circle_of(work.session, work.settings, inbox.load_event(raw).room)
