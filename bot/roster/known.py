"""Who and what is there, as an import looks at it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.french.fold import near, unaccent
from bot.roster.cells import free, key_of
from bot.roster.lapse import is_current
from bot.roster.lines import Line
from bot.settings.model import Settings
from bot.store.people_tables import Contact, Person, Place, RoleRow, Source

LISTED = Source.LIST.value


def same_name(name: str) -> str:
    """The form under which two names are one: without case, accents, signs, or the order of the words."""
    return " ".join(sorted("".join(c if c.isalnum() else " " for c in unaccent(name)).split()))


@dataclass
class Known:
    """Who and what is there."""

    people: dict[int, Person]
    contacts: dict[tuple[str, str], Contact]
    held: dict[int, set[str]]  # the roles of the moment, as settings write them
    named: dict[str, list[Person]]
    places: dict[str, Place]
    place_names: dict[int, str]
    by_key: dict[str, Person]
    mailboxes: dict[int, set[str]]  # the local parts of everybody's addresses, as ``same_name``
    settings: Settings
    keys: set[str] = field(default_factory=set)  # those that are taken
    new_places: dict[str, tuple[str, str]] = field(default_factory=dict)
    doubted: dict[str, str] = field(default_factory=dict)  # for a name, the place that may be meant
    accepted: set[int] = field(default_factory=set)

    @classmethod
    async def read(cls, session: AsyncSession, settings: Settings, now: dt.datetime) -> Known:
        people = {row.id: row for row in await session.scalars(select(Person))}
        held: dict[int, set[str]] = {}
        for role in await session.scalars(select(RoleRow)):
            if is_current(role, now):
                text = f"{role.role}:{role.circle}" if role.circle else role.role
                held.setdefault(role.person_id, set()).add(text)
        named: dict[str, list[Person]] = {}
        for person in people.values():
            if person.merged_into is None:
                named.setdefault(same_name(person.name), []).append(person)
        places = list(await session.scalars(select(Place)))
        called = {place_name(one.name): one for one in places} | {one.key: one for one in places}
        contacts = {(row.channel, row.value): row for row in await session.scalars(select(Contact))}
        mailboxes: dict[int, set[str]] = {}
        for row in contacts.values():
            if row.channel == "mail":
                mailboxes.setdefault(row.person_id, set()).add(same_name(row.value.partition("@")[0]))
        by_key = {one.key: one for one in people.values()}
        names = {one.id: one.name for one in places}
        return cls(people, contacts, held, named, called, names, by_key, mailboxes, settings, set(by_key))

    def ids(self, keys: Iterable[str]) -> list[int]:
        """The numbers of those who have these keys."""
        return [self.by_key[key].id for key in keys]

    def whom(self, line: Line) -> list[Person]:
        """Whose verified addresses and chat ids these are, and whose key."""
        places = [("mail", one) for one in line.addresses] + [("room", one) for one in line.chats]
        rows = [row for place in places if (row := self.contacts.get(place)) and row.verified_at]
        found = {self._kept(self.people[row.person_id]).id: None for row in rows}
        holder = self.by_key.get(line.key)
        if holder is not None and (holder.source != LISTED or holder.merged_into is not None):
            # Whoever subscribes to the list chooses the address of which their key is made.
            found[self._kept(holder).id] = None
        return [self.people[number] for number in found]

    def _kept(self, person: Person) -> Person:
        while person.merged_into is not None:
            person = self.people[person.merged_into]
        return person

    def place(self, line: Line) -> tuple[str, str] | None:
        """Key and name of the place of a row; None when it says none, or one that we doubt."""
        if not line.place:
            return None
        said = place_name(line.place)
        place = self.places.get(said) or self.places.get(line.place)
        if place is not None:
            return place.key, place.name
        if said in self.new_places:
            return self.new_places[said]
        if said not in self.doubted and (like := self._like(said)):
            self.doubted[said] = like
        if said in self.doubted:
            line.doubts.append(f"lieu inconnu : {line.place} (ou bien {self.doubted[said]} ?)")
            return None
        taken = {one.key for one in self.places.values()} | {key for key, _ in self.new_places.values()}
        self.new_places[said] = (free(key_of(line.place), taken), line.place)
        return self.new_places[said]

    def _like(self, said: str) -> str | None:
        """The name of the place that may be meant: all but one letter, or with other words around it."""
        words = set(said.split())
        named = {name: one.name for name, one in self.places.items()}
        for name, place in named.items():
            other = set(place_name(name).split())
            if other and (other < words or words < other):
                return place
        named |= {name: place for name, (_, place) in self.new_places.items()}
        close = near(said, [name for name in named if _numbers(name) == _numbers(said)], 1)
        return named[close[0]] if close else None


def _numbers(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def place_name(name: str) -> str:
    """The form under which two names of places are one: also without the article before it."""
    words = "".join(c if c.isalnum() else " " for c in unaccent(name)).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("la", "le", "les", "l") else words)
