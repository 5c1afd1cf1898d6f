"""What strangers' JSON holds, read without trusting its shape: the wrong type is as good as absent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MAX_TEXT = 65_536  # characters; an event has at most as many bytes (client-server API, "Size limits")
MAX_ID = 255  # bytes of a user id, room id or event id (ibid.)
_DEPTH = 16
_WHOLE = 2**53  # integers beyond are not allowed in events (canonical JSON)
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")  # lone surrogates have no UTF-8; databases stumble over NUL


def fields(value: object) -> Mapping[str, Any]:
    """An object of JSON, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[Any]:
    """A list of JSON, or an empty one."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """A string that any file or database takes, or an empty one."""
    return _UNSTORABLE.sub("\ufffd", value[:MAX_TEXT]) if isinstance(value, str) else ""


def identifier(value: object) -> str:
    """An id, or "" for what cannot be one."""
    if not isinstance(value, str) or len(value) > MAX_ID or _UNSTORABLE.search(value):
        return ""
    return value


def whole(value: object) -> int | None:
    """An integer, or None."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _WHOLE:
        return value
    return None


def plain(value: object, depth: int = _DEPTH) -> Any:
    """A copy that can be kept as JSON: string keys, storable texts, no deeper than reason."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return whole(value)
    if isinstance(value, float):
        return value if abs(value) <= _WHOLE else None
    if depth and isinstance(value, Mapping):
        return {text(k): plain(v, depth - 1) for k, v in value.items() if isinstance(k, str)}
    if depth and isinstance(value, list):
        return [plain(each, depth - 1) for each in value]
    return None
