"""Which exchange a post belongs to: the same whatever the order in which posts come.

Two posts of one circle and one subject (prefixes and tags left out) belong together when one names the
other among its ancestors, or both name a third; or when their exchanges come within three weeks of each
other.  So a post that comes late may join two exchanges in one.  A new subject is a new exchange.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.archive import numbers
from bot.store.archive_tables import Mention, Message, Thread

WINDOW = dt.timedelta(days=21)

Key = tuple[str, str]  # circle, base subject


class Placeable(Protocol):
    """As much of a post as its place depends on.  ``ancestors``: Message-IDs, without their brackets."""

    @property
    def message_id(self) -> str: ...
    @property
    def circle(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def base_subject(self) -> str: ...
    @property
    def at(self) -> dt.datetime: ...
    @property
    def ancestors(self) -> tuple[str, ...]: ...


async def place(session: AsyncSession, posts: Sequence[Placeable]) -> list[int]:
    """The number of each post's thread, which is made, moved or joined to others as needed."""
    board = _Board()
    await _load(session, board, posts)
    blocks = [board.put(post) for post in posts]
    await _save(session, board)
    return [board.number(block) for block in blocks]


@dataclass(eq=False)
class _Block:
    """A thread on its way."""

    id: int | None
    key: Key
    subject: str
    started_at: dt.datetime
    last_at: dt.datetime
    changed: bool = False
    into: _Block | None = None

    def near(self, start: dt.datetime, end: dt.datetime) -> bool:
        return self.started_at - WINDOW < end and start < self.last_at + WINDOW

    def extend(self, start: dt.datetime, end: dt.datetime, subject: str) -> None:
        """Span these moments too; the exchange is called as its first post was."""
        if (start, len(subject), subject) < (self.started_at, len(self.subject), self.subject):
            self.started_at, self.subject, self.changed = start, subject, True
        if end > self.last_at:
            self.last_at, self.changed = end, True


@dataclass
class _Board:
    """The threads that some posts may belong to."""

    blocks: dict[Key, list[_Block]] = field(default_factory=dict)
    by_id: dict[int, _Block] = field(default_factory=dict)
    posts: dict[tuple[str, Key], _Block] = field(default_factory=dict)  # which block holds a message
    mentions: dict[tuple[str, Key], _Block] = field(default_factory=dict)  # which block names one
    fresh_mentions: list[tuple[str, _Block]] = field(default_factory=list)

    def put(self, post: Placeable) -> _Block:
        key = (post.circle, post.base_subject)
        found = self._related(post, key)
        block = _Block(None, key, post.subject, post.at, post.at)
        self.blocks.setdefault(key, []).append(block)
        for other in found:
            block = self._join(block, other)
        self._settle(block)
        self.posts[post.message_id, key] = block
        for name in post.ancestors:
            if (name, key) not in self.posts and (name, key) not in self.mentions:
                self.mentions[name, key] = block
                self.fresh_mentions.append((name, block))
        return block

    def number(self, block: _Block) -> int:
        number = _root(block).id
        assert number is not None  # noqa: S101 - every block is saved
        return number

    def _related(self, post: Placeable, key: Key) -> list[_Block]:
        named = [(name, key) for name in (post.message_id, *post.ancestors)]
        found = [self.posts.get(one) or self.mentions.get(one) for one in named]
        return [block for block in found if block is not None]

    def _settle(self, block: _Block) -> None:
        """Join every exchange of the same subject that is near, as long as that brings others near."""
        if not block.key[1]:
            return
        block = _root(block)
        while near := next((one for one in self.blocks[block.key] if self._touches(block, one)), None):
            block = self._join(block, near)

    def _touches(self, block: _Block, other: _Block) -> bool:
        return other is not block and other.near(block.started_at, block.last_at)

    def _join(self, one: _Block, other: _Block) -> _Block:
        one, other = _root(one), _root(other)
        if one is other:
            return one
        # The number that people may have seen longest stays.
        kept, gone = sorted((one, other), key=lambda block: (block.id is None, block.id or 0))
        kept.extend(gone.started_at, gone.last_at, gone.subject)
        gone.into = kept
        self.blocks[gone.key].remove(gone)
        return kept


def _root(block: _Block) -> _Block:
    while block.into is not None:
        block = block.into
    return block


async def _load(session: AsyncSession, board: _Board, posts: Sequence[Placeable]) -> None:
    subjects = {post.base_subject for post in posts} - {""}
    circles = {post.circle for post in posts}
    ancestors = {name for post in posts for name in post.ancestors}
    if subjects:
        await _load_threads(
            session,
            board,
            select(Thread).where(Thread.circle.in_(circles), Thread.base_subject.in_(subjects)),
        )
    names = ancestors | {post.message_id for post in posts}
    await _load_names(session, board, board.posts, Message, ancestors)
    await _load_names(session, board, board.mentions, Mention, names)


async def _load_names(
    session: AsyncSession,
    board: _Board,
    into: dict[tuple[str, Key], _Block],
    table: type[Message | Mention],
    names: Collection[str],
) -> None:
    rows = await session.execute(select(table.message_id, table.thread_id).where(table.message_id.in_(names)))
    found = rows.all()
    # Posts without a subject find their exchange by names alone: it is not among those loaded by subject.
    missing = {thread for _, thread in found} - board.by_id.keys()
    if missing:
        await _load_threads(session, board, select(Thread).where(Thread.id.in_(missing)))
    for name, thread in found:
        block = board.by_id[thread]
        into[name, block.key] = block


async def _load_threads(session: AsyncSession, board: _Board, query: Select[Thread]) -> None:
    columns = (
        Thread.id,
        Thread.circle,
        Thread.base_subject,
        Thread.subject,
        Thread.started_at,
        Thread.last_at,
    )
    rows = await session.execute(query.with_only_columns(*columns).order_by(Thread.id))
    for number, circle, base_subject, subject, started_at, last_at in rows:
        block = _Block(number, (circle, base_subject), subject, started_at, last_at)
        board.by_id[number] = block
        board.blocks.setdefault(block.key, []).append(block)


async def _save(session: AsyncSession, board: _Board) -> None:
    standing = [block for blocks in board.blocks.values() for block in blocks]
    fresh = [block for block in standing if block.id is None]
    if fresh:
        # Nobody else writes while we do, so that those above the last are ours.
        for number, block in enumerate(fresh, await numbers.last(session, Thread) + 1):
            block.id = number
        keys = ({"circle": block.key[0], "base_subject": block.key[1]} for block in fresh)
        await session.execute(
            insert(Thread),
            [{"id": block.id, **key, **_values(block)} for block, key in zip(fresh, keys, strict=True)],
        )
    changed = [block for block in standing if block.changed and block not in fresh]
    if changed:
        await session.execute(update(Thread), [{"id": block.id, **_values(block)} for block in changed])
    await _move(session, board, {number: one for number, one in board.by_id.items() if one.into is not None})
    if board.fresh_mentions:
        rows = {(name, board.number(block)) for name, block in board.fresh_mentions}
        await session.execute(
            insert(Mention), [{"message_id": name, "thread_id": number} for name, number in sorted(rows)]
        )


async def _move(session: AsyncSession, board: _Board, gone: Mapping[int, _Block]) -> None:
    for number, block in gone.items():
        for table in (Message, Mention):
            await session.execute(
                update(table)
                .where(table.thread_id == number)
                .values(thread_id=board.number(block))
                .execution_options(synchronize_session=False)
            )
        await session.execute(delete(Thread).where(Thread.id == number))
        await numbers.retire(session, Thread, number)


def _values(block: _Block) -> dict[str, object]:
    return {"subject": block.subject, "started_at": block.started_at, "last_at": block.last_at}
