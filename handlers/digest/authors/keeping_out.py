"""« Ne mets pas mon mail dans le récap »: whoever wrote it takes it out until the recap is sent."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from bot.french.answers import yes_no
from bot.french.fold import fold
from bot.router.declare import Context, Reply
from bot.store.archive_tables import Message, Thread
from bot.store.tables import Act, Prompt
from bot.understand import said
from bot.work import Asking
from handlers.digest import editions
from handlers.digest.authors.own import named, not_told_yet, picked
from handlers.digest.commands import capability
from handlers.digest.desk import showing
from handlers.digest.keys import thread_in
from handlers.digest.sources.outside import OUT, is_out, taken_out
from handlers.digest.tables import Item
from handlers.digest.wording import clean_title

WHAT = (
    r"(?:mon|mes|notre|ce|cet|nos) (?:dernier |derniers )?"
    r"(?:mail|message|courriel|mot|texte|annonce|post)s?\b"
)
KEEP_OUT = (
    r"(?:.{0,40}[,.!] ?)?(?:s'il te plait |merci de |peux-tu |tu peux |pourrais-tu )?"
    r"(?:"
    rf"(?:ne (?:pas )?(?:mets?|mettez|mettre|publie[zr]?|reprend[sr]e?|inclu[st]|cite[zr]?)"
    rf"(?: pas)?|n'(?:inclus|inclure|incluez|utilise[zr]?)(?: pas)?) {WHAT}.*\b(?:recap|dedans)\b"
    rf"|(?:retire[zr]?|enleve[zr]?|sor[st](?:ir)?|ote[zr]?|supprime[zr]?) {WHAT}"
    r".*\b(?:du|de ton|de votre) recap\b"
    rf"|{WHAT}.{{0,60}}\b(?:n'est pas pour|pas dans|hors|ne va pas dans|ne doit pas (?:etre|aller) dans)"
    r" (?:du |le )?recap\b"
    r"|(?:keep|leave|take) my (?:mail|message)s?\b.{0,30}\bout of the recap\b"
    r"|(?:do not|don't) put my (?:mail|message)s?\b.{0,30}\bin the recap\b"
    r")"
)
BOTH = re.compile(r"\b(?:tou(?:s|tes)|tout|les deux|les trois|all|both)\b")
DAYS = dt.timedelta(days=7)


@capability.phrase(KEEP_OUT)
async def keep_out(ctx: Context, words: str) -> Reply:
    """« Ne mets pas mon mail dans le récap »."""
    taken = await taken_out(ctx)
    mine = [one for one in await not_told_yet(ctx, ctx.me) if not is_out(one, taken)]
    if not mine:
        return Reply("digest.out_none", {"told": await _were_told(ctx)}, private=True)
    threads = await _titles(ctx, mine)
    if len(threads) > 1:
        numbers = list(threads)
        meant = named(list(threads.values()), words)
        if len(meant) != 1 and not BOTH.search(fold(words)):
            state = {"threads": numbers, "titles": list(threads.values())}
            asking = Asking("digest", "keep_out", f"person:{ctx.me.key}", state, ctx.now + DAYS)
            return Reply("digest.out_which", {"titles": state["titles"]}, asking, private=True)
        if len(meant) == 1:
            threads = {numbers[meant[0]]: threads[numbers[meant[0]]]}
    return await _take_out(ctx, [one for one in mine if one.thread_id in threads], list(threads.values()))


async def _titles(ctx: Context, mine: Sequence[Message]) -> dict[int, str]:
    """The exchanges of these messages and what they are called, the latest first."""
    wanted = dict.fromkeys(one.thread_id for one in reversed(mine))
    rows = await ctx.session.execute(select(Thread.id, Thread.subject).where(Thread.id.in_(wanted)))
    subjects = {number: clean_title(subject) for number, subject in rows}
    return {number: subjects[number] for number in wanted}


async def _were_told(ctx: Context) -> bool:
    """Whether a recap has left: then it may have told what they would take out."""
    return await editions.last_sent(ctx) is not None


@capability.answer("keep_out")
async def choose(ctx: Context, prompt: Prompt) -> Reply | None:
    """Which mail stays out: « la 2 », « les deux », a word of its subject."""
    words = said(ctx.incoming.text)
    numbers, titles = prompt.state["threads"], prompt.state["titles"]
    meant = range(len(titles)) if BOTH.search(fold(words)) else picked(titles, words)
    if not meant:
        if yes_no(words) is False:
            prompt.closed_at = ctx.now
            return Reply("digest.misread_left", {}, private=True)
        if not ctx.incoming.answers:
            return None
        return Reply("digest.out_which", {"titles": titles}, prompt.id, private=True)
    prompt.closed_at = ctx.now
    chosen = {numbers[at] for at in meant}
    mine = [one for one in await not_told_yet(ctx, ctx.me) if one.thread_id in chosen]
    if not mine:
        return Reply("digest.out_none", {"told": True}, private=True)
    return await _take_out(ctx, mine, [titles[at] for at in meant])


async def _take_out(ctx: Context, mine: Sequence[Message], titles: Sequence[str]) -> Reply:
    for message in mine:
        ctx.session.add(
            Act(
                author=message.author_address,
                origin_id=message.message_id,
                action=OUT,
                content_hash=message.content_hash,
                inbox_id=ctx.incoming.inbox_id,
            )
        )
    await ctx.session.flush()
    await _refresh(ctx, {one.thread_id for one in mine})
    ctx.undoable(ctx.me, "digest", "keep_out", {"messages": [one.message_id for one in mine]})
    return Reply("digest.kept_out", {"titles": titles}, private=True)


async def _refresh(ctx: Context, threads: set[int]) -> None:
    """Bring the draft up to date, also where coordination had rewritten what goes."""
    edition = await editions.current(ctx)
    if edition is None:
        return
    for item in await editions.items_of(ctx, edition):
        if _of(item) in threads:
            item.edited = False
    await editions.refresh(ctx, edition)
    await showing.soon(ctx)


def _of(item: Item) -> int | None:
    return thread_in(item.key)


@capability.undo("keep_out")
async def let_in_again(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """« annule »: the mail is for the recap again."""
    messages = list(data["messages"])
    await ctx.session.execute(delete(Act).where(Act.action == OUT, Act.origin_id.in_(messages)))
    edition = await editions.current(ctx)
    if edition is not None:
        await editions.refresh(ctx, edition)
        await showing.soon(ctx)
    return Reply("digest.let_in", {}, private=True)
