"""What a reserved circle writes stays in it, even when it has a list of its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bot import resources
from bot.clock import PARIS
from bot.play.stage import Stage
from bot.settings import load, override

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)


async def test_a_reserved_list_feeds_no_recap_and_no_preview(tmp_path: Path) -> None:
    settings = load(resources.config() / "demo.toml")
    lists = {name: one.model_dump() for name, one in settings.lists.items()}
    lists["interne"] = {"address": "interne@listes.lisieres.example", "circle": "coordination"}
    stage = Stage(override(settings, "lists", lists), tmp_path, MONDAY)
    await stage.open()
    canary = "Sujet : Canari\nLa Ruche va mal. Qui peut aider avant le 4 décembre à 14 h ?"
    await stage.write("alice", "interne", canary)
    await stage.write("bruno", "reseau", "Sujet : Chantier\nLe chantier a lieu le 12 décembre à 9 h.")
    await stage.write("emile", "", "récap aperçu")
    await stage.say("jules", "#reseau", "!récap aperçu")
    # Four days later it would also be a question that nobody answered.
    await stage.pass_until(MONDAY + dt.timedelta(days=11, hours=1))
    told = [block.searched for block in stage.sent]
    assert any("Chantier" in text for text in told)
    assert not [text for text in told if "Canari" in text or "va mal" in text]
    await stage.kill()
