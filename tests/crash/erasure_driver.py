"""The demo's network in a process of its own, where somebody asks to be erased, and which may die."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from pathlib import Path

from bot import failpoints, resources
from bot.play.stage import Stage
from bot.settings import load

MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
LATER = dt.timedelta(minutes=10)


def stage_in(folder: Path, at: dt.datetime) -> Stage:
    """The demo's network, its files in ``folder``."""
    return Stage(load(resources.config() / "demo.toml"), folder, at)


async def erase(folder: Path, where: str) -> None:
    """Léa writes, Karim writes of her, she asks and says yes; ``where``: the failpoint that kills."""
    stage = stage_in(folder, MONDAY)
    await stage.open()
    await stage.write("lea", "reseau", "Sujet : Dix chaises\nQui veut dix chaises ?\nLéa Toscan")
    await stage.write("karim", "reseau", "Sujet : Merci\nMerci à Léa Toscan (lea@lisieres.example).")
    await stage.say("lea", "dm", "!effacer")
    os.environ[failpoints.VARIABLE] = f"{where}=kill"
    await stage.say("lea", "dm", "oui, efface")
    await stage.pass_until(MONDAY + LATER)


def main(folder: Path, where: str) -> None:
    """The process, from its first line."""
    asyncio.run(erase(folder, where))
