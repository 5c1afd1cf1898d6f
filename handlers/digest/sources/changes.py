"""Gatherings that were moved or cancelled, as sentences tell it.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.french.dates.finder import Found
from bot.french.fold import aligned

MOVED = re.compile(
    r"\b(?:(?:report|decal|deplac|repouss)(?:ee?s?|ons)|report(?= (?:de|du|des|a|au))"
    r"|(?:prefer|de[vc]|dois|doit|choisi|vaut mieux|oblige)[a-z]*(?: [a-z']+){0,4}"
    r" (?:report|decal|deplac|repouss)er"
    r"|avance(?:e|s|es)?(?= (?:au|du|a)\b)|moved|postponed)\b"
)
CANCELLED = re.compile(
    r"\b(?:annul(?:ee?s?|ons)|annulation (?:de|du|des)|n'aura(?: finalement)? pas lieu|n'a(?:ura)? plus lieu"
    r"|cancelled)\b(?![^.;]{0,15}\b(?:s'il|si|en cas|sauf)\b)"
)
NOT_SO = re.compile(r"\b(?:pas|jamais|ni|si|sauf|faudra|faut|peut-etre|not)\b[^.,;]{0,25}\Z|\?\s*\Z|\bsi\b")
INSTEAD = re.compile(r"(?:au lieu|a la place|et non|initialement|prevue?s?|non plus)(?: \w+){0,2} ?\Z")
FROM_TO = re.compile(
    r"\bdu(?: [a-z]+di)? (\d{1,2})(?:er)? (?:[a-z]{3,9} )?au(?: [a-z]+di)? (\d{1,2})(?:er)?\b"
)
ONLY_TO = re.compile(r"\bau(?: [a-z]+di)? (\d{1,2})(?:er)?\b(?! ?(?:h|€|euros?|rue|bis))")


def only_wonders(text: str) -> bool:
    """Whether a sentence speaks of moving something, or of giving it up, as a question or a condition."""
    folded = aligned(text)
    said = MOVED.search(folded) or CANCELLED.search(folded)
    return said is not None and change_of(text, (), ()) is None


@dataclass(frozen=True)
class Change:
    """What a sentence changes: the days that do not hold any more, and the new one if there is one.

    ``all_gone``: it names no day, and means whatever was planned.
    """

    gone: tuple[dt.date, ...]
    new: Found | None
    all_gone: bool


def change_of(text: str, dates: Sequence[Found], planned: Collection[dt.date]) -> Change | None:
    """How a sentence changes what was ``planned`` (first days); None when it changes nothing."""
    folded = aligned(text)
    moved = MOVED.search(folded)
    cancelled = None if moved else CANCELLED.search(folded)
    said = moved or cancelled
    if said is None or NOT_SO.search(folded[: said.start()]) or folded.endswith("?"):
        return None
    if cancelled:
        gone = tuple(date.start for date in dates)
        return Change(gone, None, all_gone=not gone)
    return _moved(dates, planned, folded, said.start())


def _moved(dates: Sequence[Found], planned: Collection[dt.date], folded: str, verb: int) -> Change:
    """Days before the verb were planned; after it « du 15 au 17 » names both, « au 17 » the new one."""
    gone: list[dt.date] = []
    new: Found | None = None
    for date in dates:
        lead = folded[: date.position]
        if date.position < verb or INSTEAD.search(lead):
            gone.append(date.start)
        elif date.end > date.start:
            gone.append(date.start)
            new = date._replace(start=date.end)
        elif re.search(r"\bdu(?: [a-z]+di)? ?\Z", lead) and len(dates) > 1:
            gone.append(date.start)
        else:
            new = date
    if new is None:
        found = _by_number(folded[verb:], planned, gone)
        if found is not None:
            old, start = found
            gone.append(old)
            new = Found(start, start, None, None, "", 0, deadline=False)
    return Change(tuple(gone), new, all_gone=not gone)


def _by_number(
    folded: str, planned: Collection[dt.date], gone: Collection[dt.date]
) -> tuple[dt.date, dt.date] | None:
    """« du 15 au 17 », « au 17 », of the month in which something was planned."""
    both = FROM_TO.search(folded)
    only = ONLY_TO.search(folded)
    if both is None and only is None:
        return None
    number = int(both[2] if both else only[1] if only else 0)
    old = [day for day in planned if not both or day.day == int(both[1])]
    if gone:
        old = [day for day in old if day in gone] or list(gone)
    if len(old) != 1:
        return None
    try:
        return old[0], old[0].replace(day=number)
    except ValueError:
        return None  # no such day in that month
