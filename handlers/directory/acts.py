"""What every command here shares: it answers whoever may read it, and asks which of two is meant.

A name that may mean several people, places or circles is never guessed: ``Which`` is raised before anything
is written, and the same command runs again with the key of the one that was picked in the name's place.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.asking import Choices
from bot.authority import Act, Need, Role
from bot.dispatch import authorise
from bot.errors import UserError
from bot.router.declare import Capability, Context, Prompt, Reply
from bot.work import Asking

TWO_DAYS = dt.timedelta(days=2)
Run = Callable[..., Awaitable[Reply]]


class Which(Exception):
    """``said`` may mean several: (what to type instead, how it is told)."""

    def __init__(self, said: str, options: tuple[tuple[str, str], ...]) -> None:
        super().__init__(said)
        self.said, self.options = said, options


def room_circle(ctx: Context) -> str | None:
    """The circle of the room in which others read too what is answered, "" of a room that is nobody's.

    None when it is read by its author alone.  What is reserved to another circle is not told there.
    """
    event = ctx.incoming.event
    return None if event is None or event.direct else ctx.incoming.circle


@dataclass
class Acts:
    """The commands of this capability, which can be taken up again once their author said which was meant."""

    capability: Capability
    runs: dict[str, tuple[Run, Need]] = field(default_factory=dict)

    def command(
        self, *names: str, role: Role = Role.MEMBER, act: Act = Act.ASK, private: bool = False
    ) -> Callable[[Run], Run]:
        """Declare a command whose handler may raise ``Which``.

        ``private``: where others than coordination read, only its author reads the answer.
        """

        def declare(run: Run) -> Run:
            @functools.wraps(run)
            async def answered(ctx: Context, **values: Any) -> Reply:
                return await self._answer(ctx, names[0], run, values, private=private)

            self.runs[names[0]] = (answered, Need(role, act=act))
            self.capability.command(*names, role=role, act=act)(answered)
            return answered

        return declare

    async def _answer(
        self, ctx: Context, name: str, run: Run, values: dict[str, Any], *, private: bool
    ) -> Reply:
        aside = private and ctx.overheard
        try:
            async with ctx.session.begin_nested():
                reply = await run(ctx, **values)
        except Which as which:
            reply = _ask(ctx, name, values, which)
            aside = aside or ctx.overheard
        except UserError as error:
            if not aside:
                raise
            reply = Reply(error.message, error.values)
        return replace(reply, private=aside or reply.private)

    async def chosen(self, ctx: Context, prompt: Prompt) -> Reply | None:
        """Run the act again with the one that was picked."""
        if ctx.choice is None:
            return None
        run, need = self.runs[prompt.state["act"]]
        await authorise(ctx, need)
        prompt.closed_at = ctx.now
        said, values = prompt.state["said"], dict(prompt.state["values"])
        for name, value in values.items():
            if isinstance(value, str) and said in value:
                values[name] = value.replace(said, ctx.choice, 1)
                break
        for name in prompt.state["moments"]:
            values[name] = dt.datetime.fromisoformat(values[name])
        return await run(ctx, **values)


def _ask(ctx: Context, name: str, values: dict[str, Any], which: Which) -> Reply:
    question = Choices(
        ctx.render("directory.which", {"said": which.said}, ctx.me.language).text, which.options
    )
    moments = [key for key, value in values.items() if isinstance(value, dt.datetime)]
    kept = {key: values[key].isoformat() if key in moments else values[key] for key in values}
    state = {"act": name, "said": which.said, "values": kept, "moments": moments, **question.state()}
    asking = Asking("directory", "which", f"person:{ctx.me.key}", state, ctx.now + TWO_DAYS)
    room = ctx.incoming.event is not None
    return Reply("common.question", {"choices": question, "room": room}, asking)


capability = Capability("directory")
acts = Acts(capability)
capability.answer("which")(acts.chosen)
