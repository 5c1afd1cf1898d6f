"""Checks of the rooms that the circles name: known, entered, encrypted, and whether we may write there."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

from bot.channels.base import RoomNews, RoomStanding
from bot.channels.matrix.fields import identifier, items
from bot.channels.matrix.server import Server, ServerError, path
from bot.channels.matrix.state import RoomState, fold
from bot.cli.findings import Finding, ok, warning
from bot.errors import ChannelError
from bot.settings.model import Circle

STEP_SECONDS = 10.0


def why(error: Exception) -> str:
    """The reason why a server was not heard, to stand in a sentence."""
    return "pas de réponse" if isinstance(error, TimeoutError) else str(error).rstrip(".")


async def check_rooms(server: Server, me: str, circles: Mapping[str, Circle]) -> list[Finding]:
    """Each room by itself: what is wrong with one says nothing of the others."""
    named = {key: circle.room for key, circle in circles.items() if circle.room}
    if not named:
        return [ok("matrix.rooms", "Aucun salon dans les réglages : « !lier-salon » en liera.")]
    try:
        answer = await server.get(path("joined_rooms"), timeout=STEP_SECONDS)
    except ChannelError as error:
        return [warning("matrix.rooms", f"Nos salons n'ont pas pu être demandés ({why(error)}).")]
    joined = {identifier(room) for room in items(answer.get("joined_rooms"))}
    return list(await asyncio.gather(*(_room(server, me, key, room, joined) for key, room in named.items())))


async def _room(server: Server, me: str, circle: str, name: str, joined: Collection[str]) -> Finding:
    about, called = f"matrix.rooms.{circle}", f"Salon {name} (cercle {circle})"
    try:
        async with asyncio.timeout(STEP_SECONDS):
            room = await _find(server, name)
            if not room:
                advice = f"Corrigez [circles.{circle}] room, ou donnez cette adresse au salon."
                return warning(about, f"{called} : le serveur ne connaît pas cette adresse.", advice)
            if room not in joined:
                return warning(about, f"{called} : Navette n'y est pas.", f"Invitez-y {me}.")
            news = await _news(server, me, room)
    except (ChannelError, TimeoutError) as error:
        return warning(about, f"{called} : son état n'a pas pu être lu ({why(error)}).")
    return _told(about, called, news)


async def _find(server: Server, name: str) -> str:
    """The id of a room by its address or id; empty when the server knows none."""
    if not name.startswith("#"):
        return name
    try:
        return identifier((await server.get(path("directory", "room", name))).get("room_id"))
    except ServerError as error:
        if error.final:
            return ""
        raise


async def _news(server: Server, me: str, room: str) -> RoomNews:
    state = RoomState(room)
    for event in await server.get_list(path("rooms", room, "state")):
        state = fold(state, event)
    return state.news(me, followed=state.tombstoned)


def _told(about: str, called: str, news: RoomNews) -> Finding:
    sealed = "chiffré" if news.encrypted else "non chiffré"
    if news.standing is RoomStanding.REPLACED:
        return warning(
            about,
            f"{called} : il a été remplacé par {news.successor}.",
            "Navette suit le nouveau salon s'il renvoie à l'ancien ; corrigez l'adresse dans les réglages.",
        )
    if not news.writable:
        return warning(
            about,
            f"{called} : Navette y est, mais n'a pas le droit d'y écrire ({sealed}).",
            "Donnez-lui ce droit dans les réglages du salon.",
        )
    return ok(about, f"{called} : Navette y est et peut y écrire ({sealed}).")
