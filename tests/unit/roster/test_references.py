"""What the settings say of places, seats and referents must exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import roster
from bot.errors import SettingsError
from bot.settings import load

BASE = """
[network]
departments = ["04", "05"]
[circles.cac]
name = "CAC"
[places.gare]
name = "La Gare"
department = "05"
[[people.members]]
key = "fanny"
name = "Fanny"
"""


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ('referents = ["gaston"]', "il n'y a pas de personne « gaston »"),
        ('referents = ["place:moulin"]', "il n'y a pas de lieu « moulin »"),
        ('referents = ["equipe:x"]', "n'est ni une personne, ni « place:LIEU »"),
        ('referents = ["collective: "]', "n'est ni une personne, ni « place:LIEU »"),
        ('departments = ["13"]', "« 13 » n'est pas un département du réseau"),
        ('[places.port]\nname = "Le Port"\ndepartment = "06"', "[places.port] department : « 06 »"),
        (
            '[circles.gt]\nname = "GT"\nseats = ["moulin"]',
            "[circles.gt] seats : il n'y a pas de lieu « moulin »",
        ),
    ],
)
def test_a_name_of_nothing_is_refused_with_a_sentence(more: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "navette.toml"
    path.write_text(f'{BASE}[territories.alpes]\nname = "Alpes"\n{more}\n', "utf-8")
    with pytest.raises(SettingsError) as refusal:
        load(path)
    assert sentence in str(refusal.value)


def test_a_referent_may_be_somebody_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "membres.csv").write_text("Nom;Clé\nGaston Mourre;gaston\n", "utf-8")
    path = tmp_path / "navette.toml"
    text = f'{BASE}[people]\nfile = "{tmp_path}/membres.csv"\n[territories.alpes]\nname = "Alpes"\n'
    text = text.replace('[[people.members]]\nkey = "fanny"\nname = "Fanny"\n', "")
    path.write_text(f'{text}referents = ["gaston", "place:gare", "collective:Les Alpins"]\n', "utf-8")
    assert [entry.key for entry in roster.entries(load(path))] == ["gaston"]
    path.write_text(f'{text}referents = ["fanny"]\n', "utf-8")
    with pytest.raises(SettingsError, match="pas de personne « fanny »"):
        roster.entries(load(path))


def test_a_file_that_gives_one_address_to_two_is_refused(tmp_path: Path) -> None:
    (tmp_path / "membres.csv").write_text("Nom;Courriel\nA;a@x.example\nB;A@x.example\n", "utf-8")
    path = tmp_path / "navette.toml"
    path.write_text(f'[people]\nfile = "{tmp_path}/membres.csv"\n', "utf-8")
    with pytest.raises(SettingsError, match="désigne deux personnes"):
        roster.entries(load(path))


def from_file(folder: Path, sheet: str, more: str = "") -> list[str]:
    """The places of those whom a file names."""
    (folder / "membres.csv").write_text(sheet, "utf-8")
    path = folder / "navette.toml"
    path.write_text(f'{more}[people]\nfile = "{folder}/membres.csv"\n', "utf-8")
    return [entry.place for entry in roster.entries(load(path))]


def test_a_place_of_the_file_is_one_of_the_settings(tmp_path: Path) -> None:
    places = '[places.gare-05]\nname = "La Gare"\n'
    sheet = "Nom;Lieu\nA;La Gare\nB;gare\nC;gare-05\nD;\n"
    assert from_file(tmp_path, sheet, places) == ["gare-05", "gare-05", "gare-05", ""]
    with pytest.raises(SettingsError, match="ligne 2 : il n'y a pas de lieu « La Gar »"):
        from_file(tmp_path, "Nom;Lieu\nA;La Gar\n", places)


def test_without_places_in_the_settings_those_of_the_file_are_known_by_any_spelling(tmp_path: Path) -> None:
    assert from_file(tmp_path, "Nom;Lieu\nA;La Gare\nB;gare\nC;LA GARE\n") == ["La Gare"] * 3


def test_a_chat_id_in_other_letters_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "navette.toml"
    people = '[[people.members]]\nkey = "{0}"\nname = "{0}"\nchat = ["{1}"]\n'
    path.write_text(people.format("a", "@jo:x.example") + people.format("b", "@Jo:x.example"), "utf-8")
    with pytest.raises(SettingsError, match=r"« @jo:x\.example » désigne déjà a"):
        load(path)
