"""What the service says of itself: that it lives, and to coordination, what a person must know or do."""

from __future__ import annotations

import datetime as dt
import json

from bot.app import App
from bot.live.loops import Troubles
from bot.store import meta
from bot.work import Work

SMTP = "smtp"


async def report(app: App, troubles: Troubles) -> None:
    """Write the heartbeat, and tell what is to be told: in one transaction, so once."""
    _look_at_delivery(app, troubles)
    refused, since = dict(troubles.refused), troubles.since if troubles.over else None
    now = app.clock.now()
    async with app.store.write() as session:
        work = Work(app.house, session, now)
        await meta.put(session, meta.HEARTBEAT, now.isoformat())
        await meta.put(session, meta.CONNECTIONS, json.dumps(app.house.connections.problems))
        for name, detail in refused.items():
            await work.tell_coordination(
                f"login-refused:{name}:{now:%Y-%m-%d}",
                "gates.login_refused",
                {"server": _server(app, name), "detail": detail},
                everywhere=True,
            )
        if since is not None:
            # At most one an hour, however often it comes and goes.
            values = {"since": since, "until": now, "detail": troubles.detail}
            await work.tell_coordination(f"store-failed:{since:%Y-%m-%dT%H}", "gates.store_failed", values)
        await _tell_restored(work)
    for name in refused:
        troubles.refused.pop(name)
    if since is not None:
        troubles.since = None


def _look_at_delivery(app: App, troubles: Troubles) -> None:
    problems, refusal = app.house.connections.problems, app.delivery.refused_login
    if refusal and problems.get(SMTP) != refusal:
        problems[SMTP] = troubles.refused[SMTP] = refusal


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


def _server(app: App, name: str) -> str:
    mail = app.settings.mail
    if name == SMTP:
        return f"{mail.outbox.host} (SMTP)"
    return f"{mail.inbox.host} (IMAP)" if name.startswith("imap:") else name
