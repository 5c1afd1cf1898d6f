"""From something said to the handler it is for: a command, an answer to a question of ours, plain words."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import select

from bot import outbox, people
from bot.authority import Held, Need, Role, check
from bot.errors import Refused, UserError
from bot.french.courtesy import is_courtesy
from bot.french.fold import fold
from bot.french.sentences import split
from bot.router.declare import Command, Context, Incoming, Reply
from bot.router.find import Registry
from bot.router.parameters import read
from bot.store.tables import Prompt, UndoRow
from bot.work import COORDINATION, COORDINATORS, Asking

UNDO_MINUTES = 10
GREETING = re.compile(
    r"(?:bonjour|bonsoir|salut|coucou|hello|cher|chere|chers|navette|re)\b[^.!?:]{0,40}[,.! ]*$"
)
TAKE_BACK = re.compile(r"(?:annule|annuler|undo|reviens en arriere)\b[ .!]*$")


@dataclass(frozen=True)
class Dispatcher:
    """Finds who must read what somebody said."""

    registry: Registry
    prefix: str
    bot_name: str

    async def dispatch(self, ctx: Context) -> Reply | None:
        """The answer; None when it was not for us, or nothing needs saying.  May raise UserError."""
        typed = self._typed_command(ctx)
        if typed is not None:
            found = self.registry.find(typed)
            if found is not None:
                return await self.run(ctx, found.command, found.rest)
            if not await self._is_answer(ctx):
                return self._unknown(typed)
        words = said(ctx.incoming.text)
        takes_back = bool(TAKE_BACK.match(fold(words))) and ctx.incoming.author is not None
        reply = await self._undo(ctx) if takes_back else None
        reply = reply or await self._phrase(ctx, words) or await self._answer(ctx)
        if reply is not None or not ctx.incoming.direct:
            return reply
        return Reply("common.nothing_to_undo") if takes_back else await self._bare_command(ctx, words)

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
            return text.removeprefix(self.prefix).lstrip()
        mention = re.match(rf"@?{re.escape(self.bot_name)}\s*[,:]\s*{re.escape(self.prefix)}?", text, re.I)
        if mention:
            return text[mention.end() :]
        if ctx.incoming.mail is not None:
            for line in text.splitlines()[:10]:
                if line.startswith(self.prefix):
                    return text[text.index(line) :].removeprefix(self.prefix).lstrip()
        return None

    async def _bare_command(self, ctx: Context, words: str) -> Reply | None:
        """To us alone, a command needs no prefix; anything else gets a hand held out."""
        found = self.registry.find(words)
        if found is not None:
            return await self.run(ctx, found.command, found.rest)
        if all(is_courtesy(sentence) for sentence in split(words)):
            return None  # « merci ! » wants no answer
        return Reply("common.not_understood", {"suggestions": self.registry.suggest(words)})

    def _unknown(self, typed: str) -> Reply:
        word = typed.split(maxsplit=1)[0] if typed.split() else ""
        return Reply("common.unknown_command", {"word": word, "suggestions": self.registry.suggest(typed)})

    async def _phrase(self, ctx: Context, words: str) -> Reply | None:
        phrases = [one for capability in self.registry.capabilities.values() for one in capability.phrases]
        for text in (words, *_under_its_subject(ctx.incoming, words)):
            folded = fold(text)
            for phrase in phrases:
                if (ctx.incoming.direct or phrase.everywhere) and phrase.pattern.match(folded):
                    await authorise(ctx, phrase.need)
                    reply: Reply | None = await phrase.run(ctx, text)
                    return reply
        return None

    async def _is_answer(self, ctx: Context) -> bool:
        return bool(ctx.incoming.answers) and await self._prompt_answered(ctx) is not None

    async def _answer(self, ctx: Context) -> Reply | None:
        prompt = await self._prompt_answered(ctx)
        candidates = [prompt] if prompt is not None else await self._prompts_here(ctx)
        for candidate in candidates:
            reply = await self._hand_over(ctx, candidate)
            if reply is not None:
                return reply
        return None

    async def _hand_over(self, ctx: Context, prompt: Prompt) -> Reply | None:
        if (prompt.capability, prompt.kind) == ("router", "missing"):
            return await self._complete(ctx, prompt)
        capability = self.registry.capabilities.get(prompt.capability)
        handler = capability.answers.get(prompt.kind) if capability else None
        if handler is None:
            return None
        reply: Reply | None = await handler(ctx, prompt)
        return reply

    async def _complete(self, ctx: Context, prompt: Prompt) -> Reply | None:
        found = self.registry.find(prompt.state["command"])
        if found is None:
            return None
        prompt.closed_at = ctx.now
        text = f"{prompt.state['text']}\n{said(ctx.incoming.text)}".strip()
        return await self.run(ctx, found.command, text)

    async def _prompt_answered(self, ctx: Context) -> Prompt | None:
        """The open question that this explicitly replies to, if it was asked to its author."""
        row = await outbox.find_answered(ctx.session, ctx.incoming.answers)
        if row is None or row.prompt_id is None:
            return None
        prompts = await ctx.open_prompts(self._audiences(ctx))
        return next((prompt for prompt in prompts if prompt.id == row.prompt_id), None)

    async def _prompts_here(self, ctx: Context) -> list[Prompt]:
        """Without a reply, the questions that this place may be answering: the latest first."""
        incoming = ctx.incoming
        audiences = self._audiences(ctx)
        if not incoming.direct:
            audiences = (
                [COORDINATORS] if incoming.circle == COORDINATION and COORDINATORS in audiences else []
            )
        return await ctx.open_prompts(audiences) if audiences else []

    @staticmethod
    def _audiences(ctx: Context) -> list[str]:
        author = ctx.incoming.author
        if author is None:
            return []
        roles = [COORDINATORS] if Held(Role.COORDINATION) in author.roles else []
        return [f"person:{author.key}", *roles]

    async def _undo(self, ctx: Context) -> Reply | None:
        """Take back the latest act of this person, of the last ten minutes."""
        row = await ctx.session.scalar(
            select(UndoRow)
            .where(UndoRow.person_id == ctx.me.id, UndoRow.undone_at.is_(None))
            .where(UndoRow.at >= ctx.now - dt.timedelta(minutes=UNDO_MINUTES))
            .order_by(UndoRow.id.desc())
            .limit(1)
        )
        if row is None:
            return None
        if not ctx.incoming.certain:
            raise UserError("common.mail_not_vouched")
        row.undone_at = ctx.now
        handler = self.registry.capabilities[row.capability].undos[row.kind]
        reply: Reply | None = await handler(ctx, row.data)
        return reply


def _under_its_subject(incoming: Incoming, words: str) -> list[str]:
    """A mail's words with its subject in front: « Pour le récap » may stand in either."""
    mail = incoming.mail
    if mail is None or incoming.answers or not mail.subject.strip():
        return []
    return [f"{mail.subject.strip()} : {words}"]


async def authorise(ctx: Context, need: Need) -> None:
    """Let the author's act pass, or raise Refused: which role it takes, and who has it."""
    try:
        check(ctx.incoming.author, need, certain=ctx.incoming.certain)
    except Refused as refusal:
        holders = await people.with_role(ctx.session, need.role, ctx.now, need.circle)
        refusal.values["holders"] = [holder.name for holder in holders]
        raise


def said(text: str) -> str:
    """What somebody said, without the greeting that opens it."""
    lines = text.strip().splitlines()
    while len(lines) > 1 and (not lines[0].strip() or GREETING.match(fold(lines[0].strip()))):
        lines.pop(0)
    return "\n".join(lines).strip()
