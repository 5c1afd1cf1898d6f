"""What ``docs/architecture.md`` says to be somewhere is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
NAMED = re.compile(r"`([\w/]+\.py|[\w/]+/)`")
PLACES = ("bot", "bot/channels", "bot/channels/matrix", "bot/archive", "bot/french", "handlers/digest", ".")
OF_A_CAPABILITY = {"rules.py", "tables.py"}


def test_each_file_and_folder_that_it_names_is_there() -> None:
    named = set(NAMED.findall(PAGE))
    assert len(named) > 60
    missing = [one for one in named if not any((ROOT / place / one).exists() for place in PLACES)]
    assert set(missing) - OF_A_CAPABILITY - {"templates/LANGUAGE/"} == set()
