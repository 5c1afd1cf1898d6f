"""Codes on their way and back: what is asked, what a right one links, who hears of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from bot import contacts, linking, people
from bot.authority import Member
from bot.contacts import End, end_of
from bot.errors import UserError
from bot.guard import tokens
from bot.linking import Enough, Issued, Outcome
from bot.outbox import Destination, Terms
from bot.router.declare import Context, Prompt, Reply
from bot.store.tables import Doubt, Klass
from bot.understand import said
from bot.work import COORDINATORS, Asking
from handlers.identity.capability import capability

LATE = dt.timedelta(days=1)  # for so long a code that comes too late is told so
REFUSALS = {
    Outcome.EXPIRED: "identity.code_expired",
    Outcome.USED: "identity.code_used",
    Outcome.TOO_MANY: "identity.code_dead",
    Outcome.NONE: "identity.no_code",
}


def here(ctx: Context) -> End:
    """The place that somebody speaks from."""
    return end_of("room" if ctx.incoming.event is not None else "mail", ctx.incoming.author_address)


async def ask(ctx: Context, target: End) -> Reply:
    """Send a code to a place, if it may be sent; a stranger reads the same either way."""
    source, author = here(ctx), ctx.incoming.author
    if target == source:
        raise UserError("identity.same_place")
    if not target.is_plain:
        raise UserError("identity.odd_place")
    if _is_nobodys(ctx, target):
        raise UserError("identity.no_person")
    holder = await contacts.holder(ctx.session, target, ctx.now)
    if author is not None and holder is not None and holder.id == author.id:
        return Reply("identity.already", {"place": target.value}, private=True)
    issued = await linking.issue(ctx.session, ctx.settings.reach, source, target, ctx.now)
    if isinstance(issued, Enough):
        return Reply("identity.enough_codes", {"most": issued.most, "day": issued.day}, private=True)
    person = author or holder
    if person is not None:
        await _send_code(ctx, issued, target, person)
    values = {"place": target.value, "room": target.channel == "room", "minutes": _minutes(ctx)}
    if author is None:
        return Reply("identity.code_perhaps", values, private=True)
    audience = f"person:{author.key}"
    asking = Asking("identity", "code", audience, {"code": issued.id}, ctx.now + LATE)
    return Reply("identity.code_sent", values, asking, private=True)


def _is_nobodys(ctx: Context, target: End) -> bool:
    """Whether a place is ours or a list's, with or without what list servers put behind the name."""
    if target.channel == "room":
        return target.value == ctx.house.own_chat.lower()
    lists = ctx.house.list_addresses()
    name, _, domain = target.value.partition("@")
    base = f"{name.rpartition('-')[0]}@{domain}"
    return target.value in lists or base in lists or ctx.house.is_own(target.value)


def _minutes(ctx: Context) -> int:
    return ctx.settings.reach.code_minutes


async def _send_code(ctx: Context, issued: Issued, target: End, person: Member) -> None:
    author = ctx.incoming.author
    to = Destination(target.channel, target.value, person.id)
    values = {
        "code": linking.shown(issued.code),
        "asker": here(ctx).value,
        "name": author.name if author is not None else "",
        "minutes": _minutes(ctx),
    }
    terms = Terms(Klass.DUTY, Doubt.AGAIN, not_after=issued.expires_at)
    content = await ctx.render_to(to, "identity.code", values)
    await ctx.send(f"code:{issued.id}", to, content, terms)


async def redeem(ctx: Context, code: str, *, asked: bool) -> Reply | None:
    """Use a code that came back; None if nothing was asked here, and (not ``asked``) it may be no code."""
    source = here(ctx)
    done = await linking.redeem(ctx.session, source, code, ctx.now)
    if done.outcome is Outcome.NONE and not _is_overheard(ctx):
        asker = await linking.asked_from(ctx.session, source, ctx.now)
        if asker is not None:
            return Reply("identity.code_elsewhere", {"place": asker.value}, private=True)
    live = (Outcome.RIGHT, Outcome.WRONG)
    if not asked and (done.outcome is Outcome.NONE or (_is_overheard(ctx) and done.outcome not in live)):
        return None
    if done.outcome is Outcome.WRONG:
        return Reply("identity.code_wrong", {"left": done.tries_left}, private=True)
    if done.target is None:
        return Reply(REFUSALS[done.outcome], private=True)
    return await _proven(ctx, source, done.target, done.id)


def _is_overheard(ctx: Context) -> bool:
    """Whether others read it too, and it was not said to us."""
    return ctx.incoming.event is not None and not (ctx.incoming.direct or ctx.incoming.addressed)


@capability.answer("code")
async def code_answered(ctx: Context, prompt: Prompt) -> Reply | None:
    """A code in answer to what told that it was sent."""
    code = linking.read_code(said(ctx.incoming.text), expected=True)
    if code is None:
        return None
    reply = await redeem(ctx, code, asked=True)
    if reply is not None and reply.message != "identity.code_wrong":
        prompt.closed_at = ctx.now
    return reply


async def _proven(ctx: Context, source: End, target: End, number: int) -> Reply:
    """One person has both places: link them, unless each has somebody of its own."""
    mine = await contacts.holder(ctx.session, source, ctx.now)
    theirs = await contacts.holder(ctx.session, target, ctx.now)
    if mine is not None and theirs is not None:
        if mine.id == theirs.id:
            return Reply("identity.already", {"place": target.value}, private=True)
        await _ask_coordination(ctx, mine, theirs, target)
        return Reply("identity.two_records", {"place": target.value}, private=True)
    member, new = (mine, target) if mine is not None else (theirs, source)
    if member is None:
        return Reply("identity.no_longer", private=True)
    if await contacts.attach(ctx.session, member.id, new, ctx.now) is None:
        values = {"one": member.name, "place": new.value}
        await ctx.tell_coordination(f"held-place:{number}", "identity.held_place", values)
        return Reply("identity.two_records", {"place": new.value}, private=True)
    ctx.fact("person.linked", place=member.place)
    undo = ctx.undoable(member, "identity", "link", {"channel": new.channel, "value": new.value})
    await ctx.session.flush()
    values = {"place": new.value, "by": source.value, "name": member.name}
    # Whoever stole one of their places does not read the others.
    mails = [End("mail", one) for one in member.addresses]
    known = firsts(one for one in (*mails, *(End("room", one) for one in member.chats)) if one != source)
    # « annule » in answer to that mail is enough, whatever vouches for it.
    undoes = {tokens.UNDOES: undo.id}
    places = ({target} | known) - {source}
    await tell(ctx, member.id, places, f"linked:{number}", "identity.linked_told", values, undoes)
    return Reply("identity.linked", {**values, "overheard": _is_overheard(ctx)}, private=True)


def firsts(places: Iterable[End]) -> set[End]:
    """The first of each channel."""
    found: dict[str, End] = {}
    for place in places:
        found.setdefault(place.channel, place)
    return set(found.values())


async def tell(
    ctx: Context,
    person_id: int,
    places: Iterable[End],
    key: str,
    message: str,
    values: Mapping[str, Any],
    params: Mapping[str, Any] | None = None,
) -> None:
    """Say to several places of one person what became of one of them."""
    for place in sorted(places, key=lambda one: (one.channel, one.value)):
        if place.channel == "room" and not ctx.house.has_rooms:
            continue
        to = Destination(place.channel, place.value, person_id)
        content = await ctx.render_to(to, message, {**values, "here": place.value})
        terms = Terms(Klass.DUTY, Doubt.AGAIN, params=params or {})
        await ctx.send(f"{key}:{place.value}", to, content, terms)


async def _ask_coordination(ctx: Context, mine: Member, theirs: Member, target: End) -> None:
    """Two who are known may be one person, or share a mailbox: only somebody who knows them can tell."""
    first, second = sorted((mine, theirs), key=lambda one: (not one.is_member, one.id))
    state = {"kept": first.id, "gone": second.id}
    for prompt in await ctx.open_prompts([COORDINATORS]):
        if (prompt.capability, prompt.kind) == ("identity", "same") and prompt.state == state:
            return
    asking = Asking("identity", "same", COORDINATORS, state, replaces=False)
    values = {"kept": first, "gone": second, "asker": mine.name, "place": target.value}
    await ctx.tell_coordination(
        f"same:{first.id}:{second.id}:{ctx.incoming.inbox_id}", "identity.same_person", values, asking
    )


@capability.undo("link")
async def link_back(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """Take away again what was linked."""
    end = End(data["channel"], data["value"])
    row = await contacts.contact(ctx.session, end)
    if row is None or row.person_id != ctx.me.id or row.verified_at is None:
        raise UserError("identity.not_yours", place=end.value)
    others = [one for one in await contacts.verified(ctx.session, ctx.me.id) if one.id != row.id]
    if not others:
        raise UserError("identity.last_place")
    await contacts.give_up(ctx.session, row)
    ctx.fact("person.unlinked", place=ctx.me.place)
    return Reply("identity.link_undone", {"place": end.value}, private=True)


async def member_now(ctx: Context, person_id: int) -> Member | None:
    """Somebody as they are after what was just done."""
    await ctx.session.flush()
    return await people.by_id(ctx.session, person_id, ctx.now)
