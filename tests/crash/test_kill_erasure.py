"""Killed at any step of an erasure: after a start nothing names the person, and nothing was done twice."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.store import ledger
from tests.crash.erasure_driver import LATER, MONDAY, main, stage_in
from tests.crash.world import PROCESSES

NAMES = ("Léa Toscan", "lea@lisieres.example", "lea.perso@courriel.example", "@lea:lisieres.example")


def rows(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def named_in(folder: Path) -> set[str]:
    """Which of her names stand, as they are, in any file."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {name for name in NAMES if any(name.encode() in data for data in files)}


@pytest.mark.parametrize(
    ("where", "done", "told"),
    [
        ("erasure.half", False, False),  # inside the transaction
        ("erasure.before_ledger", True, False),  # committed
        ("erasure.before_scrub", True, True),
        ("erasure.scrubbed", True, True),
        ("erasure.forget", True, True),  # inside that of the last look
    ],
)
async def test_killed_there_it_is_done_once(tmp_path: Path, where: str, done: bool, told: bool) -> None:
    """``done``: the database has it when the process dies; ``told``: the ledger has it."""
    process = PROCESSES.Process(target=main, args=(tmp_path, where))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    database = tmp_path / "navette.sqlite3"
    assert bool(rows(database, "SELECT 1 FROM erasures")) is done
    assert bool(ledger.read(ledger.path_of(database))) is told
    assert named_in(tmp_path), "there is still something to do"

    stage = stage_in(tmp_path, MONDAY + LATER)
    await stage.open()
    await stage.pass_until(MONDAY + 3 * LATER)
    await stage.kill()
    assert named_in(tmp_path) == set()
    assert len(ledger.read(ledger.path_of(database))) == 1
    assert rows(database, "SELECT number FROM erasures") == [(1,)]
    assert rows(database, "SELECT count(*) FROM facts WHERE kind = 'privacy.erased'") == [(1,)]
    assert len(rows(database, "SELECT 1 FROM outbox WHERE effect_key LIKE 'goodbye:%'")) == 1
    assert rows(database, "SELECT author_name FROM messages WHERE subject LIKE '%chaises%'") == [
        ("ancien·ne membre 1",)
    ]
