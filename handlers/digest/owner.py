"""What the recap holds on people: the lines that they left for it, the editions that they approved."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import delete, select, update

from bot.protocols import Holding
from bot.store.people_tables import Person
from bot.work import Work
from handlers.digest.tables import Edition, Item, Line, LineState


class Recaps:
    """Owner of editions, items and lines.  What a recap told stays told, without the name (the sweep)."""

    tables: ClassVar[frozenset[str]] = frozenset(
        {Edition.__tablename__, Item.__tablename__, Line.__tablename__}
    )
    proof: ClassVar[frozenset[str]] = frozenset()

    async def holdings(self, work: Work, person_id: int) -> Sequence[Holding]:
        """Their own lines, those of reserved circles by their number alone; the weeks that they approved."""
        told: list[dict[str, Any]] = []
        hidden: Counter[str] = Counter()
        lines = select(Line).where(Line.person_id == person_id).order_by(Line.id)
        for line in await work.session.scalars(lines):
            circle = work.settings.circles.get(line.circle)
            if circle is not None and circle.reserved:
                hidden[circle.name] += 1
            else:
                said = {
                    "text": line.text,
                    "circle": line.circle,
                    "at": line.at.isoformat(),
                    "state": line.state,
                }
                told.append({name: value for name, value in said.items() if value})
        key = select(Person.key).where(Person.id == person_id).scalar_subquery()
        weeks = await work.session.scalars(select(Edition.period).where(Edition.approved_by == key))
        counted = tuple({"circle": name, "number": number} for name, number in sorted(hidden.items()))
        return [
            Holding("lines", tuple(told)),
            Holding("lines_reserved", counted),
            Holding("approvals", tuple({"week": week} for week in weeks)),
        ]

    async def erase(self, work: Work, person_id: int, alias: str) -> None:
        """Lines that no recap has told yet go, and what the draft made of them."""
        waiting = Line.person_id == person_id, Line.state == LineState.WAITING.value
        numbers = list(await work.session.scalars(select(Line.id).where(*waiting)))
        await work.session.execute(delete(Item).where(Item.key.in_([f"line:{one}" for one in numbers])))
        await work.session.execute(delete(Line).where(Line.id.in_(numbers)))

    async def expire(self, work: Work) -> None:
        """Words of editions and lines go with the archive that they were made of; 0 days: they stay."""
        days = work.settings.retention.archive_days
        if not days:
            return
        before = work.now - dt.timedelta(days=days)
        old = select(Edition.id).where(Edition.sent_at < before)
        await work.session.execute(delete(Item).where(Item.edition_id.in_(old)))
        await work.session.execute(
            update(Edition).where(Edition.id.in_(old)).values(text="", html="", intro="")
        )
        over = Line.state != LineState.WAITING.value
        await work.session.execute(update(Line).where(Line.at < before, over).values(text=""))


OWNER = Recaps()
