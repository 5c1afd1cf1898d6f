"""What a person must look at: messages held, shown, then taken up again or put away."""

from __future__ import annotations

from sqlalchemy import select

from bot import inbox, outbox, reserved, rooms
from bot.authority import Act, Role
from bot.errors import UserError
from bot.guard import harmless
from bot.router.declare import Capability, Context, Reply
from bot.router.parameters import Number
from bot.settings.model import Circle
from bot.store.tables import InboxRow, InboxState
from bot.understand import read_mail
from bot.work import Work

SHOWN = 10
REASONS = {
    "same Message-ID": "other_words",
    "a defect": "defect",
    inbox.ECHO: "echo",
    "unreadable": "unreadable",
    "unproven": "unproven",
}
EXCERPT = 200  # characters


def declare(capability: Capability) -> None:
    """Give the capability these commands."""
    capability.command("retenus", "held", role=Role.COORDINATION, act=Act.STEER)(show_held)
    capability.command(
        "retenu <numero> reprendre", "held <number> retry", role=Role.COORDINATION, act=Act.STEER
    )(retry)
    capability.command(
        "retenu <numero> classer", "held <number> file", role=Role.COORDINATION, act=Act.STEER
    )(put_away)


async def show_held(ctx: Context) -> Reply:
    """Montre les messages retenus : qui écrit, quoi, et pourquoi je ne sais pas quoi en faire."""
    rows = await ctx.session.scalars(
        select(InboxRow).where(InboxRow.state == InboxState.HELD.value).order_by(InboxRow.id).limit(SHOWN)
    )
    return Reply("gates.held_rows", {"rows": [await _shown(ctx, row) for row in rows]}, private=ctx.overheard)


async def _shown(ctx: Context, row: InboxRow) -> dict[str, object]:
    """What the answer says of a row; of a matter of another reserved circle, only whose it is."""
    subject = text = ""
    circle = await _circle_of(ctx, row)
    here = None if ctx.incoming.direct else ctx.incoming.circle
    if circle is not None and not reserved.hears(ctx, ctx.me, circle, here):
        text = reserved.in_place_of(ctx, circle, ctx.language).text
    elif row.kind == "mail" and row.raw is not None:
        mail = read_mail(row.raw, ctx.settings)
        subject, text = harmless.line(mail.subject, EXCERPT), harmless.line(mail.text, EXCERPT)
    elif row.raw is not None:
        text = harmless.line(inbox.load_event(row.raw).body, EXCERPT)
    why = next((word for start, word in REASONS.items() if row.reason.startswith(start)), row.reason)
    author = harmless.address(row.author)
    return {"row": row, "author": author, "subject": subject, "text": text, "why": why}


async def _circle_of(work: Work, row: InboxRow) -> Circle | None:
    """The reserved circle in which something was said, or whose question it answers; None if of none."""
    if row.raw is None:
        return None
    if row.kind == "mail":
        mail = read_mail(row.raw, work.settings)
        lists = {one.address.lower(): one.circle for one in work.settings.lists.values()}
        there = (one.lower() for one in (mail.list or "", *mail.to, *mail.cc))
        key = next((lists[one] for one in there if one in lists), "")
        answers = [mail.in_reply_to, *reversed(mail.references)]
    else:
        event = inbox.load_event(row.raw)
        key = await rooms.circle_of(work.session, work.settings, event.room)
        answers = [event.replies_to, event.thread]
    if key:
        return reserved.kept_to_itself(work, key)
    answered = await outbox.find_answered(work.session, [one for one in answers if one])
    return None if answered is None else await reserved.of_post(work, answered)


async def retry(ctx: Context, number: Number) -> Reply:
    """Reprend un message retenu, comme s'il venait d'arriver."""
    row = await _held(ctx, number)
    row.state, row.reason, row.reference = InboxState.NEW.value, f"{inbox.TAKEN_UP} by {ctx.me.key}", None
    return Reply("gates.held_retried", {"number": number})


async def put_away(ctx: Context, number: Number) -> Reply:
    """Classe un message retenu : il reste gardé, et rien n'en est fait."""
    row = await _held(ctx, number)
    inbox.end(row, InboxState.ARCHIVED, f"put away by {ctx.me.key}", ctx.now)
    return Reply("gates.held_filed", {"number": number})


async def _held(ctx: Context, number: int) -> InboxRow:
    row = await ctx.session.get(InboxRow, number)
    if row is None or row.state != InboxState.HELD.value:
        raise UserError("gates.not_held", number=number)
    return row
