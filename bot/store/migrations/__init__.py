"""The schema's one linear history, a file a revision: ``versions/0001_…py``, ``0002_…py`` …"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
VERSION_TABLE = "schema_version"


def revisions() -> list[str]:
    """The revisions that this version of Navette knows, oldest first, without loading any of them."""
    return sorted(file.name[:4] for file in (HERE / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))
