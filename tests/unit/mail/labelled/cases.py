"""The labelled mails: each ``NAME.eml`` as its client writes it, beside a ``NAME.json`` that says what it is.

Every set has two portions: ``seen``, which the rules were written by, and ``held``, which nobody looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[3] / "fixtures" / "mail"
PORTIONS = ("seen", "held")


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
