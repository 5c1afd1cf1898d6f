"""The demo network with a parrot on it, and a way to play a text."""

from __future__ import annotations

import importlib.machinery
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType

import pytest

from bot import resources
from bot.play.performance import Result, play
from bot.play.script import parse
from bot.play.show import Block
from bot.settings import Settings, load, override
from tests.unit.play import parrot

Play = Callable[[str], Awaitable[tuple[Result, list[Block]]]]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The demo's settings, where the only capability is the parrot."""
    words = tmp_path / "templates"
    shutil.copytree(resources.templates(), words)
    parrot.install_words(words)
    monkeypatch.setattr(resources, "templates", lambda: words)
    module = ModuleType("handlers.parrot")
    module.__spec__ = importlib.machinery.ModuleSpec("handlers.parrot", None)
    module.capability = parrot.capability  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "handlers.parrot", module)
    return override(load(resources.config() / "demo.toml"), "capabilities", ["parrot"])


@pytest.fixture
def run(settings: Settings, tmp_path: Path) -> Play:
    """Play a text: what came of it, and all that the bot sent."""

    async def go(text: str) -> tuple[Result, list[Block]]:
        sent: list[Block] = []
        result = await play(parse(text, "essai", tmp_path), settings, lambda _line, block: sent.append(block))
        return result, sent

    return go
