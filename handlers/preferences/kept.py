"""Preferences in the database: read, changed, put back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.authority import Member
from bot.reach import wishes, without_recap
from bot.router.declare import Context
from bot.store.people_tables import Person, Preference, Recap, Rhythm, Shown, Status
from handlers.preferences.pauses import last_day

LANGUAGE = "language"  # is the person's own, and stands with them
OF_PREFERENCE = (
    "channel",
    "recap",
    "rhythm",
    "reminders",
    "quiet_from",
    "quiet_until",
    "paused_until",
    "shown",
)


async def of(ctx: Context, member: Member) -> Preference:
    """Somebody's preferences; a row with the defaults, not yet kept, if they never chose."""
    row = await ctx.session.get(Preference, member.id)
    return row or Preference(
        person_id=member.id,
        channel="",
        recap=Recap.LIST.value,
        rhythm=Rhythm.WEEK.value,
        reminders=True,
        quiet_from="",
        quiet_until="",
        shown=[],
    )


async def change(ctx: Context, changes: Mapping[str, Any]) -> None:
    """Do what its author wants, at once; « annule » puts all of it back for ten minutes."""
    row = await of(ctx, ctx.me)
    new = {name: value(row.shown) if callable(value) else value for name, value in changes.items()}
    before = {name: ctx.me.language if name == LANGUAGE else getattr(row, name) for name in new}
    ctx.undoable(ctx.me, "preferences", "change", {name: _kept(value) for name, value in before.items()})
    await write(ctx, new)


async def completed(ctx: Context, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """What changes need besides: once a month is a copy of one's own, since a list writes to all alike.

    Who names a rhythm wants a recap; who wants none keeps what they have besides.
    """
    row = await of(ctx, ctx.me)
    if changes.get("recap") == Recap.NO.value:
        return {**changes, "recap": without_recap(Recap(row.recap)).value}
    if "rhythm" in changes and "recap" not in changes:
        monthly = changes["rhythm"] == Rhythm.MONTH.value
        by_list = ctx.settings.digest.delivery == "list" and monthly
        kept = row.recap in (Recap.LIST.value, Recap.NO.value) and not by_list
        recap = Recap.LIST.value if kept else Recap.PERSONAL.value
        return changes if recap == row.recap else {**changes, "recap": recap}
    if changes.get("recap") == Recap.LIST.value and row.rhythm != Rhythm.WEEK.value:
        return {"rhythm": Rhythm.WEEK.value, **changes}
    return changes


async def is_partner(ctx: Context) -> bool:
    """Whether the author is told of the network from outside, by letters: the recap is its members'."""
    person = await ctx.session.get_one(Person, ctx.me.id)
    return person.status == Status.PARTNER


async def write(ctx: Context, values: Mapping[str, Any]) -> None:
    """Write these values; the answer is in the language that is chosen by them."""
    row = await of(ctx, ctx.me)
    for name in OF_PREFERENCE:
        if name in values:
            setattr(row, name, _read(name, values[name]))
    ctx.session.add(row)
    if LANGUAGE in values:
        person = await ctx.session.get_one(Person, ctx.me.id)
        person.language = values[LANGUAGE]
        author = replace(ctx.me, language=values[LANGUAGE])
        ctx.incoming = replace(ctx.incoming, author=author)
    await ctx.session.flush()


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _read(name: str, value: Any) -> Any:
    if name == "paused_until" and isinstance(value, str):
        return dt.datetime.fromisoformat(value)
    return value


async def shown(ctx: Context) -> dict[str, Any]:
    """All of somebody's preferences, for the templates."""
    member = ctx.me
    row = await of(ctx, member)
    wants = wishes(row, ctx.settings)
    paused = wants.paused_until if wants.paused(ctx.now) else None
    return {
        "language": member.language or ctx.settings.network.language,
        "recap": row.recap,
        "each": ctx.settings.digest.delivery == "each",
        "rhythm": row.rhythm,
        "reminders": row.reminders,
        "copy_waits": wants.recap is Recap.PERSONAL and wants.quiet.covers(ctx.settings.digest.time),
        "quiet": None if wants.quiet.since == wants.quiet.until else wants.quiet,
        "channel": row.channel,
        "has_chat": ctx.house.has_rooms and bool(member.chats),
        "has_mail": bool(member.addresses),
        "shown": [one.value for one in Shown if one.value in row.shown],
        "paused": paused and last_day(paused, ctx.settings.network.zone),
    }
