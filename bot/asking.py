"""Asking with choices: one question, however it is shown and however it is answered.

In a room it is a native poll whose text numbers the options, for clients that show none; in a mail it is that
text.  Answers (a vote in the poll, 1️⃣ or 👍 on it, « 2 », « b », « plutôt le 23 », by mail or in chat) reach
``capability.answers[kind](ctx, prompt)`` with ``ctx.choices``, the ids that were picked, and ``ctx.choice``,
the only one.  The last answer of a person counts: the handler hears of each, and keeps the latest.

A reaction or a vote that is taken off again withdraws nothing: clients take one off to put another on, in
either order, so nobody could tell a change of mind from a withdrawal.  Whoever does it to an open question is
told, alone and once, that their answer stays and that answering again changes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, update

from bot import outbox
from bot.authority import Held, Member, Need, Role
from bot.outbox import Content, Destination, Terms
from bot.render import Rendered
from bot.store.tables import Doubt, Klass, OutboxRow, OutboxState, Prompt
from bot.work import Asking, Work, content_of

ASKED = Terms(klass=Klass.ASK)
HOLDERS = "holders"  # those who have a mail of ours that asks it, were they thousands
OPTIONS, QUESTION, SEVERAL = "options", "question", "several"  # where a prompt's state keeps its choices


@dataclass(frozen=True)
class Choices:
    """A question and what may be answered: ``options`` are (id, text); ids are the capability's own."""

    question: str
    options: tuple[tuple[str, str], ...]
    several: bool = False

    @classmethod
    def of(cls, prompt: Prompt) -> Choices | None:
        """What a question lets choose; None for one that was not asked by ``ask``."""
        if OPTIONS not in prompt.state:
            return None
        options = tuple((key, text) for key, text in prompt.state[OPTIONS])
        return cls(prompt.state[QUESTION], options, prompt.state[SEVERAL])

    def state(self) -> dict[str, Any]:
        """What a prompt keeps of it."""
        return {
            QUESTION: self.question,
            OPTIONS: [list(option) for option in self.options],
            SEVERAL: self.several,
        }


async def ask(
    work: Work,
    key: str,
    to: Destination,
    choices: Choices,
    asking: Asking | int,
    *,
    terms: Terms = ASKED,
    values: Mapping[str, Any] | None = None,
    message: str = "common.question",
) -> int:
    """Ask ``to`` to choose; the same key again changes nothing.  Returns the outbox row's number.

    ``asking`` says who may answer (``may_answer``); the number of a question that is open already shows it in
    one more place (``prompt_of``).  ``message`` is the template of the text: it is given ``choices``, whether
    it is for a ``room``, and ``values``.
    """
    there = await work.session.scalar(select(OutboxRow.id).where(OutboxRow.effect_key == key))
    if there is not None:
        return there
    room = to.channel == "room"
    prompt_id = asking if isinstance(asking, int) else await work.ask(_with_choices(asking, choices))
    rendered = await work.render_to(to, message, {"choices": choices, "room": room, **(values or {})})
    poll = None
    if room:
        most = len(choices.options) if choices.several else 1
        answers = [list(option) for option in choices.options]
        poll = {"question": choices.question, "answers": answers, "max_selections": most}
    content = replace(content_of(rendered), poll=poll)
    return await work.send(key, to, content, replace(terms, prompt_id=prompt_id))


def _with_choices(asking: Asking, choices: Choices) -> Asking:
    return replace(asking, state={**asking.state, **choices.state()})


async def prompt_of(work: Work, row_id: int) -> int:
    """The number of the question that an outbox row asks."""
    prompt_id = (await work.session.get_one(OutboxRow, row_id)).prompt_id
    assert prompt_id is not None  # noqa: S101 - the row was written by ``ask``
    return prompt_id


async def close(work: Work, key: str, row_id: int, result: Content | Rendered) -> int | None:
    """End a question: no answer counts any more, and a native poll ends, with ``result`` as its text.

    Returns the number of the row that ends it, once for each ``key``; None for a mail, in which there is
    nothing to end.
    """
    row = await work.session.get_one(OutboxRow, row_id)
    if row.prompt_id is not None:
        prompt = await work.session.get_one(Prompt, row.prompt_id)
        prompt.closed_at = prompt.closed_at or work.now
    return await _follow(work, key, row, result, "ends_cause")


async def edit(work: Work, key: str, row_id: int, content: Content | Rendered) -> int | None:
    """Say something in a room otherwise, in place; None for a mail, which stays as it is.

    Edits that have not left yet are let go: only how it reads now matters.
    """
    row = await work.session.get_one(OutboxRow, row_id)
    await work.session.execute(
        update(OutboxRow)
        .where(OutboxRow.depends_on == row_id, OutboxRow.state.in_(outbox.OPEN))
        .where(OutboxRow.params["edits_cause"].as_boolean(), OutboxRow.effect_key != key)
        .values(state=OutboxState.CANCELLED.value, reason="edited again")
    )
    return await _follow(work, key, row, content, "edits_cause")


async def _follow(work: Work, key: str, row: OutboxRow, content: Content | Rendered, how: str) -> int | None:
    if row.channel != "room":
        return None
    to = Destination(row.channel, row.recipient, row.person_id)
    params = {how: True} | {name: row.params[name] for name in ("room", "thread") if name in row.params}
    terms = Terms(Klass.ANSWER, Doubt.AGAIN, depends_on=row.id, params=params)
    return await work.send(key, to, content, terms)


def is_open(prompt: Prompt, now: dt.datetime) -> bool:
    """Whether answers to a question still count."""
    return prompt.closed_at is None and (prompt.expires_at is None or prompt.expires_at > now)


def may_answer(audience: str, author: Member | None, room: str = "") -> bool:
    """Whether a question to ``audience`` is for ``author``, who answers in ``room`` ("" elsewhere).

    ``person:KEY``; ``role:ROLE``, held for the whole network; ``circle:KEY``, whoever holds a role in it
    (``circle:`` alone is every member of the network); ``room:ID``, every member who answers there;
    ``HOLDERS``, whoever we wrote it to, for themselves alone.
    """
    kind, _, name = audience.partition(":")
    if author is None:
        return False
    if audience == HOLDERS:
        return True
    if kind == "person":
        return author.key == name
    if kind == "role":
        return Held(Role(name)) in author.roles
    if kind == "circle":
        return name in author.circles if name else author.is_member
    return kind == "room" and author.is_member and bool(room) and room == name


def needs_of(audience: str) -> list[Need]:
    """What an audience asks for that may be taken away again: what an answer is undone by."""
    kind, _, name = audience.partition(":")
    if kind == "role":
        return [Need(Role(name))]
    return [Need(Role.MEMBER, name)] if kind == "circle" and name else []


def audiences_of(author: Member) -> list[str]:
    """The audiences that somebody belongs to, wherever they are."""
    held = sorted(author.roles, key=str)
    roles = [f"role:{one.role.value}" for one in held if not one.circle]
    circles = [f"circle:{one}" for one in sorted(author.circles)]
    return [f"person:{author.key}", *roles, *circles, *(["circle:"] if author.is_member else [])]
