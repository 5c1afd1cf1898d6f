"""What somebody wrote themselves, and what the recap told of it or is about to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from bot.authority import Member
from bot.french.answers import numbers
from bot.store.archive_tables import Message, Thread
from bot.work import Work
from handlers.digest import editions
from handlers.digest.keys import thread_in
from handlers.digest.sources.archive import reserved
from handlers.digest.sources.matters import matter
from handlers.digest.tables import Edition, Item
from handlers.digest.wording import clean_title

# Of several items of one exchange, the one that says most of it.
SAYING = (
    "exchanges",
    "unanswered",
    "elsewhere",
    "welcome",
    "watch",
    "decisions",
    "todo",
    "agenda",
    "resources",
)


@dataclass(frozen=True)
class Mine:
    """An exchange in which somebody wrote; ``item``: what is told of it, ``draft``: whether it will be."""

    thread: int
    title: str
    item: Item
    draft: bool


async def told_of(work: Work, member: Member) -> list[Mine]:
    """What the draft tells of the exchanges in which somebody wrote, then what the last edition told."""
    draft, last = await editions.current(work), await editions.last_sent(work)
    found: dict[int, Mine] = {}
    for edition in (draft, last):
        if edition is None:
            continue
        items = [item for item in await editions.items_of(work, edition, kept=True) if not item.told]
        by_thread = _by_thread(items)
        for number, title in (await _written(work, member, by_thread, edition)).items():
            found.setdefault(number, Mine(number, title, by_thread[number], edition is draft))
    return list(found.values())


def _by_thread(items: Sequence[Item]) -> dict[int, Item]:
    def place(item: Item) -> int:
        return SAYING.index(item.section) if item.section in SAYING else len(SAYING)

    found: dict[int, Item] = {}
    for item in sorted(items, key=place):
        number = thread_in(item.key)
        if number is not None:
            found.setdefault(number, item)
    return found


async def _written(work: Work, member: Member, threads: Collection[int], edition: Edition) -> dict[int, str]:
    """Those of the exchanges in which somebody wrote before an edition's end, with what they are called."""
    rows = await work.session.execute(
        select(Thread.id, func.max(Thread.subject))
        .join(Message, Message.thread_id == Thread.id)
        .where(Thread.id.in_(threads), Message.id <= edition.last_message, _is_by(member))
        .group_by(Thread.id)
        .order_by(Thread.id)
    )
    return {number: clean_title(subject) for number, subject in rows}


async def not_told_yet(work: Work, member: Member) -> list[Message]:
    """What somebody wrote since the last edition's end, to lists and in rooms, the latest last."""
    span = await editions.span_until(work, work.now)
    rows = await work.session.scalars(
        select(Message)
        .where(Message.id > span.after_message, Message.at > span.since, _is_by(member))
        .where(Message.ours.is_(False), Message.circle.not_in(reserved(work)))
        .order_by(Message.at, Message.id)
    )
    return list(rows)


def _is_by(member: Member) -> ColumnElement[bool]:
    own = [*(address.lower() for address in member.addresses), *member.chats]
    return or_(Message.person_id == member.id, func.lower(Message.author_address).in_(own))


def picked(titles: Sequence[str], words: str) -> list[int]:
    """Which of these titles are meant, by their numbers from 1 or by a word that no other has."""
    called = [number - 1 for number in numbers(words) if 0 < number <= len(titles)]
    return called or named(titles, words)


def named(titles: Sequence[str], words: str) -> list[int]:
    """Which of these titles somebody names: those that share the most words with what they say."""
    said = matter(words)
    shared = [len(said & matter(title)) for title in titles]
    most = max(shared, default=0)
    return [at for at, number in enumerate(shared) if number == most and most]
