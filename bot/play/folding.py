"""What makes no difference between an expected text and what was said."""

from __future__ import annotations

import re
import unicodedata

_OPENING = re.compile(r"[«“„‹]\s*")
_CLOSING = re.compile(r"\s*[»”‟›]")
_SIGNS = str.maketrans("’‘ʼ′`´\u00a0\u202f\u2009", "''''''   ")


def plain(text: str) -> str:
    """One form for apostrophes, guillemets and spaces; case, lines and accents stay."""
    text = unicodedata.normalize("NFC", text).translate(_SIGNS)
    return _CLOSING.sub('"', _OPENING.sub('"', text))


def folded(text: str) -> str:
    """``plain``, in lower case, white space made one; accents and median points stay."""
    return " ".join(plain(text).casefold().split())
