"""``navette status``: what is connected, what waits, what is held, what falls due, which gates are shut."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from bot.cli.base import command, json_option, settings_of
from bot.cli.store import existing
from bot.clock import SystemClock
from bot.french.typography import typeset
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.status import Status

_GATES = {
    "paused": "pause (rien ne part)",
    "shadow": "essai à blanc (tout va à la coordination seule)",
    "breaker": "disjoncteur (trop d'envois d'un coup)",
    "approval": "accord demandé pour les listes",
}
_RECEIVED = {"new": "à traiter", "waiting": "en attente", "held": "retenus (une personne doit regarder)"}
_SENT = {
    "held": "retenus",
    "awaiting_copy": "dont la liste n'a pas encore rendu la copie",
    "uncertain": "incertains",
    "dead": "refusés",
}


@command("status")
@json_option
@click.option("--alive", is_flag=True, help="Sort avec 1 si le service ne donne plus signe de vie.")
@click.pass_context
def status(ctx: click.Context, as_json: bool, alive: bool) -> int:
    """Dit où en est Navette, qu'elle tourne ou non."""
    settings = settings_of(ctx)
    found = asyncio.run(_look(settings))
    if as_json:
        click.echo(json.dumps(as_dict(found), ensure_ascii=False))
    else:
        for line in _tell(found, settings):
            click.echo(typeset(line))
    return int(alive and not found.alive)


async def _look(settings: Settings) -> Status:
    from bot import status as statuses

    async with existing(settings) as store, store.read() as session:
        return await statuses.look(session, settings.store.path, settings.gates, SystemClock().now())


def as_dict(found: Status) -> dict[str, Any]:
    """The status as JSON shows it; moments in ISO 8601."""
    due = found.next_due
    return {
        "alive": found.alive,
        "heartbeat": _iso(found.heartbeat),
        "connections": dict(found.connections),
        "inbox": dict(found.inbox),
        "outbox": dict(found.outbox),
        "oldest_unsent": _iso(found.oldest_unsent),
        "next_due": None if due is None else {"kind": due[0], "at": _iso(due[1])},
        "overdue": found.overdue,
        "gates": {name: on for name, on in asdict(found.standing).items() if isinstance(on, bool)},
        "sent_hour": found.standing.sent_hour,
        "sent_day": found.standing.sent_day,
        "database_bytes": found.database_bytes,
    }


def _tell(found: Status, settings: Settings) -> Iterator[str]:
    def moment(at: dt.datetime) -> str:
        return f"{at.astimezone(settings.network.zone):%d/%m/%Y à %H:%M}"

    if found.heartbeat is None:
        yield "Le service : n'a pas encore tourné sur cette base."
    elif found.alive:
        yield "Le service : il tourne."
    else:
        yield f"Le service : pas de signe de vie depuis le {moment(found.heartbeat)}."
    for name, problem in sorted(found.connections.items()):
        yield f"{name} : {problem or 'connectée'}."
    yield f"Reçus : {_counts(found.inbox, _RECEIVED) or 'tout est traité'}."
    unsent = f"À envoyer : {found.to_send}"
    if found.oldest_unsent is not None:
        unsent += f" (le plus ancien du {moment(found.oldest_unsent)})"
    yield f"{unsent}." if not (others := _counts(found.outbox, _SENT)) else f"{unsent} ; {others}."
    if found.overdue:
        yield f"Échéances en retard : {found.overdue}."
    if found.next_due is not None:
        yield f"Prochaine échéance : {found.next_due[0]}, le {moment(found.next_due[1])}."
    shut = [words for name, words in _GATES.items() if getattr(found.standing, name)]
    yield f"Portes fermées : {', '.join(shut) or 'aucune'}."
    size = f"{found.database_bytes / 1_000_000:.1f}".replace(".", ",")
    yield f"Base : {size} Mo, {sum(found.inbox.values())} reçus, {sum(found.outbox.values())} envois."


def _counts(states: Any, words: dict[str, str]) -> str:
    return " ; ".join(f"{states[state]} {said}" for state, said in words.items() if states.get(state))


def _iso(at: dt.datetime | None) -> str | None:
    return None if at is None else at.isoformat()
