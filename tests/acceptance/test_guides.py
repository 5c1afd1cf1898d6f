"""Every example of the French guides runs, and what they say that Navette says, it says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot import resources
from bot.play.performance import play
from bot.play.script import read_script
from bot.settings import load

GUIDES = Path(__file__).parents[2] / "docs" / "fr"
EXAMPLE = re.compile(r"^```play\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SENTENCES = re.compile(r"^\| `([^`]*)` \|", re.MULTILINE)
CHECKS = ("bot/cli/check_matrix.py", "bot/cli/check_rooms.py")
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


def strings_of(file: Path) -> str:
    """Every text in a module, one a line, with … for what is put in."""
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            found.append(
                "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
            )
        elif isinstance(node, ast.Constant):
            found.append(str(node.value))
    return "\n".join(found)


def test_the_sentences_of_check_are_those_of_the_guide() -> None:
    guide = (GUIDES / "administration.md").read_text("utf-8")
    section = guide.partition("## 4.")[2].partition("## 5.")[0]
    sentences = SENTENCES.findall(section)
    assert len(sentences) >= 10
    said = "\n".join(strings_of(GUIDES.parents[1] / file) for file in CHECKS)
    # A room is named at the head of its sentences, which is put in.
    assert [one for one in sentences if one.replace("Salon … :", "… :") not in said] == []


def test_what_check_says_of_who_writes_is_in_the_guide() -> None:
    guide = (GUIDES / "installer.md").read_text("utf-8")
    said = strings_of(GUIDES.parents[1] / "bot" / "cli" / "check_proof.py").splitlines()
    sentences = SENTENCES.findall(guide)
    assert len(sentences) == 4
    assert [one for one in sentences if one not in said] == []
