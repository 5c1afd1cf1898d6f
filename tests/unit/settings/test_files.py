"""The files delivered in config/ against the model."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot import resources
from bot.settings import Settings, differences, load
from bot.settings.names import french, inside, sections

CONFIG = resources.config()
DEFAULTS = CONFIG / "navette.toml"


def test_navette_toml_loads_to_the_defaults() -> None:
    assert differences(load(DEFAULTS)) == []


def test_navette_toml_holds_every_setting_and_its_default() -> None:
    written = tomllib.loads(DEFAULTS.read_text("utf-8"))
    text = DEFAULTS.read_text("utf-8")
    for path, section in sections(Settings):
        table: Any = written
        for step in path:
            table = table[step]
        unset = {
            name
            for name, field in section.model_fields.items()
            if field.get_default(call_default_factory=True) is None
        }
        assert set(table) == set(section.model_fields) - unset, f"[{'.'.join(path)}]"
        for name in unset:
            assert re.search(rf"^# {name} = ", text, re.M), f"{path} {name}"


def test_navette_toml_has_a_french_name_for_every_setting() -> None:
    text = DEFAULTS.read_text("utf-8")
    repeated = [inside(field.annotation) for field in Settings.model_fields.values()]
    tables = [section for _, section in sections(Settings)] + [s for s, holder in repeated if s and holder]
    for section in tables:
        for name in section.model_fields:
            assert f"({french(section, name)})" in text, f"{section.__name__}.{name}"


def test_no_section_has_two_settings_of_one_name() -> None:
    for _, section in sections(Settings):
        told = [{name, french(section, name)} for name in section.model_fields]
        assert sum(map(len, told)) == len(set().union(*told)), section


@pytest.mark.parametrize("name", ["sud-tiers-lieux.toml", "demo.toml"])
def test_the_other_files_load_hold_no_secret_and_name_only_example_hosts(name: str) -> None:
    settings = load(CONFIG / name)
    assert not settings.mail.inbox.secret()
    assert not settings.mail.outbox.secret()
    hosts = re.findall(r"[@:]([a-z0-9.-]+\.[a-z]+)\"", (CONFIG / name).read_text("utf-8"))
    assert hosts
    assert [host for host in hosts if not host.endswith(".example")] == []


def test_the_regional_example_starts_safely() -> None:
    settings = load(CONFIG / "sud-tiers-lieux.toml")
    assert settings.gates.shadow
    assert settings.gates.approval
    assert settings.circles["coordination"].reserved
    assert len([key for key in settings.circles if key.startswith("gt-")]) == 4


def test_the_demo_is_the_network_of_the_plays() -> None:
    settings = load(CONFIG / "demo.toml")
    people = {person.key: person for person in settings.people.members}
    in_room = {key: circle.room for key, circle in settings.circles.items()}
    assert in_room == {
        key: f"#{key}" for key in ("reseau", "cac", "gt-animation", "gt-formation", "coordination")
    }

    def holders(role: str) -> set[str]:
        return {key for key, person in people.items() if role in person.roles}

    assert holders("coordination") == {"alice"}
    assert holders("treasurer") == {"gaston"}
    assert holders("secretary:cac") == {"hana"}
    assert holders("referent:05") == {"fanny"}
    assert holders("member:gt-animation") == {"bruno", "fanny", "jules", "chloe"}
    assert holders("member:gt-formation") == {"hana", "karim", "lea"}
    assert holders("member:coordination") == {"alice", "bruno", "hana"}
    delegates = holders("delegate:cac")
    assert delegates == {"bruno", "chloe", "david", "emile", "gaston", "hana"}
    assert {people[key].place for key in delegates} == set(settings.circles["cac"].seats)
    assert [key for key, person in people.items() if not person.chat] == ["emile"]
    assert [key for key, person in people.items() if not person.member] == ["ines"]
    assert all(person.addresses[0] == f"{key}@lisieres.example" for key, person in people.items())
    assert all(
        person.department == settings.places[person.place].department
        for person in people.values()
        if person.place
    )


def test_the_kit_has_three_messages_each_with_a_title() -> None:
    messages = sorted(Path(load(DEFAULTS).kit.folder).glob("*.md"))
    assert [message.name[0] for message in messages] == ["1", "2", "3"]
    assert all(message.read_text("utf-8").startswith("# ") for message in messages)


def test_the_settings_that_the_guide_shows_are_right(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs/fr/installer.md").read_text("utf-8")
    shown = re.findall(r"```toml\n(.*?)```", guide, re.S)
    assert len(shown) >= 5
    for number, text in enumerate(shown):
        path = tmp_path / f"{number}.toml"
        path.write_text(text, "utf-8")
        load(path)
