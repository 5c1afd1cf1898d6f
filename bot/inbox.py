"""The first door: what arrives is committed raw, with its position, before anything is done with it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import failpoints, rooms
from bot.channels.base import EventKind, NativePoll, RawMail, RoomBatch, RoomEvent
from bot.mail.read import header_message_id
from bot.store import meta
from bot.store.engine import Store
from bot.store.tables import Cursor, InboxRow, InboxState

OPEN = (InboxState.NEW.value, InboxState.WAITING.value)
TAKEN_UP = "taken up again"  # a person looked at a held row, and wants it handled
# The mark of what was received before a restore and is not in the copy: it may have been acted on.
ECHO = "received before the restore: may have been done already"
# Made once: each message asks for these.
DUE = (
    select(InboxRow.id)
    .where(InboxRow.state.in_(OPEN))
    .where(InboxRow.retry_at.is_(None) | (InboxRow.retry_at <= bindparam("now")))
    .order_by(InboxRow.id)
    .limit(bindparam("limit"))
)
_cursors = cast(Table, Cursor.__table__)
MOVE = (
    update(_cursors)
    .where(_cursors.c.source == bindparam("of"))
    .values(value=bindparam("to"), moved_at=bindparam("at"))
)
CLOCKS_APART = dt.timedelta(minutes=2)  # a mail server's clock may be ahead of ours


async def cursor_of(store: Store, source: str) -> str | None:
    """How far ``source`` was read, or None if it was never met."""
    async with store.read() as session:
        return await session.scalar(select(Cursor.value).where(Cursor.source == source))


async def move_cursor(session: AsyncSession, source: str, value: str, now: dt.datetime) -> None:
    """Write down how far ``source`` was read, in the transaction that commits what was read."""
    moved = await session.execute(MOVE, {"of": source, "to": value, "at": now})
    if not getattr(moved, "rowcount", 0):
        session.add(Cursor(source=source, value=value, met_at=now, moved_at=now))


async def receive_mails(
    store: Store,
    source: str,
    validity: int,
    mails: Sequence[RawMail],
    now: dt.datetime,
    *,
    past_below: int = 0,
) -> int:
    """Commit what a mailbox gave, and how far it was read; returns how many are new to us.

    ``past_below``: mails with a UID below it were there before us.  What this mailbox already gave under
    another UIDVALIDITY is known again, by its bytes (superseded) or by its Message-ID (past: the server
    rewrote it), and never acted on again; nor is what came before we met it.
    """
    letters = [_Letter.of(mail) for mail in mails]
    fresh = 0
    async with store.write() as session:
        cursor = await session.get(Cursor, source)
        met_at = None if past_below or cursor is None else cursor.met_at - CLOCKS_APART
        echoes = await _echoes_until(session)
        seen = await _seen(session, source, validity, letters)
        for letter in letters:
            mail, position = letter.mail, _position(validity, letter.mail.uid)
            if position in seen.positions:
                continue
            before_us = mail.uid < past_below or (met_at is not None and mail.received < met_at)
            again = seen.bytes.get(letter.raw_hash)
            row = InboxRow(
                source=source,
                position=position,
                kind="mail",
                received=mail.received,
                past=before_us or letter.origin_id in seen.origin_ids,
                truncated=mail.truncated,
                size=len(mail.raw),
                raw_hash=letter.raw_hash,
                origin_id=letter.origin_id,
                reason=ECHO if echoes and mail.received < echoes else "",
                raw=mail.raw if again is None else None,
            )
            if again is not None:
                end(row, InboxState.SUPERSEDED, f"same bytes as {again}", now)
            session.add(row)
            fresh += again is None
        if mails:
            await move_cursor(session, source, f"{validity}:{mails[-1].uid}:{past_below}", now)
        await session.flush()
        failpoints.hit("inbox.before_commit")
    failpoints.hit("inbox.after_commit")
    return fresh


@dataclass(frozen=True)
class _Letter:
    """A mail with what it is known again by."""

    mail: RawMail
    raw_hash: str
    origin_id: str

    @classmethod
    def of(cls, mail: RawMail) -> _Letter:
        raw_hash = hashlib.sha256(mail.raw).hexdigest()
        return cls(mail, raw_hash, header_message_id(mail.raw) or raw_hash)


@dataclass(frozen=True)
class _Seen:
    """What a mailbox gave before: under this UIDVALIDITY by position, under others by bytes and ids."""

    positions: set[str]
    bytes: dict[str, int]  # hash → the row's number
    origin_ids: set[str]


async def _seen(session: AsyncSession, source: str, validity: int, letters: Sequence[_Letter]) -> _Seen:
    positions = [_position(validity, letter.mail.uid) for letter in letters]
    here = select(InboxRow.position).where(InboxRow.source == source, InboxRow.position.in_(positions))
    elsewhere = [InboxRow.source == source, ~InboxRow.position.startswith(f"{validity}:")]
    hashes = {letter.raw_hash for letter in letters}
    by_bytes = (
        select(InboxRow.raw_hash, func.min(InboxRow.id))
        .where(*elsewhere, InboxRow.raw_hash.in_(hashes))
        .group_by(InboxRow.raw_hash)
    )
    names = {letter.origin_id for letter in letters}
    by_name = select(InboxRow.origin_id).where(*elsewhere, InboxRow.origin_id.in_(names))
    return _Seen(
        set(await session.scalars(here)),
        dict((await session.execute(by_bytes)).all()),
        set(await session.scalars(by_name)),
    )


async def _echoes_until(session: AsyncSession) -> dt.datetime | None:
    restored_at = await meta.moment(session, meta.RESTORED_AT)
    return None if restored_at is None else restored_at + CLOCKS_APART


def _position(validity: int, uid: int) -> str:
    return f"{validity}:{uid}"


async def receive_events(
    store: Store, source: str, batch: RoomBatch, now: dt.datetime, *, key_wait: dt.timedelta
) -> int:
    """Commit what happened in the rooms, how they stand, and the cursor; returns how many events are new.

    What cannot be read waits ``key_wait`` for its key.
    """
    fresh = 0
    async with store.write() as session:
        echoes = await _echoes_until(session)
        positions = [event.event_id for event in batch.events]
        there = set(
            await session.scalars(
                select(InboxRow.position).where(InboxRow.source == source, InboxRow.position.in_(positions))
            )
        )
        for event in batch.events:
            if event.event_id in there:
                continue
            there.add(event.event_id)
            row = InboxRow(
                source=source,
                position=event.event_id,
                kind="room",
                received=now,
                past=batch.first,
                reason=ECHO if echoes and event.at < echoes else "",
                origin_id=event.event_id,
                author=event.sender,
            )
            _keep_event(row, event)
            if event.kind is EventKind.UNREADABLE and not batch.first:
                row.state, row.retry_at = InboxState.WAITING.value, now + key_wait
            session.add(row)
            fresh += 1
        await rooms.take(session, batch, now)
        await move_cursor(session, source, batch.cursor, now)
        await session.flush()
        failpoints.hit("inbox.before_commit")
    failpoints.hit("inbox.after_commit")
    return fresh


async def unreadable_events(store: Store, source: str) -> list[tuple[int, RoomEvent]]:
    """What waits for its key: the rows' numbers and the events."""
    query = select(InboxRow.id, InboxRow.raw).where(
        InboxRow.source == source, InboxRow.kind == "room", InboxRow.state == InboxState.WAITING.value
    )
    async with store.read() as session:
        rows = (await session.execute(query.order_by(InboxRow.id))).all()
    events = ((number, load_event(raw)) for number, raw in rows if raw is not None)
    return [(number, event) for number, event in events if event.kind is EventKind.UNREADABLE]


async def readable_now(store: Store, number: int, event: RoomEvent) -> bool:
    """Put what was read at last where it waited; False if nobody waits for it any more."""
    async with store.write() as session:
        row = await session.get_one(InboxRow, number)
        if row.state != InboxState.WAITING.value:
            return False
        _keep_event(row, event)
        row.state, row.retry_at = InboxState.NEW.value, None
    return True


def _keep_event(row: InboxRow, event: RoomEvent) -> None:
    row.raw = dump_event(event)
    row.size, row.raw_hash = len(row.raw), hashlib.sha256(row.raw).hexdigest()


def dump_event(event: RoomEvent) -> bytes:
    """A room's event as the inbox keeps it."""
    fields = asdict(event) | {"at": event.at.isoformat()}
    return json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()


def load_event(raw: bytes) -> RoomEvent:
    """The event that ``dump_event`` kept."""
    fields = json.loads(raw)
    fields["at"] = dt.datetime.fromisoformat(fields["at"])
    fields["kind"] = EventKind(fields["kind"])
    fields["choices"] = tuple(fields["choices"])
    if fields["poll"] is not None:
        answers = tuple((key, text) for key, text in fields["poll"].pop("answers"))
        fields["poll"] = NativePoll(**fields["poll"], answers=answers)
    return RoomEvent(**fields)


async def due_rows(session: AsyncSession, now: dt.datetime, limit: int) -> list[int]:
    """The numbers of what must be looked at now, oldest first."""
    return list(await session.scalars(DUE, {"now": now, "limit": limit}))


def end(row: InboxRow, state: InboxState, reason: str, now: dt.datetime) -> None:
    """Put a row in its last state, with the reason."""
    row.state, row.reason, row.ended_at, row.retry_at = state.value, reason, now, None


async def forget_raw(session: AsyncSession, before: dt.datetime) -> int:
    """Let go of the raw bytes of rows that ended before ``before``; hash and Message-ID stay."""
    result = await session.execute(
        update(InboxRow)
        .where(InboxRow.raw.is_not(None), InboxRow.ended_at < before)
        .where(InboxRow.state.not_in([*OPEN, InboxState.HELD.value]))
        .values(raw=None)
    )
    return int(getattr(result, "rowcount", 0))
