"""What each feature of a sentence weighs in the gist of its thread: the one table."""

from __future__ import annotations

# ``scoring`` and ``standing`` say what each means; ``python -m tests.unit.french.tune`` tunes them.
WEIGHTS = {
    # what its words say
    "mass": 1.0,
    "subject": 0.4,
    "specific": 0.3,
    "news": 0.5,
    "request": 1.2,
    "decision": 1.2,
    "short": -1.2,
    "personal": -1.0,
    "reaction": -1.0,
    "wish": -1.5,
    "heading": -0.8,
    "hanging": -0.7,
    # its dates
    "date": 0.3,
    "deadline": 0.7,
    "event": 0.6,
    "expired": -1.2,
    # its place in the thread
    "lead": 0.6,
    "first message": 0.9,
    "conclusion": 0.3,
    "consequence": 0.7,
    "change": 0.6,
    "settled": -1.2,
}
# How much of a sentence's weight is lost when a chosen one has the same words.
REPEATED = 0.45
