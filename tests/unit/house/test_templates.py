"""Every message that the code names has its words, and every word is said by somebody."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot import resources

ROOT = Path(__file__).parents[3]
NAME = re.compile(r"[a-z]+\.[a-z_]+")
BLOCK = re.compile(r"{% block (\w+) %}")


def named_in_code() -> Iterator[str]:
    capabilities = {path.stem for path in (resources.templates() / "fr").glob("*.md")}
    for folder in ("bot", "handlers"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    name = node.value
                    if NAME.fullmatch(name) and name.partition(".")[0] in capabilities:
                        yield name


def said() -> set[str]:
    return {
        f"{path.stem}.{block}"
        for path in (resources.templates() / "fr").glob("*.md")
        for block in BLOCK.findall(path.read_text("utf-8"))
    }


# The same shape, but not words: kinds of jobs and of facts, documents, failpoints.
NO_WORDS = {
    "digest.letter",
    "digest.letters",
    "letters.half",
    "digest.draft",
    "digest.send",
    "digest.update",
    "digest.line",
    "digest.sent",
    "preferences.too_many",
}


def named() -> set[str]:
    """Those that the code names, and those whose beginning it names: f"preferences.less_{one}"."""
    whole = set(named_in_code())
    families = tuple(name for name in whole if name.endswith("_"))
    of_families = {name for name in said() if families and name.startswith(families)}
    return {name for name in whole if not name.endswith("_")} | of_families


def test_every_message_that_the_code_names_has_its_words() -> None:
    assert named() - NO_WORDS - said() == set()


def test_every_message_is_said_by_somebody() -> None:
    assert said() - named() == set()
