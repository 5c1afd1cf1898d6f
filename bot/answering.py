"""From what somebody said, signed or voted to the question of ours that it answers, and to who reads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from bot import outbox
from bot.asking import Choices, audiences_of, is_open, may_answer, needs_of
from bot.choosing import NOTHING, Pick, by_sign, by_words
from bot.errors import Unproven
from bot.french.answers import yes_no
from bot.french.courtesy import is_courtesy
from bot.french.sentences import split
from bot.router.declare import Context, Reply
from bot.router.find import Registry
from bot.store.tables import InboxRow, OutboxRow, Prompt
from bot.understand import said
from bot.work import COORDINATION, COORDINATORS

Read = Callable[[Context, Prompt], Awaitable[Reply | None]]
CONFIRM = "confirm"  # whether a mail that nobody vouches for is its author's
OURS = "router"  # the capability of the questions that the house asks itself


@dataclass(frozen=True)
class Answering:
    """Finds who reads an answer.  ``ours``: who reads those to the house's own questions, by kind."""

    registry: Registry
    ours: Mapping[str, Read]

    async def is_explicit(self, ctx: Context) -> bool:
        """Whether this replies to an open question that its author may answer."""
        prompt = await self._replied_to(ctx)
        return prompt is not None and _counts(ctx, prompt)

    async def words(self, ctx: Context) -> Reply | None:
        """What answers these words; None when they answer no question."""
        prompt = await self._replied_to(ctx)
        choices = None if prompt is None else Choices.of(prompt)
        if prompt is not None and choices is not None:
            return await self._choose(ctx, prompt, choices, by_words(choices, said(ctx.incoming.text)))
        if prompt is not None and (_counts(ctx, prompt) or self._is_heard_late(ctx, prompt)):
            return await self._hand_over(ctx, prompt)
        if not ctx.incoming.certain:
            return _told_closed(ctx, prompt)
        return await self._unbidden(ctx)

    async def sign(self, ctx: Context) -> Reply | None:
        """What answers a reaction: one that picks an option, or a thumb where it says as much as a word."""
        prompt, sign = await self._pointed_at(ctx), ctx.incoming.text
        if prompt is None:
            return None
        choices = Choices.of(prompt)
        if choices is not None:
            pick = by_sign(choices, sign)
            return await self._choose(ctx, prompt, choices, pick) if pick.chosen else None
        capability = self.registry.capabilities.get(prompt.capability)
        by_thumb = capability is not None and prompt.kind in capability.by_sign
        if not by_thumb or yes_no(sign) is None or not _counts(ctx, prompt):
            return None
        return await self._hand_over(ctx, prompt)

    async def vote(self, ctx: Context) -> Reply | None:
        """What answers a vote in a native poll of ours."""
        prompt = await self._pointed_at(ctx)
        choices = None if prompt is None else Choices.of(prompt)
        if prompt is None or choices is None or ctx.incoming.event is None:
            return None
        voted = ctx.incoming.event.choices
        ids = tuple(key for key, _ in choices.options if key in voted)
        if ids:
            # More than may be picked: the first that were (MSC3381).
            first = ids if choices.several else tuple(key for key in voted if key in ids)[:1]
            return await self._choose(ctx, prompt, choices, Pick(first, plain=True))
        if voted or not _counts(ctx, prompt):
            return None
        return _alone(ctx, "common.answer_stays", choices, f"stays:{prompt.id}")

    async def _choose(self, ctx: Context, prompt: Prompt, choices: Choices, pick: Pick) -> Reply | None:
        """Hand over what was picked, by those who may while they may; ask when it is not certain."""
        incoming = ctx.incoming
        others_talk = not (pick.chosen or pick.plain or incoming.direct or incoming.addressed)
        if others_talk or _is_thanks(ctx, pick):
            return None
        if not may_answer(prompt.audience, incoming.author, _room(ctx)):
            return _not_for(ctx, prompt, choices) if pick.chosen else None
        if not is_open(prompt, ctx.now):
            return _alone(ctx, "common.closed", choices, f"closed:{prompt.id}") if pick.chosen else None
        ctx.choices = pick.chosen
        reply = await self._hand_over(ctx, prompt)
        if reply is not None or pick.chosen:
            return reply
        close = [text for key, text in choices.options if key in pick.between]
        return Reply("common.which", {"choices": choices, "close": close}, prompt.id)

    async def _unbidden(self, ctx: Context) -> Reply | None:
        """Without a reply to it, the question that this may be answering here: the latest first."""
        mine = _audiences(ctx)
        # Of what is not theirs to answer, only who tells them so hears.
        prompts = [
            one
            for one in await self._prompts_here(ctx)
            if one.audience in mine or self._is_heard_late(ctx, one)
        ]
        picks = {}
        for prompt in prompts:
            choices = Choices.of(prompt)
            if choices is not None:
                picks[prompt.id] = (choices, by_words(choices, said(ctx.incoming.text)))
        for prompt in prompts:
            if prompt.id not in picks:
                reply = await self._hand_over(ctx, prompt)
            else:
                choices, pick = picks.pop(prompt.id)
                if pick.chosen and (also := [other for other, one in picks.values() if one.chosen]):
                    return Reply("common.which_question", {"questions": [choices, *also]})
                reply = await self._choose(ctx, prompt, choices, pick) if pick.plain else None
            if reply is not None:
                return reply
        return None

    def _is_heard_late(self, ctx: Context, prompt: Prompt) -> bool:
        capability = self.registry.capabilities.get(prompt.capability)
        heard = capability is not None and prompt.kind in capability.heard_late
        return heard and ctx.incoming.certain and ctx.incoming.author is not None

    async def _hand_over(self, ctx: Context, prompt: Prompt) -> Reply | None:
        if prompt.capability == OURS:
            return await self.ours[prompt.kind](ctx, prompt)
        capability = self.registry.capabilities.get(prompt.capability)
        handler = capability.answers.get(prompt.kind) if capability else None
        if capability is None or handler is None:
            return None
        ctx.needs += needs_of(prompt.audience)
        reply: Reply | None = await handler(ctx, prompt)
        if reply is not None:
            ctx.take_on(capability.answer_acts[prompt.kind])
        return reply

    async def _replied_to(self, ctx: Context) -> Prompt | None:
        """The question, open or not, that this replies to; perhaps one that we asked by a mere sign.

        By a mail that is not certain, only the one that its token is for.
        """
        proof = ctx.incoming.proof
        proven = None if proof is None or proof.prompt_id is None else proof.prompt_id
        if not ctx.incoming.certain:
            return None if proven is None else await ctx.session.get(Prompt, proven)
        row = await outbox.find_answered(ctx.session, ctx.incoming.answers)
        if row is None and ctx.incoming.event is not None:
            row = await _signed(ctx)
        if row is None and proven is not None:
            return await ctx.session.get(Prompt, proven)
        return await _prompt_of(ctx, row)

    async def _pointed_at(self, ctx: Context) -> Prompt | None:
        event = ctx.incoming.event
        target = event.replies_to if event is not None else None
        return await _prompt_of(ctx, await outbox.find_answered(ctx.session, [target] if target else []))

    async def _prompts_here(self, ctx: Context) -> list[Prompt]:
        """The open questions that plain words may be answering in this place: the latest first."""
        incoming = ctx.incoming
        if incoming.author is None:
            return []
        audiences = audiences_of(incoming.author)
        if not incoming.direct:
            in_coordination = incoming.circle == COORDINATION
            audiences = [COORDINATORS] if in_coordination else []
        prompts = await ctx.open_prompts(audiences) if audiences else []
        # A forged mail makes us ask whether it is genuine: no « oui » to anything else may confirm it.
        return sorted(prompts, key=lambda one: one.capability == OURS and one.kind == CONFIRM)


def _audiences(ctx: Context) -> list[str]:
    """The audiences to which whoever said this belongs."""
    return [] if ctx.incoming.author is None else audiences_of(ctx.incoming.author)


async def _prompt_of(ctx: Context, row: OutboxRow | None) -> Prompt | None:
    if row is None or row.prompt_id is None:
        return None
    return await ctx.session.get(Prompt, row.prompt_id)


async def _signed(ctx: Context) -> OutboxRow | None:
    """Our sign on the message that this replies to: it asked what words would have asked."""
    for one in ctx.incoming.answers:
        heard = await ctx.session.scalar(select(InboxRow.id).where(InboxRow.origin_id == one).limit(1))
        row = await ctx.session.scalar(select(OutboxRow).where(OutboxRow.effect_key == f"answer:{heard}"))
        if row is not None and row.params.get("reaction"):
            return row
    return None


def _counts(ctx: Context, prompt: Prompt) -> bool:
    return is_open(prompt, ctx.now) and may_answer(prompt.audience, ctx.incoming.author, _room(ctx))


def _room(ctx: Context) -> str:
    """The room that others read too in which this was said, or ""."""
    event = ctx.incoming.event
    return event.room if event is not None and not event.direct else ""


def _is_thanks(ctx: Context, pick: Pick) -> bool:
    """Words that pick nothing and only greet or thank."""
    if pick.chosen or pick.between:
        return False
    return all(is_courtesy(sentence) for sentence in split(said(ctx.incoming.text)))


def _told_closed(ctx: Context, prompt: Prompt | None) -> Reply | None:
    """What a token gets that answers a question which no longer waits for its holder; thanks get nothing."""
    if prompt is None:
        raise Unproven
    return None if _is_thanks(ctx, NOTHING) else Reply("proof.closed")


def _not_for(ctx: Context, prompt: Prompt, choices: Choices) -> Reply | None:
    kind, _, name = prompt.audience.partition(":")
    circle = ctx.settings.circles.get(name) if kind == "circle" else None
    values = {"role": name if kind == "role" else "", "circle": circle.name if circle else ""}
    return _alone(ctx, "common.not_for_you", choices, f"outside:{prompt.id}", **values)


def _alone(ctx: Context, message: str, choices: Choices, key: str, **values: str) -> Reply | None:
    """What only this person needs to know, once; a stranger is told nothing."""
    author = ctx.incoming.author
    if author is None:
        return None
    values = {"question": choices.question, **values}
    return Reply(message, values, private=True, once=f"{key}:{author.key}")
