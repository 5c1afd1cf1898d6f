"""``navette play``: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import Settings


@pytest.fixture(autouse=True)
def parrot_only(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command loads the demo itself: let it find a parrot there."""
    monkeypatch.setenv("NAVETTE_CAPABILITIES", '["parrot"]')


def write(folder: Path, text: str, name: str = "une.play") -> str:
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def test_all_that_is_sent_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play = write(tmp_path, "alice #cac: !dis un\n? un\nemile mail: Sujet : la gare\n  !dis deux\n  trois\n")
    assert main(["play", play]) == 0
    out, err = capsys.readouterr()
    assert out == (
        "-> #cac\n    un\n-> mail emile@lisieres.example «\u00a0Re: la gare\u00a0»\n    deux\n    trois\n"
    )
    assert err == ""


def test_json_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play = write(tmp_path, "alice #cac: !dis un\n\nemile mail: Sujet : la gare\n  !dis deux\n")
    assert main(["play", "--json", play]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["line"], one["channel"], one["to"], one["text"]) for one in told] == [
        (1, "room", "#cac", "un"),
        (3, "mail", "emile@lisieres.example", "deux"),
    ]
    assert told[0]["at"] == "2026-11-23T08:00:00+00:00"
    assert told[1]["subject"] == "Re: la gare"


def test_what_does_not_hold_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = write(tmp_path, "alice: !dis un\n"), write(tmp_path, "alice: !dis un\n? deux\n", "deux.play")
    assert main(["play", bad, good]) == 1
    assert capsys.readouterr().err == (
        f"{bad}, ligne 2 : ? deux\nDit depuis la dernière action :\n-> #reseau\n    un\n"
    )


def test_what_cannot_be_played_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = write(tmp_path, "alice: !dis un\n"), write(tmp_path, "alice\n", "deux.play")
    assert main(["play", good, bad]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{bad}, ligne 1 : alice\n")


def test_what_is_passed_over_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play = write(tmp_path, "needs telepathy\nalice: !dis un\n? jamais\n")
    assert main(["play", play]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"{play} : passé, il manque telepathy.\n")


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", str(tmp_path / "absente.play")]) == 1
    assert "absente.play" in capsys.readouterr().err
