"""Folder names on the wire: modified UTF-7 (RFC 3501 §5.1.3)."""

from __future__ import annotations

import re
from base64 import b64encode

_SHIFTED = re.compile(r"[^\x20-\x7e]+")


def encode_folder(name: str) -> str:
    """A folder's name as ASCII: ``&`` as ``&-``, whatever is not printable ASCII as ``&…-`` in base64.

    >>> encode_folder("Réunions & fêtes")
    'R&AOk-unions &- f&AOo-tes'
    """
    return _SHIFTED.sub(_shift, name.replace("&", "&-"))


def _shift(match: re.Match[str]) -> str:
    code = b64encode(match[0].encode("utf-16-be")).decode("ascii")
    return f"&{code.rstrip('=').replace('/', ',')}-"
