"""What each feature of a sentence weighs in the gist of its thread: the one table."""

from __future__ import annotations

from typing import Final

# ``scoring`` and ``standing`` say what each means; ``python -m tests.unit.french.tune`` tunes them.
WEIGHTS: Final = {
    # what its words say
    "mass": 1.0,
    "subject": 0.8,
    "specific": 0.4,
    "money": 0.4,
    "link": 0.2,
    "call": 0.3,
    "news": 0.5,
    "request": 1.1,
    "decision": 1.0,
    "question": 0.3,
    "short": -1.0,
    "long": -0.4,
    "personal": -0.8,
    "reaction": -1.2,
    "wish": -1.5,
    "heading": -0.8,
    "hanging": -0.8,
    # its dates
    "date": 0.1,
    "deadline": 0.9,
    "event": 0.5,
    "expired": -1.2,
    "bygone": -0.4,
    # its place in the thread
    "lead": 0.6,
    "opening": 0.6,
    "first message": 0.6,
    "answer": 0.4,
    "conclusion": 0.4,
    "consequence": 0.6,
    "change": 0.5,
    "settled": -1.2,
    "superseded": -2.0,
}
# How much of a sentence's weight is lost when a chosen one has the same words.
REPEATED: Final = 0.45
