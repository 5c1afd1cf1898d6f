"""The wheel, installed in an empty environment, works from another folder with all that it brings along."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(300)


def _run(*command: str | Path, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("NAVETTE_", "PYTHONPATH"))
    }
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environ, capture_output=True, text=True, check=False
    )
    assert not check or done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    _run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder
    )
    return next(folder.glob("navette_bot-*.whl"))


@pytest.fixture(scope="module")
def navette(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in an environment that has only the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=True)
    _run(folder / "bin/python", "-m", "pip", "install", "--quiet", "--no-compile", wheel, cwd=folder)
    return folder / "bin/navette"


def test_everything_that_is_read_at_run_time_is_in_it(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "config"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"bot/_data/{path.relative_to(ROOT)}" in packed
    assert not [name for name in packed if name.startswith(("tests/", "var/"))]


def test_it_works_in_an_empty_environment_from_any_folder(navette: Path, tmp_path: Path) -> None:
    # One test, since the environment takes most of a minute to make, and each worker would make its own.
    for works in (checks_with_the_settings_it_brings, reads_mails_and_dates, brings_the_demo, plays):
        folder = tmp_path / works.__name__
        folder.mkdir()
        works(navette, folder)


def checks_with_the_settings_it_brings(navette: Path, tmp_path: Path) -> None:
    assert "Commandes" in _run(navette, "--help", cwd=tmp_path).stdout
    told = _run(navette, "check", cwd=tmp_path).stdout
    assert "✗" not in told
    assert f"La base sera créée\u00a0: {tmp_path}/var/navette.sqlite3." in told
    assert list(tmp_path.iterdir()) == [], "a check leaves nothing behind"


def reads_mails_and_dates(navette: Path, tmp_path: Path) -> None:
    (tmp_path / "un.eml").write_bytes(b"From: alice@lisieres.example\nSubject: Bonjour\n\nLe corps.\n")
    assert '"Le corps."' in _run(navette, "read", "--json", "un.eml", cwd=tmp_path).stdout
    assert (
        '"2026-12-04"' in _run(navette, "dates", "--on", "2026-11-21", "le 4 décembre", cwd=tmp_path).stdout
    )


def brings_the_demo(navette: Path, tmp_path: Path) -> None:
    told = _run(navette, "demo", "--no-wait", cwd=tmp_path).stdout
    assert f"{tmp_path}/var/demo/pages" in told
    assert len(list((tmp_path / "var/demo/pages").glob("recap-*.html"))) == 3


def plays(navette: Path, tmp_path: Path) -> None:
    (tmp_path / "un.play").write_text("@ 2026-11-23 09:00\nalice: !aide\n? récap\n", "utf-8")
    assert "-> #reseau" in _run(navette, "play", "un.play", cwd=tmp_path).stdout
