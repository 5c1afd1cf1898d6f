"""What reserved circles are told, each alone: in its own room, or in its members' own copies.

An edition of its own for each (kind ``circle:KEY``), which no draft, no list and no search ever shows.
Nobody reads it over before it leaves: coordination is not to read what it says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from bot import reserved
from bot.french.gist import summary
from bot.outbox import Terms
from bot.protocols import DigestItem, Span
from bot.store.archive_tables import Message, Thread
from bot.store.tables import Doubt, Klass
from bot.work import Work
from handlers.digest.items import as_row
from handlers.digest.tables import Edition, EditionState, Item, ItemState
from handlers.digest.wording import clean_title, prose

KIND = "circle:"


async def gather_apart(work: Work, edition: Edition) -> dict[str, list[Item]]:
    """What each reserved circle is told with a recap that leaves now, kept as an edition of its own."""
    span = Span(edition.since, edition.until, edition.after_message)
    day = edition.send_at.astimezone(work.settings.network.zone).date()
    found: dict[str, list[DigestItem]] = {}
    for contribute in work.house.contributions.digest:
        for item in await contribute(work, span):
            found.setdefault(item.circle, []).append(item)
    parts: dict[str, list[Item]] = {}
    for key in _circles(work):
        told = [item for item in found.get(key, []) if item.last_day is None or item.last_day >= day]
        told += await _of_lists(work, edition, key)
        if told:
            parts[key] = await _keep(work, edition, key, told)
    return parts


async def of_circles(work: Work, weeks: Sequence[str], day: dt.date) -> dict[str, list[Item]]:
    """What reserved circles were told in these weeks and that is still worth it, each thing once."""
    rows = await work.session.execute(
        select(Edition.kind, Item)
        .join(Item, Item.edition_id == Edition.id)
        .where(Edition.kind.in_([f"{KIND}{key}" for key in _circles(work)]), Edition.period.in_(weeks))
        .where(Item.state == ItemState.KEPT.value)
        .order_by(Edition.id.desc(), Item.rank)
    )
    parts: dict[str, dict[str, Item]] = {}
    for kind, item in rows:
        if item.last_day is None or item.last_day >= day:
            parts.setdefault(kind.removeprefix(KIND), {}).setdefault(item.key, item)
    return {key: list(items.values()) for key, items in parts.items()}


async def tell_rooms(
    work: Work, edition: Edition, parts: Mapping[str, Sequence[Item]], post: int | None
) -> None:
    """Say in each circle's own room what is for it alone, once, when the recap left."""
    for key, items in parts.items():
        room = await work.room_of(key)
        if room is not None:
            message = work.render("letters.circle_room", {"items": items})
            params = {reserved.CIRCLE: key}
            terms = Terms(Klass.NEWS, Doubt.DROP, planned=True, depends_on=post, params=params)
            await work.send(f"digest-circle:{key}:{edition.period}", room, message, terms)


def _circles(work: Work) -> list[str]:
    """The reserved circles that want anything told at all."""
    circles = work.settings.circles.items()
    return [key for key, circle in circles if circle.reserved and circle.concerns]


async def _of_lists(work: Work, edition: Edition, key: str) -> list[DigestItem]:
    """The exchanges of the circle's own lists; of its room nothing is ever kept."""
    rows = await work.session.execute(
        select(Thread, Message)
        .join(Message, Message.thread_id == Thread.id)
        .where(Thread.circle == key, Message.ours.is_(False))
        .where(Message.id > edition.after_message, Message.id <= edition.last_message)
        .where(Message.at > edition.since - dt.timedelta(days=2))
        .order_by(Thread.id, Message.at, Message.id)
    )
    threads: dict[int, tuple[Thread, list[Message]]] = {}
    for thread, message in rows:
        threads.setdefault(thread.id, (thread, []))[1].append(message)
    zone, items = work.settings.network.zone, []
    for thread, posts in threads.values():
        said = [summary.Said(one.author_name, one.at.astimezone(zone), one.text) for one in posts]
        gist = summary.summarise(said, thread.subject, said[-1].date)
        text = prose(" ".join(sentence.split()) for sentence in gist.sentences)
        title = clean_title(thread.subject)
        items.append(DigestItem(f"apart:{thread.id}", "exchanges", title, text, key, links=gist.links))
    return items


async def _keep(work: Work, edition: Edition, key: str, told: Sequence[DigestItem]) -> list[Item]:
    own = Edition(
        kind=f"{KIND}{key}",
        period=edition.period,
        state=EditionState.SENT.value,
        since=edition.since,
        until=edition.until,
        after_message=edition.after_message,
        last_message=edition.last_message,
        send_at=edition.send_at,
        sent_at=work.now,
    )
    work.session.add(own)
    await work.session.flush()
    rows = [as_row(own, item, number) for number, item in enumerate(told, start=1)]
    work.session.add_all(rows)
    await work.session.flush()
    return rows
