"""What happened since the last edition, as items of the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import or_, select

from bot.protocols import DigestItem, Span
from bot.store.people_tables import Person
from bot.store.tables import OutboxRow, OutboxState
from bot.work import Work
from handlers.digest.calendar import line_item
from handlers.digest.exchanges import exchanges, reserved, retold
from handlers.digest.items import as_digest_item
from handlers.digest.tables import Edition, EditionState, Item, ItemState, Line, LineState

CARRIED = ("todo", "agenda")  # told again until their last day has passed


async def gather(work: Work, span: Span, day: dt.date) -> tuple[list[DigestItem], list[DigestItem]]:
    """The items of the edition that is sent on ``day``, and those that there is no place for."""
    found: list[DigestItem] = []
    for source in (_carried_over, _postponed, _folded, _lines):
        found += await source(work, span, day)
    told, beyond = await exchanges(work, span, day)
    found += told
    for contribute in work.house.contributions.digest:
        found += [item for item in await contribute(work, span) if item.circle not in reserved(work)]
    seen: dict[str, DigestItem] = {}
    for item in found:
        if item.last_day is None or item.last_day >= day:
            seen.setdefault(item.key, item)
    return list(seen.values()), beyond


async def _lines(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    rows = await work.session.execute(
        select(Line, Person.name)
        .join(Person, Person.id == Line.person_id)
        .where(Line.state == LineState.WAITING.value, Line.at <= span.until)
        .order_by(Line.id)
    )
    zone = work.settings.network.zone
    return [
        line_item(f"line:{line.id}", line.text, name, line.at.astimezone(zone), day, line.circle)
        for line, name in rows
    ]


async def _folded(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """Asks that somebody would not have, or one too many: the recap asks everybody, once.

    However long ago they were written: what waited for months is folded when it would have left.
    """
    rows = await work.session.scalars(
        select(OutboxRow)
        .where(OutboxRow.state == OutboxState.FOLDED.value)
        .where(or_(OutboxRow.not_after.is_(None), OutboxRow.not_after >= work.now))
        .order_by(OutboxRow.id)
    )
    asks = {row.params["recap"]["key"]: row.params["recap"] for row in rows if "recap" in row.params}
    told = await work.session.scalars(
        select(Item.key)
        .join(Edition, Edition.id == Item.edition_id)
        .where(Item.key.in_(asks), Edition.state.in_([EditionState.SENT.value, EditionState.EMPTY.value]))
    )
    for key in told:
        asks.pop(key, None)
    return [
        DigestItem(key, "todo", ask["title"], ask.get("text", ""), circle=ask.get("circle", ""))
        for key, ask in asks.items()
        if ask.get("circle", "") not in reserved(work)
    ]


async def _postponed(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """What coordination kept from the last edition for this one."""
    return await _from_last(work, day, [ItemState.POSTPONED], None)


async def _carried_over(work: Work, span: Span, day: dt.date) -> list[DigestItem]:
    """What the last edition told with a date that has not passed."""
    return await _from_last(work, day, [ItemState.KEPT], CARRIED)


async def _from_last(
    work: Work, day: dt.date, states: Sequence[ItemState], sections: Sequence[str] | None
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
    items = (await work.session.scalars(query.order_by(Item.rank, Item.id))).all()
    again = [await retold(work, as_digest_item(item), day) for item in items]
    return [item for item in again if item is not None]
