"""The folder of the Matrix account: what is in it is whole, ours alone, and never replaced unasked."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.matrix.vault import Seeds, Session, Vault, VaultError
from bot.clock import SetClock
from bot.errors import ChannelError

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
SESSION = Session("@navette:lisieres.example", "QXZKDEVICE", "syt_secret", "https://matrix.lisieres.example")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "var" / "matrix", SetClock(NOW))


def with_keys(vault: Vault, session: Session = SESSION) -> Path:
    """The key store of a device, as nio names it."""
    vault.pickle_key()
    file = vault.store_path(session) / f"{session.user_id}_{session.device_id}.db"
    file.write_bytes(b"keys")
    return file


def in_another_process(vault: Vault, code: str, failpoints: str = "") -> subprocess.CompletedProcess[str]:
    program = (
        "import sys; from pathlib import Path; from bot.channels.matrix.vault import *\n"
        f"vault = Vault(Path(sys.argv[1]))\n{code}"
    )
    return subprocess.run(
        [sys.executable, "-c", program, str(vault.folder)],
        env={**os.environ, "NAVETTE_FAILPOINTS": failpoints},
        cwd=Path(__file__).parents[4],
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_empty_vault_knows_nothing_and_reading_makes_nothing(vault: Vault) -> None:
    assert vault.session() is None
    assert vault.signing_seeds() is None
    assert not vault.has_keys(SESSION)
    assert not vault.folder.exists()


def test_a_session_is_kept(vault: Vault) -> None:
    vault.keep(SESSION)
    assert Vault(vault.folder).session() == SESSION
    other = replace(SESSION, device_id="AUTRE")
    vault.keep(other)
    assert Vault(vault.folder).session() == other


def test_the_pickle_key_is_made_once(vault: Vault, tmp_path: Path) -> None:
    key = vault.pickle_key()
    assert len(bytes.fromhex(key)) == 32
    assert Vault(vault.folder).pickle_key() == key
    assert Vault(tmp_path / "other").pickle_key() != key


def test_seeds_are_kept(vault: Vault) -> None:
    seeds = Seeds.make(SESSION.user_id)
    assert len({seeds.master, seeds.self_signing, seeds.user_signing}) == 3
    vault.keep_seeds(seeds)
    assert Vault(vault.folder).signing_seeds() == seeds


def test_secrets_are_not_shown(vault: Vault) -> None:
    seeds = Seeds.make(SESSION.user_id)
    assert repr(seeds) == "Seeds(user_id='@navette:lisieres.example')"
    assert SESSION.token not in repr(SESSION)


def test_only_its_owner_reads_it(vault: Vault) -> None:
    vault.folder.mkdir(parents=True, mode=0o755)
    vault.lock()
    vault.keep(SESSION)
    vault.keep_seeds(Seeds.make(SESSION.user_id))
    with_keys(vault).chmod(0o600)
    modes = {path: path.stat().st_mode & 0o777 for path in [vault.folder, *vault.folder.rglob("*")]}
    assert len(modes) == 8
    assert modes == {path: 0o700 if path.is_dir() else 0o600 for path in modes}


def test_one_process_at_a_time(vault: Vault) -> None:
    vault.lock()
    vault.lock()
    other = in_another_process(vault, "vault.lock()")
    assert "est déjà utilisé par une autre Navette" in other.stderr
    with pytest.raises(ChannelError, match="une autre Navette"):
        Vault(vault.folder).lock()
    vault.unlock()
    vault.unlock()
    assert in_another_process(vault, "vault.lock()").returncode == 0
    vault.lock()


def test_keys_are_there_only_with_what_opens_them(vault: Vault) -> None:
    file = with_keys(vault)
    assert vault.has_keys(SESSION)
    assert not vault.has_keys(replace(SESSION, device_id="AUTRE"))
    file.write_bytes(b"")
    assert not vault.has_keys(SESSION)
    file.write_bytes(b"keys")
    (vault.folder / "pickle_key").unlink()
    assert not vault.has_keys(SESSION)


@pytest.mark.parametrize("device", ["..", ".", "../../x", "a/b", "ÀÉ", "A B"])
def test_a_strange_device_id_leads_nowhere_else(vault: Vault, device: str) -> None:
    path = vault.store_path(replace(SESSION, device_id=device))
    assert path.resolve().parent == (vault.folder / "devices").resolve()
    assert path.is_dir()


def test_a_retired_device_is_put_aside_under_the_date(vault: Vault) -> None:
    vault.keep(SESSION)
    vault.keep_seeds(Seeds.make(SESSION.user_id))
    with_keys(vault)
    vault.retire(SESSION)
    assert vault.session() is None
    assert not vault.has_keys(SESSION)
    (aside,) = (vault.folder / "retired").iterdir()
    assert aside.name.startswith("QXZKDEVICE-20261123T090000")
    assert [file.read_bytes() for file in aside.iterdir()] == [b"keys"]
    assert vault.signing_seeds()


def test_a_device_without_keys_retires_too_and_another_session_stays(vault: Vault) -> None:
    vault.keep(SESSION)
    vault.retire(replace(SESSION, device_id="ANCIEN"))
    assert vault.session() == SESSION
    vault.retire(SESSION)
    assert vault.session() is None
    vault.retire(SESSION)


def test_the_same_device_retires_twice_within_a_second(vault: Vault) -> None:
    for _ in range(2):
        with_keys(vault)
        vault.retire(SESSION)
    assert len(list((vault.folder / "retired").iterdir())) == 2


GARBAGE: dict[str, Callable[[bytes], bytes]] = {
    "torn": lambda whole: whole[: len(whole) // 2],
    "empty": lambda _: b"",
    "binary": lambda _: b"\x00\xff\xfe" * 40,
    "other": lambda _: b"[]",
    "other shape": lambda _: b'{"user_id": 3}',
}


@pytest.mark.parametrize("damage", GARBAGE)
@pytest.mark.parametrize("name", ["session.json", "pickle_key", "signing.json"])
def test_what_is_damaged_is_said_and_left_alone(vault: Vault, name: str, damage: str) -> None:
    vault.keep(SESSION)
    vault.keep_seeds(Seeds.make(SESSION.user_id))
    with_keys(vault)
    file = vault.folder / name
    file.write_bytes(GARBAGE[damage](file.read_bytes()))
    before = file.read_bytes()
    with pytest.raises(VaultError, match=rf"{name} » est abîmé : restaurez"):
        {"session.json": vault.session, "pickle_key": vault.pickle_key, "signing.json": vault.signing_seeds}[
            name
        ]()
    assert file.read_bytes() == before


@pytest.mark.parametrize("seed", ["trop court", "AAAA", "é" * 44])
def test_a_damaged_seed_is_said(vault: Vault, seed: str) -> None:
    vault.keep_seeds(Seeds.make(SESSION.user_id))
    file = vault.folder / "signing.json"
    text = file.read_text()
    master = text.split('"master": "')[1].split('"')[0]
    file.write_text(text.replace(master, seed))
    with pytest.raises(VaultError, match=r"signing\.json"):
        vault.signing_seeds()


@pytest.mark.parametrize("first", [True, False])
def test_killed_between_writing_and_renaming_leaves_the_old_one(vault: Vault, first: bool) -> None:
    if not first:
        vault.keep(SESSION)
    code = "vault.keep(Session('@x:y.example', 'NEUF', 'jeton', 'https://y.example'))"
    killed = in_another_process(vault, code, "matrix.vault.written=kill")
    assert killed.returncode == -signal.SIGKILL
    assert vault.session() == (None if first else SESSION)
    assert in_another_process(vault, code).returncode == 0
    assert vault.session() == Session("@x:y.example", "NEUF", "jeton", "https://y.example")


def test_a_full_disk_leaves_the_old_one(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.keep(SESSION)
    monkeypatch.setenv("NAVETTE_FAILPOINTS", "matrix.vault.written=full")
    with pytest.raises(VaultError, match="place sur le disque"):
        vault.keep(replace(SESSION, token="autre"))
    assert vault.session() == SESSION


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VaultError, match="donnez le dossier"):
        Vault(tmp_path / "file" / "matrix").lock()
