"""Exchanges come out the same, in whatever order and groups their posts come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot import archive
from bot.archive.post import Post
from bot.mail.read import read
from bot.store import lifecycle
from bot.store.archive_tables import Message, Thread
from bot.store.engine import Store
from tests.unit.importer.build import DAY_ZERO, LIST, letter

Grouping = set[tuple[str, str, frozenset[str]]]  # subject, when it began, its posts


def post(name: str, day: float, *answers: str, subject: str = "préau", circle: str = "reseau") -> Post:
    """A post whose subject shows its name, so that it tells which one an exchange is called after."""
    return Post(
        message_id=name,
        circle=circle,
        at=DAY_ZERO + dt.timedelta(days=day),
        subject=f"{subject} {name}" if subject else "",
        base_subject=subject,
        ancestors=answers,
        author_name="",
        author_address="alice@lisieres.example",
        text="",
        links=(),
        attachments=(),
        content_hash=name,
        ours=False,
    )


async def add(store: Store, posts: Sequence[Post]) -> None:
    async with store.write() as session:
        await archive.add_posts(session, posts, [None] * len(posts))


async def grouping(store: Store) -> Grouping:
    async with store.read() as session:
        rows = await session.execute(
            select(Thread, Message.message_id).join(Message, Message.thread_id == Thread.id)
        )
        found: dict[int, tuple[Thread, set[str]]] = {}
        for thread, name in rows:
            found.setdefault(thread.id, (thread, set()))[1].add(name)
        assert await session.scalar(select(func.count()).select_from(Thread)) == len(found)
    return {(one.subject, f"{one.started_at:%F}", frozenset(names)) for one, names in found.values()}


async def groups(store: Store, *batches: Iterable[Post]) -> set[frozenset[str]]:
    for batch in batches:
        await add(store, list(batch))
    return {names for _, _, names in await grouping(store)}


async def test_a_parent_that_comes_late_joins_its_answer(store: Store) -> None:
    """Months apart, only the reference tells; it was remembered."""
    assert await groups(store, [post("b", 90, "a")], [post("a", 0)]) == {frozenset("ab")}


async def test_a_parent_that_comes_late_joins_two_exchanges_in_one(store: Store) -> None:
    found = await groups(
        store, [post("b", 60, "x")], [post("c", 120, "a")], [post("a", 0), post("x", 30, "a")]
    )
    assert found == {frozenset("abcx")}


async def test_two_answers_to_a_mail_that_never_came_are_one_exchange(store: Store) -> None:
    assert await groups(store, [post("b", 0, "a")], [post("c", 90, "a")]) == {frozenset("bc")}


async def test_a_post_between_two_exchanges_of_one_subject_joins_them(store: Store) -> None:
    found = await groups(store, [post("a", 0), post("c", 30)], [post("b", 15)])
    assert found == {frozenset("abc")}


async def test_an_old_post_does_not_join_what_was_said_under_its_subject_years_later(store: Store) -> None:
    assert await groups(store, [post("b", 900)], [post("a", 0)]) == {frozenset("a"), frozenset("b")}


async def test_a_new_subject_is_a_new_exchange(store: Store) -> None:
    found = await groups(store, [post("a", 0)], [post("b", 1, "a", subject="cantine")])
    assert found == {frozenset("a"), frozenset("b")}


async def test_circles_do_not_mix(store: Store) -> None:
    """An answer in a reserved circle would show in the exchange of the open one."""
    found = await groups(store, [post("a", 0)], [post("b", 1, "a", circle="bureau")])
    assert found == {frozenset("a"), frozenset("b")}


async def test_posts_without_a_subject_belong_together_by_reference_alone(store: Store) -> None:
    posts = [post("a", 0, subject=""), post("b", 1, subject=""), post("c", 2, "a", subject="")]
    assert await groups(store, *([one] for one in posts)) == {frozenset("ac"), frozenset("b")}


async def test_an_exchange_is_called_as_its_first_post_and_spans_all(store: Store) -> None:
    await groups(store, [post("b", 5, "a")], [post("a", 0)], [post("c", 9, "b")])
    async with store.read() as session:
        thread = (await session.scalars(select(Thread))).one()
    assert thread.subject == "préau a"
    assert (thread.last_at - thread.started_at).days == 9


async def test_a_mail_that_comes_by_mail_joins_what_was_imported(store: Store) -> None:
    await add(store, [post("b@lisieres.example", 90, "a@lisieres.example", subject="le local")])
    async with store.write() as session:
        added = await archive.add_mail(session, read(letter("a"), lists=[LIST]), "reseau", DAY_ZERO)
        again = await archive.add_mail(session, read(letter("a"), lists=[LIST]), "reseau", DAY_ZERO)
    assert added is not None
    assert again is None
    assert [names for _, _, names in await grouping(store)] == [
        frozenset({"a@lisieres.example", "b@lisieres.example"})
    ]


@st.composite
def archives(draw: st.DrawFn) -> list[Post]:
    """Some posts of two circles and few subjects, months apart, that answer each other or what is lost."""
    count = draw(st.integers(2, 9))
    names = "abcdefghi"[:count]
    days = draw(st.permutations([number * 16 for number in range(count)]))
    return [
        post(
            name,
            day,
            *draw(st.lists(st.sampled_from(names + "yz"), max_size=2, unique=True)),
            subject=draw(st.sampled_from(["préau", "cantine", ""])),
            circle=draw(st.sampled_from(["reseau", "reseau", "bureau"])),
        )
        for name, day in zip(names, days, strict=True)
    ]


@pytest.fixture
def fresh(tmp_path: Path) -> Iterable[str]:
    """Names of databases that do not exist yet."""
    return (str(tmp_path / f"{number}.sqlite3") for number in range(10_000))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posts=archives(), shuffled=st.randoms(use_true_random=False), size=st.integers(1, 4))
async def test_the_order_and_the_groups_change_nothing(
    fresh: Iterable[str], posts: list[Post], shuffled: object, size: int
) -> None:
    other = list(posts)
    shuffled.shuffle(other)  # type: ignore[attr-defined]
    results = []
    for batches in ([posts], [other[start : start + size] for start in range(0, len(other), size)]):
        store = Store(Path(next(iter(fresh))), synchronous="off")
        await lifecycle.prepare(store, DAY_ZERO)
        for batch in batches:
            await add(store, batch)
        results.append(await grouping(store))
        await store.close()
    assert results[0] == results[1]
