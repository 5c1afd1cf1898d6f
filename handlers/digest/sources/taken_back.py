"""Items of a draft whose words their authors took back, or that are told otherwise by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from bot.protocols import DigestItem
from bot.store.archive_tables import Thread
from bot.work import Work
from handlers.digest.items import kept_event
from handlers.digest.keys import room_thread_in
from handlers.digest.tables import Item, ItemState

GONE = "gone:"  # begins the keys of items that nothing is left of


async def take_back(work: Work, items: Sequence[Item], found: Mapping[str, DigestItem]) -> None:
    """Make the items say what their exchanges still say; ``found``: all that there is to tell now.

    An item that there is nothing to tell of any more goes, unless a person wrote it.  One of a room that was
    reworded or taken back changes even then: its words hold those that were taken back.
    """
    revisions = await _revisions(work, items)
    for item in items:
        number = room_thread_in(item.key)
        if number is not None and revisions.get(number) != item.version:
            if item.edited:
                _part(item, items)
            if item.key in found:
                item.edited = False
                _replace(item, found[item.key], items)
            else:
                _empty(work, item, items)
        elif item.key not in found and not item.edited and not is_taken_back(item):
            _empty(work, item, items)


async def _revisions(work: Work, items: Sequence[Item]) -> dict[int, str]:
    """How the exchanges of rooms stand, of which these items were made."""
    numbers = {number for item in items if (number := room_thread_in(item.key)) is not None}
    if not numbers:
        return {}
    rows = await work.session.execute(select(Thread.id, Thread.revision).where(Thread.id.in_(numbers)))
    return {number: str(revision) for number, revision in rows}


def update(item: Item, found: DigestItem) -> None:
    """A thread that went on since the draft is told as it is now, unless a person rewrote it."""
    if item.edited:
        return
    item.title, item.text, item.links = found.title, found.text, list(found.links)
    item.section, item.circle, item.last_day = found.section, found.circle, found.last_day
    item.version, item.told, item.event = found.version, found.told, kept_event(found.event)


def is_taken_back(item: Item) -> bool:
    """Whether nothing is left of an item."""
    return item.key.startswith(GONE)


def merged(item: Item) -> str:
    """An item as the text of another tells it, once coordination merged the two."""
    return f"{item.title} : {item.text}".strip(" :")


def _part(item: Item, items: Sequence[Item]) -> None:
    """What was merged into an item that changes stands by itself again."""
    for other in items:
        if other.state == ItemState.DROPPED.value and merged(other) in item.text:
            other.state = ItemState.KEPT.value


def _replace(item: Item, found: DigestItem, items: Sequence[Item]) -> None:
    before = merged(item)
    update(item, found)
    _say_elsewhere(item, before, merged(item), items)


def _empty(work: Work, item: Item, items: Sequence[Item]) -> None:
    """The item keeps its number, which people may have seen, and none of its words."""
    before = merged(item)
    item.key, item.state, item.edited = f"{GONE}{item.number}", ItemState.DROPPED.value, False
    item.title, item.text, item.links = work.render("chat.withdrawn_item", {}).text, "", []
    _say_elsewhere(item, before, "", items)


def _say_elsewhere(item: Item, before: str, now: str, items: Sequence[Item]) -> None:
    """Where an item was merged into another, that one tells it as it is now."""
    for other in items:
        if other is not item and other.edited and before in other.text:
            other.text = other.text.replace(before, now).strip()
