"""« Tu as mal lu mon mail »: whoever wrote it sees what was told of it, and puts it right in one sentence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from bot.errors import UserError
from bot.french.answers import yes_no
from bot.french.fold import fold
from bot.router.declare import Context, Reply
from bot.store.tables import Prompt
from bot.understand import said
from bot.work import Asking
from handlers.digest import editions
from handlers.digest.authors.own import Mine, named, picked, told_of
from handlers.digest.commands import LONGEST_LINE, TOO_LATE, capability
from handlers.digest.desk import showing
from handlers.digest.tables import Item, Line

MAIL = r"(?:mon|mes|notre|nos|le) (?:mail|message|courriel|mot|texte|annonce|post|propos)s?"
MISREAD = (
    r"(?:.{0,60}[,.!:] ?)?(?:(?:je crois que |je pense que |non,? )?(?:tu as|vous avez|t'as|t as)"
    r" (?:\w+ment |tres |bien |un peu |encore )?"
    r"(?:mal (?:lu|compris|resume|interprete|rendu|retenu|recopie)|deforme)\b"
    r"|(?:ce n'est|c'est|ce n est) pas (?:(?:du tout|tout a fait|exactement|vraiment) )?ce que"
    r" (?:j'ai|je|nous avons|j'avais|on a|je voulais|nous)\b"
    r"|(?:le recap|navette) (?:a|s'est) (?:mal (?:lu|compris|resume)|tromp\w+)\b"
    r"|you (?:have )?(?:misread|misunderstood|got)\b.{0,30}\b(?:mail|message|me)\b"
    r"|(?:that's|that is) not what i (?:said|wrote|meant)\b)"
)
WORDS_BEHIND = re.compile(r"[:\n]\s*(?P<words>\S.{8,})\Z", re.DOTALL)
NEVER_MIND = re.compile(
    r"(?:laisse(?:z)?(?: tomber)?|rien|non(?: merci)?|annule|tant pis|oublie|pas grave|c'est bon"
    r"|never ?mind|forget it)\b.{0,20}\Z"
)
DAYS = dt.timedelta(days=7)  # for which the question waits


@capability.phrase(MISREAD)
async def misread(ctx: Context, words: str) -> Reply:
    """« Tu as mal lu mon mail », « ce n'est pas ce que j'ai dit »."""
    mine = await told_of(ctx, ctx.me)
    if not mine:
        return Reply("digest.misread_none", {}, private=True)
    behind = WORDS_BEHIND.search(words)
    right = behind["words"].strip() if behind else ""
    if len(mine) > 1:
        meant = named([one.title for one in mine], words)
        mine = [mine[at] for at in meant] if len(meant) == 1 else mine
    if len(mine) > 1:
        return _which(ctx, mine, right)
    return await _told(ctx, mine[0].item, mine[0].title, right)


def _which(ctx: Context, mine: Sequence[Mine], right: str) -> Reply:
    state = {
        "items": [one.item.id for one in mine],
        "titles": [one.title for one in mine],
        "right": right,
    }
    asking = Asking("digest", "misread", f"person:{ctx.me.key}", state, ctx.now + DAYS)
    return Reply("digest.misread_which", {"titles": state["titles"]}, asking, private=True)


async def _told(ctx: Context, item: Item, title: str, right: str) -> Reply:
    if right:
        return await _put_right(ctx, item, title, right)
    state = {"items": [item.id], "titles": [title], "right": ""}
    asking = Asking("digest", "misread", f"person:{ctx.me.key}", state, ctx.now + DAYS)
    return Reply("digest.misread", {"item": item, "title": title}, asking, private=True)


@capability.answer("misread")
async def put_right(ctx: Context, prompt: Prompt) -> Reply | None:
    """Which mail it is, or the right words for it."""
    words = said(ctx.incoming.text)
    if not (ctx.incoming.direct or ctx.incoming.answers):
        return None
    if NEVER_MIND.match(fold(words)) or yes_no(words) is False:
        prompt.closed_at = ctx.now
        return Reply("digest.misread_left", {}, private=True)
    items, titles = prompt.state["items"], prompt.state["titles"]
    if len(items) > 1:
        meant = picked(titles, words)
        if len(meant) != 1:
            return Reply("digest.misread_which", {"titles": titles}, prompt.id, private=True)
        item = await ctx.session.get(Item, items[meant[0]])
        if item is None:
            return Reply("digest.misread_none", {}, private=True)
        return await _told(ctx, item, titles[meant[0]], prompt.state["right"])
    item = await ctx.session.get(Item, items[0])
    if item is None or (not ctx.incoming.answers and yes_no(words) is True):
        return None
    prompt.closed_at = ctx.now
    return await _put_right(ctx, item, titles[0], words)


async def _put_right(ctx: Context, item: Item, title: str, words: str) -> Reply:
    """Note the right words: in the draft at once, or for the next recap if this one has left."""
    right = " ".join(words.strip().split("\n\n")[0].split()).strip('«»“”" \u00a0')
    if len(right) > LONGEST_LINE:
        raise UserError("digest.long_line", longest=LONGEST_LINE, length=len(right))
    line = Line(person_id=ctx.me.id, text=right, at=ctx.now, about=str(item.id), circle=item.circle)
    ctx.session.add(line)
    await ctx.session.flush()
    edition = await editions.current(ctx)
    in_draft = edition is not None and item.edition_id == edition.id
    if edition is not None:
        if in_draft:
            item.edited = False  # its author's words go before anybody's
        await editions.refresh(ctx, edition)
        await showing.soon(ctx)
    ctx.fact("digest.put_right")
    ctx.undoable(ctx.me, "digest", "line", {"line": line.id})
    send_at = await editions.next_sending(ctx)
    state = {"line": line.id, "origin": ctx.incoming.origin_id}
    asking = Asking("digest", "line", f"person:{ctx.me.key}", state, send_at + TOO_LATE, replaces=False)
    values = {"line": right, "title": title, "send_at": send_at, "in_draft": in_draft}
    return Reply("digest.put_right", values, asking, private=True)
