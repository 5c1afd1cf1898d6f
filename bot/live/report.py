"""What the service says of itself: that it lives, and to coordination, what a person must know or do."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from bot.app import App
from bot.live.loops import Troubles
from bot.outbox import Terms
from bot.settings.model import Settings
from bot.store import meta
from bot.store.tables import Doubt, Klass
from bot.work import Work

SMTP, MATRIX = "smtp", "matrix"  # how channels' names begin
NOTES = {"new_device": "gates.new_device", "unsigned": "gates.unsigned"}  # what a channel says of itself
LONG_AWAY = dt.timedelta(hours=1)  # servers that are away for less concern nobody


async def report(app: App, troubles: Troubles) -> None:
    """Write the heartbeat, and tell what is to be told: in one transaction, so once."""
    _look_at_delivery(app, troubles)
    troubles.notice_absence(app.house.connections.problems)
    refused, since = dict(troubles.refused), troubles.since if troubles.over else None
    now, notes = app.clock.now(), list(app.house.connections.notes)
    async with app.store.write() as session:
        work = Work(app.house, session, now)
        await meta.put(session, meta.HEARTBEAT, now.isoformat())
        await meta.put(session, meta.CONNECTIONS, json.dumps(app.house.connections.problems))
        for name, detail in refused.items():
            key = f"login-refused:{name}:{now:%Y-%m-%d}"
            await _tell_of(work, name, key, "gates.login_refused", {"detail": detail})
        for name, gone in troubles.away.items():
            if now - gone >= LONG_AWAY:
                key, detail = f"away:{name}:{gone:%Y-%m-%dT%H:%M}", app.house.connections.problems[name]
                await _tell_of(work, name, key, "gates.away", {"detail": detail, "since": gone})
        if since is not None:
            # At most one an hour, however often it comes and goes.
            values = {"since": since, "until": now, "detail": troubles.detail}
            await work.tell_coordination(f"store-failed:{since:%Y-%m-%dT%H}", "gates.store_failed", values)
        for note in notes:
            kind, _, why = note.partition(":")
            told = {"why": why, "account": app.house.own_chat}
            await work.tell_coordination(f"{note}:{now:%Y-%m-%dT%H}", NOTES[kind], told, everywhere=True)
        await _tell_restored(work)
    del app.house.connections.notes[: len(notes)]
    for name in refused:
        troubles.refused.pop(name)
    if since is not None:
        troubles.since = None


async def _tell_of(work: Work, name: str, key: str, message: str, values: Mapping[str, Any]) -> None:
    """Tell coordination of a channel's trouble, wherever that does not need the channel itself."""
    chat, server = name.startswith(MATRIX), _server(work.settings, name)
    told = {**values, "server": server, "chat": chat}
    places = await work.coordination_places(everywhere=True)
    mute = {MATRIX: "room", SMTP: "mail"}.get(name.partition(":")[0])
    for place in [one for one in places if one.channel != mute] or places:
        rendered = await work.render_to(place, message, told)
        await work.send(f"{key}:{place.recipient}", place, rendered, Terms(Klass.DUTY, Doubt.AGAIN))


def _look_at_delivery(app: App, troubles: Troubles) -> None:
    problems, refusal = app.house.connections.problems, app.delivery.refused_login
    if refusal and problems.get(SMTP) != refusal:
        problems[SMTP] = refusal
        troubles.give_up(SMTP, refusal)


async def _tell_restored(work: Work) -> None:
    """After a restore: what is in doubt, and what a person will be asked to look at."""
    kept = await meta.get(work.session, meta.RESTORED)
    if kept is None:
        return
    values = json.loads(kept)
    for name in ("copied_at", "at"):
        values[name] = dt.datetime.fromisoformat(values[name])
    await work.tell_coordination(f"restored:{values['at']:%Y%m%d%H%M%S}", "gates.restored", values)
    await meta.drop(work.session, meta.RESTORED)


def _server(settings: Settings, name: str) -> str:
    kind, _, _ = name.partition(":")
    if kind == MATRIX:
        return f"{settings.matrix.host} (Matrix)"
    if kind == SMTP:
        return f"{settings.mail.outbox.host} (SMTP)"
    return f"{settings.mail.inbox.host} (IMAP)" if kind == "imap" else name
