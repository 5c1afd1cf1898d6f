"""Read before the fork, together with what a first day makes ready: tables mapped, patterns compiled.

Each process that is forked from here starts in a tenth of the time.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from pathlib import Path

from bot import resources
from bot.play.stage import Stage
from bot.settings import load


async def live_a_day(folder: Path) -> None:
    """A word in a room, one by mail, one to the list."""
    stage = Stage(load(resources.config() / "demo.toml"), folder, dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC))
    await stage.open()
    await stage.say("jules", "#reseau", "!aide")
    await stage.write("emile", "", "Pour le récap : visite le 4 décembre.")
    await stage.write("fanny", "reseau", "Sujet : Un camion\nQuelqu'un a-t-il un camion vendredi ?")
    await stage.kill()


with tempfile.TemporaryDirectory() as name:
    asyncio.run(live_a_day(Path(name)))
