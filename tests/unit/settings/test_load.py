"""What an administrator writes becomes settings: either language, several sources, paths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import resources
from bot.errors import SettingsError
from bot.settings import Settings, differences, load, override

Write = Callable[[str], Path]


def test_french_and_english_keys_mean_the_same_at_every_level(file: Write) -> None:
    english = load(
        file(
            """
            [mail.inbox]
            kind = "imap"
            [lists.reseau]
            address = "reseau@listes.example"
            [[people.members]]
            key = "alice"
            name = "Alice"
            """
        )
    )
    french = load(
        file(
            """
            [courriel.reception]
            sorte = "imap"
            [listes.reseau]
            adresse = "reseau@listes.example"
            [[personnes.membres]]
            cle = "alice"
            nom = "Alice"
            """
        )
    )
    assert english == french
    assert french.mail.inbox.kind == "imap"
    assert french.people.members[0].name == "Alice"


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ('"9h"', dt.time(9)),
        ('"9 h 30"', dt.time(9, 30)),
        ('"16:05"', dt.time(16, 5)),
        ("07:00:00", dt.time(7)),
    ],
)
def test_hours_as_people_write_them(file: Write, written: str, hour: dt.time) -> None:
    assert load(file(f"[recap]\nheure = {written}")).digest.time == hour


@pytest.mark.parametrize("written", ["Vendredi", "friday", "vendredi"])
def test_days_as_people_write_them(file: Write, written: str) -> None:
    assert load(file(f'[recap]\njour = "{written}"')).digest.day == "vendredi"


def test_the_environment_wins_over_the_file_and_an_override_over_both(
    file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file("[gates]\nper_hour = 1\nper_day = 1\n")
    monkeypatch.setenv("NAVETTE_GATES__PER_HOUR", "2")
    assert load(path).gates.per_hour == 2
    assert load(path).gates.per_day == 1
    assert load(path, {"portes.par_heure": 3}).gates.per_hour == 3


def test_a_secret_comes_from_the_environment_or_from_a_file(
    file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file('[mail.outbox]\npassword_file = "secret"\n')
    (path.parent / "secret").write_text("du fichier\n", "utf-8")
    monkeypatch.setenv("NAVETTE_MAIL__INBOX__PASSWORD", "de l'environnement")
    settings = load(path)
    assert settings.mail.inbox.secret() == "de l'environnement"
    assert settings.mail.outbox.secret() == "du fichier"
    (path.parent / "secret").unlink()
    with pytest.raises(SettingsError, match="ne peut pas être lu"):
        settings.mail.outbox.secret()


def test_relative_paths_start_from_the_folder_that_holds_config(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    path = tmp_path / "config" / "ici.toml"
    path.write_text('[store]\npath = "var/ici.sqlite3"\nbackups = "/srv/copies"\n', "utf-8")
    settings = load(path)
    assert settings.store.path == tmp_path / "var/ici.sqlite3"
    assert settings.store.backups == Path("/srv/copies")
    assert settings.kit.folder == tmp_path / "config/kit"


def test_relative_paths_of_a_file_elsewhere_start_beside_it(file: Write) -> None:
    path = file('[store]\npath = "ici.sqlite3"')
    assert load(path).store.path == path.parent / "ici.sqlite3"


def test_an_installed_wheel_is_read_from_but_never_written_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "bot"
    (package / "_data" / "config" / "kit").mkdir(parents=True)
    (package / "_data" / "config" / "navette.toml").write_text("", "utf-8")
    (tmp_path / "ailleurs").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    monkeypatch.chdir(tmp_path / "ailleurs")
    settings = load()
    assert settings.store.path == tmp_path / "ailleurs" / "var/navette.sqlite3"
    assert settings.kit.folder == package / "_data/config/kit"


def test_without_a_name_the_file_is_looked_for_in_three_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load().network.name == "Notre réseau"
    (tmp_path / "config").mkdir()
    (tmp_path / "config/navette.toml").write_text('[network]\nname = "Ici"', "utf-8")
    assert load().network.name == "Ici"
    (tmp_path / "autre.toml").write_text('[network]\nname = "Autre"', "utf-8")
    monkeypatch.setenv("NAVETTE_CONFIG", "autre.toml")
    assert load().network.name == "Autre"


def test_one_setting_is_changed_by_its_dotted_name() -> None:
    settings = Settings()
    assert override(settings, "gates.shadow", "false").gates.shadow is False
    assert override(settings, "portes.essai", "false").gates.shadow is False
    assert override(settings, "digest.time", "9h30").digest.time == dt.time(9, 30)
    assert override(settings, "network.name", "12").network.name == "12"
    assert override(settings, "network.name", '"Un nom"').network.name == "Un nom"
    assert override(settings, "network.departments", '["04", "05"]').network.departments == ["04", "05"]
    listed = override(settings, "listes.reseau.address", "reseau@listes.example")
    assert listed.lists["reseau"].address == "reseau@listes.example"
    assert settings == Settings()


@pytest.mark.parametrize("key", ["gates.shadw", "gate", "gates.shadow.x", "people.members.x", ""])
def test_a_name_that_does_not_exist_is_refused(key: str) -> None:
    with pytest.raises(SettingsError):
        override(Settings(), key, "1")


def test_an_override_is_not_undone_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVETTE_GATES__SHADOW", "true")
    assert override(Settings(), "gates.shadow", "false").gates.shadow is False


def test_differences_name_what_was_changed_without_secrets_or_people(
    file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAVETTE_MAIL__INBOX__PASSWORD", "hunter2")
    told = differences(
        load(
            file(
                """
                [gates]
                per_hour = 7
                [digest]
                time = "9h"
                day = "lundi"
                [[people.members]]
                key = "alice"
                name = "Alice Rovère"
                """
            )
        )
    )
    assert told == [
        "mail.inbox.password = ***",
        'digest.day = "lundi"',
        "gates.per_hour = 7",
        "people.members = 1 personne(s)",
    ]
