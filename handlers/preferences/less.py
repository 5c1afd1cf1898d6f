"""« Trop de mails ! »: three ways to receive less, asked of one person alone; nobody is told."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from bot import asking
from bot.asking import Choices
from bot.authority import Need, Role, check
from bot.clock import local
from bot.french.fold import fold
from bot.outbox import Destination, Terms
from bot.router.declare import SILENCE, Context, Prompt, Reply
from bot.store.people_tables import Recap
from bot.store.tables import Doubt, Klass
from bot.understand import said
from bot.work import Asking
from handlers.preferences.commands import LESS, apply, capability, told, understood
from handlers.preferences.phrases import LESS_PLEASE, MAYBE_ANSWER, NO_THANKS, TOO_MANY, TOO_MANY_ABOVE

WAITS = dt.timedelta(days=14)
MIND = dt.timedelta(hours=1)  # so long another answer takes the place of the first
OPTIONS = ("pause", "recap", "none")


# Declared for anybody, since a refusal would be said in the room where a stranger speaks to others.
@capability.phrase(TOO_MANY, role=Role.STRANGER, everywhere=True)
async def too_many(ctx: Context, _words: str) -> Reply | None:
    """« Trop de mails ! », anywhere: answered in private."""
    if ctx.incoming.author is None and not ctx.incoming.direct:
        return None
    check(ctx.incoming.author, Need(Role.KNOWN))
    ctx.fact("preferences.too_many")
    choices = Choices(ctx.render("preferences.less_question", {}, ctx.me.language).text, _options(ctx))
    who = Asking(*LESS, f"person:{ctx.me.key}", choices.state(), ctx.now + WAITS)
    event = ctx.incoming.event
    if event is None:
        return Reply("preferences.less", {"choices": choices, "asks_more": "?" in ctx.incoming.text}, who)
    # A client that draws the poll shows its question alone: the three choices stand in it, numbered.
    numbered = ctx.render("preferences.less_numbered", {"choices": choices}, ctx.me.language).text
    to = Destination("room", event.sender, ctx.me.id)
    params = {"room": event.room} if event.direct else {}
    terms = Terms(Klass.ANSWER, Doubt.AGAIN, params=params)
    key = f"less:{ctx.incoming.inbox_id}"
    poll = replace(choices, question=numbered)
    await asking.ask(
        ctx,
        key,
        to,
        poll,
        await ctx.ask(who),
        terms=terms,
        values={"asks_more": False},
        message="preferences.less",
    )
    return SILENCE


@capability.phrase(LESS_PLEASE, role=Role.KNOWN)
@capability.phrase(TOO_MANY_ABOVE, role=Role.KNOWN)
async def less_please(ctx: Context, words: str) -> Reply | None:
    """The same as the subject of a mail, or « désabonnez-moi », « moins de mails »."""
    return await too_many(ctx, words)


def _options(ctx: Context) -> tuple[tuple[str, str], ...]:
    values = {"days": ctx.settings.reach.pause_days}
    return tuple(
        (one, ctx.render(f"preferences.less_{one}", values, ctx.me.language).text) for one in OPTIONS
    )


@capability.answer("less")
async def answered(ctx: Context, prompt: Prompt) -> Reply | None:
    """One of the three, or a wish of their own; another answer within the hour takes its place."""
    if ctx.choice is None:
        return await _own_words(ctx, prompt)
    changes = _of_choice(ctx, ctx.choice)
    prompt.expires_at = ctx.now + MIND
    return await told(ctx, await apply(ctx, changes), [])


@capability.phrase(MAYBE_ANSWER, role=Role.KNOWN)
async def maybe_answered(ctx: Context, _words: str) -> Reply | None:
    """« non merci », « rien du tout »: the answer to the three choices, if that is what was asked last."""
    if ctx.incoming.answers:
        return None  # what it answers is said
    prompts = await ctx.open_prompts([f"person:{ctx.me.key}"])
    if not prompts or (prompts[0].capability, prompts[0].kind) != LESS:
        return None
    return await _own_words(ctx, prompts[0])


async def _own_words(ctx: Context, prompt: Prompt) -> Reply | None:
    """None for words that are neither a refusal nor wholly understood: nothing is guessed."""
    words = said(ctx.incoming.text)
    if re.match(NO_THANKS, fold(words)):
        prompt.closed_at = ctx.now
        return Reply("preferences.as_it_was", private=True)
    wants = understood(ctx, words)
    if wants.troubles or not wants.changes:
        return None
    prompt.expires_at = ctx.now + MIND
    return await told(ctx, await apply(ctx, wants.changes), [])


def _of_choice(ctx: Context, choice: str) -> dict[str, Any]:
    if choice != "pause":
        recap = Recap.PERSONAL if choice == "recap" else Recap.NONE
        return {"recap": recap.value, "paused_until": None}
    zone = ctx.settings.network.zone
    last = ctx.now.astimezone(zone).date() + dt.timedelta(days=ctx.settings.reach.pause_days)
    return {"paused_until": local(last + dt.timedelta(days=1), dt.time(), zone)}
