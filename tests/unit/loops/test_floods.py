"""So many answers an hour to one person: what is beyond waits, in order, and nothing of it is lost."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from bot import inbox
from bot.channels.base import EventKind
from bot.guard.pace import MOST_AUTHORS, Pace
from bot.guard.restraint import MOST_WAITING, TOLD
from bot.settings import override
from bot.settings.model import Settings
from bot.store.tables import InboxRow, OutboxRow
from tests.chatting import Rooms
from tests.house import ALICE, NOON, House

Open = Callable[..., Awaitable[Any]]
EMILE = "emile@lisieres.example"
HOUR = dt.timedelta(hours=1)
ACTIONS = st.lists(
    st.tuples(st.sampled_from(["!aide", "!aide", "!aide", "merci", "restart", "perso"]), st.integers(0, 70)),
    min_size=4,
    max_size=9,
)


@settings(max_examples=3, deadline=None, derandomize=True)
@given(st.integers(1, 3), ACTIONS)
@example(1, [("!aide", 0), ("merci", 0), ("!aide", 59), ("!aide", 1), ("restart", 0), ("!aide", 61)])
@example(2, [("!aide", 0)] * 7)
def test_never_more_in_any_hour_nothing_lost_in_order(limit: int, actions: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        answered, rows = asyncio.run(_flood(Path(folder), limit, actions))
    times = sorted(at for _, at in answered)
    for first, over in zip(times, times[limit:], strict=False):
        assert over - first >= HOUR
    # In the order in which they came, whatever the address.
    assert [number for number, _ in sorted(answered, key=lambda one: (one[1], one[0]))] == sorted(
        number for number, _ in answered
    )
    assert {row.state for row in rows} <= {"applied", "archived"}
    said = sum(1 for what, _ in actions if what in ("!aide", "perso"))
    assert len(answered) == said


async def _flood(
    folder: Path, limit: int, actions: list[tuple[str, int]]
) -> tuple[list[tuple[int, dt.datetime]], list[InboxRow]]:
    """Léa writes, from both her addresses; then time passes until nothing waits."""
    house = House(folder, recap=False, answers_per_hour=limit)
    await house.open()
    for what, minutes in actions:
        if what == "restart":
            await house.restart()
        else:
            who = "lea.perso@courriel.example" if what == "perso" else "lea"
            await house.write(who, "", "merci" if what == "merci" else "!aide")
        await house.pass_until(house.clock.now() + dt.timedelta(minutes=minutes))
    await house.wait_hours(len(actions) + 2)
    rows = await house.outbox()
    answered = [
        (int(key.partition(":")[2]), row.created_at)
        for key, row in rows.items()
        if key.startswith("answer:") and row.channel == "mail"
    ]
    received = await house.inbox()
    await house.kill()
    return answered, received


async def test_they_are_told_once_an_hour_when_it_goes_on(open_town: Open) -> None:
    town = await open_town(answers_per_hour=1)
    for _ in range(5):
        await town.arrives(EMILE)
    assert [mail.subject for mail in town.mails(EMILE)] == ["Re: Bonjour", "La suite dans un moment"]
    assert "14\u00a0h" in town.mails(EMILE)[1].text  # of Paris
    await town.wait_hours(4)
    subjects = [mail.subject for mail in town.mails(EMILE)]
    assert subjects.count("Re: Bonjour") == 5
    told = [row.created_at for key, row in (await town.outbox()).items() if key.startswith(TOLD)]
    assert all(later - earlier >= HOUR for earlier, later in itertools.pairwise(told))


async def test_nothing_is_done_while_it_waits(open_town: Open) -> None:
    town = await open_town(answers_per_hour=1)
    await town.arrives(ALICE)
    await town.arrives(ALICE, "!pause")
    await town.arrives(EMILE)
    assert len(town.mails(EMILE)) == 1
    await town.wait_hours(1)
    await town.arrives(EMILE)
    await town.arrives(EMILE)
    assert len(town.mails(EMILE)) == 1


async def test_a_hundred_wait_the_rest_is_refused_and_coordination_hears_once_a_day(open_town: Open) -> None:
    town = await open_town(answers_per_hour=1)
    for _ in range(MOST_WAITING + 6):
        await town.arrives(EMILE, settles=False)
    await town.settle()
    states = [row.state for row in await town.inbox()]
    assert states == ["applied"] + ["waiting"] * MOST_WAITING + ["rejected"] * 5
    [told] = town.mails(ALICE)
    assert "Émile" in told.subject
    assert str(MOST_WAITING) in told.text
    await town.arrives(EMILE)
    assert len(town.mails(ALICE)) == 1
    await town.arrives("bruno@lisieres.example")
    assert len(town.mails("bruno@lisieres.example")) == 1


async def test_what_coordination_takes_up_again_does_not_wait(open_town: Open) -> None:
    town = await open_town(answers_per_hour=1)
    await town.arrives(EMILE)
    await town.arrives(EMILE)
    async with town.bot.store.write() as session:
        row = await session.scalar(select(InboxRow).where(InboxRow.state == "waiting"))
        row.state, row.reason, row.retry_at = "new", f"{inbox.TAKEN_UP} by alice", None
    await town.settle()
    assert [row.state for row in await town.inbox()] == ["applied", "applied"]


class Hall(Rooms):
    """The demo's rooms, with a low limit, and a count of what the database is asked."""

    def __init__(self, folder: Path, limit: int = 600) -> None:
        super().__init__(folder)
        self.settings = override(self.settings, "gates.chat_answers_per_hour", limit)

    async def rows(self, table: type[Any] = InboxRow) -> list[Any]:
        async with self._running().store.read() as session:
            return list(await session.scalars(select(table).order_by(table.id)))

    async def statements(self, commands: int) -> int:
        """How many statements so many commands of one member take until they are answered."""
        asked: list[str] = []
        engine = self._running().store._writer.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
        for _ in range(commands):
            await self.says("bruno", "#gt-animation", "!aide récap")
        return len(asked)


@pytest.fixture
def hall(tmp_path: Path) -> Callable[[int], Hall]:
    """``hall(2)``: rooms where that is the limit."""
    return lambda limit: Hall(tmp_path, limit)


async def test_in_rooms_what_is_beyond_waits_and_its_author_is_told_alone(
    hall: Callable[[int], Hall],
) -> None:
    town = hall(2)
    await town.open()
    for text in ("!aide récap", "!aide aide", "!aide récap", "Pour le récap : une chaise"):
        await town.says("bruno", "#gt-animation", text)
    await town.says("fanny", "#gt-animation", "!aide récap")
    rooms = [said.room for said in town.network.rooms.said]
    assert rooms.count("#gt-animation") == 3
    [alone] = [said for said in town.network.rooms.said if said.room != "#gt-animation"]
    assert "2 réponses" in alone.post.text.replace("\u00a0", " ")
    await town.restart()
    await town.says("bruno", "#gt-animation", "!aide aide")
    assert [row.state for row in await town.rows() if row.author.startswith("@bruno")] == [
        *["applied"] * 2,
        *["waiting"] * 3,
    ]
    await town.later(hours=2)
    assert {row.state for row in await town.rows()} == {"applied"}
    answers = [row.effect_key for row in await town.rows(OutboxRow) if row.effect_key.startswith("answer:")]
    # Fanny's is the fifth: it did not wait for Bruno's.
    assert answers == [f"answer:{number}" for number in (1, 2, 5, 3, 4, 6)]
    await town.kill()


async def test_quick_commands_of_one_member_up_to_the_limit_are_all_answered(
    hall: Callable[[int], Hall],
) -> None:
    assert Settings().gates.chat_answers_per_hour >= 500
    town = hall(50)
    await town.open()
    bruno = town.cast.chatter("bruno").chat
    for _ in range(50):
        town.network.rooms.happen(EventKind.MESSAGE, "#gt-animation", bruno, "!aide aide")
    await town.settle()
    assert len(town.network.rooms.said) == 50
    await town.kill()


async def test_a_limit_costs_a_room_no_statement(hall: Callable[[int], Hall], monkeypatch: Any) -> None:
    town = hall(600)
    await town.open()
    await town.says("bruno", "#gt-animation", "!aide récap")
    restrained = await town.statements(5)
    monkeypatch.setattr("bot.guard.restraint.holds_back", _never)
    assert await town.statements(5) == restrained
    await town.kill()


async def _never(*_: object) -> bool:
    return False


async def test_talk_that_is_not_answered_never_waits(hall: Callable[[int], Hall]) -> None:
    town = hall(3)
    await town.open()
    for number in range(12):
        await town.says("bruno", "#gt-animation", f"Bonjour à tout le monde, il fait beau ({number}).")
    assert {row.state for row in await town.rows()} == {"archived"}
    await town.kill()


async def test_a_stranger_in_a_room_is_not_answered_without_end(hall: Callable[[int], Hall]) -> None:
    town = hall(600)
    town.settings = override(town.settings, "gates.answers_per_hour", 3)
    await town.open()
    for _ in range(8):
        town.network.rooms.happen(EventKind.MESSAGE, "#reseau", "@qui:ailleurs.example", "!récap")
    await town.settle()
    assert len(town.network.rooms.said) <= 3
    assert [row.state for row in await town.rows()][3:] == ["rejected"] * 5
    await town.kill()


def test_a_pace_forgets_after_an_hour_and_keeps_no_idle_author() -> None:
    pace = Pace()
    for number in range(MOST_AUTHORS):
        pace.add(f"@{number}:ailleurs.example", NOON)
    pace.add("@bruno:lisieres.example", NOON + HOUR)
    assert pace.count("@bruno:lisieres.example", NOON + HOUR) == 1
    assert pace.count("@bruno:lisieres.example", NOON + 2 * HOUR) == 0
    assert len(pace._moments) == 1
