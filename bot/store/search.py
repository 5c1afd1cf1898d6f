"""The full-text index: SQLite FTS5, accents folded.  PostgreSQL's would stand behind the same functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.french.fold import words

CREATE = """
CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(
    title, body, people, source UNINDEXED, ref UNINDEXED, circle UNINDEXED,
    tokenize = 'unicode61 remove_diacritics 2'
)
"""
INSERT = text(
    "INSERT INTO search_index (title, body, people, source, ref, circle)"
    " VALUES (:title, :body, :people, :source, :ref, :circle)"
)

FIND = text(
    "SELECT source, ref, title, snippet(search_index, 1, '', '', '…', 20) FROM search_index"
    " WHERE search_index MATCH :terms AND circle IN :circles ORDER BY rank LIMIT :limit"
).bindparams(bindparam("circles", expanding=True))


@dataclass(frozen=True)
class Entry:
    """One thing that can be found: where it stands (``source`` and its number), and its words."""

    source: str
    ref: int
    circle: str
    title: str
    body: str
    people: str

    def values(self) -> dict[str, str | int]:
        """As the index's columns."""
        return {
            "source": self.source,
            "ref": self.ref,
            "circle": self.circle,
            "title": self.title,
            "body": self.body,
            "people": self.people,
        }


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    source: str
    ref: int
    title: str
    excerpt: str


async def index(session: AsyncSession, *entries: Entry) -> None:
    """Let these be found from now on."""
    for entry in entries:
        await session.execute(INSERT, entry.values())


async def find(session: AsyncSession, query: str, circles: Sequence[str], limit: int = 10) -> list[Hit]:
    """What holds every word of ``query``, in ``circles``, the best first; accents and case are folded."""
    terms = " ".join(f'"{word}"*' for word in words(query)[:20])
    if not terms or not circles:
        return []
    rows = await session.execute(FIND, {"terms": terms, "circles": list(circles), "limit": limit})
    return [Hit(source, ref, title, excerpt) for source, ref, title, excerpt in rows]
