"""What a check found: one sentence, and what to do when something is wrong."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class State(enum.StrEnum):
    """How a thing stands."""

    OK = "ok"
    WARNING = "warning"  # it works, but somebody should know
    FAILURE = "failure"  # it will not work


@dataclass(frozen=True)
class Finding:
    """One thing looked at.  ``about`` is a slug for machines; the rest is read by an administrator."""

    about: str
    state: State
    sentence: str
    advice: str = ""


def ok(about: str, sentence: str) -> Finding:
    """A thing that works."""
    return Finding(about, State.OK, sentence)


def warning(about: str, sentence: str, advice: str = "") -> Finding:
    """A thing that works, and that somebody should know."""
    return Finding(about, State.WARNING, sentence, advice)


def failure(about: str, sentence: str, advice: str) -> Finding:
    """A thing that will not work until ``advice`` is followed."""
    return Finding(about, State.FAILURE, sentence, advice)
