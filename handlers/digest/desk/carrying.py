"""What coordination did to a recap that was never sent, done again to the one that tells it all."""

from __future__ import annotations

from sqlalchemy import func, select

from bot.work import Work
from handlers.digest.order import STEP
from handlers.digest.sources.earlier import TOLD
from handlers.digest.sources.taken_back import is_taken_back
from handlers.digest.tables import RECAP, Edition, EditionState, Item, ItemState

WRITTEN = ("title", "text", "section", "links", "circle")
ADDED = "added:"  # begins the keys of what coordination wrote itself


async def carry_over(work: Work, edition: Edition) -> None:
    """Keep what was rewritten, added or taken out of the recaps that were stopped since the last one sent.

    What was put off to the next recap is in this one; so is what the answer that stopped it left untouched.
    """
    for stopped in await _stopped_before(work, edition):
        query = select(Item).where(Item.edition_id == stopped.id).order_by(Item.rank, Item.id)
        rows = list(await work.session.scalars(query))
        there = {item.key: item for item in await _items(work, edition)}
        for row in rows:
            if row.key in there:
                _do_again(row, there[row.key])
            elif row.key.startswith(ADDED) and row.state != ItemState.DROPPED.value:
                await _add_again(work, edition, row)
        edition.intro = stopped.intro or edition.intro
        await work.session.flush()


async def _stopped_before(work: Work, edition: Edition) -> list[Edition]:
    last = await work.session.scalar(
        select(func.max(Edition.id)).where(Edition.kind == RECAP, Edition.state.in_(TOLD))
    )
    rows = await work.session.scalars(
        select(Edition)
        .where(Edition.kind == RECAP, Edition.state == EditionState.STOPPED.value)
        .where(Edition.id > (last or 0), Edition.id < edition.id)
        .order_by(Edition.id)
    )
    return list(rows)


async def _items(work: Work, edition: Edition) -> list[Item]:
    return list(await work.session.scalars(select(Item).where(Item.edition_id == edition.id)))


def _do_again(row: Item, item: Item) -> None:
    if is_taken_back(row):
        return
    if row.state == ItemState.DROPPED.value:
        item.state = row.state
    if row.edited and row.version == item.version:  # it did not go on since: the words are still of all of it
        for name in WRITTEN:
            setattr(item, name, getattr(row, name))
        item.edited = True


async def _add_again(work: Work, edition: Edition, row: Item) -> None:
    number, rank = (
        await work.session.execute(
            select(func.max(Item.number), func.max(Item.rank)).where(Item.edition_id == edition.id)
        )
    ).one()
    work.session.add(
        Item(
            edition_id=edition.id,
            number=(number or 0) + 1,
            rank=(rank or 0) + STEP,
            key=row.key,
            last_day=row.last_day,
            state=ItemState.KEPT.value,
            edited=True,
            **{name: getattr(row, name) for name in WRITTEN},
        )
    )
    await work.session.flush()
