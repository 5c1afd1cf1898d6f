"""The few words of the recap's own around what people wrote, in the network's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.french import format as french
from bot.work import Work
from handlers.digest.sources.calendar import near


@dataclass
class Phrases:
    """Speaks of the edition that is sent on ``day``."""

    work: Work
    day: dt.date
    _said: dict[tuple[str, object], str] = field(default_factory=dict)

    def voices(self, messages: int, people: int) -> str:
        """« 3 messages, 2 personnes »."""
        return self._say("digest.voices", {"messages": messages, "people": people})

    def recalled(self, sentence: str) -> str:
        """What was told before, as far as it is needed."""
        return self._say("digest.recalled", {"sentence": sentence})

    def correction(self, name: str, about: str) -> str:
        """« Précision de Bruno à propos de « Four à pain » »."""
        return self._say("digest.correction", {"name": name, "about": about})

    def cited(self, day: str, words: str) -> str:
        """A day that was named, and the words around it."""
        return self._say("digest.cited", {"day": day, "words": words})

    def more_days(self, number: int, title: str) -> str:
        """How many other days an exchange names."""
        return self._say("digest.more_days", {"number": number, "title": title})

    def call(self, cents: int, last: dt.date | None, who: str) -> str:
        """How much a funder gives, until when, to whom; empty if none of it is known."""
        until = near(french.day(last), last, self.day) if last else ""
        known = cents or last or who
        return self._say("digest.call", {"cents": cents, "day": until, "who": who}) if known else ""

    def _say(self, block: str, values: Mapping[str, Any]) -> str:
        key = (block, tuple(values.values()))
        if key not in self._said:
            self._said[key] = self.work.render(block, values).text
        return self._said[key]
