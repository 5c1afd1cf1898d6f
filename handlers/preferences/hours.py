"""Quiet hours as people say them: « de 21 h à 9 h », "quiet hours from 9 pm to 8 am".  Pure."""

from __future__ import annotations

import re

CUE = re.compile(
    r"\b(?:heures? (?:calmes?|de silence|tranquilles?|de repos)|silence|calme|tranquille|ne pas deranger"
    r"|quiet|do not disturb)\b"
)
AN_HOUR = (
    r"(?:(?P<hour{0}>\d{{1,3}}) ?(?:(?:h|heures?|:) ?(?P<minute{0}>\d{{2}})?)? ?(?P<half{0}>am|pm)?"
    r"|(?P<word{0}>midi|noon|minuit|midnight))"
)
SPAN = re.compile(
    rf"(?:\b(?:de|entre|from|between|des)\b ?)?(?<!\d){AN_HOUR.format(1)} ?"
    rf"(?:\ba\b|\bet\b|-|\bto\b|\band\b|\buntil\b|\bjusqu'a\b) ?{AN_HOUR.format(2)}(?!\d)"
)
OPENED = re.compile(r"\b(?:de|entre|from|between)\b|\dh|\d ?(?:h|heures?|:|am|pm)\b")
USUAL = re.compile(r"\b(?:defaut|default|habitude|usual|tout le monde|everybody|normal\w*)\b")
WORDS = {"midi": "12:00", "noon": "12:00", "minuit": "00:00", "midnight": "00:00"}


def hours(said: str, *, none: bool) -> tuple[str, str] | tuple[()] | None:
    """From and until, as "21:00"; () for an hour that does not exist, None if these are no quiet hours.

    « heures calmes : aucune » (``none``) is the same hour twice; by default, two empty texts.
    """
    cue, span = CUE.search(said), SPAN.search(said)
    if span is not None and (cue or OPENED.search(span[0])):
        ends = [_hour(span, number) for number in (1, 2)]
        return (ends[0], ends[1]) if all(ends) else ()
    if cue is None:
        return None
    if USUAL.search(said):
        return "", ""
    return ("00:00", "00:00") if none else None


def _hour(span: re.Match[str], number: int) -> str:
    """One end as "HH:MM", or "" if there is no such hour."""
    if span[f"word{number}"]:
        return WORDS[span[f"word{number}"]]
    hour, minute, half = int(span[f"hour{number}"]), int(span[f"minute{number}"] or 0), span[f"half{number}"]
    if half:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return ""
    return f"{hour % 24:02d}:{minute:02d}"
