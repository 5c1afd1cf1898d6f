"""Answers to questions about the draft: who wrote a thing, where it comes from, how it reads whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.store.archive_tables import Message, Thread
from bot.store.people_tables import Person
from bot.work import Work
from handlers.digest.desk.edit import Edit
from handlers.digest.desk.instructions import ASKING
from handlers.digest.keys import line_in, thread_in
from handlers.digest.tables import Item, Line

_TAG = re.compile(r"^\s*\[[^\]]{1,60}\]\s*")  # what a list puts before its subjects


@dataclass(frozen=True)
class Explained:
    """What is told of one thing.

    ``origin``: "line", "mail", "room", "hand" (coordination wrote it) or "other" (the network's own matters).
    """

    asked: str
    item: Item
    origin: str = "other"
    subject: str = ""
    people: tuple[str, ...] = ()
    messages: int = 0


async def explain(work: Work, edits: Sequence[Edit], items: Sequence[Item]) -> list[Explained]:
    """What the questions of an answer are answered."""
    by_number = {item.number: item for item in items}
    return [
        await _explained(work, edit.do.value, by_number[number])
        for edit in edits
        if edit.do in ASKING
        for number in edit.numbers
        if number in by_number
    ]


async def _explained(work: Work, asked: str, item: Item) -> Explained:
    line, thread = line_in(item.key), thread_in(item.key)
    if line is not None:
        name = await work.session.scalar(
            select(Person.name).join(Line, Line.person_id == Person.id).where(Line.id == line)
        )
        return Explained(asked, item, "line", people=(name,) if name else ())
    if thread is not None:
        found = await work.session.get(Thread, thread)
        rows = await work.session.execute(
            select(Message.author_name, Message.author_address)
            .where(Message.thread_id == thread)
            .order_by(Message.at)
        )
        names = [row.author_name or row.author_address for row in rows]
        origin = "room" if item.key.startswith("room-") else "mail"
        people = tuple(dict.fromkeys(name for name in names if name))
        subject = _TAG.sub("", found.subject) if found else ""
        return Explained(asked, item, origin, subject, people, len(names))
    return Explained(asked, item, "hand" if item.key.startswith("added:") else "other")
