"""One person, one voice: whatever is linked, merged, split and undone, in any order."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import contacts, merging, people
from bot.authority import Held, Role
from bot.contacts import End
from bot.store import lifecycle
from bot.store.engine import Store
from bot.store.people_tables import Contact, Merge, Person, Preference, RoleRow
from bot.store.tables import Prompt

T = TypeVar("T")
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
KEYS = ("alice", "bruno", "chloe", "david")
PLACES = [End("mail", f"{number}@courriel.example") for number in range(3)]
PLACES += [End("room", f"@{number}:ailleurs.example") for number in range(3)]
somebody, place = st.integers(0, len(KEYS) - 1), st.sampled_from(PLACES)


def home(number: int) -> End:
    """Where somebody was before all this."""
    return End("mail", f"{KEYS[number]}@lisieres.example")


class Identities(RuleBasedStateMachine):
    """The model: who was merged into whom, and whose each place was before any merge."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(_prepared(), self.folder / "navette.sqlite3")
        self.store = Store(self.folder / "navette.sqlite3", synchronous="off")
        self.runner = asyncio.Runner()
        self.parent: dict[int, int] = {}
        self.owner = {home(number): number for number in range(len(KEYS))}
        self.merges: list[tuple[int, int, int]] = []  # row, kept, gone

    def teardown(self) -> None:
        self.run(self.store.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(what)

    def root(self, number: int) -> int:
        while number in self.parent:
            number = self.parent[number]
        return number

    @rule(who=somebody, end=place)
    def link(self, who: int, end: End) -> None:
        """Somebody proves a place: it is theirs, unless another has it."""
        who = self.root(who)

        async def attach() -> bool:
            async with self.store.write() as session:
                return await contacts.attach(session, who + 1, end, NOW) is not None

        free = end not in self.owner
        assert self.run(attach()) is (free or self.root(self.owner[end]) == who)
        if free:
            self.owner[end] = who

    @precondition(lambda self: set(PLACES) & set(self.owner))
    @rule(data=st.data())
    def unlink(self, data: st.DataObject) -> None:
        end = data.draw(st.sampled_from([one for one in PLACES if one in self.owner]))

        async def remove() -> None:
            async with self.store.write() as session:
                await session.execute(delete(Contact).where(Contact.value == end.value))

        self.run(remove())
        del self.owner[end]

    @rule(one=somebody, other=somebody)
    def merge(self, one: int, other: int) -> None:
        """Two that are there become one; nobody is merged with themselves, nor who is gone."""
        kept, gone = self.root(one), other

        async def merge() -> int | None:
            async with self.store.write() as session:
                first, second = [await session.get_one(Person, number + 1) for number in (kept, gone)]
                try:
                    return (await merging.merge(session, first, second, "alice", NOW)).id
                except merging.CannotMerge:
                    return None

        row = self.run(merge())
        assert (row is not None) is (kept != gone and gone not in self.parent)
        if row is not None:
            self.parent[gone] = kept
            self.merges.append((row, kept, gone))

    @precondition(lambda self: self.merges)
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        self._split(data.draw(st.integers(0, len(self.merges) - 1)))

    @precondition(lambda self: self.merges)
    @rule()
    def undo(self) -> None:
        self._split(len(self.merges) - 1)

    def _split(self, at: int) -> None:
        row, _, gone = self.merges.pop(at)

        async def split() -> None:
            async with self.store.write() as session:
                await merging.split(session, await session.get_one(Merge, row), NOW)

        self.run(split())
        del self.parent[gone]

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        self.run(self._judge())

    async def _judge(self) -> None:
        async with self.store.read() as session:
            live = [one for one in range(len(KEYS)) if one not in self.parent]
            assert await _live(session) == [one + 1 for one in live]
            for end in [*self.owner, *PLACES]:
                member = await people.by_contact(session, end.channel, end.value, NOW)
                expected = KEYS[self.root(self.owner[end])] if end in self.owner else None
                assert (member.key if member else None) == expected, end
            for number, key in enumerate(KEYS):
                member = await people.by_key(session, key, NOW)
                assert member is not None
                assert member.key == KEYS[self.root(number)]
            for number in live:
                await self._judge_one(session, number)

    async def _judge_one(self, session: AsyncSession, number: int) -> None:
        merged = [one for one in range(len(KEYS)) if self.root(one) == number]
        member = await people.by_id(session, number + 1, NOW)
        assert member is not None
        assert member.roles == {Held(Role.MEMBER, KEYS[one]) for one in merged}
        places = {end.value for end, owner in self.owner.items() if owner in merged}
        assert {*member.addresses, *member.chats} == places
        assert len(member.addresses) + len(member.chats) == len(places)
        own = {end.value for end, owner in self.owner.items() if owner == number and end.channel == "mail"}
        assert member.addresses[0] in own  # it is written to where it was, whoever came
        wished = await session.scalars(select(Preference).where(Preference.person_id == member.id))
        assert [one.quiet_from for one in wished] == [str(number)]
        asked = await session.scalars(
            select(Prompt.audience).where(Prompt.audience == f"person:{member.key}")
        )
        assert len(list(asked)) == len(merged)


async def _live(session: AsyncSession) -> list[int]:
    return list(await session.scalars(select(Person.id).where(Person.left_at.is_(None)).order_by(Person.id)))


PREPARED: list[Path] = []


def _prepared() -> Path:
    """A database with four people, made once."""
    if not PREPARED:
        PREPARED.append(asyncio.run(_prepare(Path(tempfile.mkdtemp()) / "navette.sqlite3")))
    return PREPARED[0]


async def _prepare(path: Path) -> Path:
    store = Store(path, synchronous="off")
    await lifecycle.prepare(store, NOW)
    async with store.write() as session:
        for number, key in enumerate(KEYS):
            session.add(Person(id=number + 1, key=key, name=key, status="subscriber"))
            await session.flush()
            await contacts.attach(session, number + 1, home(number), NOW)
            session.add(RoleRow(person_id=number + 1, role="member", circle=key, since=NOW))
            session.add(Preference(person_id=number + 1, quiet_from=str(number)))
            session.add(Prompt(capability="x", kind="x", audience=f"person:{key}", opened_at=NOW))
    async with store.outside() as connection:
        await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    await store.close()
    return path


Identities.TestCase.settings = settings(
    max_examples=10,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
TestIdentities = Identities.TestCase
