"""kill -9 while the personal copies of the recap are written, and while they leave: each has one, once.

Death comes four times over one edition, so that each restart takes up what the one before left.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from contextlib import closing

import pytest

from tests.crash.oracle import judge
from tests.crash.world import LIST, World, text_of
from tests.servers.wait import until

READERS = ("emile", "fanny", "gaston", "hana", "ines")
REASON = re.compile(
    "récap (?:directement|t.est envoyé)|recap (?:directly|is sent to you)"
)  # how each copy begins
PERSON = """
[[people.members]]
key = "{key}"
name = "{key}"
addresses = ["{key}@membres.example"]
language = "{language}"
"""
# In the middle of the copies: the first language written, the second not; the post left and some copies did.
DEATHS = (
    "copies.half=kill@2",
    "outbox.claimed=kill@2",
    "smtp.accepted=kill@2",
    "outbox.before_marked=kill",
)


@pytest.mark.parametrize("delivery", ["list", "each"])
async def test_killed_amid_the_copies(world: World, delivery: str) -> None:
    file = world.folder / "settings.toml"
    file.write_text(file.read_text().replace("[digest]", f'[digest]\ndelivery = "{delivery}"'))
    await _prepare(world)
    for where in DEATHS:
        await world.start(where)
        world.go_to(world.noon + dt.timedelta(days=1, minutes=1))
        await until(lambda: not world.process.is_alive(), 20, f"the death at {where}")
        if "copies" in where:
            kept = "list_name IS NOT NULL OR effect_key LIKE 'digest-copy:%'"
            assert not world.rows(f"SELECT 1 FROM outbox WHERE {kept}"), "half an edition is kept"
        world.pass_time(20 * 60)
    await world.start()
    world.pass_time(20 * 60)
    expected = len(READERS) + (delivery == "each")  # Alice has one as well
    await until(lambda: _sent(world) == expected, 20, "all copies to have left")
    if delivery == "each":
        assert not world.sent(LIST)
    else:
        await world.deliver(world.bring_back(world.sent(LIST)[0]))
        await until(lambda: world.rows("SELECT 1 FROM messages WHERE ours"), 20, "its copy to be known")
    judge(world)
    for key in READERS:
        copies = [one for one in world.sent(f"{key}@membres.example") if REASON.search(text_of(one.raw))]
        assert len({one.message_id for one in copies}) == 1, key


async def _prepare(world: World) -> None:
    """Five readers of copies in two languages, and one line to tell; the draft has been seen."""
    with (world.folder / "settings.toml").open("a") as settings:
        for key in READERS[1:]:
            settings.write(PERSON.format(key=key, language="en" if key < "h" else "fr"))
    await world.start()
    line = await world.writes("emile@membres.example", "Pour le récap : visite du Hangar samedi.")
    await until(lambda: world.answers_to(line), 20, "the acknowledgement")
    await world.kill()
    with closing(sqlite3.connect(world.database)) as database:
        database.execute(
            "INSERT INTO preferences (person_id, recap) "
            "SELECT id, 'personal' FROM people WHERE key <> 'alice'"
        )
        database.commit()


def _sent(world: World) -> int:
    query = "SELECT count(*) FROM outbox WHERE state = 'sent' AND effect_key LIKE 'digest-copy:%'"
    [(count,)] = world.rows(query)
    return int(count)
