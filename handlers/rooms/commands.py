"""`!lier-salon`, `!délier-salon`, `!salons`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot import asking, circles, rooms
from bot.asking import Choices
from bot.authority import Act, Role
from bot.errors import UserError
from bot.outbox import Terms
from bot.router.declare import Capability, Context, Prompt, Reply
from bot.router.parameters import SameLine
from bot.store.room_tables import RoomRow
from bot.store.tables import OutboxRow
from bot.work import COORDINATION, COORDINATORS, Asking
from handlers.rooms.rules import troubles_of

capability = Capability("rooms")


@capability.command("lier-salon", "link-room", role=Role.COORDINATION, act=Act.STEER)
async def link(ctx: Context, circle: SameLine | None = None) -> Reply | None:
    """Fait de ce salon celui d'un cercle : `lier-salon CAC`, dans le salon lui-même.

    Sans nom, je demande lequel. Cela l'emporte sur les réglages ; « annule » revient en arrière.
    """
    room = _this_room(ctx)
    if circle is None:
        await _ask(ctx, room)
        return None
    key = circles.named(ctx.settings.circles, circle)
    if key is None:
        names = [one.name for one in ctx.settings.circles.values()]
        raise UserError("rooms.unknown_circle", said=circle, circles=names)
    return await _bind(ctx, room, key)


@capability.command("délier-salon", "unlink-room", role=Role.COORDINATION, act=Act.STEER)
async def unlink(ctx: Context) -> Reply:
    """Ce salon n'est plus celui d'un cercle ; ce qui s'y dit ne compte plus comme dit dans le cercle."""
    room = _this_room(ctx)
    circle = await rooms.circle_of(ctx.session, ctx.settings, room)
    if not circle:
        raise UserError("rooms.not_bound")
    await _undoable(ctx, circle)
    await rooms.forget(ctx.session, circle)
    if await rooms.circle_of(ctx.session, ctx.settings, room) == circle:
        await rooms.bind(ctx.session, circle, None, ctx.me.key, ctx.now)
    ctx.fact("room.unbound", circle=circle)
    return Reply("rooms.unbound", await _standing(ctx, circle))


@capability.command("salons", "rooms", role=Role.COORDINATION, act=Act.STEER)
async def show(ctx: Context) -> Reply:
    """Dit quel salon est celui de chaque cercle, et ce qui ne va pas."""
    found = {one.circle: one for one in await rooms.survey(ctx.session, ctx.settings)}
    lines = []
    for key, circle in ctx.settings.circles.items():
        one = found.get(key)
        row = one.row if one else None
        lines.append(
            {
                "circle": circle,
                "room": _called(one.name, row) if one else "",
                "row": row,
                "troubles": troubles_of(row) if one else [],
            }
        )
    return Reply("rooms.all", {"lines": lines}, private=ctx.overheard)


@capability.answer("circle", act=Act.STEER)
async def circle_chosen(ctx: Context, prompt: Prompt) -> Reply | None:
    """The circle that was picked for the room where it was asked."""
    key = ctx.choice or circles.named(ctx.settings.circles, ctx.incoming.text)
    if key is None:
        return None
    reply = await _bind(ctx, prompt.state["room"], key)
    chosen = ctx.render("rooms.chosen", {"circle": ctx.settings.circles[key]})
    asked = select(OutboxRow.id).where(OutboxRow.effect_key == prompt.state["key"])
    await asking.close(ctx, f"{prompt.state['key']}:end", (await ctx.session.scalars(asked)).one(), chosen)
    return reply


@capability.undo("binding")
async def bind_back(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """Put a circle's room back to what it was."""
    circle, room = data["circle"], data["room"]
    if room is not None:
        owner = await rooms.circle_of(ctx.session, ctx.settings, room)
        if owner not in ("", circle):
            raise UserError("rooms.taken", circle=ctx.settings.circles[owner])
    if data["bound"]:
        await rooms.bind(ctx.session, circle, room, ctx.me.key, ctx.now)
    else:
        await rooms.forget(ctx.session, circle)
    return Reply("rooms.back", await _standing(ctx, circle))


def _this_room(ctx: Context) -> str:
    event = ctx.incoming.event
    if event is None or event.direct:
        raise UserError("rooms.not_here")
    return event.room


async def _ask(ctx: Context, room: str) -> None:
    incoming, key = ctx.incoming, f"which-circle:{ctx.incoming.inbox_id}"
    options = tuple((key, circle.name) for key, circle in ctx.settings.circles.items())
    question = Choices(ctx.render("rooms.which", {}).text, options)
    thread = incoming.event.thread if incoming.event else None
    await asking.ask(
        ctx,
        key,
        incoming.place,
        question,
        Asking("rooms", "circle", COORDINATORS, {"room": room, "key": key}),
        terms=Terms(params={"replies_to": incoming.origin_id, "thread": thread}),
    )


async def _bind(ctx: Context, room: str, circle: str) -> Reply:
    owner = await rooms.circle_of(ctx.session, ctx.settings, room)
    if owner == circle:
        return Reply("rooms.already", {"circle": ctx.settings.circles[circle]})
    if owner:
        raise UserError("rooms.taken", circle=ctx.settings.circles[owner])
    before = await _standing(ctx, circle)
    await _undoable(ctx, circle)
    await rooms.bind(ctx.session, circle, room, ctx.me.key, ctx.now)
    ctx.fact("room.bound", circle=circle)
    return Reply("rooms.bound", {"circle": ctx.settings.circles[circle], "before": before["room"]})


async def _undoable(ctx: Context, circle: str) -> None:
    bindings = await rooms.bindings_of(ctx.session)
    data = {"circle": circle, "bound": circle in bindings, "room": bindings.get(circle)}
    ctx.undoable(ctx.me, "rooms", "binding", data)


async def _standing(ctx: Context, circle: str) -> dict[str, Any]:
    """A circle and how its room is called now, "" without one."""
    room = await rooms.room_of(ctx.session, ctx.settings, circle)
    called = "" if room is None else _called(room, await ctx.session.get(RoomRow, room))
    return {
        "circle": ctx.settings.circles[circle],
        "room": called,
        "coordination": circle == COORDINATION,
    }


def _called(name: str, row: RoomRow | None) -> str:
    """How people know a room: its title, else an address."""
    if row is None:
        return name
    return row.title or next(iter(row.names), name)
