"""Who is on each list, by its server's last whole answer and its notices since: the numbers of people.

Kept in ``meta`` by list, so that whom one list no longer has may still be known to be on another.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass

from bot.store import meta
from bot.work import Work

GOOD_FOR = dt.timedelta(days=15)  # two questions


@dataclass(frozen=True)
class Listed:
    """One list's last whole answer: when its server wrote it, its Message-ID, and who is on the list."""

    at: dt.datetime
    mail: str
    people: frozenset[int]


async def last(work: Work, name: str) -> Listed | None:
    """The last whole answer of a list, or None."""
    text = await meta.get(work.session, _key(name))
    if text is None:
        return None
    kept = json.loads(text)
    return Listed(dt.datetime.fromisoformat(kept["at"]), kept["mail"], frozenset(kept["people"]))


async def keep(work: Work, name: str, listed: Listed) -> None:
    """Remember a list's whole answer."""
    kept = {"at": listed.at.isoformat(), "mail": listed.mail, "people": sorted(listed.people)}
    await meta.put(work.session, _key(name), json.dumps(kept))


async def change(work: Work, name: str, person_id: int, *, on: bool) -> None:
    """Somebody came or went since the answer."""
    before = await last(work, name)
    if before is not None:
        people = before.people | {person_id} if on else before.people - {person_id}
        await keep(work, name, Listed(before.at, before.mail, people))


async def on_others(work: Work, name: str) -> Collection[int] | None:
    """Who is on the other lists that are asked; None while one of them has not answered of late."""
    found: set[int] = set()
    for other, settings in work.settings.lists.items():
        if other == name or not settings.review:
            continue
        listed = await last(work, other)
        if listed is None or listed.at < work.now - GOOD_FOR:
            return None
        found |= listed.people
    return found


def _key(name: str) -> str:
    return f"listed:{name}"
