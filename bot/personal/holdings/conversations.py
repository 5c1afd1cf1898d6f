"""What we asked somebody, what they can take back, and what falls due for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import delete, or_, select, update

from bot.personal.holdings.contacts import as_json, key_of
from bot.protocols import Holding
from bot.store.people_tables import ReplyToken
from bot.store.tables import DueRow, DueState, OutboxRow, Prompt, Switch, UndoRow
from bot.work import Work


class Conversations:
    """Owner of questions, undos, due rows and switches."""

    tables: ClassVar[frozenset[str]] = frozenset(
        {Prompt.__tablename__, UndoRow.__tablename__, DueRow.__tablename__, Switch.__tablename__}
    )
    proof: ClassVar[frozenset[str]] = frozenset()

    async def holdings(self, work: Work, person_id: int) -> Sequence[Holding]:
        """That we asked, and what; what a question remembers may be others' words."""
        key = await key_of(work.session, person_id)
        asked = select(Prompt.capability, Prompt.kind, Prompt.opened_at, Prompt.closed_at)
        undos = select(UndoRow.capability, UndoRow.kind, UndoRow.at, UndoRow.undone_at)
        due = select(DueRow.kind, DueRow.due_at, DueRow.state)
        switched = select(Switch.name, Switch.on, Switch.at)
        queries = {
            "questions": asked.where(Prompt.audience == f"person:{key}"),
            "undos": undos.where(UndoRow.person_id == person_id),
            "due": due.where(DueRow.audience.in_([key, f"person:{key}"])),
            "switches": switched.where(Switch.by == key),
        }
        return [
            Holding(kind, tuple(as_json(row) for row in await work.session.execute(query)))
            for kind, query in queries.items()
        ]

    async def erase(self, work: Work, person_id: int, alias: str) -> None:
        """Questions to them close and remember nothing; what was to fall due for them does not."""
        key = await key_of(work.session, person_id)
        await work.session.execute(delete(UndoRow).where(UndoRow.person_id == person_id))
        asked = select(Prompt.id).where(Prompt.audience == f"person:{key}")
        numbers = list(await work.session.scalars(asked))
        await work.session.execute(
            update(Prompt)
            .where(Prompt.id.in_(numbers))
            .values(closed_at=work.now, state={})
            .execution_options(synchronize_session=False)
        )
        await work.session.execute(
            update(OutboxRow)
            .where(OutboxRow.prompt_id.in_(numbers))
            .values(prompt_id=None)
            .execution_options(synchronize_session=False)
        )
        await work.session.execute(delete(ReplyToken).where(ReplyToken.prompt_id.in_(numbers)))
        await work.session.execute(
            update(DueRow)
            .where(DueRow.audience.in_([key, f"person:{key}"]), DueRow.state == DueState.WAITING.value)
            .values(state=DueState.CANCELLED.value, done_at=work.now, data={})
            .execution_options(synchronize_session=False)
        )

    async def expire(self, work: Work) -> None:
        """What questions that closed remembered, what can no longer be taken back, what fell due long ago."""
        before = work.now - dt.timedelta(days=work.settings.retention.asked_days)
        over = or_(Prompt.closed_at < before, Prompt.expires_at < before)
        await work.session.execute(update(Prompt).where(over, Prompt.state != {}).values(state={}))
        await work.session.execute(delete(UndoRow).where(UndoRow.at < before))
        done = DueRow.done_at < before
        await work.session.execute(update(DueRow).where(done, DueRow.data != {}).values(data={}))
