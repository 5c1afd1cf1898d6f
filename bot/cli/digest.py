"""``navette digest``: the recap as it would leave now; or that of any archive of mails."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from bot.cli.base import command, config_path, json_option, settings_of
from bot.clock import PARIS
from bot.errors import NavetteError

WEEK = dt.timedelta(days=7)


@command("digest")
@click.option("--circle", metavar="CERCLE", help="Seulement ce qui concerne ce cercle.")
@click.option("--week", metavar="SEMAINE", help="Le récap d'une semaine, comme 2026-W47.")
@click.option("--mbox", type=click.Path(exists=True, path_type=Path), metavar="FICHIER", help="Une archive.")
@click.option("--on", metavar="DATE", help="Avec --mbox : les sept jours jusqu'à la fin de celui-ci.")
@json_option
@click.pass_context
def digest(
    ctx: click.Context, circle: str | None, week: str | None, mbox: Path | None, on: str | None, as_json: bool
) -> None:
    """Montre le récap tel qu'il partirait maintenant.

    Avec --mbox, celui de n'importe quelle archive : rien n'est réglé, rien n'est écrit.
    """
    if mbox is None:
        options = {"circle": circle, "week": week}
        text = asyncio.run(_preview(ctx, {name: value for name, value in options.items() if value}))
        click.echo(json.dumps({"text": text}, ensure_ascii=False) if as_json else text)
        return
    if on is None:
        raise click.UsageError("Avec --mbox il faut --on DATE.", ctx)
    try:
        day = dt.date.fromisoformat(on)
    except ValueError:
        raise click.UsageError(f"« {on} » n'est pas une date comme 2026-11-23.", ctx) from None
    zone = PARIS if config_path(ctx) is None else settings_of(ctx).network.zone
    until = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    found = of_archive(mbox, until)
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else _as_text(found))


async def _preview(ctx: click.Context, options: Mapping[str, str]) -> str:
    from bot.app import App, Channels
    from bot.clock import SystemClock
    from bot.errors import UserError
    from bot.work import Work

    app = App(settings_of(ctx), SystemClock(), Channels())
    try:
        await app.start()
        capability = app.registry.capabilities.get("digest")
        if capability is None:
            raise NavetteError("La capacité « digest » n'est pas installée.")
        async with app.store.write() as session:
            content = await capability.tools["preview"](Work(app.house, session, app.clock.now()), options)
            await session.rollback()  # a look changes nothing
    except UserError as error:
        raise NavetteError(app.house.renderer.message(error.message, error.values).text) from error
    else:
        return str(content.text)
    finally:
        await app.stop()


def of_archive(path: Path, until: dt.datetime) -> dict[str, Any]:
    """The threads of the seven days before ``until`` (aware), each with its gist."""
    from bot.mail.message import Kind, Mail
    from bot.mail.read import read
    from bot.mail.threads import ThreadItem, group
    from bot.mailfiles import messages

    mails: dict[str, Mail] = {}
    items = []
    for _, raw in messages(path):
        mail = read(raw)
        if mail.kind in (Kind.LIST_POST, Kind.PERSON) and mail.date and mail.message_id not in mails:
            mails[mail.message_id] = mail
            items.append(
                ThreadItem(mail.message_id, mail.references, mail.in_reply_to, mail.subject, mail.date)
            )
    threads = []
    for thread in group(items):
        inside = [mails[item.message_id] for item in thread]
        week = [mail for mail in inside if mail.date and until - WEEK <= mail.date < until]
        if week:
            threads.append(_thread(week, until))
    return {"until": until.isoformat(), "threads": threads}


def _thread(mails: list[Any], until: dt.datetime) -> dict[str, Any]:
    from bot.cli.dates import as_dict
    from bot.french.summary import Said, summarise
    from bot.mail.threads import strip_subject

    zone = until.tzinfo
    said = [
        Said(mail.author.name or mail.author.address, mail.date.astimezone(zone), mail.text) for mail in mails
    ]
    gist = summarise(said, mails[0].subject, said[-1].date)
    return {
        "subject": strip_subject(mails[0].subject),
        "people": list(gist.people),
        "messages": len(mails),
        "gist": list(gist.sentences),
        "requests": list(gist.requests),
        "deadlines": [day.isoformat() for day in gist.deadlines],
        "dates": [as_dict(found) for found in gist.dates],
        "links": list(gist.links),
        "decision": gist.decision,
        "answered": gist.answered,
    }


def _as_text(found: Mapping[str, Any]) -> str:
    blocks = []
    for thread in found["threads"]:
        head = f"{thread['subject']} ({thread['messages']} · {', '.join(thread['people'])})"
        blocks.append("\n".join([head, *(f"  {sentence}" for sentence in thread["gist"]), *thread["links"]]))
    return "\n\n".join(blocks)
