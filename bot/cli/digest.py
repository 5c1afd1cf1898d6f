"""``navette digest``: the recap as it would leave now; or that of any archive of mails."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import click

from bot.cli.base import command, config_path, json_option, settings_of
from bot.clock import PARIS
from bot.errors import NavetteError

FIRST_YEAR, LAST_YEAR = 1970, 9000  # of mail; beyond, the calendar of the computer ends


@command("digest")
@click.option("--circle", metavar="CERCLE", help="Seulement ce qui concerne ce cercle.")
@click.option("--week", metavar="SEMAINE", help="Le récap d'une semaine, comme 2026-W47.")
@click.option(
    "--mbox",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    help="Une archive : mbox, Maildir ou dossier de messages.",
)
@click.option("--on", metavar="DATE", help="Avec --mbox : les sept jours jusqu'à la fin de celui-ci.")
@json_option
@click.pass_context
def digest(
    ctx: click.Context, circle: str | None, week: str | None, mbox: Path | None, on: str | None, as_json: bool
) -> None:
    """Montre le récap tel qu'il partirait maintenant.

    Avec --mbox, celui de n'importe quelle archive : rien n'est réglé, rien n'est écrit.
    """
    if mbox is not None:
        if circle or week:
            raise click.UsageError("Une archive ne connaît ni cercle ni récap : --mbox va avec --on.", ctx)
        _of_archive(ctx, mbox, on, as_json=as_json)
        return
    if on is not None:
        raise click.UsageError("--on va avec --mbox ; pour un récap déjà parti, --week 2026-W47.", ctx)
    options = {"circle": circle, "week": week}
    text = asyncio.run(_preview(ctx, {name: value for name, value in options.items() if value}))
    click.echo(json.dumps({"text": text}, ensure_ascii=False) if as_json else text)


def _of_archive(ctx: click.Context, mbox: Path, on: str | None, *, as_json: bool) -> None:
    from bot.cli.archive_recap import recap_of

    if on is None:
        raise click.UsageError("Avec --mbox il faut --on DATE.", ctx)
    try:
        day = dt.date.fromisoformat(on)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(on)  # noqa: TRY301 - said as any other that is none
    except ValueError:
        raise click.UsageError(f"« {on} » n'est pas une date comme 2026-11-23.", ctx) from None
    zone = PARIS if config_path(ctx) is None else settings_of(ctx).network.zone
    found = recap_of(mbox, dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone))
    click.echo(json.dumps(found.as_dict(), ensure_ascii=False) if as_json else found.as_text())


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
