"""What several recaps told, and what of it is still worth telling."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import select

from bot.protocols import DigestItem
from bot.work import Work
from handlers.digest.items import as_digest_item
from handlers.digest.sources.earlier import retold
from handlers.digest.tables import Edition, Item, ItemState

LIVE = ("unanswered", "votes")  # true on the day of an edition, and perhaps not a week later


async def worth_telling(
    work: Work, editions: Sequence[Edition], day: dt.date, sections: Collection[str] | None = None
) -> list[DigestItem]:
    """What these editions (in their order) told and that is still to be known on ``day``, the latest first.

    Each thing once: as it was told last, unless that was in short; as its authors left it, where they took
    words back.  Of ``sections`` alone, if they are named.
    """
    if not editions:
        return []
    query = (
        select(Item)
        .where(Item.edition_id.in_([one.id for one in editions]), Item.state == ItemState.KEPT.value)
        .order_by(Item.edition_id.desc(), Item.rank, Item.id)
    )
    chosen: dict[str, Item] = {}
    for item in await work.session.scalars(query):
        if sections is not None and item.section not in sections:
            continue
        if item.section in LIVE and item.edition_id != editions[-1].id:
            continue
        there = chosen.get(item.key)
        if there is None or (there.told and not item.told):
            chosen[item.key] = item
    found = []
    for item in chosen.values():
        if item.last_day is None or item.last_day >= day:
            left = await retold(work, as_digest_item(item), day)
            found += [] if left is None else [replace(left, told=False)]
    return found
