"""Which names of a person may be taken out of the words of others, and which would take other things along.

A name stays in texts when it may mean somebody or something else: one word alone (« Rose », « contact », as
list servers call people of whom they know nothing but an address), a name that another person bears, the
name of a place, a circle, a territory or a list.  A longer name that holds it (« Léa Toscan-Morel », « Centre
Léa Toscan ») is spared as it stands.  Addresses and chat ids, which mean nobody else, always go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.french.fold import fold
from bot.settings.model import Settings
from bot.store.people_tables import Person, Place, Territory

LEAST_LETTERS = 5  # of a name of several words: less is a word of the language as well as a name


@dataclass(frozen=True)
class Names:
    """``sought`` are replaced in texts, but not where they stand in one of ``spared``."""

    sought: tuple[str, ...]
    spared: tuple[str, ...]


async def names_of(
    session: AsyncSession, settings: Settings, people: Sequence[int], names: Iterable[str]
) -> Names:
    """What of the names of these rows, which are one person, may be taken out of texts."""
    others = [*await _of_others(session, people), *_of_things(settings)]
    folded = {_words(one): one for one in others}
    sought = [one for one in dict.fromkeys(names) if _is_apart(one) and _words(one) not in folded]
    spared = [one for words, one in folded.items() if any(_holds(words, _words(name)) for name in sought)]
    return Names(tuple(sought), tuple(spared))


async def _of_others(session: AsyncSession, people: Sequence[int]) -> list[str]:
    found = list(await session.scalars(select(Person.name).where(Person.id.not_in(people))))
    for column in (Place.name, Territory.name):
        found += await session.scalars(select(column))
    return found


def _of_things(settings: Settings) -> list[str]:
    named = [settings.network.name, settings.bot.name, *settings.lists]
    return [*named, *settings.circles, *(circle.name for circle in settings.circles.values())]


def _is_apart(name: str) -> bool:
    words = name.split()  # « Jean-Pierre » is one
    return len(words) > 1 and sum(map(len, words)) >= LEAST_LETTERS


def _words(name: str) -> tuple[str, ...]:
    return tuple(fold(name).replace("-", " ").split())


def _holds(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    size = len(shorter)
    return any(longer[at : at + size] == shorter for at in range(len(longer) - size + 1))
