from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import load


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("NAVETTE_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a settings file."""

    def write(text: str) -> Path:
        path = tmp_path / "navette.toml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def refused(file: Callable[[str], Path]) -> Callable[[str], str]:
    """What the administrator reads when the settings in ``text`` are refused."""

    def read(text: str) -> str:
        with pytest.raises(SettingsError) as caught:
            load(file(text))
        return str(caught.value)

    return read
