"""What people change or take back of what they said in a room: nothing of it is executed.

An edit of a command or of an answer gets a hint, once.  What is taken back before we read it is never acted
on (``roomdesk``); after that, only what a capability says (a line for the recap) is undone by it.  A reaction
that is taken off withdraws no answer (``asking`` says why), and whoever does so is told.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from bot import inbox, outbox
from bot.asking import Choices, is_open, may_answer
from bot.authority import Held, Role
from bot.channels.base import EventKind, RoomEvent
from bot.roomdesk import TAKEN_BACK
from bot.router.declare import Capability, Context, Reply
from bot.store.tables import InboxRow, InboxState, Prompt

READ = (InboxState.APPLIED.value, InboxState.REJECTED.value, *inbox.OPEN)
ANSWERS = (EventKind.REACTION, EventKind.POLL_RESPONSE)


async def edited(ctx: Context) -> Reply | None:
    """A hint for whoever edits what was (or will be) read as it was first; None for anything else."""
    event = _event(ctx)
    row = await _original(ctx, event)
    if row is None or row.past or row.author != event.sender or row.state not in READ:
        return None
    return Reply("common.edited", once=f"edited:{row.id}")


async def redacted(ctx: Context, capabilities: Iterable[Capability]) -> Reply | None:
    """Undo what a capability says that taking back its words undoes; anything else stays done."""
    event = _event(ctx)
    row = await _original(ctx, event)
    if row is None or row.past:
        return None
    if row.state in (*inbox.OPEN, InboxState.HELD.value):
        inbox.end(row, InboxState.SUPERSEDED, TAKEN_BACK, ctx.now)
        return None
    heard = None if row.raw is None else inbox.load_event(row.raw)
    author = ctx.incoming.author
    if author is None or (row.author != event.sender and Held(Role.COORDINATION) not in author.roles):
        return None
    if heard is not None and heard.kind in ANSWERS:
        return await _answer_stays(ctx, row, heard)
    for capability in capabilities:
        for run in capability.redactions:
            reply = await run(ctx, row.origin_id)
            if reply is not None:
                return reply
    return None


async def _answer_stays(ctx: Context, row: InboxRow, heard: RoomEvent) -> Reply | None:
    """What to tell whoever took off the sign that was their latest answer to an open question."""
    if row.state != InboxState.APPLIED.value or row.author != _event(ctx).sender:
        return None
    asked = await outbox.find_answered(ctx.session, [heard.replies_to or ""])
    prompt = (
        None if asked is None or asked.prompt_id is None else await ctx.session.get(Prompt, asked.prompt_id)
    )
    choices = None if prompt is None else Choices.of(prompt)
    if prompt is None or choices is None or not is_open(prompt, ctx.now):
        return None
    if not may_answer(prompt.audience, ctx.incoming.author, heard.room):
        return None
    later = await ctx.session.scalars(
        select(InboxRow.raw).where(
            InboxRow.author == row.author,
            InboxRow.id > row.id,
            InboxRow.state == InboxState.APPLIED.value,
            InboxRow.raw.is_not(None),
            InboxRow.kind == "room",
        )
    )
    events = [inbox.load_event(raw) for raw in later if raw is not None]
    if any(heard.replies_to in (one.replies_to, one.thread) for one in events):
        return None
    values = {"question": choices.question}
    return Reply("common.answer_stays", values, private=True, once=f"stays:{row.id}")


def _event(ctx: Context) -> RoomEvent:
    assert ctx.incoming.event is not None  # noqa: S101 - these are deeds in rooms
    return ctx.incoming.event


async def _original(ctx: Context, event: RoomEvent) -> InboxRow | None:
    """The row of what was changed or taken back, if it was said in the same room."""
    row = await ctx.session.scalar(
        select(InboxRow)
        .where(InboxRow.origin_id == event.replies_to, InboxRow.kind == "room")
        .order_by(InboxRow.id)
        .limit(1)
    )
    if row is None or (row.raw is not None and inbox.load_event(row.raw).room != event.room):
        return None
    return row
