"""Whom an exchange concerns: its list's circle, or the open one that its subject names.  Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from bot.circles import named
from bot.mail.threads import strip_subject
from bot.settings.model import Circle

TAG = re.compile(r"\[([^\[\]]{1,60})\]")
OPENING = re.compile(r"\s*([^:\[\]()]{1,60}?)\s*(?::|\s[-–—|])\s+(?=\S)")


def circle_of(circles: Mapping[str, Circle], subject: str, home: str, untold: Collection[str]) -> str:
    """The key of the circle that a subject is about; ``home``, that of its list or room, if it names none.

    A tag (« [CAC] … ») or the opening (« GT Animation : … ») names it, by its key or its name.  Reserved
    circles (``untold``) are neither left nor entered so.
    """
    if home in untold:
        return home
    bare = strip_subject(subject)
    said = (
        TAG.findall(subject[: len(subject) - len(bare)]) if subject.endswith(bare) else TAG.findall(subject)
    )
    opening = OPENING.match(bare)
    found = [named(circles, one) for one in (*said, *([opening[1]] if opening else []))]
    return next((key for key in found if key is not None and key not in untold and key != home), home)


def without_opening(circles: Mapping[str, Circle], title: str, circle: str) -> str:
    """A title without the circle that opens it, which stands beside it."""
    opening = OPENING.match(title)
    if opening is None or named(circles, opening[1]) != circle:
        return title
    rest = title[opening.end() :]
    return rest[:1].upper() + rest[1:]
