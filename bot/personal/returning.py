"""Somebody who was erased comes back: with an older copy, with the settings' file, with what is read again.

Each erasure is a line of the ledger (``bot/store/ledger.py``) and a row of the database; what one of them
does not know, it learns from the other.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.personal.erasure import ERASED, erase, identity, lines_of, proof
from bot.personal.holdings import sweep
from bot.personal.holdings.namesakes import names_of
from bot.personal.holdings.traces import Traces
from bot.schedule import Job, plan
from bot.settings.model import PersonEntry
from bot.store import ledger, meta
from bot.store.archive_tables import Message
from bot.store.engine import Store
from bot.store.ledger import Identity, Line
from bot.store.people_tables import Contact, Erasure, Person
from bot.store.tables import DueRow, InboxRow
from bot.work import Work

ECHOES = "erasure.echoes"
ECHOES_AFTER = dt.timedelta(hours=1)  # until then mailboxes and rooms are read again
ALIASES = select(Person.name, Erasure.number).join(Person, Person.id == Erasure.person_id)


async def repeat(work: Work, lines: Iterable[Line]) -> int:
    """Make again every erasure of the ledger that this database does not know; returns how many people.

    An older copy put back has them all still.  The number of a person may be another's by now: it only says
    where to look first.
    """
    known = set(await work.session.scalars(select(Erasure.mark)))
    absent = (await meta.get(work.session, meta.ERASED_ELSEWHERE) or "").split()
    made = 0
    for line in lines:
        if line.mark in known or line.mark in absent:
            continue
        if await _again(work, line):
            made += 1
        else:
            absent.append(line.mark)
            await meta.put(work.session, meta.ERASED_ELSEWHERE, " ".join(absent))
    if made:
        await plan(work.session, ECHOES, "network", work.now.isoformat(), work.now + ECHOES_AFTER)
    return made


async def _again(work: Work, line: Line) -> bool:
    """Erase whoever a line is of, if anybody; those besides the first are one person with them."""
    session = work.session
    first, others = await _candidates(session, line)
    found = [one for one in first if line.is_of(await identity(session, [one]))]
    if not found:
        found = [one for one in others if line.is_of(await identity(session, [one]))]
    if not found:
        return False
    await session.execute(update(Person).where(Person.id.in_(found[1:])).values(merged_into=found[0]))
    await erase(work, found[0], line)
    return True


async def _candidates(session: AsyncSession, line: Line) -> tuple[list[int], list[int]]:
    query = (
        select(Person.id).where(Person.id.not_in(ERASED), Person.merged_into.is_(None)).order_by(Person.id)
    )
    numbers = list(await session.scalars(query))
    return [one for one in numbers if one in line.people], [one for one in numbers if one not in line.people]


async def without_erased(work: Work, entries: Sequence[PersonEntry]) -> list[PersonEntry]:
    """The settings' people without those who were erased; coordination is told once that they stand there."""
    lines = await lines_of(work.session)
    if not lines:
        return list(entries)
    known = set(await work.session.scalars(select(Person.key)))
    kept = []
    for entry in entries:
        contacts = [("mail", value) for value in entry.addresses] + [("room", value) for value in entry.chat]
        who = Identity(entry.key, (entry.name,), tuple(contacts))
        line = None if entry.key in known else next((one for one in lines if one.is_of(who)), None)
        if line is None:
            kept.append(entry)
        else:
            values = {"number": line.number}
            await work.tell_coordination(f"still-named:{line.mark}", "privacy.still_named", values)
    return kept


async def look_at_echoes(work: Work, due: DueRow) -> None:
    """After a copy was put back: what is read again of people who are erased loses who wrote it, once more.

    Mailboxes and rooms give again what came after the copy.  Its author is nobody whom we know, and known
    again by the seals.
    """
    lines = {line.number: line for line in await lines_of(work.session)}
    names = {number: name for name, number in await work.session.execute(ALIASES)}
    for number, line in lines.items():
        for author in await _unknown_authors(work.session):
            channel = "room" if author.startswith("@") else "mail"
            if not await asyncio.to_thread(line.is_of, Identity(contacts=((channel, author),))):
                continue
            said = select(Message.author_name).where(func.lower(Message.author_address) == author).distinct()
            called = [one for one in await work.session.scalars(said) if line.names(one)]
            found = await names_of(work.session, work.settings, line.people, called)
            addresses, chats = ((), (author,)) if channel == "room" else ((author,), ())
            traces = Traces(
                names[number], names=found.sought, addresses=addresses, chats=chats, spared=found.spared
            )
            mine = func.lower(InboxRow.author) == author
            await work.session.execute(
                update(InboxRow).where(mine, InboxRow.ended_at.is_not(None)).values(raw=None)
            )
            await sweep.sweep(work.session, traces, proof(work))
            await sweep.raw_bytes(work.session, traces)
            await meta.put(work.session, meta.SCRUB, work.now.isoformat())


async def _unknown_authors(session: AsyncSession) -> list[str]:
    known = select(Contact.value)
    found: set[str] = set()
    for column in (InboxRow.author, Message.author_address):
        lowered = func.lower(column)
        found |= set(
            await session.scalars(select(lowered).where(column.contains("@"), lowered.not_in(known)))
        )
    return sorted(found)


async def start(work: Work, database: Store) -> None:
    """At start: make again what the ledger knows and the database does not, and the other way round."""
    path = ledger.path_of(database.path)
    written = await asyncio.to_thread(ledger.read, path)
    await repeat(work, written)
    marks = {line.mark for line in written}
    if any(line.mark not in marks for line in await lines_of(work.session)):
        await meta.put(work.session, meta.SCRUB, work.now.isoformat())


JOB = Job(ECHOES, look_at_echoes)
