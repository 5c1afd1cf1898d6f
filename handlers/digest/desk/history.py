"""What one answer changed of a draft, and back: what others did meanwhile, and what came in, stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.digest.sources.taken_back import is_taken_back
from handlers.digest.tables import Edition, Item, ItemState

OF_EDITION = ("state", "intro", "approved_by", "send_at", "period")
OF_ITEM = ("state", "rank", "title", "text", "section", "links", "edited")
WORDS = ("title", "text")

Snapshot = dict[str, dict[str, Any]]  # the edition under "", its items by their number in the database


def snapshot(edition: Edition, items: Sequence[Item]) -> Snapshot:
    """All that an answer may change."""
    seen: Snapshot = {"": {name: _plain(getattr(edition, name)) for name in OF_EDITION}}
    for item in items:
        seen[str(item.id)] = {name: _plain(getattr(item, name)) for name in OF_ITEM}
    return seen


def difference(before: Snapshot, after: Snapshot) -> dict[str, Any]:
    """What was changed, as (before, after) of each field, and what is new; as JSON has it."""
    changed: dict[str, dict[str, list[Any]]] = {}
    for key, was in before.items():
        now = after[key]
        fields = {name: [was[name], now[name]] for name in was if was[name] != now[name]}
        if "edited" in fields:  # what the words were tells later whether anybody else wrote in them
            fields |= {name: [was[name], now[name]] for name in WORDS}
        if fields:
            changed[key] = fields
    return {"changed": changed, "added": [key for key in after if key not in before]}


def is_nothing(change: Mapping[str, Any]) -> bool:
    """Whether an answer changed nothing."""
    return not change["changed"] and not change["added"]


def revert(edition: Edition, items: Sequence[Item], change: Mapping[str, Any]) -> bool:
    """Take a change back.  False if something of it stays, since somebody else changed it again."""
    rows: dict[str, Edition | Item] = {"": edition, **{str(item.id): item for item in items}}
    whole = True
    for key, fields in change["changed"].items():
        row = rows.get(key)
        if row is None or (isinstance(row, Item) and is_taken_back(row)):
            continue  # nobody but its author could bring it back
        whole &= _revert_fields(row, fields)
    for key in change["added"]:
        row = rows.get(key)
        if isinstance(row, Item):
            row.state = ItemState.DROPPED.value
    return whole


def _revert_fields(row: Edition | Item, fields: Mapping[str, list[Any]]) -> bool:
    whole = True
    for name, (was, became) in fields.items():
        if name == "edited":
            continue
        if _plain(getattr(row, name)) == became:
            setattr(row, name, _value(name, was))
        else:
            whole = False
    if (
        isinstance(row, Item)
        and "edited" in fields
        and all(getattr(row, name) == fields[name][0] for name in WORDS)
    ):
        row.edited = fields["edited"][0]
    return whole


def _plain(value: Any) -> Any:
    return (
        value.isoformat()
        if isinstance(value, dt.datetime)
        else list(value)
        if isinstance(value, list)
        else value
    )


def _value(name: str, kept: Any) -> Any:
    return dt.datetime.fromisoformat(kept) if name == "send_at" else kept
