"""What reading French loads, and does, when it is imported: little, since commands and tests start so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.french.dates import finder

ROOT = Path(__file__).parents[3]
MODULES = ("bot.french.dates", "bot.french.gist.summary")
# Each takes as long to load as half of what reads French, or needs one that does.
HEAVY = ("dataclasses", "inspect", "typing", "zoneinfo", "difflib", "contextlib", "bot.clock")
# In a process of its own; a module left out by hand must not be there by chance either.
PROGRAM = """
import sys
before = set(sys.modules)
import {module}
print(*sorted({{*{heavy!r}}} & set(sys.modules) - before))
"""
COMPILING = """
import re

def refuse(pattern, *rest):
    raise AssertionError("compiled at import: " + repr(pattern))

for name in ("compile", "search", "match", "fullmatch", "split", "sub", "subn", "findall", "finditer"):
    setattr(re, name, refuse)
import {module}
"""


def _run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("module", MODULES)
def test_loads_nothing_heavy(module):
    assert _run(PROGRAM.format(module=module, heavy=HEAVY)) == ""


@pytest.mark.parametrize("module", MODULES)
def test_compiles_no_expression(module):
    assert _run(COMPILING.format(module=module)) == ""


def test_every_word_that_begins_a_date_is_looked_at():
    """Texts without any are passed over before they are read."""
    assert [word for word in finder._STARTS if not finder._may_hold(f"oh, {word} !")] == []
    assert not finder._may_hold("rien de tel")
