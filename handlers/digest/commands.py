"""`!récap`, and the lines that members leave for it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.authority import Act, Role
from bot.errors import UserError
from bot.french.fold import fold
from bot.mail.message import Mail
from bot.outbox import Content
from bot.router.declare import Capability, Context, Reply
from bot.router.parameters import Everything, SameLine
from bot.schedule import Job
from bot.store.archive_tables import Message
from bot.store.tables import Prompt
from bot.understand import said
from bot.work import Asking, Work
from handlers.digest import editions, jobs, older, timetable
from handlers.digest.desk import draft, showing
from handlers.digest.page.compose import compose, sections
from handlers.digest.sources.archive import reserved
from handlers.digest.tables import EditionState, ItemState, Line, LineState

capability = Capability("digest")
capability.answer("draft", signs=True, late=True, act=Act.STEER)(draft.answer)
capability.undo("draft")(draft.undo)
capability.undo("late")(draft.undo_late)
capability.jobs += [
    Job("digest.draft", jobs.draft, timetable.draft_rule),
    Job("digest.send", jobs.send, editions.send_rule),
    Job("digest.send.later", jobs.send_later),
    Job(showing.UPDATE, showing.update),
]
DEPOSIT = r"(?:(?:a mettre |a glisser )?(?:pour|dans) le |au |for the )recap ?[:\n-]|recap ?:"
TAKE_BACK = re.compile(r"(?:retir|annul|enlev|supprim)(?:e|er|ez)\b|(?:withdraw|remove|undo)\b")
TOO_LATE = dt.timedelta(days=7)  # so long after the recap left, « retire » is still told that it did
NOTED = "✓"  # says it where others read too
LONGEST_LINE = 600  # characters of a deposited line


@capability.command("récap", "recap", "digest", taught=True)
async def show(ctx: Context, which: SameLine = "") -> Reply:
    """Montre le dernier récap envoyé, et dit quand part le prochain.

    Ou un plus ancien : « !récap 2026-W47 », « !récap du 20 novembre ».
    """
    if which:
        return await _show_older(ctx, which)
    next_at = await editions.next_sending(ctx)
    edition = await editions.last_sent(ctx)
    if edition is None:
        return Reply("digest.none_yet", {"next_at": next_at})
    if ctx.incoming.direct:
        return Reply("digest.last", {"edition": edition, "next_at": next_at})
    shown = sections(ctx, edition, await editions.items_of(ctx, edition, kept=True))
    return Reply("digest.last_short", {"edition": edition, "sections": shown, "next_at": next_at})


async def _show_older(ctx: Context, which: str) -> Reply:
    edition = await older.find_edition(ctx, which)
    if edition is None:
        known = (await older.sent(ctx))[: older.LISTED]
        return Reply("digest.no_such_recap", {"said": which, "known": known})
    if not edition.text:
        days = ctx.settings.retention.archive_days
        return Reply("digest.no_longer_kept", {"edition": edition, "days": days})
    if ctx.incoming.direct:
        return Reply("digest.older", {"edition": edition})
    shown = sections(ctx, edition, await editions.items_of(ctx, edition, kept=True))
    return Reply("digest.older_short", {"edition": edition, "sections": shown})


@capability.command("récap aperçu", "recap apercu", "digest preview")
async def preview(ctx: Context) -> Reply:
    """Montre le prochain récap tel qu'il partirait maintenant."""
    async with ctx.session.begin_nested() as savepoint:
        edition = await editions.current(ctx)
        if edition is None:
            edition = await editions.open_for(ctx, await editions.next_sending(ctx))
        else:
            await editions.refresh(ctx, edition)
        items = await editions.items_of(ctx, edition, kept=True)
        numbered = ctx.me.has(Role.COORDINATION)
        text = compose(ctx, edition, items, numbered=numbered, language=ctx.language).text
        send_at = edition.send_at
        await savepoint.rollback()  # a look changes nothing
    if not items:
        return Reply("digest.preview_empty", {"send_at": send_at})
    return Reply("digest.preview", {"preview": text, "send_at": send_at})


@capability.command("récap ajouter", "recap ajoute", "digest add")
async def deposit_by_command(ctx: Context, line: Everything) -> Reply:
    """Glisse une ligne dans le prochain récap, sans écrire à toute la liste."""
    return await _deposit(ctx, line)


@capability.phrase(DEPOSIT, everywhere=True)
async def deposit(ctx: Context, words: str) -> Reply:
    """« Pour le récap : … »."""
    return await _deposit(ctx, re.split(r"[:\n–—-]", words, maxsplit=1)[1])


async def _deposit(ctx: Context, text: str) -> Reply:
    if ctx.incoming.circle in reserved(ctx):
        raise UserError("chat.stays_here")
    line = " ".join(_without_closing(text).split())
    if not line:
        raise UserError("digest.empty_line")
    if len(line) > LONGEST_LINE:
        raise UserError("digest.long_line", longest=LONGEST_LINE, length=len(line))
    row = Line(person_id=ctx.me.id, text=line, at=ctx.now)
    ctx.session.add(row)
    await ctx.session.flush()
    ctx.fact("digest.line")
    await showing.soon(ctx)
    ctx.undoable(ctx.me, "digest", "line", {"line": row.id})
    send_at = await editions.next_sending(ctx)
    state = {"line": row.id, "origin": ctx.incoming.origin_id}
    until = send_at + TOO_LATE
    # Each line is taken back by its own message.
    asking = Asking("digest", "line", f"person:{ctx.me.key}", state, until, replaces=False)
    return Reply("digest.deposited", {"line": line, "send_at": send_at}, asking, sign=NOTED)


def _without_closing(text: str) -> str:
    """The first paragraph, which is the line; a name or a closing below it is not."""
    paragraphs = [part.strip() for part in text.strip().split("\n\n") if part.strip()]
    return paragraphs[0] if paragraphs else ""


@capability.answer("line")
async def take_back(ctx: Context, prompt: Prompt) -> Reply | None:
    """« retire » after a deposit; only its author knows the message that it answers."""
    words = fold(said(ctx.incoming.text))
    # « annule » alone is the latest act of the last ten minutes, and was looked for before.
    if not TAKE_BACK.match(words) or (words.startswith(("annul", "undo")) and not ctx.incoming.answers):
        return None
    row = await ctx.session.get_one(Line, prompt.state["line"])
    if row.state == LineState.WITHDRAWN.value:
        return None
    prompt.closed_at = ctx.now
    return await withdraw(ctx, prompt.state)


@capability.undo("line")
async def withdraw(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """Take a line out of the coming recap, unless it was told already."""
    row = await ctx.session.get_one(Line, data["line"])
    if row.state == LineState.TOLD.value:
        return Reply("digest.line_told", {"line": row.text})
    row.state = LineState.WITHDRAWN.value
    await showing.soon(ctx)
    await ctx.session.flush()
    edition = await editions.current(ctx)
    if edition is not None:
        for item in await editions.items_of(ctx, edition):
            if item.key == f"line:{row.id}":
                item.state = ItemState.DROPPED.value
        if row.about:
            await editions.refresh(ctx, edition)  # what it put right is told again as it was
    return Reply("digest.withdrawn", {"line": row.text})


async def withdraw_redacted(ctx: Context, origin: str) -> Reply | None:
    """Whoever takes back the message of a deposit takes the line back, as « retire » does."""
    prompt = await ctx.session.scalar(
        select(Prompt)
        .where(Prompt.capability == "digest", Prompt.kind == "line")
        .where(Prompt.state["origin"].as_string() == origin)
        .limit(1)
    )
    if prompt is None:
        return None
    row = await ctx.session.get_one(Line, prompt.state["line"])
    if row.state == LineState.WITHDRAWN.value:
        return None
    prompt.closed_at = prompt.closed_at or ctx.now
    reply = await withdraw(ctx, prompt.state)
    # In the room it would say again what was just taken out of it.
    return None if reply is None else replace(reply, private=True)


async def state_lines(work: Work) -> list[str]:
    """What `!état` says of the recap."""
    edition = await editions.current(work)
    if edition is None:
        return []
    values: Mapping[str, Any] = {"edition": edition, "approved": edition.state == EditionState.APPROVED}
    return [work.render("digest.state", values, work.language).text]


async def preview_tool(work: Work, options: Mapping[str, str]) -> Content:
    """For the command line: the edition of a week, or the next one as it would leave now; of one circle."""
    circle, week = options.get("circle"), options.get("week")
    if circle is not None and circle not in work.settings.circles:
        raise UserError("load.no_such_circle", circle=circle, circles=list(work.settings.circles))
    edition = await editions.of_week(work, week) if week else await editions.current(work)
    if edition is None and week:
        raise UserError("digest.no_such_week", week=week)
    if edition is None:
        edition = await editions.open_for(work, await editions.next_sending(work))
    elif edition.state in editions.OPEN:
        await editions.refresh(work, edition)
    elif circle is None and edition.text:
        return Content(edition.text, edition.html, edition.subject)
    items = await editions.items_of(work, edition, kept=True)
    return compose(work, edition, [item for item in items if circle in (None, item.circle)])


async def hear_post(work: Work, _mail: Mail, _message: Message) -> None:
    """A post came: the draft that was shown is brought up to date soon."""
    await showing.soon(work)


capability.posts.append(hear_post)
capability.news.append(showing.soon)
capability.redactions.append(withdraw_redacted)
capability.states.append(state_lines)
capability.tools["preview"] = preview_tool
