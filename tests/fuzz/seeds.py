"""The mails that mutations start from: what a real Sympa sent, the demo's mails, the labelled ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    ROOT / "tests" / "fixtures" / "sympa",
    ROOT / "config" / "demo" / "mails",
    ROOT / "tests" / "fixtures" / "mail",
)
MAX_SEED = 60_000


@cache
def seeds() -> tuple[bytes, ...]:
    """Every mail of the folders, by path.  Raises FileNotFoundError when there is none."""
    found = tuple(path.read_bytes() for folder in FOLDERS for path in sorted(folder.rglob("*.eml")))
    if not found:
        raise FileNotFoundError(f"no mail below {ROOT}")
    return tuple(mail for mail in found if len(mail) <= MAX_SEED)
