"""Brings an old mailbox or list archive into ours, acting on nothing: again and again, if need be."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import failpoints, inbox, roster
from bot.archive import add_posts
from bot.archive.post import Post
from bot.clock import Clock
from bot.errors import NavetteError
from bot.importing.files import Listing, Raw, batches
from bot.importing.reader import Held, Passed, Reader, Readers, Verdict
from bot.roster.sync import sync
from bot.settings.model import Settings
from bot.store import lifecycle
from bot.store.archive_tables import Imported, Message
from bot.store.engine import Store
from bot.store.lock import Lock
from bot.store.people_tables import Contact
from bot.store.tables import InboxRow, InboxState

SOURCE = "import"
BATCHES_AHEAD = 2  # read, or being read, while one is written

Progress = Callable[[int], object]


@dataclass
class Tally:
    """What became of the messages.  ``passed``: by reason, how many are not posts of ours."""

    imported: int = 0
    known: int = 0
    held: int = 0
    passed: Counter[str] = field(default_factory=Counter)


async def prepare(store: Store, settings: Settings, clock: Clock) -> None:
    """Make the database and its people what the settings say, unless a running service has done so."""
    lock = Lock(store.path)
    if not lock.take():
        return
    try:
        await lifecycle.prepare(store, clock.now())
        async with store.write() as session:
            await sync(session, settings, roster.entries(settings), clock.now())
    finally:
        lock.release()


def reader_of(settings: Settings, clock: Clock, everything_to: str | None) -> Reader:
    """How the messages are read; ``everything_to``: see ``Reader``."""
    return Reader(
        lists={one.address.lower(): (one.circle, one.tag) for one in settings.lists.values()},
        own_addresses=frozenset({settings.bot.address.lower()}),
        authserv_id=settings.mail.authserv_id or None,
        everything_to=everything_to,
        now=clock.now(),
    )


class Importer:
    """One import.  ``progress`` is told of each group, once it is committed, how many bytes it had."""

    def __init__(self, store: Store, reader: Reader, progress: Progress = lambda _: None) -> None:
        self.store, self.reader, self.progress = store, reader, progress
        self.tally = Tally()
        self._people: Mapping[str, int] = {}

    async def run(self, listing: Listing) -> Tally:
        """Import these files.  Raises OSError for one that cannot be read; what was committed stays."""
        if listing.other:
            self.tally.passed["not_mail"] += listing.other
        async with self.store.read() as session:
            contacts = await session.execute(
                select(Contact.value, Contact.person_id).where(Contact.channel == "mail")
            )
            self._people = dict(contacts.all())
        readers = Readers(self.reader, listing.size)
        try:
            await self._read_and_write(readers, listing)
        except BrokenProcessPool as error:
            raise NavetteError(
                "Un processus de lecture s'est arrêté (mémoire ?). Relancez : ce qui est importé est su."
            ) from error
        finally:
            readers.close()
        return self.tally

    async def _read_and_write(self, readers: Readers, listing: Listing) -> None:
        ahead: deque[_Batch] = deque()
        for raws, gone in batches(listing):
            if gone:
                self.tally.passed["gone"] += gone
            fresh = await self._unknown(raws)
            ahead.append(_Batch(fresh, readers.begin(fresh), sum(len(raw.data) for raw in raws)))
            if len(ahead) > BATCHES_AHEAD:
                await self._write(ahead.popleft())
        while ahead:
            await self._write(ahead.popleft())

    async def _unknown(self, raws: Sequence[Raw]) -> list[Raw]:
        """Those whose bytes no import has dealt with, each once."""
        async with self.store.read() as session:
            there = await _imported(session, raws)
        fresh = {raw.digest: raw for raw in raws if raw.digest not in there}
        self.tally.known += len(raws) - len(fresh)
        return list(fresh.values())

    async def _write(self, batch: _Batch) -> None:
        verdicts: list[Verdict] = []
        for part in batch.futures:
            read_now: list[Verdict] = await asyncio.wrap_future(part)
            verdicts += read_now
        async with self.store.write() as session:
            # Another batch, or another import, may have brought the same bytes since we looked.
            there = await _imported(session, batch.raws)
            read = [
                (raw, verdict)
                for raw, verdict in zip(batch.raws, verdicts, strict=True)
                if raw.digest not in there
            ]
            self.tally.known += len(there)
            await self._keep(session, read)
            failpoints.hit("import.before_commit")
        failpoints.hit("import.after_commit")
        self.progress(batch.size)

    async def _keep(self, session: AsyncSession, read: Sequence[tuple[Raw, Verdict]]) -> None:
        dealt_with: list[Raw] = []
        posts: dict[str, Post] = {}
        words, on_their_way = await _known_posts(session, [one for _, one in read if isinstance(one, Post)])
        for raw, verdict in read:
            match verdict:
                case Passed(reason):
                    # Not remembered: another import, with other lists, may want it.
                    self.tally.passed[reason] += 1
                    continue
                case Held(reason, origin_id, at):
                    self._hold(session, raw, Held(reason, origin_id, at))
                case Post(message_id=name) if name in on_their_way:
                    self.tally.known += 1
                    continue
                case Post(message_id=name) if name not in words:
                    words[name] = verdict.content_hash
                    posts[name] = verdict
                case Post(message_id=name) if words[name] == verdict.content_hash:
                    self.tally.known += 1
                case Post(message_id=name):
                    reason = "same Message-ID as a post of the archive, other words"
                    self._hold(session, raw, Held(reason, name, verdict.at))
            dealt_with.append(raw)
        await self._add(session, list(posts.values()), dealt_with)

    async def _add(self, session: AsyncSession, posts: Sequence[Post], dealt_with: Sequence[Raw]) -> None:
        if posts:
            await add_posts(session, posts, [self._people.get(post.author_address) for post in posts])
            self.tally.imported += len(posts)
        if dealt_with:
            await session.execute(insert(Imported), [{"raw_hash": raw.digest} for raw in dealt_with])

    def _hold(self, session: AsyncSession, raw: Raw, held: Held) -> None:
        session.add(
            InboxRow(
                source=SOURCE,
                position=raw.digest.hex(),
                kind="mail",
                received=held.at,
                past=True,
                raw=raw.data,
                size=len(raw.data),
                raw_hash=raw.digest.hex(),
                origin_id=held.origin_id,
                state=InboxState.HELD.value,
                reason=held.reason,
            )
        )
        self.tally.held += 1


@dataclass(frozen=True)
class _Batch:
    """Some messages that are being read; ``size`` in bytes, with those that were known."""

    raws: Sequence[Raw]
    futures: Sequence[Future[list[Verdict]]]
    size: int


async def _imported(session: AsyncSession, raws: Sequence[Raw]) -> set[bytes]:
    rows = await session.scalars(
        select(Imported.raw_hash).where(Imported.raw_hash.in_([raw.digest for raw in raws]))
    )
    return set(rows)


async def _known_posts(session: AsyncSession, posts: Sequence[Post]) -> tuple[dict[str, str], set[str]]:
    """Of these, what the archive has (Message-ID → hash of its words), and what is still in the inbox."""
    names = [post.message_id for post in posts]
    rows = await session.execute(
        select(Message.message_id, Message.content_hash).where(Message.message_id.in_(names))
    )
    waiting = await session.scalars(
        select(InboxRow.origin_id).where(InboxRow.origin_id.in_(names), InboxRow.state.in_(inbox.OPEN))
    )
    return dict(rows.all()), set(waiting)
