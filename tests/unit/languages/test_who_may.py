"""The page of the commands says what is declared, and what is declared is what happens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from click.testing import CliRunner

from bot import people, resources
from bot.app import load_capabilities
from bot.authority import Act, Member, Role
from bot.cli import navette
from bot.cli.commands import page
from bot.dispatch import Dispatcher
from bot.errors import Refused
from bot.outbox import Destination
from bot.render import Renderer, shared_values
from bot.roster import entries
from bot.router.declare import Capability, Command, Context, Incoming, Reply
from bot.router.find import Registry
from bot.router.manual import usable
from bot.router.table import Row, Who, table
from bot.settings import load
from tests.house import House

PAGE = Path(__file__).parents[3] / "docs" / "fr" / "commandes.md"
SETTINGS = load(resources.config() / "demo.toml")
REGISTRY = Registry(load_capabilities(SETTINGS.capabilities))


def test_the_page_says_what_is_declared() -> None:
    assert PAGE.read_text("utf-8") == page(REGISTRY, SETTINGS), (
        "the commands have changed: navette commands > docs/fr/commandes.md"
    )


def test_each_command_stands_in_the_page_with_all_its_names() -> None:
    said = PAGE.read_text("utf-8")
    for command in REGISTRY.commands:
        for name in command.names:
            assert f"!{name}" in said


def test_for_machines_it_is_a_list() -> None:
    result = CliRunner().invoke(navette, ["commands", "--json"])
    listed = json.loads(result.output)
    assert [one["names"] for one in listed] == [list(command.names) for command in REGISTRY.commands]
    help_ = next(one for one in listed if "aide" in one["names"])
    assert (help_["role"], help_["act"], help_["unproven_mail"]) == ("stranger", "ask", "confirmed")


def declared() -> list[Command]:
    made = Capability("sample")

    async def run(ctx: Context) -> Reply:
        """Does it."""
        return Reply("")

    made.command("payer", "pay", role=Role.TREASURER, act=Act.PAY)(run)
    made.command("noter", role=Role.SECRETARY, circle="cac", act=Act.RECORD)(run)
    made.command("consigner", role=Role.FACILITATOR, circle="cac", act=Act.RECORD)(run)
    made.command("consigner encore", role=Role.FACILITATOR, circle="cac", act=Act.RECORD)(run)
    made.command("effacer", role=Role.STRANGER, act=Act.PEOPLE)(run)
    made.command("personne", role=Role.COORDINATION, act=Act.PEOPLE)(run)
    return made.commands


def test_each_kind_of_act_that_a_command_does_has_one_row() -> None:
    assert table(declared(), {}).rows == (
        Row("record", (Who("secretary", "cac"), Who("facilitator", "cac")), never=False),
        Row("pay", (Who("treasurer"),), never=True),
        Row("people", (Who("self"), Who("coordination")), never=False),
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_row_can_be_said(language: str) -> None:
    renderer = Renderer(resources.templates(), SETTINGS.network.zone, shared_values("R", "N", "n@x", "!"))
    made = table(declared(), {})
    said = renderer.document("commands.md.j2", {"table": made, "circles": {"cac": "le CAC"}}, language)
    never = {"fr": "jamais, même confirmé", "en": "never, not even confirmed"}[language]
    rows = [line for line in said.splitlines() if line.startswith("| ")]
    assert [never in line for line in rows] == [False, False, True, False]
    assert said.count("(le CAC)") == 5


def may(member: Member | None, command: Command) -> bool:
    """DOMAIN §10 in other words than the code's: who may what."""
    need = command.need
    if need.role is Role.STRANGER:
        return True
    if member is None or need.role is Role.KNOWN:
        return member is not None
    own = {(held.role, held.circle) for held in member.roles}
    if need.role is Role.MEMBER:
        in_circle = any(circle == need.circle for _, circle in own)
        return in_circle if need.circle else member.is_member
    over_all = (Role.COORDINATION, "") in own and need.role is not Role.TREASURER
    return over_all or bool(own & {(need.role, need.circle), (need.role, "")})


async def passes(house: House, command: Command, member: Member | None) -> bool:
    """Whether the dispatcher lets somebody use a command; nothing of the command itself is done."""
    ran = []

    async def note(ctx: Context) -> Reply:
        ran.append(ctx.me if member else None)
        return Reply("")

    place = Destination("mail", "somewhere@x.example")
    said = Incoming(1, "x", "", member, "somewhere@x.example", True, place, "", True)
    async with house.bot.store.write() as session:
        ctx = Context(house.bot.house, session, house.clock.now(), said, REGISTRY)
        dispatcher = Dispatcher(REGISTRY, "!", "Navette")
        with suppress(Refused):
            await dispatcher.run(ctx, replace(command, run=note, parameters=()), "")
    return bool(ran)


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    here = House(tmp_path)
    await here.open()
    yield here
    await here.kill()


async def test_whoever_holds_the_role_passes_and_nobody_else(house: House) -> None:
    async with house.bot.store.read() as session:
        keys = [entry.key for entry in entries(SETTINGS)]
        everybody = [None, *[await people.by_key(session, key, house.clock.now()) for key in keys]]
    assert len(everybody) > 10
    for command in REGISTRY.commands:
        outcomes = set()
        for member in everybody:
            passed = await passes(house, command, member)
            who = (member.key if member else "a stranger", command.names[0])
            assert passed == may(member, command) == usable(member, command.need), who
            outcomes.add(passed)
        for_all = command.need.role is Role.STRANGER
        assert outcomes == ({True} if for_all else {True, False}), command.names[0]
