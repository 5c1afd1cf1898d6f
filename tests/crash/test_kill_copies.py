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
LETTER = """
[digest.letters.info]
title = "Lettre"
day = 28
"""
# A letter that coordination agreed to.
APPROVED = """
UPDATE people SET status = 'partner' WHERE key IN ('paul', 'zoe');
INSERT INTO digest_editions (id, kind, period, state, since, until, after_message, last_message, send_at,
  approved_by) VALUES (7, 'letter:info', '2026-01', 'approved', '{at}', '{at}', 0, 0, '{at}', 'alice');
INSERT INTO digest_items (edition_id, number, key, section, title, rank)
  VALUES (7, 1, 'line:1', 'announcements', 'La serre est finie.', 10);
INSERT INTO due (kind, audience, period, due_at, data)
  VALUES ('digest.letter.later', 'network', '7', '{at}', '{{"edition": 7}}');
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


async def test_killed_amid_a_letter(world: World) -> None:
    """Partners of two languages: one was written to, the other not yet."""
    with (world.folder / "settings.toml").open("a") as settings:
        settings.write(LETTER)
        for key, language in (("paul", "en"), ("zoe", "fr")):
            settings.write(PERSON.format(key=key, language=language))
    await world.start()
    await until(lambda: world.rows("SELECT 1 FROM people WHERE key = 'zoe'"), 20, "the people to be known")
    await world.kill()
    at = f"{world.noon:%Y-%m-%d} 09:00:00.000000"
    with closing(sqlite3.connect(world.database)) as database:
        database.executescript(APPROVED.format(at=at))
    await world.start("letters.half=kill@2")
    world.go_to(world.noon - dt.timedelta(hours=2))
    await until(lambda: not world.process.is_alive(), 20, "the death amid the letter")
    assert not world.rows("SELECT 1 FROM outbox WHERE effect_key LIKE 'digest-letter:%'"), "half is kept"
    await world.start()
    world.pass_time(20 * 60)
    sent = "SELECT 1 FROM outbox WHERE state = 'sent' AND effect_key LIKE 'digest-letter:%'"
    await until(lambda: len(world.rows(sent)) == 2, 20, "the letter to have left")
    judge(world)
    for key in ("paul", "zoe"):
        assert len({one.message_id for one in world.sent(f"{key}@membres.example")}) == 1, key


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
