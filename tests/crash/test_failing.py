"""The disk is full, the connection is reset, the process hangs, at the steps of the mail path."""

from __future__ import annotations

import sqlite3

import pytest

from tests.crash.oracle import judge
from tests.crash.test_kill import EMILE, FAILPOINTS, MINUTES
from tests.crash.world import World
from tests.servers.wait import until

COMMITS = ["inbox.before_commit", "handled", "outbox.before_marked"]
# A handler that raises has a defect: its row is held, and a person is told (see test_bad_mail.py).
RESET = [name for name in FAILPOINTS if name != "handled"]


@pytest.mark.parametrize(("action", "names"), [("full", FAILPOINTS), ("reset", RESET)])
async def test_the_service_goes_on_after_each_failure(world: World, action: str, names: list[str]) -> None:
    """Every step fails at its first passage, in one process that goes on."""
    await world.start(",".join(f"{name}={action}" for name in names))
    lines = [await world.writes(EMILE, f"Pour le récap : la nouvelle numéro {number}.") for number in (1, 2)]
    await _acknowledged(world, lines)
    lines.append(await world.writes(EMILE, "Pour le récap : la nouvelle numéro 3."))
    await _acknowledged(world, lines)
    assert world.process.is_alive()
    await world.kill()
    await world.start()
    lines.append(await world.writes(EMILE, "Pour le récap : la nouvelle numéro 4."))
    await _acknowledged(world, lines)
    judge(world)
    assert len({world.answers_to(line)[0].message_id for line in lines}) == len(lines)


@pytest.mark.parametrize("name", COMMITS)
async def test_hanging_in_the_middle_of_a_commit(world: World, name: str) -> None:
    """It no longer answers and is killed; the database is not left locked."""
    await world.start(f"{name}=hang")
    line = await world.writes(EMILE, "Pour le récap : visite du Hangar samedi.")
    await until(lambda: _hangs(world), 20, f"{name} to be reached")
    assert not world.rows("SELECT 1 FROM outbox WHERE state = 'sent'")
    await world.kill()
    await world.start()
    await _acknowledged(world, [line])
    judge(world)


async def _acknowledged(world: World, lines: list[str]) -> None:
    def all_are() -> bool:
        # Tries are minutes apart: time passes while we wait.
        world.pass_time(MINUTES / 2)
        left = world.rows("SELECT 1 FROM outbox WHERE state IN ('pending', 'sending')")
        return not left and all(world.answers_to(line) for line in lines)

    await until(all_are, 30, "every line to be acknowledged")


def _hangs(world: World) -> bool:
    """Whether somebody has been in the middle of a transaction for a second."""
    connection = sqlite3.connect(world.database, timeout=1, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        connection.close()
    return False
