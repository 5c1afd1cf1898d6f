"""Each threat that ``docs/security.md`` names has a defence in a file and a test, and both are there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
CHAPTERS = re.compile(r"^## (.+)\n((?:(?!## ).*\n)*)", re.MULTILINE)
TEST = re.compile(r"`([\w/.-]+\.(?:py|play))(?:::(\w+))?`")
CODE = re.compile(r"`([\w/]+\.py|[\w/]+/)`")
HEADING = ["Threat", "Defence", "Shown by"]


@dataclass(frozen=True)
class Row:
    """One line of a table of threats."""

    threat: str
    defence: str
    shown: str


def rows_in(text: str) -> Iterator[list[str]]:
    """Every line of every table, as its cells."""
    for line in text.splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def tables() -> dict[str, list[Row]]:
    """The threats below each heading that has a table of them."""
    found = {}
    for title, text in CHAPTERS.findall(PAGE):
        heading, *rows = [*rows_in(text)] or [[]]
        if heading == HEADING:
            found[title] = [Row(*cells) for cells in rows[1:]]
    return found


def names_in(file: Path) -> set[str]:
    """The tests of a module: functions, classes, and what Hypothesis makes of a machine of states."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {name for name in found if name.lower().startswith("test")}


def files_called(path: str) -> list[Path]:
    """The files of that name below ``tests``, however little of its path is given."""
    matches = (ROOT / "tests").rglob(Path(path).name)
    return [one for one in matches if one.as_posix().endswith(f"/{path}")]


def wrong_with(row: Row) -> list[str]:
    """What a row names that is not there."""
    wrong = []
    code, tests = CODE.findall(row.defence), TEST.findall(row.shown)
    wrong += ["no file"] if not code else []
    wrong += ["no test"] if not tests else []
    wrong += [
        f"{path} is not there"
        for path in code
        if not ((ROOT / "bot" / path).exists() or (ROOT / path).exists())
    ]
    for path, name in tests:
        files = files_called(path)
        if len(files) != 1:
            wrong.append(f"{path} is not one file")
        elif path.endswith(".py") and name not in names_in(files[0]):
            wrong.append(f"{path} has no test {name!r}")
    return wrong


def test_the_page_has_its_tables() -> None:
    assert len(tables()) >= 12
    assert all(tables().values())
    assert sum(map(len, tables().values())) >= 35


@pytest.mark.parametrize("title", tables())
def test_each_threat_has_a_defence_and_a_test_that_exist(title: str) -> None:
    assert {row.threat: wrong for row in tables()[title] if (wrong := wrong_with(row))} == {}


def test_no_table_is_left_out() -> None:
    """A table whose heading is misspelt would not be looked at."""
    assert sum(len(rows) + 2 for rows in tables().values()) == sum(1 for _ in rows_in(PAGE))
