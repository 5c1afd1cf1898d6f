"""Every play of this folder holds."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot import resources
from bot.play.performance import play
from bot.play.script import read_script
from bot.settings import load

PLAYS = sorted((Path(__file__).parent / "plays").rglob("*.play"))


@pytest.mark.parametrize("path", PLAYS, ids=lambda path: path.stem)
async def test_play(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What the play expects is said; and no defect of ours was held on the way."""
    result = await play(read_script(path), load(resources.config() / "demo.toml"))
    assert not result.failures, "\n".join(str(failure) for failure in result.failures)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    if result.missing:
        pytest.skip(f"not installed: {', '.join(result.missing)}")
