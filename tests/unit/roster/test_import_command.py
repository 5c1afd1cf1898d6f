"""``navette people import``: what is typed, what is shown, what is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main


@pytest.fixture
def config(tmp_path: Path) -> Path:
    text = (
        '[[people.members]]\nkey = "alice"\nname = "Alice Rovère"\naddresses = ["alice@x.example"]\n'
        f'[store]\npath = "{tmp_path}/db/navette.sqlite3"\n'
    )
    path = tmp_path / "navette.toml"
    path.write_text(text, "utf-8")
    return path


def test_first_it_only_shows_then_it_writes_and_says_the_same(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], dump: Callable[[Path], str]
) -> None:
    sheet = tmp_path / "membres.csv"
    sheet.write_bytes(
        "Prénom;Nom;Courriel;Tél\nZoé;Éluard;z@x.example;06\nAlice;R;a@x.example;\n".encode("cp1252")
    )
    words = ["people", "import", "--config", str(config), str(sheet)]
    assert main(words) == 0
    first = capsys.readouterr().out
    assert not (tmp_path / "db").exists()
    assert "+ ligne 2 Zoé Éluard (zoe.eluard)" in first
    assert "«\u00a0Tél\u00a0»" in first
    assert "2\u00a0lignes" in first
    assert "? ligne 3" not in first
    assert main([*words, "--apply"]) == 0
    assert capsys.readouterr().out.splitlines()[:-1] == first.splitlines()[:-1]
    before = dump(tmp_path / "db/navette.sqlite3")
    assert main([*words, "--json", "--complete"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["applied"], found["same"], found["added"], found["encoding"]) == (False, 2, 0, "cp1252")
    assert found["absent"] == [{"key": "alice", "name": "Alice Rovère"}]
    assert dump(tmp_path / "db/navette.sqlite3") == before


def test_a_refusal_is_one_sentence(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "membres.xlsx"
    for content, said in (
        (b"PK\x03\x04", "au format CSV"),
        (b"\xef\xbb\xbf<html><td>Nom", "une page web"),
        (b"Nom;Courriel\r\n", "personne sous les en-t"),
    ):
        sheet.write_bytes(content)
        assert main(["people", "import", "--config", str(config), str(sheet)]) == 1
        assert said in capsys.readouterr().err
    assert main(["people", "import", "--config", str(config), str(tmp_path / "rien.csv")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
