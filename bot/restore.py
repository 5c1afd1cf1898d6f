"""A copy of the database put back in its place, without anything being sent or done a second time.

The copy knows nothing of what happened after it was made, but people and servers do.  So a restore begins
a new *epoch*, and what may have happened already is not done again by itself:

- what was still to be sent is *uncertain* (``restored: may have left already``), except what was not to
  leave before this moment anyway; a post to a list is looked for in the mailbox, then asked about;
- what fell due meanwhile is cancelled with that reason, and named to coordination;
- the cursors stay where they were, so what came meanwhile is read again.  Posts of the lists go to the
  archive.  What asks for something and was received before this moment (``inbox.ECHO``) is held for a
  person, as its answers may have been sent: it is neither done again nor lost;
- what is said in rooms from now on bears the epoch in its transaction ids, since the numbers of rows
  after the copy are given again, and a server would take a new message for one that it has;
- whoever was erased since the copy was made is erased again, before anything else is done with it;
- coordination hears of all this once, when the service starts.

What a copy cannot give back: changes that people made after it, and the numbers given since.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import gates, outbox
from bot.app import house_of, load_capabilities
from bot.delivery import COPY_LOOK
from bot.errors import StoreError
from bot.gates import Gate
from bot.personal import returning
from bot.schedule import plan
from bot.settings import Settings
from bot.steering import effective
from bot.store import files, ledger, lifecycle, meta
from bot.store.engine import Store
from bot.store.ledger import Line
from bot.store.lock import Lock
from bot.store.migrations import VERSION_TABLE
from bot.store.tables import Body, DueRow, DueState, Klass, OutboxRow, OutboxState, Prompt
from bot.work import Work

MAYBE_SENT = "restored: may have left already"
MAYBE_DONE = "restored: may have been done already"
UNSENT = (OutboxState.PENDING.value, OutboxState.HELD.value, OutboxState.SENDING.value)
LOOKED_FOR = (OutboxState.AWAITING_COPY.value, OutboxState.UNCERTAIN.value)


@dataclass(frozen=True)
class Restored:
    """What a restore found, for whoever asked for it and for coordination."""

    copied_at: dt.datetime  # what happened after it is not in the copy
    at: dt.datetime
    epoch: int
    uncertain: int  # mails and messages that may have left
    posts: tuple[str, ...]  # subjects of those that go to lists
    due: tuple[str, ...]  # what fell due meanwhile: kind and period
    erased: int = 0  # people who were in the copy, and had been erased since
    kept: Path | None = None  # the database that was there


async def restore(settings: Settings, source: Path, now: dt.datetime) -> Restored:
    """Put ``source`` in the place of the database, which is kept beside.

    Raises StoreError while an instance works on the database, or when the copy is damaged, of a later
    version, or none of ours: nothing is changed then.
    """
    path = settings.store.path
    fresh = path.with_name(f".{path.name}.restoring")
    with Lock(path):
        try:
            counts = files.copy(source, fresh)
            if not {"inbox", "outbox", VERSION_TABLE} <= counts.keys():
                raise StoreError(f"« {source} » n'est pas une sauvegarde de Navette.")
            lines = _erasures(path, source)
            found = await _renew(fresh, settings, now, lines)
            files.sync(fresh)
            ledger.append(ledger.path_of(path), lines)
            return replace(found, kept=_swap(fresh, path, now))
        finally:
            for leftover in path.parent.glob(f"{fresh.name}*"):
                leftover.unlink()


def _erasures(database: Path, source: Path) -> list[Line]:
    """The erasures that are known: beside the database and the copy, and in the database itself.

    A crash may have kept the newest from the ledger.
    """
    known = [*ledger.read(ledger.path_of(database)), *ledger.read(ledger.path_of(source))]
    if database.exists():
        # A damaged one has only what its ledger has.
        with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as old:
            kept = old.execute("SELECT seals FROM erasures").fetchall()
            known += [Line.read(json.loads(fields)) for (fields,) in kept]
    return list({line.mark: line for line in known}.values())


async def _renew(path: Path, settings: Settings, now: dt.datetime, lines: Sequence[Line]) -> Restored:
    """Bring the copy to this version's schema and into a new epoch, without those who were erased since."""
    store = Store(path)
    house = house_of(settings, load_capabilities(settings.capabilities))
    try:
        await lifecycle.prepare(store, now)
        async with store.write() as session:
            erased = await returning.repeat(Work(house, session, now), lines)
            found = await _begin_epoch(session, settings, now)
        if erased and not await lifecycle.scrub(store):
            raise StoreError(f"« {path} » est lu par un autre programme : rien n'est remis en place.")
        return replace(found, erased=erased)
    finally:
        await store.close()


async def _begin_epoch(session: AsyncSession, settings: Settings, now: dt.datetime) -> Restored:
    copied_at = await meta.moment(session, meta.HEARTBEAT) or await meta.moment(session, meta.BORN_AT) or now
    epoch = await outbox.epoch(session) + 1
    uncertain, posts = await _doubt_unsent(session, now)
    due = await _cancel_due(session, settings, copied_at, now)
    restored = Restored(copied_at, now, epoch, uncertain, posts, due)
    await meta.put(session, meta.EPOCH, str(epoch))
    await meta.put(session, meta.RESTORED_AT, now.isoformat())
    told = {
        "copied_at": copied_at.isoformat(),
        "at": now.isoformat(),
        "uncertain": uncertain,
        "posts": list(posts),
        "due": list(due),
    }
    await meta.put(session, meta.RESTORED, json.dumps(told))
    for name in (meta.HEARTBEAT, meta.CONNECTIONS):
        await meta.drop(session, name)
    return restored


async def _doubt_unsent(session: AsyncSession, now: dt.datetime) -> tuple[int, tuple[str, ...]]:
    """Make uncertain what may have left; how many, and the subjects of what goes to lists."""
    unsent = await session.execute(
        select(OutboxRow, Body.subject)
        .join(Body, Body.id == OutboxRow.body_id)
        .where(OutboxRow.state.in_(UNSENT))
        .where(or_(OutboxRow.not_before.is_(None), OutboxRow.not_before <= now))
        .order_by(OutboxRow.id)
    )
    count, posts = 0, []
    for row, subject in unsent:
        count += 1
        row.state, row.reason = OutboxState.UNCERTAIN.value, MAYBE_SENT
        row.dated_at = row.dated_at or row.created_at  # what is asked about has a date
        if row.list_name:
            row.copy_due_at = now + COPY_LOOK
            posts.append(subject)
        elif row.klass == Klass.ASK.value:
            row.sent_at = now  # at the latest: it counts for who may have had it
    looked_for = select(OutboxRow).where(
        OutboxRow.state.in_(LOOKED_FOR), OutboxRow.copy_due_at < now + COPY_LOOK
    )
    for row in await session.scalars(looked_for):
        # The list may have brought it back: the mailbox is read again first.
        row.copy_due_at = now + COPY_LOOK
    # Nothing is held any more: there is nothing left to approve or to release.
    gone = select(Prompt).where(Prompt.capability == "gates", Prompt.kind.in_(["approval", "breaker"]))
    for prompt in await session.scalars(gone.where(Prompt.closed_at.is_(None))):
        prompt.closed_at = now
    await gates.move(session, Gate.BREAKER, on=False, by="restore", now=now)
    return count, tuple(posts)


async def _cancel_due(
    session: AsyncSession, settings: Settings, copied_at: dt.datetime, now: dt.datetime
) -> tuple[str, ...]:
    """Cancel what fell due between the copy and now, also what was not planned yet at the time."""
    settings = await effective(session, settings)
    for capability in load_capabilities(settings.capabilities):
        for job in capability.jobs:
            if job.rule is not None:
                last = job.rule(settings).last(now, settings)
                if last is not None and last[1] >= copied_at:
                    await plan(session, job.kind, "network", *last)
    overdue = select(DueRow).where(DueRow.state == DueState.WAITING.value, DueRow.due_at <= now)
    rows = list(await session.scalars(overdue.order_by(DueRow.due_at, DueRow.id)))
    for row in rows:
        row.state, row.done_at, row.note = DueState.CANCELLED.value, now, MAYBE_DONE
    return tuple(f"{row.kind} {row.period}" for row in rows)


def _free(path: Path) -> Path:
    numbered = (path.with_name(f"{path.name}-{number}") for number in itertools.count(2))
    return path if not path.exists() else next(other for other in numbered if not other.exists())


def _swap(fresh: Path, path: Path, now: dt.datetime) -> Path | None:
    """Put ``fresh`` at ``path``, which at no moment is without a database; where the old one is kept."""
    kept = None
    if path.exists():
        kept = _free(path.with_name(f"{path.name}.replaced-{now.astimezone(dt.UTC):{files.STAMP}}"))
        # Closing it empties its journal.  A damaged one is kept as it is.
        with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept.hardlink_to(path)
        for journal in ("-wal", "-shm"):
            # A journal that stayed would be taken for that of the new file.
            beside = path.with_name(path.name + journal)
            if beside.exists():
                beside.rename(kept.with_name(kept.name + journal))
    fresh.replace(path)
    files.sync(path.parent)
    return kept
