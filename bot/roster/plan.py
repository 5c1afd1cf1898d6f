"""What an import would change, person by person, before anything is written."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.personal import erasure
from bot.roster.cells import free, key_of
from bot.roster.known import Known, same_name
from bot.roster.lines import Line, Table
from bot.roster.sheet import SheetError
from bot.settings.model import Settings
from bot.store.people_tables import Erasure, Person, Status


class Fate(enum.StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    DOUBTFUL = "doubtful"  # left out


class Doubt(enum.StrEnum):
    """Why a row is left out."""

    NAMESAKE = "namesake"  # somebody of this name is there, and nothing says that it is them
    SEVERAL = "several"  # its addresses, chat ids and key are those of different people
    OTHER_NAME = "other_name"  # the address is that of somebody who is called quite differently
    FORMER = "former"  # they left, and the row does not say that they are back
    ERASED = "erased"  # they were erased, at their own wish
    NOBODY = "nobody"  # neither a name nor an address
    TWICE = "twice"  # another row is of the same person, or has the same address, chat id or key


@dataclass(frozen=True)
class Change:
    """One thing that an import says of somebody.

    ``what``: a column of ``Person``, or place, address, chat, role.  ``key``: that of the place.
    """

    what: str
    before: str
    after: str
    key: str = ""


@dataclass
class Case:
    """One row: who it is, and what becomes of it.

    ``others``: the keys of those whom a doubt is about; ``lines``: the numbers of the rows.
    """

    line: Line
    fate: Fate
    key: str = ""
    name: str = ""
    person_id: int | None = None
    changes: list[Change] = field(default_factory=list)
    doubt: Doubt | None = None
    others: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A whole import.  ``absent``: key and name of those who are here and not in the file."""

    cases: tuple[Case, ...]
    absent: tuple[tuple[str, str], ...]
    new_places: tuple[tuple[str, str], ...]  # key and name
    passed: tuple[str, ...]
    names: Mapping[str, str]  # of those whom doubts are about, by key

    def count(self, fate: Fate) -> int:
        """How many rows end so."""
        return sum(case.fate is fate for case in self.cases)


async def make(
    session: AsyncSession, settings: Settings, table: Table, new: Collection[int], now: dt.datetime
) -> Plan:
    """What the table would change.

    ``new``: the numbers of rows that are somebody else than their namesakes.  Raises SheetError when one of
    these has none.
    """
    known = await Known.read(session, settings, now)
    erased = await _erased(session, table.lines)
    book = _Book(known, _sharing(table.lines, marks), _sharing(table.lines, _name), erased, new)
    cases = [_case(line, book) for line in table.lines]
    _leave_out_twice_one(cases)
    useless = sorted(set(new) - {case.line.number for case in cases if case.line.number in known.accepted})
    if useless:
        raise SheetError(f"--new {useless[0]} : cette ligne n'attend pas qu'on dise qui c'est")
    met = {case.person_id for case in cases} | {one for case in cases for one in known.ids(case.others)}
    absent = tuple(
        (person.key, person.name)
        for person in sorted(known.people.values(), key=lambda one: one.key)
        if person.id not in met and person.left_at is None and person.merged_into is None
    )
    used = {change.key for case in cases if case.fate is not Fate.DOUBTFUL for change in case.changes}
    places = tuple(place for place in known.new_places.values() if place[0] in used)
    names = {key: known.by_key[key].name for case in cases for key in case.others}
    return Plan(tuple(cases), absent, places, table.passed, names)


@dataclass(frozen=True)
class _Book:
    """What decides what becomes of a row.  By row: the others with one of its marks, those with its name."""

    known: Known
    twice: Mapping[int, tuple[int, ...]]
    namesakes: Mapping[int, tuple[int, ...]]
    erased: Collection[int]
    new: Collection[int]


def marks(line: Line) -> list[str]:
    """What is one person's only: addresses, chat ids, key."""
    return [*line.addresses, *line.chats, *([line.key] if line.key else [])]


def _name(line: Line) -> list[str]:
    return [name] if (name := same_name(line.name)) else []


def _sharing(lines: Iterable[Line], marks_of: Callable[[Line], Iterable[str]]) -> dict[int, tuple[int, ...]]:
    """For each row the others that share a mark with it, if there are any."""
    having: dict[str, list[int]] = {}
    for line in lines:
        for mark in marks_of(line):
            having.setdefault(mark, []).append(line.number)
    found: dict[int, set[int]] = {}
    for numbers in having.values():
        for number in numbers if len(numbers) > 1 else ():
            found.setdefault(number, set()).update(numbers)
    return {number: tuple(sorted(numbers - {number})) for number, numbers in found.items()}


def _leave_out_twice_one(cases: Iterable[Case]) -> None:
    of_one: dict[int, list[Case]] = {}
    for case in cases:
        if case.person_id is not None and case.fate is not Fate.DOUBTFUL:
            of_one.setdefault(case.person_id, []).append(case)
    for several in of_one.values():
        for case in several if len(several) > 1 else ():
            case.fate, case.doubt, case.changes = Fate.DOUBTFUL, Doubt.TWICE, []
            case.others = (case.key,)
            case.lines = tuple(one.line.number for one in several if one is not case)


async def _erased(session: AsyncSession, lines: Iterable[Line]) -> set[int]:
    """The numbers of the rows of somebody who was erased."""
    if not await session.scalar(select(func.count()).select_from(Erasure)):
        return set()
    found = set()
    for line in lines:
        contacts = [("mail", one) for one in line.addresses] + [("room", one) for one in line.chats]
        if await erasure.is_erased(session, key=line.key, name=line.name, contacts=contacts):
            found.add(line.number)
    return found


def _case(line: Line, book: _Book) -> Case:
    if not (line.name or line.addresses):
        return Case(line, Fate.DOUBTFUL, doubt=Doubt.NOBODY)
    known, number = book.known, line.number
    found = known.whom(line)
    name = line.name or line.addresses[0].partition("@")[0]
    keys = tuple(one.key for one in found)
    if number in book.twice:
        return Case(line, Fate.DOUBTFUL, name=name, doubt=Doubt.TWICE, others=keys, lines=book.twice[number])
    if len(found) > 1:
        return Case(line, Fate.DOUBTFUL, name=name, doubt=Doubt.SEVERAL, others=keys)
    if found:
        return _known_case(line, found[0], known)
    if number in book.erased:
        known.accepted.add(number)
        if number not in book.new:
            return Case(line, Fate.DOUBTFUL, name=name, doubt=Doubt.ERASED)
    same = [one for one in known.named.get(same_name(line.name), ()) if line.name]
    if same or number in book.namesakes:
        known.accepted.add(number)
        if number not in book.new:
            keys, lines = tuple(one.key for one in same), book.namesakes.get(number, ())
            return Case(line, Fate.DOUBTFUL, name=name, doubt=Doubt.NAMESAKE, others=keys, lines=lines)
    case = Case(line, Fate.ADDED, name=name)
    case.key = free(line.key or key_of(name), known.keys)
    status = line.status or Status.SUBSCRIBER.value
    case.changes = [Change("status", "", status), *_changes(line, None, known)]
    return case


def _known_case(line: Line, person: Person, known: Known) -> Case:
    doubt = None
    if line.name and not _may_be_called(person, line, known):
        doubt = Doubt.OTHER_NAME
    elif person.left_at is not None and not line.status:
        doubt = Doubt.FORMER
    if doubt is not None:
        return Case(line, Fate.DOUBTFUL, name=line.name or person.name, doubt=doubt, others=(person.key,))
    case = Case(line, Fate.SAME, person.key, person.name, person.id)
    # « Bruno » alone takes nothing from « Bruno Castagne ».
    if not set(same_name(line.name).split()) <= set(same_name(person.name).split()):
        case.changes.append(Change("name", person.name, line.name))
    if line.status and line.status != person.status:
        case.changes.append(Change("status", person.status, line.status))
    case.changes += _changes(line, person, known)
    case.fate = Fate.CHANGED if case.changes else Fate.SAME
    return case


def _may_be_called(person: Person, line: Line, known: Known) -> bool:
    """Whether one name may have become the other: a word in common, or a name that was only an address."""
    words = set(same_name(person.name).split())
    if words & set(same_name(line.name).split()):
        return True
    return " ".join(sorted(words)) in known.mailboxes.get(person.id, set())


def _changes(line: Line, person: Person | None, known: Known) -> list[Change]:
    changes = []
    place = known.place(line)
    there = known.place_names.get(person.place_id or 0, "") if person else ""
    if place is not None and place[1] != there:
        changes.append(Change("place", there, place[1], place[0]))
    for what, said in (("department", line.department), ("town", line.town), ("language", line.language)):
        before = str(getattr(person, what)) if person else ""
        if said and said != before:
            changes.append(Change(what, before, said))
    entered = person.entered_at if person else None
    day = entered.astimezone(known.settings.network.zone).date().isoformat() if entered else ""
    if line.entered and line.entered.isoformat() != day:
        changes.append(Change("entered", day, line.entered.isoformat()))
    for what, channel, values in (("address", "mail", line.addresses), ("chat", "room", line.chats)):
        for value in values:
            row = known.contacts.get((channel, value))
            if row is None or row.verified_at is None:
                changes.append(Change(what, "", value))
    held = known.held.get(person.id, set()) if person else set()
    changes += [Change("role", "", role) for role in line.roles if role not in held]
    return changes
