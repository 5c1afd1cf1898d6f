"""Every example of the page about reading mail: the mail, and a part of what is read from it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.cli.read import as_dict
from bot.mail.read import read

PAGE = Path(__file__).parents[2] / "docs" / "reading-mail.md"
EXAMPLE = re.compile(r"^```mail\n(.*?)^```\n```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = EXAMPLE.findall(PAGE.read_text("utf-8"))


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize(("mail", "said"), EXAMPLES, ids=range(1, len(EXAMPLES) + 1))
def test_example(mail: str, said: str) -> None:
    found = as_dict(read(mail.encode(), authserv_id="mx.lisieres.example"))
    for key, value in json.loads(said).items():
        assert found[key] == value
