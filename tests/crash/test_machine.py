"""Any order of mails, deaths, answers of the mail server, pauses and hours: what must hold, holds.

In one process, over fakes: a death is an error at a failpoint, after which only the database is left.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot import failpoints
from bot.channels.base import Status
from bot.channels.fake import Sent
from bot.outbox import Destination, Terms
from bot.play.letters import open_letter
from bot.store.tables import Klass, OutboxRow
from tests.crash.test_bad_mail import EMILE, LIST, letter
from tests.crash.test_kill import FAILPOINTS
from tests.house import House

FANNY = "fanny@lisieres.example"
STRANGER = "inconnue@ailleurs.example"
# Those of the real channels are hit in tests with processes.
INSIDE = [name for name in FAILPOINTS if not name.startswith(("smtp.", "mail."))]
ENDED = {"applied", "superseded", "rejected", "archived", "held"}


class Dead(BaseException):
    """The process is killed: nothing of the bot may catch it."""


class Life(RuleBasedStateMachine):
    """A house and its network, from its first start."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.house = House(Path(self.folder.name))
        self.patches = pytest.MonkeyPatch()
        self.patches.setattr(failpoints, "hit", self.hit)
        self.deaths: Counter[str] = Counter()  # a failpoint, and at how many more passages it kills
        self.letters: list[tuple[bytes, str]] = []

    def hit(self, name: str) -> None:
        """In place of the real failpoints."""
        if name in self.deaths:
            self.deaths[name] -= 1
            if self.deaths[name] == 0:
                del self.deaths[name]
                raise Dead(name)

    def do(self, action: Coroutine[Any, Any, None]) -> None:
        """Do it; if the bot is killed meanwhile, start it again on what it left."""
        try:
            self.loop.run_until_complete(action)
        except Dead:
            self.do(self.restarted())

    async def restarted(self) -> None:
        """Another process on the same database."""
        await self.house.restart()

    @initialize()
    def begin(self) -> None:
        self.do(self.house.open())

    @rule(
        author=st.sampled_from([EMILE, EMILE, FANNY, STRANGER]),
        text=st.sampled_from(["!aide", "Pour le récap : visite."]),
    )
    def somebody_writes(self, author: str, text: str) -> None:
        raw = letter(text, identifier=self.identifier(), author=author)
        self.letters.append((raw, author))
        self.do(self.arrives(raw, author))

    @rule(copied=st.booleans())
    def somebody_posts(self, copied: bool) -> None:
        to = f"{LIST}, {self.house.settings.bot.address}" if copied else LIST
        raw = letter("Qui a un camion ?", identifier=self.identifier(), to=to)
        self.letters.append((raw, EMILE))
        self.house.network.post(raw, LIST, EMILE)
        self.do(self.arrives(raw, EMILE) if copied else self.house.settle())

    @rule(which=st.integers(0, 50), other_words=st.booleans())
    def a_mail_comes_again(self, which: int, other_words: bool) -> None:
        if self.letters:
            raw, author = self.letters[which % len(self.letters)]
            self.do(self.arrives(raw + b"Et ceci.\r\n" if other_words else raw, author))

    @rule()
    def a_post_leaves(self) -> None:
        self.do(self.announced())

    @rule(status=st.sampled_from(Status), times=st.integers(1, 4), kept=st.booleans())
    def the_mail_server_answers(self, status: Status, times: int, kept: bool) -> None:
        if status is not Status.ACCEPTED:
            kept = kept and status is Status.UNCERTAIN
            self.house.network.transport.trouble(status, times, kept=kept)

    @rule(name=st.sampled_from(INSIDE), passage=st.integers(1, 3))
    def it_will_be_killed(self, name: str, passage: int) -> None:
        self.deaths[name] = passage

    @rule(word=st.sampled_from(["!pause", "!reprendre", "renvoie", "laisse"]))
    def coordination_says(self, word: str) -> None:
        self.do(self.house.write("alice", "", word))

    @rule(hours=st.sampled_from([0.1, 1, 9, 50]))
    def time_passes(self, hours: float) -> None:
        self.do(self.house.wait_hours(hours))

    @rule()
    def it_is_restarted(self) -> None:
        self.do(self.restarted())

    @invariant()
    def no_stranger_hears_of_us(self) -> None:
        assert not self.house.reached(STRANGER)

    def teardown(self) -> None:
        """The mail server works, nobody pauses anything, and days pass: then nothing is open any more."""
        try:
            self.deaths.clear()
            self.house.mend_mail_server()
            if self.house.app is not None:
                self.loop.run_until_complete(self.all_is_well())
        finally:
            self.patches.undo()
            self.loop.run_until_complete(self.house.kill())
            self.loop.close()
            self.folder.cleanup()

    async def all_is_well(self) -> None:
        await self.house.write("alice", "", "!reprendre")
        await self.house.wait_hours(60)
        before = len(self.house.network.sent)
        await self.house.restart()
        assert len(self.house.network.sent) == before
        rows = (await self.house.outbox()).values()
        await self.judge_inbox({row.effect_key for row in rows})
        self.judge_outbox({f"<{row.message_id}>": row for row in rows})

    async def judge_inbox(self, effects: set[str]) -> None:
        inbox = await self.house.inbox()
        assert len(inbox) == len(self.house.network.box.messages)
        assert {row.state for row in inbox} <= ENDED
        for row in inbox:
            if row.state == "applied" and row.reason != "list post":
                assert f"answer:{row.id}" in effects
        acted = Counter((row.author, row.origin_id) for row in inbox if row.state == "applied")
        assert set(acted.values()) <= {1}
        # Whoever wrote something new was heard, whatever happened at that moment.
        heard = {row.origin_id for row in inbox if row.state not in ("superseded", "held")}
        assert {f"{number}@lisieres.example" for number in range(len(self.letters))} <= heard

    def judge_outbox(self, rows: dict[str, OutboxRow]) -> None:
        assert not {row.state for row in rows.values()} & {"pending", "sending", "held"}
        by_id: dict[str, list[bytes]] = {}
        for one in self.house.network.sent:
            assert isinstance(one, Sent)
            by_id.setdefault(open_letter(one.data).message_id, []).append(one.data)
        for identifier, copies in by_id.items():
            row = rows[identifier]
            assert len({hashlib.sha256(data).digest() for data in copies}) == 1
            if len(copies) > 1:
                reason = "again, asked by alice" if row.list_name else "again, same Message-ID: "
                assert row.reason.startswith(reason)
        for identifier, row in rows.items():
            assert identifier in by_id or row.state in ("dead", "uncertain", "expired", "cancelled")

    def identifier(self) -> str:
        return f"<{len(self.letters)}@lisieres.example>"

    async def arrives(self, raw: bytes, author: str) -> None:
        self.house.network.post(raw, self.house.settings.bot.address, author)
        await self.house.settle()

    async def announced(self) -> None:
        to = Destination("mail", LIST, list_name="reseau")
        number = len(await self.house.outbox())
        await self.house.enqueue(f"annonce:{number}", to, Terms(Klass.NEWS))
        await self.house.settle()


TestLife = Life.TestCase
# Not made shorter: that would take minutes, and the time limit would hide what was found.
TestLife.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, derandomize=True, phases=[Phase.generate]
)
