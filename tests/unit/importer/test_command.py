"""``navette import`` as a process: what it tells, what it refuses, and being killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import main
from bot.importing import reader as import_reader
from bot.store.lock import Lock
from tests.servers.wait import until
from tests.unit.importer.build import letter, mbox, put

COUNTS = "SELECT " + ", ".join(
    f"(SELECT count(*) FROM {table})" for table in ("messages", "search_index", "imported")
)


def start(config: Path, path: Path, *more: str, failpoints: str = "") -> subprocess.Popen[str]:
    code = "import sys; from bot.cli import main; sys.exit(main())"
    words = [sys.executable, "-c", code, "import", "--config", str(config), str(path), *more]
    return subprocess.Popen(
        words,
        env={**os.environ, "NAVETTE_FAILPOINTS": failpoints},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def counts(config: Path) -> tuple[int, ...]:
    with closing(sqlite3.connect(config.parent / "navette.sqlite3")) as base:
        found: tuple[int, ...] = base.execute(COUNTS).fetchone()
    return found


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Three groups of messages, each of another subject."""
    letters = (letter(f"n{number}", subject=f"Sujet {number}") for number in range(2_100))
    return mbox(tmp_path / "old.mbox", *letters)


@pytest.mark.parametrize(
    ("failpoint", "kept"),
    [("import.before_commit", 0), ("import.before_commit=kill@2", 1_000), ("import.after_commit", 1_000)],
)
def test_killed_in_the_middle_it_goes_on_where_it_was(
    config: Path, many: Path, failpoint: str, kept: int
) -> None:
    point = failpoint if "=" in failpoint else f"{failpoint}=kill"
    killed = start(config, many, failpoints=point)
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert counts(config) == (kept, kept, kept)

    again = start(config, many, "--json")
    told = json.loads(again.communicate(timeout=60)[0])

    assert (told["imported"], told["known"]) == (2_100 - kept, kept)
    assert counts(config) == (2_100, 2_100, 2_100)


async def test_killed_it_leaves_no_process_behind(config: Path, tmp_path: Path) -> None:
    words = "du bois pour le four " * 5_000
    letters = {f"n{number}": letter(f"n{number}", words, subject=f"S{number}") for number in range(50)}
    files = put(tmp_path / "old", **letters)
    assert sum(map(len, letters.values())) > import_reader.FEW_BYTES

    hanging = start(config, files, failpoints="import.before_commit=hang")
    try:
        await until(lambda: len(alive_in(hanging.pid)) >= 3, 30, "the reading processes")
        hanging.kill()
        await until(lambda: not alive_in(hanging.pid), 10, "the end of the reading processes")
    finally:
        hanging.kill()
        hanging.communicate()


def alive_in(group: int) -> list[int]:
    """The processes of a group that are not dead (those that nobody reaps are)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, of = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of) == group and state not in "ZX":
            found.append(int(folder.name))
    return found


def test_one_line_tells_what_became_of_them(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = put(tmp_path / "old", a=letter("a"), p=letter("p", through=None), bad=b"rien")

    assert main(["import", "--config", str(config), str(files)]) == 0

    told = capsys.readouterr().out.replace("\u00a0", " ").replace("\u202f", " ")
    line, *rest = told.splitlines()
    assert rest == []
    assert line.startswith("1 message importé, 0 déjà là, 1 retenu (à regarder), en ")
    assert line.endswith(" s. Laissés de côté : 1 écrit à une personne.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--all"], "« --all » demande « --circle » (reseau, archives)"),
        (["--all", "--circle", "bureau"], "Il n'y a pas de cercle « bureau » (reseau, archives)"),
        (["--circle", "reseau"], "« --circle » ne va qu'avec « --all »"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_made(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["import", "--config", str(config), *words, str(put(tmp_path / "old"))]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "navette.sqlite3").exists()


def test_while_the_service_runs_messages_are_imported_beside_it(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "--config", str(config), str(put(tmp_path / "one", a=letter("a")))]) == 0
    with Lock(tmp_path / "navette.sqlite3"):
        assert main(["import", "--config", str(config), str(put(tmp_path / "two", b=letter("b")))]) == 0
    assert counts(config)[0] == 2
