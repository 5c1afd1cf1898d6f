"""Every example of the French guides runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import resources
from bot.play.performance import play
from bot.play.script import read_script
from bot.settings import load

GUIDES = Path(__file__).parents[2] / "docs" / "fr"
EXAMPLE = re.compile(r"^```play\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = [
    pytest.param(found[1], id=f"{guide.stem}-{number}")
    for guide in sorted(GUIDES.glob("*.md"))
    for number, found in enumerate(EXAMPLE.finditer(guide.read_text("utf-8")), 1)
]


def test_the_guides_have_examples() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("text", EXAMPLES)
async def test_example(text: str, tmp_path: Path) -> None:
    file = tmp_path / "example.play"
    file.write_text(text, "utf-8")
    result = await play(read_script(file), load(resources.config() / "demo.toml"))
    assert not result.failures, "\n".join(str(failure) for failure in result.failures)
