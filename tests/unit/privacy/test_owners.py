"""Everything that is held on people has an owner, who says what it is and lets go of it."""

from __future__ import annotations

import tomllib

from sqlalchemy import JSON, LargeBinary, Text

from bot import resources
from bot.app import load_capabilities
from bot.personal import holdings
from bot.personal.holdings import sweep
from bot.settings.model import Settings
from tests.unit.privacy.conftest import KEY, Scene

OWNERS = [
    *holdings.OWNERS,
    *(owner for one in load_capabilities(Settings().capabilities) for owner in one.owners),
]


def test_every_table_that_can_name_somebody_has_one_owner() -> None:
    """By a number of a person, or in a text, a JSON value or bytes; what has none says why."""
    owned = [table for owner in OWNERS for table in owner.tables]
    assert len(owned) == len(set(owned))
    missing = set()
    for table in sweep.all_tables().sorted_tables:
        for column in table.columns:
            to_people = any(key.column.table.name == "people" for key in column.foreign_keys)
            may_name = isinstance(column.type, Text | JSON | LargeBinary)
            if to_people and table.name not in owned:
                missing.add(f"{table.name}.{column.name}")
            if may_name and table.name not in {*owned, *holdings.OF_NOBODY}:
                missing.add(f"{table.name}.{column.name}")
    assert missing == set()
    assert not holdings.OF_NOBODY & set(owned)


def test_every_text_of_every_table_is_swept() -> None:
    for table in sweep.all_tables().sorted_tables:
        swept = {column.name for column in sweep.columns_of(table)}
        texts = {c.name for c in table.columns if isinstance(c.type, Text | JSON) and not c.foreign_keys}
        assert texts <= swept


async def test_every_kind_and_field_has_its_word(lived_in: Scene) -> None:
    async with lived_in.bot.store.read() as session:
        found = await holdings.everything(lived_in.work(session), await lived_in.number_of(KEY))
    for language in ("fr", "en"):
        words = tomllib.loads((resources.templates() / language / "words.toml").read_text("utf-8"))
        assert {one.kind for one in found} <= words["holding"].keys()
        assert {name for one in found for row in one.rows for name in row} <= words["holding_field"].keys()
    assert {"profile", "contacts", "roles", "preferences", "messages", "sent", "received", "lines"} <= {
        one.kind for one in found
    }
