"""Who is who: from the settings and from a CSV, with the roles of the moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import people, resources, roster
from bot.authority import Held, Need, Role, check
from bot.errors import Refused, SettingsError
from bot.roster.sync import sync
from bot.settings import load, override
from bot.settings.model import PersonEntry
from bot.store import lifecycle
from bot.store.engine import Store

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
SETTINGS = load(resources.config() / "demo.toml")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    made = Store(tmp_path / "navette.sqlite3", synchronous="off")
    await lifecycle.prepare(made, NOW)
    async with made.write() as session:
        await sync(session, SETTINGS, roster.entries(SETTINGS), NOW)
    yield made
    await made.close()


async def test_one_person_whatever_the_address_or_the_channel(store: Store) -> None:
    async with store.read() as session:
        found = [
            await people.by_contact(session, channel, value, NOW)
            for channel, value in (
                ("mail", "LEA@lisieres.example"),
                ("mail", "lea.perso@courriel.example"),
                ("room", "@lea:lisieres.example"),
            )
        ]
    assert {member.key for member in found if member} == {"lea"}
    assert None not in found


async def test_roles_are_those_of_the_moment(store: Store) -> None:
    entry = next(one for one in SETTINGS.people.members if one.key == "bruno")
    later = NOW + dt.timedelta(days=1)
    async with store.write() as session:
        await sync(session, SETTINGS, [entry.model_copy(update={"roles": []})], later)
    async with store.read() as session:
        before = await people.by_key(session, "bruno", NOW)
        after = await people.by_key(session, "bruno", later)
    assert before is not None
    assert after is not None
    assert before.has(Role.FACILITATOR, "gt-animation")
    assert not after.has(Role.FACILITATOR, "gt-animation")


async def test_syncing_again_changes_nothing(store: Store) -> None:
    async with store.write() as session:
        before = await people.with_role(session, Role.DELEGATE, NOW, "cac")
        await sync(session, SETTINGS, roster.entries(SETTINGS), NOW)
        assert await people.with_role(session, Role.DELEGATE, NOW, "cac") == before
    assert [member.key for member in before] == ["bruno", "chloe", "david", "emile", "gaston", "hana"]


def test_what_an_act_takes() -> None:
    def member(*roles: Held) -> people.Member:
        return people.Member(1, "x", "X", True, "", "", "fr", (), (), frozenset(roles))

    check(member(), Need())
    check(None, Need(Role.STRANGER))
    check(replace(member(), is_member=False), Need(Role.KNOWN))
    check(member(Held(Role.COORDINATION)), Need(Role.SECRETARY, "cac"))
    refusals = [
        (None, Need(), "common.unknown_person"),
        (None, Need(Role.KNOWN), "common.unknown_person"),
        (replace(member(), is_member=False), Need(), "common.role_needed"),
        (member(), Need(Role.COORDINATION), "common.role_needed"),
        (member(Held(Role.COORDINATION)), Need(Role.TREASURER), "common.role_needed"),
        (member(Held(Role.SECRETARY, "gt-animation")), Need(Role.SECRETARY, "cac"), "common.role_needed"),
    ]
    for who, need, message in refusals:
        with pytest.raises(Refused) as refusal:
            check(who, need)
        assert refusal.value.message == message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_spreadsheet_as_people_save_it(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = [
        ["Nom", "Adresses", "Département", "Membre", "Rôles"],
        [
            "Zoé Éluard",
            "zoe@lisieres.example zoe.eluard@courriel.example",
            "04",
            "oui",
            "member:gt-animation",
        ],
        ["Yann Le Bihan", "yann@lisieres.example", "83", "non", ""],
    ]
    file = tmp_path / "membres.csv"
    file.write_bytes("\r\n".join(separator.join(row) for row in rows).encode(encoding))
    found = roster.entries(override(SETTINGS, "people.file", str(file)))[-2:]
    assert [one.key for one in found] == ["zoe.eluard", "yann.le.bihan"]
    assert found[0] == PersonEntry(
        key="zoe.eluard",
        name="Zoé Éluard",
        addresses=["zoe@lisieres.example", "zoe.eluard@courriel.example"],
        department="04",
        roles=["member:gt-animation"],
    )
    assert not found[1].member


def test_a_wrong_line_is_told_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "membres.csv"
    file.write_text("nom;courriel\nZoé;zoe@lisieres.example\nYann;pas une adresse\n", "utf-8")
    with pytest.raises(SettingsError, match="ligne 3"):
        roster.entries(override(SETTINGS, "people.file", str(file)))
