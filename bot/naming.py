"""Which person, place or circle a name means, as people type it: one, several, or none.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.circles import bare


@dataclass(frozen=True)
class Named:
    """Something that can be called by its key, its name or an address."""

    key: str
    name: str
    addresses: tuple[str, ...] = ()


def called(said: str, known: Sequence[Named]) -> list[str]:
    """The keys of those that ``said`` may mean: the closest way of calling that finds any.

    By key or address, by the whole name, by a part of it that is made of whole words (a first name, one
    half of a compound one).  Several mean that somebody must say which.
    """
    typed, wanted = said.strip().lower(), bare(said)
    exact = [one.key for one in known if typed in (one.key, *one.addresses)]
    if exact or not wanted:
        return exact
    whole = [one.key for one in known if bare(one.name) == wanted]
    if whole:
        return whole
    parts = wanted.split()
    return [one.key for one in known if _within(parts, bare(one.name).split())]


def _within(parts: Sequence[str], name: Sequence[str]) -> bool:
    return any(list(name[at : at + len(parts)]) == list(parts) for at in range(len(name) - len(parts) + 1))
