"""From something said to the handler it is for: a command, an answer to a question of ours, plain words."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import select

from bot import amending, circles, people, territories
from bot.answering import Answering
from bot.authority import Act, Need, Role, check
from bot.channels.base import EventKind
from bot.errors import Refused, UserError
from bot.french.courtesy import is_courtesy, is_thanks
from bot.french.fold import fold
from bot.french.sentences import split
from bot.guard import confirming
from bot.router.bare import is_bare
from bot.router.declare import NEEDS, Command, Context, Incoming, Reply
from bot.router.find import Registry
from bot.router.manual import usable
from bot.router.parameters import read
from bot.store.tables import Prompt, UndoRow
from bot.understand import said
from bot.work import Asking

UNDO_MINUTES = 10
APPLAUSE_LENGTH = 8  # words; more of them say more
ASKING = re.compile(r"\bmerci d(?:e |')(?!avoir|etre)")
TAKE_BACK = re.compile(
    r"(?:annule|annuler|undo(?: that| it)?|cancel(?: that| it)?|reviens en arriere)\b[ .!]*$"
)


@dataclass(frozen=True)
class Dispatcher:
    """Finds who must read what somebody said."""

    registry: Registry
    prefix: str
    bot_name: str

    async def dispatch(self, ctx: Context) -> Reply | None:
        """The answer; None when it was not for us, or nothing needs saying.  May raise UserError."""
        event = ctx.incoming.event
        if event is not None and event.kind is not EventKind.MESSAGE:
            return await self._deed(ctx, event.kind)
        typed = self._typed_command(ctx)
        if typed is not None:
            found = self.registry.find(typed)
            if found is not None:
                ctx.must_be_certain()
                return await self.run(ctx, found.command, found.rest)
            if not await self.answering.is_explicit(ctx):
                return self._unknown(ctx, typed)
        words = said(ctx.incoming.text)
        takes_back = bool(TAKE_BACK.match(fold(words))) and ctx.incoming.author is not None
        reply = await self._undo(ctx) if takes_back else None
        reply = reply or await self._plain(ctx, words)
        if reply is not None or not (ctx.incoming.direct or ctx.incoming.addressed):
            return reply
        return Reply("common.nothing_to_undo") if takes_back else await self._bare_command(ctx, words)

    async def _plain(self, ctx: Context, words: str) -> Reply | None:
        """Plain words: a wish or an answer.  What only a token proves is the answer that it was given for."""
        if ctx.incoming.certain or ctx.incoming.proof is None:
            return await self._phrase(ctx, words) or await self.answering.words(ctx)
        return await self.answering.words(ctx) or await self._phrase(ctx, words)

    @property
    def answering(self) -> Answering:
        """Who finds the question that something answers."""
        return Answering(self.registry, {"missing": self._complete, confirming.KIND: confirming.answer})

    async def _deed(self, ctx: Context, kind: EventKind) -> Reply | None:
        """What people do in rooms without saying anything new."""
        if kind is EventKind.REACTION:
            return await self.answering.sign(ctx)
        if kind is EventKind.POLL_RESPONSE:
            return await self.answering.vote(ctx)
        if kind is EventKind.EDIT:
            return await amending.edited(ctx)
        return await amending.redacted(ctx, self.registry.capabilities.values())

    async def run(self, ctx: Context, command: Command, text: str) -> Reply | None:
        """Run a command; what it misses is asked for, one thing at a time."""
        incoming = ctx.incoming
        await authorise(ctx, command.need)
        values, missing = read(command.parameters, text, ctx.now.astimezone(ctx.settings.network.zone))
        if missing is None:
            reply: Reply | None = await command.run(ctx, **values)
            return reply
        if incoming.author is None:
            raise UserError("common.missing", what=missing.kind.name)
        state = {"command": command.names[0], "text": text}
        asking = Asking(
            "router",
            "missing",
            f"person:{incoming.author.key}",
            state,
            ctx.now + dt.timedelta(days=2),
        )
        return Reply("common.missing", {"what": missing.kind.name}, asking)

    def _typed_command(self, ctx: Context) -> str | None:
        """What follows the prefix or our name, if the message begins (after a greeting) with one."""
        text = said(ctx.incoming.text)
        if text.startswith(self.prefix):
            return self._after_prefix(text)
        mention = re.match(rf"@?{re.escape(self.bot_name)}\s*[,:]\s*{re.escape(self.prefix)}?", text, re.I)
        if mention:
            return text[mention.end() :]
        if ctx.incoming.mail is not None:
            for line in text.splitlines()[:10]:
                if line.startswith(self.prefix):
                    return self._after_prefix(text[text.index(line) :])
        return None

    def _after_prefix(self, text: str) -> str | None:
        """The command that follows the prefix; « !!! », « !? » and « ! non » are no commands."""
        rest = text.removeprefix(self.prefix)
        typed = rest.lstrip()
        if not typed[:1].isalnum() or (rest != typed and self.registry.find(typed) is None):
            return None
        return typed

    async def _bare_command(self, ctx: Context, words: str) -> Reply | None:
        """To us alone, a command needs no prefix; anything else gets a hand held out."""
        author = ctx.incoming.author
        found = self.registry.find(words)
        if found is not None and usable(author, found.command.need) and is_bare(found):
            ctx.must_be_certain()
            return await self.run(ctx, found.command, found.rest)
        frames = is_courtesy if ctx.incoming.event is None else _is_applause
        if words and all(frames(sentence) for sentence in split(words)):
            return None  # « merci ! » wants no answer
        if author is None:
            return Reply("common.unknown_person")
        return Reply("common.not_understood", {"suggestions": self.registry.suggest(words, author)})

    def _unknown(self, ctx: Context, typed: str) -> Reply:
        word = typed.split(maxsplit=1)[0] if typed.split() else ""
        meant = self.registry.suggest(typed, ctx.incoming.author)
        return Reply("common.unknown_command", {"word": word, "suggestions": meant})

    async def _phrase(self, ctx: Context, words: str) -> Reply | None:
        phrases = [one for capability in self.registry.capabilities.values() for one in capability.phrases]
        to_us = ctx.incoming.direct or ctx.incoming.addressed
        for text in (words, *_under_its_subject(ctx.incoming, words)):
            folded = fold(text)
            for phrase in phrases:
                if (to_us or phrase.everywhere) and phrase.pattern.match(folded):
                    ctx.must_be_certain()
                    await authorise(ctx, phrase.need)
                    reply: Reply | None = await phrase.run(ctx, text)
                    if reply is not None:
                        return reply
        return None

    async def _complete(self, ctx: Context, prompt: Prompt) -> Reply | None:
        found = self.registry.find(prompt.state["command"])
        if found is None:
            return None
        prompt.closed_at = ctx.now
        text = f"{prompt.state['text']}\n{said(ctx.incoming.text)}".strip()
        return await self.run(ctx, found.command, text)

    async def _undo(self, ctx: Context) -> Reply | None:
        """Take back this person's latest act of the last ten minutes; by a token, what its mail told."""
        query = (
            select(UndoRow)
            .where(UndoRow.person_id == ctx.me.id, UndoRow.undone_at.is_(None))
            .where(UndoRow.at >= ctx.now - dt.timedelta(minutes=UNDO_MINUTES))
        )
        if not ctx.incoming.certain:
            proof = ctx.incoming.proof
            query = query.where(UndoRow.id == (proof.undo_id if proof else None))
        row = await ctx.session.scalar(query.order_by(UndoRow.id.desc()).limit(1))
        if row is None:
            return None
        for role, circle, act in row.data.get(NEEDS, ()):
            await authorise(ctx, Need(Role(role), circle, Act(act)))
        row.undone_at = ctx.now
        handler = self.registry.capabilities[row.capability].undos[row.kind]
        data = {name: value for name, value in row.data.items() if name != NEEDS}
        reply: Reply | None = await handler(ctx, data)
        return reply


def _is_applause(sentence: str) -> bool:
    """Whether a sentence of a chat only greets, thanks or applauds: « merci pour le récap »."""
    folded = fold(sentence.strip(" -–—*>~,!.;"))
    short = len(folded.split()) <= APPLAUSE_LENGTH and "?" not in folded
    return is_courtesy(sentence) or (short and is_thanks(folded) and not ASKING.search(folded))


def _under_its_subject(incoming: Incoming, words: str) -> list[str]:
    """A mail's words with its subject in front: « Pour le récap » may stand in either."""
    mail = incoming.mail
    if mail is None or incoming.answers or not mail.subject.strip():
        return []
    return [f"{mail.subject.strip()} : {words}"]


async def authorise(ctx: Context, need: Need) -> None:
    """Let the author's act pass, or raise Refused: which role it takes, and who has it."""
    ctx.take_on(need.act)
    try:
        check(ctx.incoming.author, need)
    except Refused as refusal:
        refusal.values |= await _whom_to_ask(ctx, need)
        raise
    ctx.needs.append(need)


async def _whom_to_ask(ctx: Context, need: Need) -> dict[str, object]:
    """The circle (or territory) that a role is of, by name, and who holds it.

    Of a circle that is reserved to others neither is told: coordination knows.
    """
    author, known = ctx.incoming.author, ctx.settings.circles
    of_territory = need.role is Role.REFERENT
    if need.circle and not of_territory and (author is None or not circles.sees(known, author, need.circle)):
        return {"circle": "", "holders": [one.name for one in await ctx.coordinators()]}
    holders = await people.with_role(ctx.session, need.role, ctx.now, need.circle)
    name = need.circle
    if of_territory:
        zones = await territories.zones(ctx.session, ctx.settings.network.departments)
        name = next((zone.name for zone in zones if zone.key == need.circle), need.circle)
    elif need.circle in known:
        name = known[need.circle].name
    return {"circle": name, "holders": [one.name for one in holders]}
