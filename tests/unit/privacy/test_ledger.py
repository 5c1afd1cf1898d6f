"""The ledger knows again who was erased, says nothing of who they were, and survives a crash."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.store import ledger
from bot.store.ledger import Identity, Line

AT = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
LEA = Identity("lea", ("Léa Toscan",), (("mail", "lea@lisieres.example"), ("room", "@lea:lisieres.example")))


def line(mark: str = "m1", who: Identity = LEA) -> Line:
    return Line.of(mark, 1, [7], AT, who)


@pytest.mark.parametrize(
    ("who", "known"),
    [
        (LEA, True),
        (Identity("lt", ("L. T.",), (("mail", "LEA@lisieres.example"),)), True),
        (Identity("lea", ("LEA  TOSCAN",)), True),
        (Identity("lea", ("Léa Morel",), (("mail", "morel@lisieres.example"),)), False),
        (Identity("toscan", ("Léa Toscan",), (("mail", "autre@lisieres.example"),)), False),
        (Identity("x", ("X",), (("room", "lea@lisieres.example"),)), False),
        (Identity(), False),
    ],
)
def test_somebody_is_known_by_a_contact_or_by_key_and_name(who: Identity, known: bool) -> None:
    assert line().is_of(who) is known


def test_a_ledger_says_nothing_of_who_it_is_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "navette.sqlite3.erasures"
    ledger.append(path, [line("m1"), line("m2")])
    text = path.read_text()
    assert "lea" not in text.lower()
    assert path.stat().st_mode & 0o077 == 0
    first, second = ledger.read(path)
    assert not set(first.seals) & set(second.seals), "a salt of its own for each line"
    assert [first.mark, second.mark] == ["m1", "m2"]


def test_a_line_is_written_once_and_what_a_crash_cut_is_no_line(tmp_path: Path) -> None:
    path = tmp_path / "navette.sqlite3.erasures"
    ledger.append(path, [line("m1")])
    ledger.append(path, [line("m1")])
    whole = path.read_bytes()
    assert whole.count(b"\n") == 1
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert [one.mark for one in ledger.read(path)] == ["m1"]
    ledger.append(path, [line("m2")])
    assert [one.mark for one in ledger.read(path)] == ["m1", "m2"]


def test_without_a_ledger_nobody_was_erased(tmp_path: Path) -> None:
    assert ledger.read(tmp_path / "none.erasures") == []
