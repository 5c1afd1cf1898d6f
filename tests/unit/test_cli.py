"""The command line: its help, its refusals, its exit codes, and what two of its commands tell."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import resources
from bot.cli import COMMANDS, check_mail, main, navette
from bot.cli.base import Entry
from bot.cli.findings import State
from bot.errors import ChannelError
from bot.mailfiles import messages
from bot.settings import Settings

Run = Callable[..., tuple[int, str, str]]

MAIL = b"""From: Alice <alice@lisieres.example>
Subject: Bonjour
Message-ID: <un@lisieres.example>

Le corps.
"""


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("NAVETTE_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls ``navette`` with arguments: exit code, standard output, standard error."""

    def call(*args: object) -> tuple[int, str, str]:
        code = main([str(arg) for arg in args])
        told = capsys.readouterr()
        return code, told.out, told.err.replace("\u00a0", " ")

    return call


@pytest.fixture
def config(tmp_path: Path) -> Callable[[str], Path]:
    """Writes settings of a network that has people to write to."""

    def write(text: str = "") -> Path:
        path = tmp_path / "navette.toml"
        people = '[[people.members]]\nkey = "alice"\nname = "Alice"\nroles = ["coordination"]\n'
        path.write_text(f"capabilities = []\n{text}\n{people}", "utf-8")
        return path

    return write


def test_the_help_lists_every_command_in_french(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "Commandes" in out
    for name, entry in COMMANDS.items():
        assert name in out
        assert " ".join(entry.help.split()) in " ".join(out.split())
    assert "Show this message" not in out


def test_the_readme_tells_every_command() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| `navette ")]
    assert set(re.findall(r"`navette (\w+)", "\n".join(rows))) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_exists_says_the_same_and_takes_a_config(name: str, run: Run) -> None:
    command = navette.get_command(navette.make_context("navette", ["--help"], resilient_parsing=True), name)
    assert command is not None
    assert command.help is not None
    assert command.help.splitlines()[0] == COMMANDS[name].help
    code, out, _ = run(name, "--help")
    assert code == 0
    assert "--config" in out


def test_the_help_imports_nothing_heavy() -> None:
    """It must come at once: 0.3 s would be too long for a word of help."""
    code = (
        "import sys; from bot.cli import main; main(['--help']);"
        "heavy = {'pydantic', 'sqlalchemy', 'jinja2', 'nio', 'aiosmtplib', 'aioimaplib', 'asyncio', 'email'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["chek"], "Il n'y a pas de commande « chek » ; vouliez-vous dire « check » ?"),
        (["zzz"], "Il n'y a pas de commande « zzz »."),
        (["check", "--jsno"], "L'option « --jsno » n'existe pas ; vouliez-vous dire « --json » ?"),
        (["check", "x"], "Il y a un argument de trop."),
        (["read"], "Il manque « FICHIER… »."),
        (["check", "--config"], "L'option « --config » n'est pas utilisée comme il faut."),
        (["dates", "--on", "hier", "x"], "« hier » n'est pas une date comme 2026-11-23."),
    ],
)
def test_wrong_usage_is_one_french_sentence_and_exit_2(run: Run, args: list[str], sentence: str) -> None:
    code, out, err = run(*args)
    assert code == 2
    assert out == ""
    assert err.startswith(sentence)
    assert len(err.splitlines()) == 1


def test_wrong_settings_are_told_and_exit_2(run: Run, config: Callable[[str], Path]) -> None:
    code, _, err = run("check", "--config", config("[digest]\nheur = 1"))
    assert code == 2
    assert "[digest] heur : clé inconnue" in err


def test_the_config_may_stand_before_the_command_and_the_nearer_wins(run: Run, tmp_path: Path) -> None:
    assert "absent.toml" in run("--config", tmp_path / "absent.toml", "check")[2]
    assert (
        "autre.toml"
        in run("--config", tmp_path / "absent.toml", "check", "--config", tmp_path / "autre.toml")[2]
    )


def test_a_file_that_is_not_there_is_exit_1_with_a_sentence(run: Run, tmp_path: Path) -> None:
    code, _, err = run("read", tmp_path / "absent.eml")
    assert code == 1
    assert "absent.eml » : ce fichier ou ce dossier n'existe pas." in err


def test_our_own_errors_are_exit_1_with_their_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import bot.cli.read

    def refuse(*_: object, **__: object) -> None:
        raise ChannelError("Le serveur ne répond pas.")

    monkeypatch.setattr(bot.cli.read, "messages", refuse)
    assert run("read", "-") == (1, "", "Le serveur ne répond pas.\n")


def test_a_command_that_is_none_is_a_mistake_of_ours(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setitem(navette.entries, "faux", Entry("bot.cli:main", "Faux."))
    with pytest.raises(TypeError):
        run("faux")


class TestCheck:
    def test_a_network_on_folders_is_ready(
        self, run: Run, config: Callable[[str], Path], tmp_path: Path
    ) -> None:
        path = config('[mail.inbox]\nkind = "maildir"\n[mail.outbox]\nkind = "maildir"')
        before = sorted(tmp_path.rglob("*"))
        code, out, err = run("check", "--config", path)
        assert (code, err) == (0, "")
        assert "✗" not in out
        assert "Le mode essai est en marche" in out
        assert "authserv_id" in out
        assert sorted(tmp_path.rglob("*")) == before, "a check leaves nothing behind"

    def test_warnings_leave_with_what_caused_them(self, run: Run, config: Callable[[str], Path]) -> None:
        path = config('[gates]\nshadow = false\n[mail]\nauthserv_id = "mx.lisieres.example"')
        _, out, _ = run("check", "--config", path)
        assert "essai" not in out
        assert "authserv_id" not in out

    def test_what_fails_is_told_with_what_to_do_and_exit_1(
        self, run: Run, config: Callable[[str], Path]
    ) -> None:
        path = config('[store]\npath = "navette.toml/base.sqlite3"\n[people]\nfile = "absent.csv"')
        code, out, err = run("check", "--config", path)
        assert code == 1
        assert "La base ne peut pas être écrite" in out
        assert "absent.csv » n’existe pas" in out.replace("\u00a0", " ")
        assert "→ Donnez ce dossier au compte qui lance Navette" in out
        assert len(err.splitlines()) == 1

    def test_a_file_that_is_no_database(
        self, run: Run, config: Callable[[str], Path], tmp_path: Path
    ) -> None:
        (tmp_path / "base").write_bytes(b"ceci n'est pas une base" * 100)
        code, out, _ = run("check", "--config", config('[store]\npath = "base"'))
        assert code == 1
        assert "navette restore" in out

    def test_an_unknown_capability(self, run: Run, config: Callable[[str], Path], tmp_path: Path) -> None:
        path = config()
        path.write_text('capabilities = ["diges"]', "utf-8")
        code, out, _ = run("check", "--config", path)
        assert code == 1
        assert "diges" in out

    def test_servers_that_are_not_there(
        self, run: Run, config: Callable[[str], Path], unused_port: int
    ) -> None:
        path = config(
            f"""
            [mail.inbox]
            kind = "imap"
            host = "127.0.0.1"
            port = {unused_port}
            [mail.outbox]
            kind = "smtp"
            host = "127.0.0.1"
            port = {unused_port}
            """
        )
        code, out, err = run("check", "--config", path)
        assert code == 1
        assert "Le serveur IMAP 127.0.0.1 n’est pas utilisable" in out
        assert "Le serveur SMTP 127.0.0.1 n’est pas utilisable" in out
        assert err.startswith("2 point(s) à corriger")

    async def test_a_silent_server_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(check_mail, "STEP_SECONDS", 0.1)
        silent = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        where = {"host": "127.0.0.1", "port": silent.sockets[0].getsockname()[1], "tls": "none"}
        mail = Settings(mail={"inbox": {"kind": "imap"} | where, "outbox": {"kind": "smtp"} | where}).mail
        found = await check_mail.check_mail(mail)
        assert [finding.state for finding in found] == [State.FAILURE, State.FAILURE]
        silent.close()

    def test_a_password_is_not_shown_and_its_file_must_exist(
        self, run: Run, config: Callable[[str], Path], unused_port: int
    ) -> None:
        path = config(
            f"""
            [mail.inbox]
            kind = "imap"
            host = "127.0.0.1"
            port = {unused_port}
            password = "hunter2"
            [mail.outbox]
            kind = "smtp"
            user = "navette"
            password_file = "absent"
            [matrix]
            token = "hunter3"
            """
        )
        _, out, err = run("check", "--config", path)
        assert "hunter" not in out + err
        assert "Le jeton de [matrix] est écrit dans le fichier de réglages." in out
        assert "NAVETTE_MATRIX__TOKEN" in out
        assert "Le mot de passe de [mail.inbox] est écrit dans le fichier de réglages." in out
        assert "Corrigez [mail.outbox] password_file." in out

    def test_json_tells_the_same(self, run: Run, config: Callable[[str], Path]) -> None:
        code, out, _ = run("check", "--json", "--config", config())
        found = {finding["about"]: finding["state"] for finding in json.loads(out)}
        assert code == 0
        assert found["settings"] == "ok"
        assert found["gates.shadow"] == "warning"


@pytest.fixture
def unused_port() -> int:
    """A port where nobody listens."""

    async def find() -> int:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        server.close()
        return port

    return asyncio.run(find())


class TestRead:
    def test_one_object_a_message(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "un.eml").write_bytes(MAIL)
        (tmp_path / "deux.eml").write_bytes(MAIL.replace(b"un@", b"deux@"))
        code, out, _ = run("read", "--json", tmp_path)
        mails = [json.loads(line) for line in out.splitlines()]
        assert code == 0
        assert [mail["message_id"] for mail in mails] == ["deux@lisieres.example", "un@lisieres.example"]
        assert mails[0]["kind"] == "direct"
        assert mails[0]["text"] == "Le corps."
        assert mails[0]["author"] == {"name": "Alice", "address": "alice@lisieres.example", "trust": "none"}
        assert mails[0]["notice"] is None

    def test_for_people(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "un.eml").write_bytes(MAIL)
        _, out, _ = run("read", tmp_path / "un.eml")
        assert "courriel d'une personne" in out
        assert "Alice <alice@lisieres.example>" in out
        assert "    Le corps." in out

    def test_people_see_what_was_left_out_and_what_is_answered(self, run: Run, tmp_path: Path) -> None:
        answer = b"\n> Qui vient ?\n> Dis-le vite.\nMoi.\n-- \nAlice\n"
        (tmp_path / "un.eml").write_bytes(MAIL.partition(b"\n\n")[0] + b"\n" + answer)
        _, out, _ = run("read", tmp_path / "un.eml")
        assert "En réponse à « Dis-le vite. » : Moi." in out
        assert "Laissé de côté : 2 lignes citées, 2 lignes de signature" in out

    def test_with_settings_the_lists_are_known(self, run: Run, tmp_path: Path) -> None:
        vouched = (
            b"Authentication-Results: mx.lisieres.example; dmarc=pass header.from=lisieres.example\n" + MAIL
        )
        (tmp_path / "un.eml").write_bytes(vouched)
        _, out, _ = run("read", "--json", "--config", resources.config() / "demo.toml", tmp_path / "un.eml")
        assert json.loads(out)["author"]["trust"] == "vouched"
        _, out, _ = run("read", "--json", tmp_path / "un.eml")
        assert json.loads(out)["author"]["trust"] == "none"


def test_an_mbox_gives_its_messages_whole(tmp_path: Path) -> None:
    body = b"From now on, at 14:30.\n\nFrom here neither.\nA line.\n"
    body += b"From x@y.example Mon Nov 23 09:00:00\n>From a quoted line.\n"
    box = b"From a@b.example Mon Nov 23 09:00:00 2026\n" + MAIL + b"\n" + body + b"\n"
    box += b"From alice at b.example  Mon Nov  2 10:00:00 2026\n" + MAIL + b"\n"
    (tmp_path / "boite.mbox").write_bytes(box)
    found = list(messages(tmp_path / "boite.mbox"))
    assert [name[-2:] for name, _ in found] == ["#1", "#2"]
    assert found[0][1] == MAIL + b"\n" + body.replace(b">From a", b"From a")
    assert found[1][1] == MAIL


def test_a_maildir_gives_what_was_delivered(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp", ".Brouillons"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.x").write_bytes(folder.encode())
    (tmp_path / ".uids").write_bytes(b"x")
    assert [raw for _, raw in messages(tmp_path)] == [b"cur", b"new"]


def test_dates_are_a_json_list(run: Run) -> None:
    code, out, _ = run("dates", "--on", "2026-11-21", "Visite le 4 décembre à 14 h, réponse avant vendredi.")
    assert code == 0
    found = json.loads(out)
    assert found[0] == {
        "start": "2026-12-04",
        "end": "2026-12-04",
        "time": "14:00",
        "text": found[0]["text"],
        "deadline": False,
    }
    assert found[1]["start"] == "2026-11-27"
    assert found[1]["deadline"] is True
