"""A thousand forged mails: no effect, nothing to the forger, at most one question a day and a person."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.channels.fake import Sent
from bot.guard.confirming import MOST
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


def forged(house: House, numbers: range) -> list[bytes]:
    """Mails in everybody's name, by every trick and from many servers."""
    people = [entry.addresses[-1] for entry in house.cast.everybody if entry.addresses]
    raws = []
    for at in numbers:
        author = people[at % len(people)]
        named = DECEPTIVE.format(author) if at % 50 == 49 else author
        words, results = WORDS[at // len(people) % len(WORDS)], FORGED[at // 7 % len(FORGED)]
        hop = f"Received: from forger{at % 200}.evil.example by mx.lisieres.example\r\n"
        raws.append(letter(words, author=named, identifier=f"forged.{at}", results=results + hop))
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


async def test_a_thousand_forged_mails_in_three_days(house: House) -> None:
    nothing, thousand = await effects(house), range(1_000)
    known = {entry.addresses[0] for entry in house.cast.everybody if entry.addresses}
    for day, part in enumerate((thousand[:600], thousand[600:800], thousand[800:]), 1):
        for raw in forged(house, part):
            house.network.box.deliver(raw)
        await house.settle()
        # One each and a day at most, whatever came, coordination included: its members are asked as anybody.
        assert sent(house).keys() == known
        assert max(sent(house).values()) <= day
        assert await effects(house) == nothing
        waiting = Counter(row.author for row in await house.inbox() if row.state == "waiting")
        assert max(waiting.values()) == MOST
        await house.restart()
        house.clock.set(house.clock.now() + dt.timedelta(days=1))
        await house.settle()
    assert ["pas davantage" in mail.text for mail in house.mails("emile@lisieres.example")] == [False, True]
    # Now nothing waits any more, and nothing was done; of what was never asked about hardly its id is kept.
    rows = await house.inbox()
    assert {row.state for row in rows} == {"rejected", "archived"}
    assert all(row.reason for row in rows)
    refused = [row for row in rows if row.reason.startswith("not vouched for")]
    assert len(refused) > len(rows) / 3
    assert all(row.raw is None for row in refused)
    assert await effects(house) == nothing
