"""What one instruction is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from handlers.digest.desk.instructions import Do


@dataclass(frozen=True)
class Edit:
    """One instruction: what to do, to which numbers, with which words.

    ``about``: what is meant, by words of its title, where no number was said.  ``old``: what a replacement
    replaces.  ``section``: where to.  ``said``: the clause that it was read from.
    """

    do: Do
    numbers: tuple[int, ...] = ()
    words: str = ""
    at: dt.datetime | None = None
    old: str = ""
    section: str = ""
    about: str = ""
    everything: bool = False
    said: str = field(default="", compare=False)
