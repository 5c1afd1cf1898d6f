"""``navette dates``: the dates that are found in a text."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

import click

from bot.cli.base import command, config_path, json_option, settings_of
from bot.clock import PARIS
from bot.french.dates import Found, find
from bot.french.dates.almanac import FIRST_YEAR, LAST_YEAR

NOON = dt.time(12)


@command("dates")
@click.option(
    "--on", required=True, metavar="DATE", help="Le jour où le texte a été écrit, comme 2026-11-23."
)
@json_option
@click.argument("text", metavar="TEXTE")
@click.pass_context
def dates(ctx: click.Context, on: str, text: str, as_json: bool) -> None:
    """Montre les dates trouvées dans un texte.

    Le résultat est une liste JSON, avec ou sans --json. TEXTE «\u00a0-\u00a0» lit l'entrée standard.
    """
    zone = PARIS if config_path(ctx) is None else settings_of(ctx).network.zone
    try:
        written = dt.datetime.fromisoformat(on)
    except ValueError:
        raise click.UsageError(f"« {on} » n'est pas une date comme 2026-11-23.", ctx) from None
    if not FIRST_YEAR <= written.year <= LAST_YEAR:
        raise click.UsageError(f"« {on} » est trop loin : on lit de {FIRST_YEAR} à {LAST_YEAR}.", ctx)
    if len(on) == len("2026-11-23"):
        written = dt.datetime.combine(written.date(), NOON)
    if written.tzinfo is None:
        written = written.replace(tzinfo=zone)
    words = sys.stdin.read() if text == "-" else text
    click.echo(
        json.dumps([as_dict(found) for found in find(words, written.astimezone(zone))], ensure_ascii=False)
    )


def as_dict(found: Found) -> dict[str, Any]:
    """A date as JSON shows it: days in ISO 8601, the time as ``14:00`` or null."""
    return {
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "time": found.time and found.time.strftime("%H:%M"),
        "text": found.text,
        "deadline": found.deadline,
    }
