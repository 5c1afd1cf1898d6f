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
    found += asyncio.run(check_mail(settings.mail))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False))
    else:
        for finding in found:
            click.echo(_tell(finding))
    failures = sum(finding.state is State.FAILURE for finding in found)
    if failures:
        click.echo(typeset(f"{failures} point(s) à corriger avant de lancer Navette."), err=True)
    return 1 if failures else 0


def _tell(finding: Finding) -> str:
    line = f"{_MARKS[finding.state]} {typeset(finding.sentence)}"
    return f"{line}\n  → {typeset(finding.advice)}" if finding.advice else line
