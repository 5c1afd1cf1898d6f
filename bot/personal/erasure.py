"""Somebody is erased: what is theirs goes, what others did with them stays, without their name.

The row of the person stays as « ancien·ne membre n », so that no count ever changes.  Each owner lets go of
what it knows (``DataOwner.erase``); then a sweep replaces name, addresses and chat ids wherever they stand.
All of it is one transaction, with a row of ``erasures``.  After it, by ``settle``: the ledger beside the
database has its line, and the file is written anew, since SQLite keeps what it deleted in pages and journals
that are free.  A flag in ``meta`` says that this is still to be done, so a crash in between changes nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import failpoints
from bot.personal.holdings import outbox as sent
from bot.personal.holdings import sweep
from bot.personal.holdings.namesakes import names_of
from bot.personal.holdings.traces import Traces
from bot.schedule import Job, plan
from bot.store import ledger, lifecycle, meta
from bot.store.engine import Store
from bot.store.failures import is_of_store
from bot.store.ledger import Identity, Line
from bot.store.people_tables import Contact, Erasure, Person, ReplyToken
from bot.store.tables import DueRow, DueState, OutboxRow, OutboxState
from bot.work import Work

log = logging.getLogger(__name__)

FORGET = "erasure.forget"
FORGET_AFTER = dt.timedelta(minutes=5)
MARK_BYTES = 16
ERASED = select(Erasure.person_id)


@dataclass(frozen=True)
class Erased:
    """What an erasure left.  ``held``: open messages of others that name the person, by number."""

    number: int
    alias: str
    held: tuple[int, ...]


async def erase(work: Work, person_id: int, line: Line | None = None) -> Erased | None:
    """Erase somebody, with those who were merged into them; None if they are erased already.

    ``line``: of the ledger, when an older copy of the database brought them back.
    """
    session = work.session
    if await session.scalar(select(Erasure.id).where(Erasure.person_id == person_id)) is not None:
        return None
    people = await _rows_of(session, person_id)
    who = await identity(session, people)
    number = await _number(session, line)
    if line is None:
        line = Line.of(secrets.token_hex(MARK_BYTES), number, people, work.now, who)
    alias, key = work.render("privacy.alias", {"number": number}).text, f"erased-{number}"
    traces = await _traces(work, people, who, alias, key)
    for owner in work.house.contributions.owners:
        for one in people:
            await owner.erase(work, one, alias)
    for one in people:
        suffix = "" if one == people[0] else f".{one}"
        await session.execute(update(Person).where(Person.id == one).values(name=alias, key=key + suffix))
    session.add(
        Erasure(
            number=number,
            mark=line.mark,
            person_id=people[0],
            at=work.now,
            seals=line.fields() | {"number": number},  # a copy may have given the line's to another
        )
    )
    await session.flush()
    failpoints.hit("erasure.half")
    await sweep.sweep(session, traces, proof(work))
    held = await sweep.raw_bytes(session, traces)
    await meta.put(session, meta.SCRUB, work.now.isoformat())
    await plan(session, FORGET, key, line.mark, work.now + FORGET_AFTER, {"people": list(people)})
    log.info("erasure %s is made", number)
    return Erased(number, alias, tuple(held))


def proof(work: Work) -> list[str]:
    """The columns in which names stay."""
    return [column for owner in work.house.contributions.owners for column in owner.proof]


async def _rows_of(session: AsyncSession, person_id: int) -> list[int]:
    """A person and all who were merged into them, the person first."""
    found, fresh = [person_id], [person_id]
    while fresh:
        merged = await session.scalars(select(Person.id).where(Person.merged_into.in_(fresh)))
        fresh = [one for one in merged if one not in found]
        found += fresh
    return found


async def identity(session: AsyncSession, people: Sequence[int]) -> Identity:
    """What these rows, which are one person, are known by; the key is that of the first."""
    rows = (
        await session.execute(select(Person.id, Person.key, Person.name).where(Person.id.in_(people)))
    ).all()
    contacts = await session.execute(
        select(Contact.channel, Contact.value).where(Contact.person_id.in_(people)).order_by(Contact.id)
    )
    key = next((row.key for row in rows if row.id == people[0]), "")
    names = tuple(dict.fromkeys(row.name for row in rows))
    return Identity(key, names, tuple((channel, value) for channel, value in contacts))


async def _number(session: AsyncSession, line: Line | None) -> int:
    """The number of the erasure: that of its line if nobody has it, else the next."""
    taken = set(await session.scalars(select(Erasure.number)))
    if line is not None and line.number not in taken:
        return line.number
    return max(taken, default=0) + 1


async def _traces(work: Work, people: Sequence[int], who: Identity, alias: str, key: str) -> Traces:
    """What to look for."""
    names = await names_of(work.session, work.settings, people, who.names)
    return Traces(
        alias,
        who.key,
        key,
        names.sought,
        tuple(value for channel, value in who.contacts if channel == "mail"),
        tuple(value for channel, value in who.contacts if channel == "room"),
        names.spared,
    )


async def forget(work: Work, due: DueRow) -> None:
    """Once the last words to them have left (or never will), their address goes from there as well.

    From everywhere: what was said of those last words (shown in shadow, a bounce) names it too.
    """
    people = due.data["people"]
    to_them = OutboxRow.person_id.in_(people), OutboxRow.recipient.contains("@")
    rows = list(await work.session.scalars(select(OutboxRow).where(*to_them)))
    if any(row.state in (*sent.OPEN, sent.LEAVING) for row in rows):
        due.state, due.done_at, due.due_at = DueState.WAITING.value, None, work.now + FORGET_AFTER
        return
    if not rows:
        return
    alias = await work.session.scalar(select(Person.name).where(Person.id == people[0])) or ""
    found = tuple({row.recipient for row in rows})
    for row in rows:
        row.params, row.recipient = {}, alias
        if row.state == OutboxState.UNCERTAIN.value:
            row.state, row.reason = OutboxState.CANCELLED.value, sent.ERASED  # it has nowhere to go again
        await sent.blank(work, {row.body_id}, [row.id])
    for token in await work.session.scalars(select(ReplyToken).where(ReplyToken.person_id.in_(people))):
        await work.session.delete(token)
    gone = Traces(
        alias,
        addresses=tuple(one for one in found if not one.startswith("@")),
        chats=tuple(one for one in found if one.startswith("@")),
    )
    await sweep.sweep(work.session, gone, proof(work))
    await sweep.raw_bytes(work.session, gone)
    await meta.put(work.session, meta.SCRUB, work.now.isoformat())
    failpoints.hit("erasure.forget")


JOB = Job(FORGET, forget)


async def is_wanted(session: AsyncSession) -> bool:
    """Whether ``settle`` has something to do."""
    return await meta.get(session, meta.SCRUB) is not None


async def settle(store: Store) -> bool:
    """Write the ledger's lines, then the file anew; False if that is to be tried again later.

    Somebody reads the file, or the disk is full: it needs room for a second one.  The house goes on.
    """
    async with store.read() as session:
        wanted = await meta.get(session, meta.SCRUB)
        lines = await lines_of(session)
    if wanted is None:
        return True
    try:
        done = await _write_anew(store, lines)
    except (OSError, SQLAlchemyError) as error:
        if not is_of_store(error):
            raise
        log.warning("what was erased is still to be scrubbed from the file: %s", error)
        return False
    if done:
        async with store.write() as session:
            if await meta.get(session, meta.SCRUB) == wanted:
                await meta.drop(session, meta.SCRUB)
    return done


async def _write_anew(store: Store, lines: Sequence[Line]) -> bool:
    failpoints.hit("erasure.before_ledger")
    await asyncio.to_thread(ledger.append, ledger.path_of(store.path), lines)
    failpoints.hit("erasure.before_scrub")
    done = await lifecycle.scrub(store)
    failpoints.hit("erasure.scrubbed")
    return done


async def lines_of(session: AsyncSession) -> list[Line]:
    """Every erasure of this database, as the ledger has it."""
    kept = await session.scalars(select(Erasure.seals).order_by(Erasure.id))
    return [Line.read(fields) for fields in kept]


async def is_erased(
    session: AsyncSession, *, key: str = "", name: str = "", contacts: Sequence[tuple[str, str]] = ()
) -> bool:
    """Whether a source (settings, list server) names somebody who was erased.  ``contacts``: channel, value.

    They are the same if one contact is, or both the key and the name.
    """
    lines = await lines_of(session)
    who = Identity(key, (name,) if name else (), tuple(contacts))
    return any(line.is_of(who) for line in lines)
