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
