"""Mail whose author is not certain: it waits until they say yes at the address that we know, or for ever.

One question a day and a person, whatever comes; what comes meanwhile is asked about together.  Whoever
answered it may be asked one more: it is they who write.  A forger gets nothing, not even by making us write
too much to whoever they say they are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select

from bot import inbox, people
from bot.authority import Member
from bot.french.answers import numbers, yes_no
from bot.french.fold import fold
from bot.guard import harmless
from bot.guard.tokens import DECEPTIVE
from bot.outbox import OF_KEY, Terms, find_answered
from bot.router.declare import SILENCE, Context, Reply
from bot.schedule import Job, plan
from bot.store.people_tables import Preference
from bot.store.tables import Doubt, DueRow, InboxRow, InboxState, Klass, Prompt
from bot.understand import read_mail, said
from bot.work import Asking, Work

OURS, KIND = "router", "confirm"  # whose question it is, and its kind
WAITS = "to be confirmed"  # the reason of a row that waits; it is its author's, whoever that is by then
CONFIRMED = "confirmed by "  # the person's key follows
MOST = 20  # that wait for one person
DISTRUST = dt.timedelta(days=7)  # without a question, once somebody said that it was not them
AT_ONCE = dt.timedelta(minutes=30)  # after it is asked in a chat, a plain « oui » there answers it
EXCERPT = 80  # characters
PICKS = re.compile(r"(?:(?:oui|yes|la|le|les|the|n|no|numeros?|numbers?|et|and)\b|[\d\s,;.!°&+])+")


def is_over(row: InboxRow) -> bool:
    """Whether a row that comes up again waited for a yes: it comes up when it waited long enough."""
    return row.state == InboxState.WAITING.value and row.reason == WAITS


def is_confirmed(row: InboxRow, author: Member | None) -> bool:
    """Whether the person whom a mail says it is from said that it is theirs."""
    return author is not None and row.reason == f"{CONFIRMED}{author.key}"


async def refusal(ctx: Context) -> str:
    """Why a mail is not even asked about; empty if it may be."""
    mail = ctx.incoming.mail
    assert mail is not None  # noqa: S101 - rooms are certain
    deceptive = DECEPTIVE & set(mail.problems)
    if deceptive:
        return f"not vouched for, and deceptive: {', '.join(sorted(deceptive))}"
    preference = await ctx.session.get(Preference, ctx.me.id)
    if preference is not None and preference.distrusted_until and preference.distrusted_until > ctx.now:
        return f"not vouched for, and {ctx.me.key} said that such mail is not theirs"
    waiting = await ctx.session.scalar(select(func.count(InboxRow.id)).where(_waits_for(ctx.me)))
    if (waiting or 0) >= MOST:
        return f"not vouched for, and {MOST} others wait already for {ctx.me.key}"
    return ""


async def wait(ctx: Context, row: InboxRow) -> None:
    """Let a mail wait for its author's yes, and ask them, unless we wrote to them today already."""
    row.state, row.reason = InboxState.WAITING.value, WAITS
    row.retry_at = ctx.now + dt.timedelta(days=ctx.settings.mail.confirm_days)
    ctx.fact("mail.unproven")
    await ctx.session.flush()
    if await _wrote_today(ctx, ctx.me):
        day = _today(ctx) + dt.timedelta(days=1)
        at = dt.datetime.combine(day, ctx.settings.reach.quiet_until, ctx.settings.network.zone)
        await plan(ctx.session, JOB.kind, ctx.me.key, day.isoformat(), at.astimezone(dt.UTC))
    else:
        await _ask(ctx, ctx.me)


async def refuse(ctx: Context, row: InboxRow) -> None:
    """End what no mail may do that nobody vouches for, and say so in the day's one mail."""
    inbox.end(row, InboxState.REJECTED, "not vouched for, and never done by such mail", ctx.now)
    to = ctx.mailbox_of(ctx.me)
    if to is None or await _wrote_today(ctx, ctx.me):
        return
    rendered = ctx.render("proof.never", {"me": ctx.me, "one": _shown(ctx, row)}, ctx.me.language)
    await ctx.send(await _key(ctx, ctx.me), to, rendered, Terms(Klass.DUTY, Doubt.AGAIN))


async def answer(ctx: Context, prompt: Prompt) -> Reply | None:
    """« oui », « non », « 1 et 3 » to the question whether mails are their author's.

    Said without answering it, it may be about anything else: what waits is shown, and asked about there.
    """
    if ctx.incoming.confirmed:
        return None  # what waits for a yes is none
    words = said(ctx.incoming.text)
    verdict, rows = yes_no(words), prompt.state["rows"]
    chosen = rows if verdict is not None else [rows[n - 1] for n in _picked(words, len(rows))]
    answers = await _answers(ctx, prompt)
    if not chosen:
        asked = answers and (ctx.incoming.event is None or ctx.incoming.answers)
        return Reply("proof.which", {"many": len(rows) > 1}, prompt.id) if asked else None
    waiting = {row.id: row for row in await _waiting(ctx, ctx.me)}
    if not waiting.keys() & set(chosen):
        prompt.closed_at = ctx.now
        return Reply("proof.closed") if answers else None
    if not answers:
        shown = list(waiting.values())
        return Reply("proof.sure", _values(ctx, ctx.me, shown), _asking(ctx, ctx.me, shown, _room(ctx)))
    return await (_disown(ctx, prompt) if verdict is False else _confirm(ctx, prompt, chosen, waiting))


async def _answers(ctx: Context, prompt: Prompt) -> bool:
    """Whether what is said answers the question itself: a reply to it, or in the chat where it was asked."""
    proof = ctx.incoming.proof
    if proof is not None and proof.prompt_id == prompt.id:
        return True
    if ctx.incoming.event is not None and prompt.state.get("room") == _room(ctx):
        return prompt.opened_at > ctx.now - AT_ONCE
    row = await find_answered(ctx.session, ctx.incoming.answers)
    return row is not None and row.prompt_id == prompt.id


def _room(ctx: Context) -> str:
    return "" if ctx.incoming.event is None else ctx.incoming.event.room


async def _confirm(
    ctx: Context, prompt: Prompt, chosen: Sequence[int], waiting: dict[int, InboxRow]
) -> Reply:
    """Let what was chosen be handled as its author's; what came after the question is shown."""
    shown, done = set(prompt.state["rows"]), 0
    for number in chosen:
        if number in waiting:
            row = waiting.pop(number)
            row.state, row.retry_at = InboxState.NEW.value, None
            row.reason = f"{CONFIRMED}{ctx.me.key}"
            ctx.fact("mail.confirmed")
            done += 1
    if not waiting.keys() & shown:
        prompt.closed_at = ctx.now
    others = [row for row in waiting.values() if row.id not in shown]
    if others:
        asking = _asking(ctx, ctx.me, others, _room(ctx))
        return Reply("proof.others", _values(ctx, ctx.me, others), asking)
    return SILENCE if ctx.incoming.event is None else Reply("proof.confirmed", {"number": done})


async def _disown(ctx: Context, prompt: Prompt) -> Reply:
    """« non »: whatever waits for them is not theirs, and for some days nothing like it is asked about."""
    for row in await _waiting(ctx, ctx.me):
        inbox.end(row, InboxState.REJECTED, f"not vouched for, and not theirs says {ctx.me.key}", ctx.now)
    await ctx.close_prompts(prompt.capability, prompt.kind, prompt.audience)
    preference = await ctx.session.get(Preference, ctx.me.id)
    if preference is None:
        preference = Preference(person_id=ctx.me.id)
        ctx.session.add(preference)
    preference.distrusted_until = ctx.now + DISTRUST
    ctx.fact("mail.disowned")
    await ctx.tell_coordination(f"forged:{ctx.me.key}:{_today(ctx)}", "proof.forged", {"name": ctx.me.name})
    return Reply("proof.disowned", {"until": preference.distrusted_until})


async def ask_again(work: Work, due: DueRow) -> None:
    """The next day's question: about what came after the last one, together with what still waits."""
    member = await people.by_key(work.session, due.audience, work.now)
    if member is None or await _wrote_today(work, member):
        return
    prompts = await work.open_prompts([f"person:{member.key}"])
    asked = {number for one in prompts if one.kind == KIND for number in one.state["rows"]}
    if any(row.id not in asked for row in await _waiting(work, member)):
        await _ask(work, member)


async def _ask(work: Work, member: Member) -> None:
    to = work.mailbox_of(member)
    rows = await _waiting(work, member)
    if to is None or not rows:
        return
    asking = _asking(work, member, rows)
    rendered = work.render("proof.ask", _values(work, member, rows), member.language)
    terms = Terms(Klass.DUTY, Doubt.AGAIN, not_after=asking.expires_at, prompt_id=await work.ask(asking))
    await work.send(await _key(work, member), to, rendered, terms)


def _asking(work: Work, member: Member, rows: Sequence[InboxRow], room: str = "") -> Asking:
    """``room``: the chat in which it is asked, where a plain « oui » answers it."""
    until = max((row.retry_at for row in rows if row.retry_at is not None), default=work.now)
    state = {"rows": [row.id for row in rows], "room": room}
    return Asking(OURS, KIND, f"person:{member.key}", state, until, replaces=False)


def _values(work: Work, member: Member, rows: Sequence[InboxRow]) -> dict[str, object]:
    return {
        "me": member,
        "mails": [_shown(work, row) for row in rows],
        "vouched": bool(work.settings.mail.authserv_id),
        "full": len(rows) >= MOST,
    }


def _shown(work: Work, row: InboxRow) -> dict[str, object]:
    """What a mail asks for: its first words, made fit to show, since anybody may have written them."""
    assert row.raw is not None  # noqa: S101 - only ended rows lose their bytes
    mail = read_mail(row.raw, work.settings)
    words = harmless.line(said(mail.own) or mail.subject, EXCERPT)
    return {"words": words, "at": row.received, "address": harmless.address(mail.author.address)}


async def _waiting(work: Work, member: Member) -> Sequence[InboxRow]:
    rows = await work.session.scalars(select(InboxRow).where(_waits_for(member)).order_by(InboxRow.id))
    return rows.all()


def _waits_for(member: Member) -> ColumnElement[bool]:
    return (
        (InboxRow.state == InboxState.WAITING.value)
        & (InboxRow.reason == WAITS)
        & InboxRow.author.in_(member.addresses)
    )


def _picked(words: str, most: int) -> list[int]:
    """The places that an answer names, if it says nothing else and all of them are there."""
    if not PICKS.fullmatch(fold(words)):
        return []
    found = numbers(words)
    return found if all(1 <= one <= most for one in found) else []


async def _wrote_today(work: Work, member: Member) -> bool:
    return await work.session.scalar(OF_KEY, {"key": await _key(work, member)}) is not None


async def _key(work: Work, member: Member) -> str:
    """The effect key of the day's question: another one for each that they answered today."""
    midnight = dt.datetime.combine(_today(work), dt.time(), work.settings.network.zone)
    answered = await work.session.scalar(
        select(func.count())
        .select_from(Prompt)
        .where(Prompt.audience == f"person:{member.key}", Prompt.kind == KIND)
        .where(Prompt.capability == OURS, Prompt.closed_at >= midnight.astimezone(dt.UTC))
    )
    return f"confirm:{member.key}:{_today(work)}:{answered}"


def _today(work: Work) -> dt.date:
    return work.now.astimezone(work.settings.network.zone).date()


JOB = Job(KIND, ask_again)
