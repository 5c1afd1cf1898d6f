"""``navette people``: who is who, from a spreadsheet."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.base import Entry, LazyGroup, command, config_option, json_option, settings_of
from bot.errors import NavetteError
from bot.french.typography import typeset

if TYPE_CHECKING:
    from bot.roster.lines import Table
    from bot.roster.plan import Case, Plan
    from bot.settings import Settings
    from bot.store.engine import Store

COMMANDS = {
    "import": Entry("bot.cli.people:import_", "Reprend un tableau de personnes ; d'abord à blanc."),
}


@click.group("people", cls=LazyGroup, entries=COMMANDS, no_args_is_help=True)
@config_option
def people() -> None:
    """Les personnes du réseau : reprend un tableau."""


@command("import")
@json_option
@click.option("--apply", "applies", is_flag=True, help="Fait ce qui est montré, au lieu de le montrer.")
@click.option(
    "--new", "new", type=int, multiple=True, metavar="LIGNE", help="Cette ligne n'est pas son homonyme."
)
@click.option("--complete", is_flag=True, help="Dit aussi qui manque au tableau ; personne n'est retiré.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FICHIER")
@click.pass_context
def import_(
    ctx: click.Context, file: Path, as_json: bool, applies: bool, new: tuple[int, ...], complete: bool
) -> None:
    """Reprend un tableau de personnes ; d'abord à blanc.

    FICHIER est un CSV ou un TSV, tel qu'Excel ou LibreOffice l'écrivent. Sans « --apply », montre ce qui
    changerait, personne par personne (« + » : ajoutée, « ~ » : changée, « ? » : laissée de côté, « ! » : case
    pas comprise), et n'écrit rien. Qui est qui : par une adresse ou un identifiant de messagerie, sinon par
    la clé ; un même nom ne suffit jamais. Ce que le tableau ne dit pas reste comme c'est.
    """
    from bot.cli.people_report import tell
    from bot.roster import lines
    from bot.roster.sheet import SheetError

    settings = settings_of(ctx)
    try:
        table = lines.read(file.read_bytes(), settings)
        plan = asyncio.run(_run(settings, table, new, applies=applies))
    except SheetError as error:
        raise NavetteError(typeset(f"« {file} » : {error}.")) from error
    if not table.lines:
        raise NavetteError(typeset(f"« {file} » : il n'y a personne sous les en-têtes."))
    if as_json:
        click.echo(json.dumps(_as_json(plan, table, applies=applies, complete=complete), ensure_ascii=False))
    else:
        click.echo(typeset("\n".join(tell(plan, settings, applies=applies, complete=complete))))


async def _run(settings: Settings, table: Table, new: tuple[int, ...], *, applies: bool) -> Plan:
    from bot.clock import SystemClock
    from bot.roster import plan
    from bot.roster.apply import apply

    now = SystemClock().now()
    if not applies:
        async with _looked_at(settings) as store, store.read() as session:
            return await plan.make(session, settings, table, new, now)
    async with _brought_up(settings) as store, store.write() as session:
        made = await plan.make(session, settings, table, new, now)
        await apply(session, settings, made, now)
        return made


@asynccontextmanager
async def _brought_up(settings: Settings) -> AsyncIterator[Store]:
    """The database, made or brought up to date unless a running service has done so."""
    from bot.clock import SystemClock
    from bot.importing.importer import prepare
    from bot.store.engine import Store

    store = Store(settings.store.path, synchronous=settings.store.synchronous)
    try:
        await prepare(store, settings, SystemClock())
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _looked_at(settings: Settings) -> AsyncIterator[Store]:
    """The database as it is; where there is none yet, what the settings alone would make of it."""
    from bot.cli.store import existing
    from bot.settings import override

    if settings.store.path.exists():
        async with existing(settings) as store:
            yield store
        return
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = override(settings, "store.path", Path(folder) / "navette.sqlite3")
        async with _brought_up(elsewhere) as store:
            yield store


def _as_json(plan: Plan, table: Table, *, applies: bool, complete: bool) -> dict[str, Any]:
    from bot.roster.plan import Fate

    found: dict[str, Any] = {"applied": applies, "rows": [_row(case) for case in plan.cases]}
    found |= {fate.value: plan.count(fate) for fate in Fate}
    found |= {"new_places": [name for _, name in plan.new_places], "columns_left": list(plan.passed)}
    found |= {"encoding": table.encoding, "separator": table.separator}
    if complete:
        found["absent"] = [{"key": key, "name": name} for key, name in plan.absent]
    return found


def _row(case: Case) -> dict[str, Any]:
    return {
        "line": case.line.number,
        "fate": case.fate.value,
        "key": case.key,
        "name": case.name,
        "changes": [dataclasses.asdict(change) for change in case.changes],
        "doubt": case.doubt.value if case.doubt else "",
        "others": list(case.others),
        "other_lines": list(case.lines),
        "not_understood": case.line.doubts,
    }
