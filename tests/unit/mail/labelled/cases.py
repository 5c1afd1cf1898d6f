"""The labelled mails: each ``NAME.eml`` as its client writes it, beside a ``NAME.json`` that says what it is.

Every set has three portions: ``seen``, by which the rules were written; ``held``, at which nobody looked
before they were; ``fresh``, labelled after ``held`` had been looked at too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[3] / "fixtures" / "mail"
PORTIONS = ("seen", "held", "fresh")


@dataclass(frozen=True)
class Case:
    """A mail and its label."""

    name: str
    path: Path
    label: dict[str, Any]

    @property
    def raw(self) -> bytes:
        """The mail as it came."""
        return self.path.read_bytes()


def cases(portion: str, holds: str) -> Iterator[Case]:
    """The cases of a portion whose label has the key ``holds``, by name."""
    for label_path in sorted(FIXTURES.glob(f"**/{portion}/**/*.json")):
        label = json.loads(label_path.read_text("utf-8"))
        if isinstance(label, dict) and holds in label:
            mail = label_path.with_suffix(".eml")
            yield Case(label_path.stem, mail, label)
