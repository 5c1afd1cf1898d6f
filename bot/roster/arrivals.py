"""Who comes and goes by the list: what its server says of one address."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from bot.roster.cells import clean, free, key_of
from bot.roster.lapse import is_current
from bot.store.people_tables import Contact, Person, RoleRow, Source, Status
from bot.work import Work

LIST = Source.LIST.value
LONGEST = 100  # characters of a name: whoever subscribes chooses theirs


async def holder(work: Work, address: str) -> Person | None:
    """Whose verified address this is, whether they are here or left."""
    person = await work.session.scalar(
        select(Person)
        .join(Contact, Contact.person_id == Person.id)
        .where(Contact.channel == "mail", Contact.value == address, Contact.verified_at.is_not(None))
    )
    while person is not None and person.merged_into is not None:
        person = await work.session.get_one(Person, person.merged_into)
    return person


async def enter(work: Work, address: str, name: str, taken: set[str]) -> Person:
    """A subscriber whom nobody knows becomes a person.  ``taken``: everybody's keys."""
    local = address.partition("@")[0]
    person = Person(
        key=free(key_of(local), taken),
        name=clean(name)[:LONGEST] or local,
        status=Status.SUBSCRIBER.value,
        language=work.settings.network.language,
        source=LIST,
        entered_at=work.now,
    )
    work.session.add(person)
    await work.session.flush()
    row = await work.session.scalar(
        select(Contact).where(Contact.channel == "mail", Contact.value == address)
    )
    if row is None:
        row = Contact(channel="mail", value=address)
        work.session.add(row)
    # What somebody only claims does not stand against what the list server knows.
    row.person_id, row.rank, row.source, row.verified_at = person.id, 0, LIST, work.now
    await work.session.flush()
    work.fact("people.subscribed")
    return person


def come_back(work: Work, person: Person) -> bool:
    """Let somebody who left the list be here again; False if more than the list said that they left."""
    if person.source != LIST:
        return False
    person.left_at, person.status = None, Status.SUBSCRIBER.value
    work.fact("people.subscribed")
    return True


def leave(work: Work, person: Person) -> None:
    """Somebody whom only the list knew is gone with it."""
    person.left_at, person.status = work.now, Status.FORMER.value
    work.fact("people.left_list")


async def only_listed(work: Work) -> dict[int, Person]:
    """The people whom nothing but the list keeps here: no role, and no address or chat id from elsewhere.

    Leaving the mail is not resigning: all others stay.
    """
    people = await work.session.scalars(
        select(Person).where(Person.source == LIST, Person.left_at.is_(None), Person.merged_into.is_(None))
    )
    kept = set(
        await work.session.scalars(
            select(Contact.person_id).where(Contact.source != LIST, Contact.verified_at.is_not(None))
        )
    )
    roles = await work.session.scalars(select(RoleRow))
    kept |= {row.person_id for row in roles if is_current(row, work.now)}
    return {person.id: person for person in people if person.id not in kept}


async def addresses_of(work: Work) -> dict[int, set[str]]:
    """Everybody's verified addresses."""
    found: dict[int, set[str]] = {}
    rows = await work.session.scalars(
        select(Contact).where(Contact.channel == "mail", Contact.verified_at.is_not(None))
    )
    for row in rows:
        found.setdefault(row.person_id, set()).add(row.value)
    return found


def names(people: Collection[Person], most: int = 10) -> tuple[list[str], int]:
    """Some of them, as a message tells them: the first names, and how many there are besides."""
    said = sorted((person.name for person in people), key=str.casefold)
    return said[:most], max(0, len(said) - most)
