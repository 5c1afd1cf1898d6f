"""The life of tokens in any order: made, used, shown to others, revoked, expired, their question closed."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from bot.channels.fake import Sent
from bot.guard import tokens
from bot.outbox import Content, Terms
from bot.store.people_tables import ReplyToken
from bot.store.tables import Klass, OutboxRow, Prompt
from bot.work import Asking, Work
from handlers.digest.tables import Line, LineState
from tests.unit.proof.letters import BOT, letter, plain_house

T = TypeVar("T")
PEOPLE = ("emile", "hana")
LASTS = dt.timedelta(days=60)
which = st.integers(0, 20)


@dataclass
class Asked:
    """A question of ours that one person may answer once, as the model has it."""

    owner: str
    line: int
    prompt: int
    token: str
    message_id: str
    at: dt.datetime
    revoked: bool = False
    closed: bool = False
    withdrawn: bool = False


class Tokens(RuleBasedStateMachine):
    """Lines of the recap, each told to its author by a mail that lets them take it back."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.house = plain_house(Path(self.folder.name))
        self.asked: list[Asked] = []
        self.letters = 0

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(what)

    def teardown(self) -> None:
        self.run(self.house.kill())
        self.runner.close()
        self.folder.cleanup()

    @initialize()
    def begin(self) -> None:
        self.run(self.house.open())

    @rule(owner=st.sampled_from(PEOPLE))
    def we_ask(self, owner: str) -> None:
        self.asked.append(self.run(self.asks(owner)))

    async def asks(self, owner: str) -> Asked:
        house, to, number = self.house, await self.house.person(owner), len(self.asked)
        async with house.bot.store.write() as session:
            line = Line(person_id=to.person_id, text=f"ligne {number}", at=house.clock.now())
            session.add(line)
            await session.flush()
            work = Work(house.bot.house, session, house.clock.now())
            asking = Asking("digest", "line", f"person:{owner}", {"line": line.id}, replaces=False)
            prompt_id = await work.ask(asking)
            content = Content(f"Noté : ligne {number}", subject="Noté")
            row_id = await work.send(f"ask:{number}", to, content, Terms(Klass.DUTY, prompt_id=prompt_id))
            row = await session.get_one(OutboxRow, row_id)
            one = Asked(owner, line.id, prompt_id, row.params["token"], row.message_id, work.now)
        await house.settle()
        return one

    @precondition(lambda self: self.asked)
    @rule(which=which, by=st.sampled_from(PEOPLE), how=st.sampled_from(["token", "id", "misspelt", "none"]))
    def somebody_answers(self, which: int, by: str, how: str) -> None:
        one = self.asked[which % len(self.asked)]
        token = one.token if how == "token" else one.token[:-1]
        to = BOT.replace("@", f"+{token}@") if how in ("token", "misspelt") else BOT
        self.writes(by, to, one.message_id if how == "id" else "")
        valid = how in ("token", "id") and by == one.owner and not one.revoked and not one.closed
        if valid and self.house.clock.now() < one.at + LASTS:
            one.closed = one.withdrawn = True

    @precondition(lambda self: self.asked)
    @rule(which=which, by_id=st.booleans())
    def the_answer_goes_to_others_too(self, which: int, by_id: bool) -> None:
        one = self.asked[which % len(self.asked)]
        to = BOT if by_id else BOT.replace("@", f"+{one.token}@")
        self.writes(one.owner, to, one.message_id if by_id else "", cc="quelquun@ailleurs.example")
        one.revoked = True

    def writes(self, who: str, to: str, answers: str, cc: str = "") -> None:
        self.letters += 1
        author = f"{who}@lisieres.example"
        raw = letter("retire", author=author, to=to, answers=answers, cc=cc, identifier=f"l{self.letters}")
        self.house.network.box.deliver(raw)
        self.run(self.house.settle())

    @precondition(lambda self: self.asked)
    @rule(which=which)
    def it_is_revoked(self, which: int) -> None:
        one = self.asked[which % len(self.asked)]
        self.run(self.revokes(one.token))
        one.revoked = True

    async def revokes(self, token: str) -> None:
        async with self.house.bot.store.write() as session:
            await tokens.revoke(session, ReplyToken.token == token, self.house.clock.now())

    @precondition(lambda self: self.asked)
    @rule(which=which)
    def the_question_is_closed(self, which: int) -> None:
        one = self.asked[which % len(self.asked)]
        self.run(self.closes(one.prompt))
        one.closed = True

    async def closes(self, number: int) -> None:
        async with self.house.bot.store.write() as session:
            prompt = await session.get_one(Prompt, number)
            prompt.closed_at = prompt.closed_at or self.house.clock.now()

    @rule(days=st.sampled_from([1, 29, 30, 60]))
    def time_passes(self, days: int) -> None:
        self.house.clock.set(self.house.clock.now() + dt.timedelta(days=days))
        self.run(self.house.settle())

    @rule()
    def it_dies(self) -> None:
        self.run(self.house.restart())

    @invariant()
    def only_what_its_owner_took_back_is_taken_back(self) -> None:
        if self.house.app is not None:
            withdrawn = {one.line for one in self.asked if one.withdrawn}
            states = self.run(self.states())
            # What the recap has told already is not taken back any more.
            told = {line for line, state in states.items() if state == LineState.TOLD.value}
            gone = {line for line, state in states.items() if state == LineState.WITHDRAWN.value}
            assert gone <= withdrawn <= gone | told

    async def states(self) -> dict[int, str]:
        async with self.house.bot.store.read() as session:
            return {line.id: line.state for line in await session.scalars(select(Line))}

    @invariant()
    def nobody_else_hears_and_nobody_is_asked_twice_a_day(self) -> None:
        sent = [one for one in self.house.network.sent if isinstance(one, Sent)]
        assert "quelquun@ailleurs.example" not in {one.recipient for one in sent}
        questions = Counter((one.recipient, one.at.date()) for one in sent if b"de_toi" in one.data)
        assert all(count == 1 for count in questions.values())


TestTokens = Tokens.TestCase
TestTokens.settings = settings(max_examples=5, stateful_step_count=12, deadline=None, derandomize=True)
