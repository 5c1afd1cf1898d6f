"""``navette check``: will it work, said before it runs."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict

import click

from bot.cli.base import command, config_path, json_option, settings_of
from bot.cli.check_here import check_here
from bot.cli.check_mail import check_mail
from bot.cli.findings import Finding, State, ok
from bot.french.typography import typeset
from bot.settings import Settings
from bot.settings.load import default_path

_MARKS = {State.OK: "✓", State.WARNING: "!", State.FAILURE: "✗"}


@command("check")
@json_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> int:
    """Essaie les réglages et chaque connexion, en une phrase chacun.

    Rien n'est envoyé ni écrit. Sort avec 1 si quelque chose ne marchera pas.
    """
    settings = settings_of(ctx)
    path = config_path(ctx) or default_path()
    found = [ok("settings", f"Les réglages se lisent : {path}."), *check_here(settings)]
    found += asyncio.run(_check_servers(settings))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False))
    else:
        for finding in found:
            click.echo(_tell(finding))
    failures = sum(finding.state is State.FAILURE for finding in found)
    if failures:
        click.echo(typeset(f"{failures} point(s) à corriger avant de lancer Navette."), err=True)
    return 1 if failures else 0


async def _check_servers(settings: Settings) -> list[Finding]:
    if not settings.matrix.host:
        chat = ok("matrix", "Pas de messagerie ([matrix] host est vide) : tout passe par courriel.")
        return [*await check_mail(settings.mail), chat]
    # Half a second of reading, only for those who have a chat.
    from bot.cli.check_matrix import check_matrix

    mail, matrix = await asyncio.gather(check_mail(settings.mail), check_matrix(settings))
    return [*mail, *matrix]


def _tell(finding: Finding) -> str:
    line = f"{_MARKS[finding.state]} {typeset(finding.sentence)}"
    return f"{line}\n  → {typeset(finding.advice)}" if finding.advice else line
