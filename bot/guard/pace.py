"""How much each author of the rooms did in the last hour, in memory: asking the database costs too much."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable

HOUR = dt.timedelta(hours=1)
MOST_AUTHORS = 2_000  # more are looked through, and the idle ones forgotten


class Pace:
    """For each author the moments at which they may have been answered: never fewer than there were.

    It knows nothing when we start; ``known`` says whether it was told since.  ``held``: those of whom
    something waits.
    """

    def __init__(self) -> None:
        self.known = False
        self.held: set[str] = set()
        self._moments: dict[str, deque[dt.datetime]] = {}

    def count(self, author: str, now: dt.datetime) -> int:
        """How many moments of the hour before ``now``."""
        moments = self._moments.get(author)
        if moments is None:
            return 0
        while moments and moments[0] <= now - HOUR:
            moments.popleft()
        return len(moments)

    def add(self, author: str, now: dt.datetime) -> None:
        """They did something that may be answered."""
        if author not in self._moments:
            self._forget(now)
        self._moments.setdefault(author, deque()).append(now)

    def correct(self, author: str, moments: Iterable[dt.datetime]) -> None:
        """These are all the answers that they had."""
        self._moments[author] = deque(sorted(moments))

    def _forget(self, now: dt.datetime) -> None:
        if len(self._moments) >= MOST_AUTHORS:
            self._moments = {
                author: moments
                for author, moments in self._moments.items()
                if moments and moments[-1] > now - HOUR
            }
