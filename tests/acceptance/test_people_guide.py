"""The import that the guide shows is what the command says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import resources
from bot.cli import main

GUIDE = Path(__file__).parents[2] / "docs" / "fr" / "administration.md"
PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "’": "'"})


def block(kind: str) -> str:
    """What stands in the one block of a kind."""
    [found] = re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_import_of_the_guide_says_what_the_guide_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, sheet = tmp_path / "navette.toml", tmp_path / "membres.csv"
    demo = (resources.config() / "demo.toml").read_text("utf-8")
    config.write_text(demo.replace("var/demo", f"{tmp_path}/var"), "utf-8")
    sheet.write_bytes(block("csv").replace("\n", "\r\n").encode("cp1252"))
    assert main(["people", "import", "--config", str(config), str(sheet)]) == 0
    shown = capsys.readouterr().out
    assert shown.translate(PLAIN) == block("import")
    assert "\u00a0" in shown
