"""``navette digest --mbox``: a week of any archive, with nothing configured and nothing written."""

from __future__ import annotations

import datetime as dt
import json
import mailbox
import os
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.clock import PARIS

THREAD_KEYS = [
    "subject", "people", "messages", "gist", "requests", "deadlines", "dates", "links", "decision",
    "answered",
]  # fmt: skip
DATE_KEYS = ["start", "end", "time", "text", "deadline"]
MONDAY = dt.datetime(2026, 11, 16, 9, tzinfo=PARIS)
FOOTER = "\n_______________\nreseau mailing list\nPour se désabonner : https://listes.example/sympa/signoff\n"


def mail(who: str, subject: str, text: str, at: dt.datetime | None, *, to: str = "", name: str = "") -> bytes:
    """A post of a list that nobody configured."""
    message = EmailMessage()
    message["From"] = f"{who} <{who.lower()}@lieux.example>"
    message["To"] = "reseau@listes.example"
    message["List-Id"] = "<reseau.listes.example>"
    message["List-Post"] = "<mailto:reseau@listes.example>"
    message["Subject"] = f"[reseau] {subject}"
    message["Message-ID"] = f"<{name or subject.encode().hex()[:40]}@lieux.example>"
    if at is not None:
        message["Date"] = format_datetime(at)
    if to:
        message["In-Reply-To"] = f"<{to}@lieux.example>"
    message.set_content(text)
    return message.as_bytes()


def week() -> list[bytes]:
    """Two exchanges, one of them begun the week before, and an automatic answer."""
    absent = mail("Lou", "Absence", "Je suis en congés.", MONDAY, name="absent")
    return [
        mail("Ana", "Four", "Le four du fournil est en panne.", MONDAY - dt.timedelta(days=3), name="four"),
        mail(
            "Bill",
            "Re: Four",
            "Bonjour,\n\nLe réparateur passe mardi 24 novembre à 14 h.\n\n"
            f"Le 13 nov. 2026 à 9 h, Ana a écrit :\n> Le four du fournil est en panne.\n-- \nBill\n{FOOTER}",
            MONDAY + dt.timedelta(hours=1),
            to="four",
            name="four2",
        ),
        mail(
            "Clem",
            "Bourse",
            "Bonjour,\n\nMerci d'envoyer vos dossiers avant le 30 novembre 2026.\n"
            "Le formulaire : https://formulaire.example/bourse\n\nQui veut répondre avec nous ?\n\nClem\n",
            MONDAY + dt.timedelta(days=2),
            name="bourse",
        ),
        absent.replace(b"\n", b"\nAuto-Submitted: auto-replied\n", 1),
    ]


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("NAVETTE_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Calls ``navette digest``: exit code, standard output, standard error."""

    def call(*args: object) -> tuple[int, str, str]:
        code = main(["digest", *map(str, args)])
        told = capsys.readouterr()
        return code, told.out.replace("\u00a0", " "), told.err.replace("\u00a0", " ")

    return call


@pytest.fixture
def recap(run: Callable[..., tuple[int, str, str]]) -> Callable[..., dict[str, Any]]:
    """The recap of an archive up to the end of a day, as JSON."""

    def call(path: Path, on: str = "2026-11-22") -> dict[str, Any]:
        code, out, err = run("--mbox", path, "--on", on, "--json")
        assert (code, err) == (0, "")
        found: dict[str, Any] = json.loads(out)
        return found

    return call


def as_mbox(folder: Path, mails: list[bytes]) -> Path:
    """An mbox as mail programs write it."""
    path = folder / "archive.mbox"
    box = mailbox.mbox(path)
    for one in mails:
        box.add(one)
    box.close()
    return path


def as_maildir(folder: Path, mails: list[bytes]) -> Path:
    """A Maildir, half of it in a subfolder."""
    box = mailbox.Maildir(folder / "Maildir")
    inside = box.add_folder("Archives")
    for number, one in enumerate(mails):
        (inside if number % 2 else box).add(one)
    return folder / "Maildir"


def as_folder(folder: Path, mails: list[bytes]) -> Path:
    """Messages in files, beside a file that is none."""
    path = folder / "mails"
    (path / "2026").mkdir(parents=True)
    for number, one in enumerate(mails):
        (path / "2026" / f"{number}.eml").write_bytes(one)
    (path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return path


@pytest.mark.parametrize("store", [as_mbox, as_maildir, as_folder])
def test_the_same_from_an_mbox_a_maildir_and_a_folder(
    store: Callable[[Path, list[bytes]], Path], recap: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    path = store(tmp_path, week())
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    found = recap(path)
    four, bourse = found["threads"]
    assert [list(thread) for thread in found["threads"]] == [THREAD_KEYS, THREAD_KEYS]
    assert (four["subject"], four["people"], four["messages"]) == ("Four", ["Bill"], 1)
    assert four["gist"] == ["Le réparateur passe mardi 24 novembre à 14 h."]
    assert [list(date) for date in four["dates"]] == [DATE_KEYS]
    assert (four["dates"][0]["start"], four["dates"][0]["time"]) == ("2026-11-24", "14:00")
    assert bourse["deadlines"] == ["2026-11-30"]
    assert any("dossiers" in request for request in bourse["requests"])
    assert bourse["links"] == ["https://formulaire.example/bourse"]
    assert (bourse["decision"], bourse["answered"]) == (None, False)
    assert (found["messages"], found["left_out"]) == (2, {"automatic": 1})
    assert before == {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}


def test_it_reads_as_a_recap(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, _ = run("--mbox", as_mbox(tmp_path, week()), "--on", "2026-11-22")
    assert code == 0
    for words in (
        "Récap du lundi 16 au dimanche 22 novembre 2026\n2 échanges, 2 messages",
        "- Avant le lundi 30 novembre 2026 : Bourse",
        "- Four (Bill)\n  Le réparateur passe mardi 24 novembre à 14 h.",
        "QUESTIONS SANS RÉPONSE\n----------------------\n\n- Bourse (Clem)",
        "- mardi 24 novembre 2026 à 14 h : Four",
    ):
        assert words in out
    for left_out in (">", "désabonner", "congés", "Bonjour", "-- "):
        assert left_out not in out


def test_the_week_ends_with_the_day_by_the_clocks_of_paris(
    recap: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    last = dt.datetime(2026, 11, 22, 22, 59, 59, tzinfo=dt.UTC)
    inside = mail("Ana", "Dedans", "La serre est montée et chauffée.", last)
    after = mail("Ana", "Après", "La cave est vide et sèche.", last + dt.timedelta(seconds=1))
    path = as_mbox(tmp_path, [inside, after])
    assert [one["subject"] for one in recap(path)["threads"]] == ["Dedans"]
    assert [one["subject"] for one in recap(path, "2026-11-30")["threads"]] == []


def test_a_mail_that_does_not_say_when_was_written_when_it_was_received(
    recap: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    received = b"Received: by mx.example with ESMTP; Tue, 17 Nov 2026 09:00:00 +0100\n"
    undated = mail("Ana", "Sans date", "La cave est vide et sèche.", None)
    never = mail("Ana", "Jamais", "Le grenier est plein de livres.", None)
    found = recap(as_mbox(tmp_path, [received + undated, never]))
    assert [one["subject"] for one in found["threads"]] == ["Sans date"]
    assert found["left_out"] == {"undated": 1}


def test_the_same_mail_twice_is_one(recap: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    once, twice = recap(as_folder(tmp_path, week())), recap(as_mbox(tmp_path, [*week(), *week()]))
    assert once["threads"] == twice["threads"]


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, b"Bonjour\n\nrien\n"])
def test_what_is_no_archive_is_one_sentence_and_exit_1(
    content: bytes, run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    path = tmp_path / "odd"
    path.write_bytes(content)
    assert run("--mbox", path, "--on", "2026-11-22") == (1, "", f"« {path} » ne contient aucun mail.\n")


def test_what_is_not_there_is_one_sentence_and_exit_1(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    code, out, err = run("--mbox", tmp_path / "absent", "--on", "2026-11-22")
    assert (code, out) == (1, "")
    assert err == f"« {tmp_path / 'absent'} » : ce fichier ou ce dossier n'existe pas.\n"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--mbox", "x"], "Avec --mbox il faut --on DATE."),
        (["--mbox", "x", "--on", "hier"], "« hier » n'est pas une date"),
        (["--mbox", "x", "--on", "9999-12-31"], "« 9999-12-31 » n'est pas une date"),
        (["--mbox", "x", "--on", "2026-11-22", "--week", "2026-W47"], "Une archive ne connaît ni cercle"),
        (["--on", "2026-11-22"], "--on va avec --mbox"),
    ],
)
def test_wrong_usage_is_told(args: list[str], said: str, run: Callable[..., tuple[int, str, str]]) -> None:
    code, _, err = run(*args)
    assert code == 2
    assert err.startswith(said)


def test_what_navette_wrote_is_not_told_again(recap: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    ours = mail("Navette", "Récap", "La serre est montée et chauffée.", MONDAY, name="recap")
    marked = ours.replace(b"\n", b"\nX-Navette: news\n", 1)
    assert [one["subject"] for one in recap(as_mbox(tmp_path, [ours]))["threads"]] == ["Récap"]
    assert recap(as_folder(tmp_path, [marked]))["threads"] == []
