"""Preferences in the database: read, changed, put back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.authority import Member
from bot.reach import wishes
from bot.router.declare import Context
from bot.store.people_tables import Person, Preference, Recap, Rhythm, Shown
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
    """What changes need besides: once a month is a copy of one's own, since a list writes to all alike."""
    row = await of(ctx, ctx.me)
    own = row.recap == Recap.PERSONAL.value or (
        ctx.settings.digest.delivery == "each" and row.recap == Recap.LIST.value
    )
    if changes.get("rhythm") == Rhythm.MONTH.value and "recap" not in changes and not own:
        return {**changes, "recap": Recap.PERSONAL.value}
    if changes.get("recap") == Recap.LIST.value and row.rhythm != Rhythm.WEEK.value:
        return {"rhythm": Rhythm.WEEK.value, **changes}
    return changes


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
