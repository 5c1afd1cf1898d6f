"""A reserved circle that wants its own part of the recap: its members alone read it, once."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

import pytest

from bot import resources
from bot.clock import PARIS
from bot.play.stage import Stage
from bot.settings import load, override
from handlers.digest.delivery.personal import kept_from_coordination

THURSDAY = dt.datetime(2026, 11, 26, 17, 0, tzinfo=PARIS)
FRIDAY = dt.datetime(2026, 11, 27, 9, 0, tzinfo=PARIS)
CANARY = "va très mal"


async def told(tmp_path: Path, delivery: str) -> Stage:
    """A week in which GT Formation, reserved, wrote on its own list; the recap has left."""
    settings = load(resources.config() / "demo.toml")
    lists = {name: one.model_dump() for name, one in settings.lists.items()}
    lists["formation"] = {"address": "formation@listes.lisieres.example", "circle": "gt-formation"}
    settings = override(override(settings, "lists", lists), "digest.delivery", delivery)
    settings = override(settings, "circles.gt-formation.reserved", True)
    stage = Stage(settings, tmp_path, THURSDAY)
    await stage.open()
    await stage.say("alice", "dm", "!personne ajouter Paul Amic, paul@institution.example, aucun, partenaire")
    await stage.write("hana", "formation", f"Sujet : La Ruche\nLa Ruche {CANARY}, gardons-le entre nous.")
    await stage.write("bruno", "reseau", "Sujet : Chantier\nLe chantier a lieu le 12 décembre à 9 h.")
    await stage.pass_until(FRIDAY)
    return stage


def test_a_copy_that_is_held_is_of_the_circle_that_coordination_may_not_read() -> None:
    """It stood first by the alphabet, and so its readers' other circle was shown as well."""
    assert kept_from_coordination(("coordination", "gt-formation")) == "gt-formation"
    assert kept_from_coordination(("coordination",)) == "coordination"


@pytest.mark.parametrize("delivery", ["each", "list"])
async def test_its_members_alone_read_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, delivery: str
) -> None:
    caplog.set_level(logging.INFO)
    stage = await told(tmp_path, delivery)
    await stage.say("jules", "#reseau", "!récap")
    await stage.write("mona", "", "!récap")
    await stage.write("alice", "", "!récap aperçu")
    for words in ("!récap 2026-W48", "!récap bilan", "!mes-données", "!récap archive Ruche"):
        await stage.write("mona", "", words)
    await stage.pass_until(dt.datetime(2026, 12, 1, 9, 5, tzinfo=PARIS))
    assert any("Lettre d’info" in block.text for block in stage.sent)
    where = sorted(block.whom for block in stage.sent if CANARY in block.searched)
    if delivery == "each":
        assert where == [f"{one}@lisieres.example" for one in ("hana", "karim", "lea")]
    else:
        assert where == ["#gt-formation"]
    assert CANARY not in caplog.text
    assert any("Chantier" in block.text for block in stage.sent)
    await stage.kill()
