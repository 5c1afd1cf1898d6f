"""JSON that is nested deeper than Python's parser goes: read all the same, without what lies that deep."""

from __future__ import annotations

import json
import re
from typing import Any

# An answer's own envelope takes eight levels; what people's clients write takes about as many.
MOST_LEVELS = 64
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]', re.DOTALL)


def load(raw: bytes | bytearray) -> Any:
    """What ``raw`` holds.  Anybody in a room can send an event that would otherwise make us deaf for good.

    Raises ValueError for what is no JSON in UTF-8.
    """
    text = str(raw, "utf-8")
    try:
        return json.loads(text)
    except RecursionError:
        return json.loads(cut(bytes(raw)))


def cut(raw: bytes, most: int = MOST_LEVELS) -> bytes:
    """``raw`` with null in place of each list or object that lies deeper than ``most`` levels."""
    kept, since, depth = [], 0, 0
    for token in _TOKEN.finditer(raw):
        sign = token.group()[:1]
        if sign in b"[{":
            depth += 1
            if depth == most + 1:
                kept += [raw[since : token.start()], b"null"]
        elif sign in b"]}":
            if depth == most + 1:
                since = token.end()
            depth -= 1
    return b"".join([*kept, raw[since:]])
