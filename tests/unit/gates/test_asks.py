"""At most two asks a person a week, whoever asks, wherever, and however long things wait; none is lost."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections import defaultdict
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot import merging, outbox
from bot.channels.base import Status
from bot.channels.fake import Sent
from bot.outbox import Destination, Terms
from bot.settings import override
from bot.store.people_tables import Person
from bot.store.tables import Klass, OutboxRow, OutboxState
from tests.house import House

WEEK = dt.timedelta(days=7)
LIST = "reseau@listes.lisieres.example"
HOURS = st.sampled_from([1, 11, 30, 90, 169])
ASK = st.tuples(st.just("ask"), st.sampled_from(["emile", "lea", "lea chat", "lea chat"]), HOURS)
ACTIONS = st.one_of(
    ASK,
    ASK,
    st.tuples(st.sampled_from(["brief", "secret"]), st.sampled_from(["emile", "lea chat"]), HOURS),
    st.tuples(st.sampled_from(["wait", "pause", "rest"]), st.just(""), HOURS),
    st.tuples(st.sampled_from(["away", "doubt", "lost"]), st.just(""), st.integers(1, 6)),
    st.tuples(st.sampled_from(["restart", "cancel", "merge"]), st.just(""), st.just(0)),
)
# Each had theirs waiting, then they were one person.
MERGED = [("ask", who, 169) for who in ("emile", "emile", "lea", "lea chat")] + [("merge", "", 0)]
# Tried on the first day, it may have reached him on the fourth: it counts from then.
DOUBTED = [
    ("away", "", 1),
    ("ask", "emile", 1),
    ("wait", "", 1),
    ("lost", "", 6),
    ("pause", "", 90),
    ("wait", "", 80),
    ("ask", "emile", 1),
    ("ask", "emile", 1),
    ("restart", "", 0),
]
# Written long before the recap that tells it: it was folded when it would have left.
LONG_AGO = [("rest", "", 1), ("ask", "emile", 169), ("pause", "", 400), ("wait", "", 1)]
# Twenty within a minute, on two channels, some for later and one in confidence; then the clock jumps about.
SWARM = [
    *[("ask", who, hours) for hours in (1, 30) for who in ("lea", "lea chat") for _ in range(4)],
    ("secret", "lea", 1),
    ("restart", "", 0),
    ("jump", "", 2),
    ("wait", "", 30),
    ("jump", "", -29),
    *[("ask", who, 1) for who in ("lea", "lea chat") * 2],
    ("restart", "", 0),
    ("jump", "", 24 * 5),
]


class Town(House):
    """A house with its rooms, where asks reach people on two channels."""

    _channels = House.__mro__[1]._channels  # type: ignore[attr-defined]

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.settings = override(self.settings, "capabilities", ["gates", "digest", "preferences"])
        self.asked = 0
        self.merged_at: dt.datetime | None = None

    async def ask(self, whom: str, hours: int, *, brief: bool = False, secret: bool = False) -> None:
        """Ask somebody something that the recap may tell instead, unless it is ``secret``.

        Each time another capability asks.  ``brief``: of no use soon after.
        """
        key, _, chat = whom.partition(" ")
        one = (await self.person(key if self.merged_at is None else "lea")).person_id
        mailbox = Destination("mail", f"{key}@lisieres.example", one)
        place = Destination("room", f"@{key}:lisieres.example", one) if chat else mailbox
        self.asked += 1
        at = self.clock.now() + dt.timedelta(hours=hours)
        kind = ("polls", "calls", "requests")[self.asked % 3]
        told = {"key": f"{kind}:{self.asked}", "title": f"Demande n {self.asked}."}
        terms = Terms(
            Klass.ASK,
            not_before=at,
            not_after=at + dt.timedelta(hours=2) if brief else None,
            planned=bool(hours % 2),
            params={} if secret else {"recap": told},
        )
        await self.enqueue(f"demande:{self.asked}", place, terms)
        await self.settle()

    async def jump(self, hours: int) -> None:
        """The machine's clock is set, forward or back; the bot was not asked."""
        self.clock.set(self.clock.now() + dt.timedelta(hours=hours))
        await self.settle()

    async def cancel(self) -> None:
        """The latest ask is taken back, if it still can be."""
        async with self.bot.store.write() as session:
            await outbox.cancel(session, [f"demande:{self.asked}"], "answered meanwhile")

    async def merge(self) -> None:
        """Emile and Lea were one person all along."""
        async with self.bot.store.write() as session:
            people = {one.key: one for one in await session.scalars(select(Person))}
            if people["emile"].merged_into is None:
                self.merged_at = self.clock.now()
                await merging.merge(session, people["lea"], people["emile"], "alice", self.merged_at)

    async def until_told(self) -> None:
        """Let time pass until nothing waits any more: neither to leave nor to be told by a recap."""
        for _ in range(12):
            await self.wait_hours(24 * 4)
            asks = [row for row in (await self.outbox()).values() if row.klass == Klass.ASK]
            waiting = any(row.state == OutboxState.PENDING for row in asks)
            untold = any(
                row.state == OutboxState.FOLDED and row.not_after is None and not self.told(row)
                for row in asks
            )
            if not (waiting or untold):
                return

    def told(self, row: OutboxRow) -> int:
        """How many recaps tell an ask."""
        title = row.params["recap"]["title"] if "recap" in row.params else "never"
        return sum(title in mail.text for mail in self.mails(LIST))

    def reached_by(self, row: OutboxRow) -> list[dt.datetime]:
        """When an ask reached its person."""
        transaction = row.message_id.partition("@")[0]
        return [
            one.at
            for one in self.network.sent
            if (isinstance(one, Sent) and row.message_id.encode() in one.data)
            or (not isinstance(one, Sent) and one.post.txn == transaction)
        ]


@settings(max_examples=3, deadline=None, derandomize=True)
@given(st.lists(ACTIONS, min_size=6, max_size=12))
@example(MERGED)
@example(DOUBTED)
@example(LONG_AGO)
@example(SWARM)
def test_two_asks_a_week_and_none_is_lost(actions: list[tuple[str, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_play(Path(folder), actions))


async def _play(folder: Path, actions: list[tuple[str, str, int]]) -> None:
    town = Town(folder)
    await town.open()
    try:
        for what, who, amount in actions:
            await _act(town, what, who, amount)
        town.mend_mail_server()
        await town.until_told()
        asks = [row for row in (await town.outbox()).values() if row.klass == Klass.ASK]
        _never_three_in_a_week(town, asks)
        for row in asks:
            _not_lost(town, row)
    finally:
        await town.kill()


async def _act(town: Town, what: str, who: str, amount: int) -> None:
    if what in ("ask", "brief", "secret"):
        await town.ask(who, amount, brief=what == "brief", secret=what == "secret")
    elif what == "jump":
        await town.jump(amount)
    elif what == "pause":
        await town.write("alice", "", "!pause")
        await town.wait_hours(amount)
        await town.write("alice", "", "!reprendre")
    elif what == "rest":
        await town.write("emile", "", "plus rien" if amount < 90 else "reprends les mails")
    elif what in ("away", "doubt", "lost"):
        status = Status.LATER if what == "away" else Status.UNCERTAIN
        addresses = ["emile@lisieres.example", "lea@lisieres.example"]
        town.network.transport.trouble(status, amount, kept=what == "lost", recipients=addresses)
    elif what in ("cancel", "merge", "restart"):
        await getattr(town, what)()
    else:
        await town.wait_hours(amount)


def _never_three_in_a_week(town: Town, asks: list[OutboxRow]) -> None:
    """Of two who became one, what each had had before counts, and cannot be taken back."""
    reached: dict[str, list[tuple[dt.datetime, int]]] = defaultdict(list)
    for row in asks:
        for at in town.reached_by(row):
            reached["emile" if "emile" in row.recipient else "lea"].append((at, row.id))
            if town.merged_at is not None and at >= town.merged_at:
                reached["both"].append((at, row.id))
    for times in reached.values():
        for start, _ in times:
            assert len({number for at, number in times if start <= at < start + WEEK}) <= 2, sorted(times)


def _not_lost(town: Town, row: OutboxRow) -> None:
    told = town.told(row)
    if row.state == OutboxState.SENT:
        assert town.reached_by(row)
    elif row.state == OutboxState.FOLDED and row.not_after is None:
        assert told == 1, (row.effect_key, row.reason)
    else:
        ended = {OutboxState.CANCELLED, OutboxState.EXPIRED, OutboxState.UNCERTAIN, OutboxState.FOLDED}
        assert OutboxState(row.state) in ended
        assert row.reason
    assert told <= (row.state == OutboxState.FOLDED)
