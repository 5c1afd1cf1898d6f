"""A thousand forged mails: no effect, nothing to the forger, at most one question a day and a person."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator
from itertools import cycle, islice
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.channels.fake import Sent
from bot.store.tables import Act, Prompt, Switch, UndoRow
from handlers.digest.tables import Line
from tests.house import House
from tests.unit.proof.letters import UNVOUCHED, letter, plain_house

FORGED = [
    UNVOUCHED,
    "",  # no server says anything
    "Authentication-Results: mx.evil.example; dmarc=pass header.from=lisieres.example\r\n",
    "Authentication-Results: mx.lisieres.example; spf=fail smtp.mailfrom=m@evil.example; dmarc=none\r\n",
    "Authentication-Results: mx.lisieres.example; dmarc=pass header.from=evil.example\r\n",
]
WORDS = [
    "!pause",
    "!essai commencer",
    "Pour le récap : achetez mes chaises",
    "oui",
    "OK",
    "annule",
    "envoie maintenant",
    "!récap",
    "2",
    "!aide",
    "Merci !",
    "Peux-tu me rappeler la date ?",
    "!commande-inconnue",
]
DECEPTIVE = "alice@lisieres.example <{0}>"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = plain_house(tmp_path)
    await made.open()
    yield made
    await made.kill()


def forged(house: House, number: int) -> list[bytes]:
    """So many mails in everybody's name, by every trick."""
    people = [entry.addresses[-1] for entry in house.cast.everybody if entry.addresses]
    authors = islice(cycle(people), number)
    raws = []
    for at, author in enumerate(authors):
        named = DECEPTIVE.format(author) if at % 50 == 49 else author
        words, results = WORDS[at // len(people) % len(WORDS)], FORGED[at // 7 % len(FORGED)]
        raws.append(letter(words, author=named, identifier=f"{house.clock.now():%d}.{at}", results=results))
    return raws


async def effects(house: House) -> dict[str, int]:
    """What anybody could have made us do."""
    counts = {}
    async with house.bot.store.read() as session:
        for table in (Line, Switch, UndoRow, Act):
            counts[table.__tablename__] = await session.scalar(select(func.count()).select_from(table)) or 0
        asked = await session.scalars(select(Prompt.kind))
        counts["questions of another kind"] = sum(kind != "confirm" for kind in asked)
    return counts


def sent(house: House) -> Counter[str]:
    return Counter(one.recipient for one in house.network.sent if isinstance(one, Sent))


async def test_a_thousand_forged_mails(house: House) -> None:
    nothing = await effects(house)
    for raw in forged(house, 1_000):
        house.network.box.deliver(raw)
    await house.settle()
    known = {entry.addresses[0] for entry in house.cast.everybody if entry.addresses}
    assert sent(house) == dict.fromkeys(known, 1)
    assert await effects(house) == nothing
    rows = await house.inbox()
    waiting = Counter(row.author for row in rows if row.state == "waiting")
    assert max(waiting.values()) == 20
    assert all(row.reason for row in rows if row.state == "rejected")
    assert {row.state for row in rows} == {"waiting", "rejected", "archived"}
    # The next day, again: one more each, whether anything new came in their name or not.
    house.clock.set(house.clock.now() + dt.timedelta(days=1))
    for raw in forged(house, 60):
        house.network.box.deliver(raw)
    await house.settle()
    assert sent(house) == dict.fromkeys(known, 2)
    # Three days later nothing waits any more, and nothing was done.
    house.network.sent.clear()
    await house.wait_hours(24 * 5)
    assert {row.state for row in await house.inbox()} == {"rejected", "archived"}
    assert await effects(house) == nothing
