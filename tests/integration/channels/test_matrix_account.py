"""Navette's account on Synapse through its life: one device for ever, another one only with a word said."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import stat
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channels.matrix.account import Account, Credentials
from bot.channels.matrix.canonical import key_id, public_key
from bot.channels.matrix.vault import Vault
from bot.errors import ChannelError, LoginRefused
from tests.integration.channels.sealed_place import SealedBot
from tests.integration.channels.signing_place import SigningPlace
from tests.servers.matrix_admin import MatrixUser, call
from tests.servers.matrix_member import Member
from tests.servers.synapse import Synapse
from tests.servers.wait import until

pytestmark = pytest.mark.needs("synapse")
Members = Callable[..., Awaitable[Member]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "matrix"


@pytest.fixture
def credentials(synapse: Synapse, matrix_user: MatrixUser) -> Credentials:
    return Credentials(synapse.base_url, matrix_user.user_id, matrix_user.password)


async def live(credentials: Credentials, folder: Path) -> Account:
    """A start and an end; the account as it was."""
    account = Account(credentials, folder)
    try:
        await account.open()
    finally:
        await account.close()
    return account


def below(folder: Path, name: str = "*") -> list[Path]:
    return sorted(folder.rglob(name))


def device(account: Account) -> str:
    assert account.session is not None
    return account.session.device_id


async def log_in(synapse: Synapse, user: MatrixUser) -> dict[str, Any]:
    """A session by other means."""
    asked = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user.user_id},
        "password": user.password,
    }
    return await call(synapse.base_url, "POST", "/_matrix/client/v3/login", "", asked)


async def is_signed(synapse: Synapse, account: Account) -> bool:
    """Whether the server shows the device signed by our own self-signing key."""
    seeds = account.vault.signing_seeds()
    assert seeds is not None
    assert account.session is not None
    asked: dict[str, Any] = {"device_keys": {account.user: []}}
    told = await call(synapse.base_url, "POST", "/_matrix/client/v3/keys/query", account.session.token, asked)
    keys = told["device_keys"][account.user][device(account)]
    return key_id(public_key(seeds.self_signing)) in keys["signatures"][account.user]


async def test_one_device_through_restarts(
    credentials: Credentials, folder: Path, synapse: Synapse, matrix_user: MatrixUser
) -> None:
    first = await live(credentials, folder)
    again = await live(credentials, folder)
    assert device(again) == device(first)
    assert (first.news, again.news) == ([], [])
    assert await synapse.admin.devices(matrix_user.user_id) == [device(first)]
    assert await is_signed(synapse, again)


async def test_what_it_keeps_is_for_its_owner(credentials: Credentials, folder: Path) -> None:
    account = Account(credentials, folder)
    await account.open()
    files = [path for path in below(folder) if path.is_file()]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files}
    await account.close()
    assert "keys.db" in modes
    assert set(modes.values()) == {0o600}, modes
    assert {stat.S_IMODE(path.stat().st_mode) for path in below(folder) if path.is_dir()} == {0o700}


@pytest.mark.parametrize("lost", ["devices", "pickle_key", "row"])
async def test_a_lost_key_store(
    credentials: Credentials, folder: Path, synapse: Synapse, matrix_user: MatrixUser, lost: str
) -> None:
    first = await live(credentials, folder)
    if lost == "devices":
        shutil.rmtree(folder / "devices")
    elif lost == "pickle_key":
        (folder / "pickle_key").unlink()
    else:
        (store,) = below(folder, "keys.db")
        with closing(sqlite3.connect(store)) as base, base:
            base.execute("DELETE FROM accounts")
    with pytest.raises(LoginRefused):
        await live(replace(credentials, password="faux"), folder)
    second = await live(credentials, folder)
    assert second.news == ["new_device:lost_keys"]
    assert device(second) != device(first)
    assert second.vault.signing_seeds() == first.vault.signing_seeds()
    assert await is_signed(synapse, second)
    # Nobody encrypts for the old one any more.
    assert await synapse.admin.devices(matrix_user.user_id) == [device(second)]
    assert (await live(credentials, folder)).news == []


async def test_an_older_copy_of_the_key_store(
    credentials: Credentials, folder: Path, synapse: Synapse, tmp_path: Path, matrix_member: Members
) -> None:
    """The server has one-time keys under the names that it would give to others: it refuses them for ever."""
    first = await live(credentials, folder)
    shutil.copytree(folder, tmp_path / "copy")
    alice = await matrix_member("alice", encrypted=False)
    asked = {"one_time_keys": {first.user: {device(first): "signed_curve25519"}}}
    for _ in range(3):
        await alice.calls("POST", "/_matrix/client/v3/keys/claim", asked)
    await live(credentials, folder)
    await alice.calls("POST", "/_matrix/client/v3/keys/claim", asked)
    second = await live(credentials, tmp_path / "copy")
    assert second.news == ["new_device:stale_keys"]
    assert device(second) != device(first)
    assert await is_signed(synapse, second)


@pytest.mark.parametrize("how", ["log_out", "delete_device"])
async def test_revoked_while_it_runs(
    synapse: Synapse, matrix_user: MatrixUser, folder: Path, matrix_member: Members, how: str
) -> None:
    navette = SealedBot(synapse.base_url, matrix_user, folder)
    try:
        await navette.start()
        old = navette.device_id
        if how == "log_out":
            await synapse.admin.log_out(matrix_user.user_id)
        else:
            await synapse.admin.delete_device(matrix_user.user_id, old)
        await until(lambda: navette.refused is not None, 20, "the refusal")
        told = str(navette.refused)
        assert "M_UNKNOWN_TOKEN" in told
        assert "\n" not in told
        await navette.restart()
        assert navette.device_id != old
        assert navette.account.news == ["new_device:revoked"]
        alice = await matrix_member("alice")
        room = await navette.met(alice)
        await alice.says(room, "tu es là ?")
        await navette.hears("tu es là ?")
        await navette.tells(room, "oui")
        await alice.hears(room, "oui")
    finally:
        await navette.stop()


async def test_a_soft_logout_keeps_the_device(
    synapse: Synapse, credentials: Credentials, folder: Path, matrix_user: MatrixUser
) -> None:
    first = await live(credentials, folder)
    await synapse.stop()
    with closing(sqlite3.connect(synapse.folder / "homeserver.db")) as base, base:
        base.execute("UPDATE access_tokens SET valid_until_ms = 1 WHERE user_id = ?", (matrix_user.user_id,))
    await synapse.start()
    again = await live(credentials, folder)
    assert (device(again), again.news) == (device(first), [])
    assert again.session != first.session
    assert await is_signed(synapse, again)


async def test_a_token_and_no_password(
    synapse: Synapse, credentials: Credentials, folder: Path, matrix_user: MatrixUser
) -> None:
    given = await log_in(synapse, matrix_user)
    by_token = replace(credentials, password="", token=given["access_token"])
    first = await live(by_token, folder)
    assert (device(first), first.news) == (given["device_id"], [])
    assert await is_signed(synapse, first)
    assert device(await live(by_token, folder)) == given["device_id"]
    # Its keys are lost: no other device can be made with it, and its own would never be trusted.
    shutil.move(folder / "devices", folder / "elsewhere")
    with pytest.raises(LoginRefused, match="donnez un jeton neuf"):
        await live(by_token, folder)
    shutil.rmtree(folder / "devices", ignore_errors=True)
    shutil.move(folder / "elsewhere", folder / "devices")
    assert device(await live(by_token, folder)) == given["device_id"]
    # Another token: another device, and it is said.
    other = await log_in(synapse, matrix_user)
    second = await live(replace(by_token, token=other["access_token"]), folder)
    assert (device(second), second.news) == (other["device_id"], ["new_device:token"])
    await synapse.admin.log_out(matrix_user.user_id)
    with pytest.raises(LoginRefused, match="M_UNKNOWN_TOKEN"):
        await live(replace(by_token, token=other["access_token"]), folder)


async def test_the_token_of_another_client(
    synapse: Synapse, credentials: Credentials, folder: Path, matrix_user: MatrixUser, matrix_member: Members
) -> None:
    """Two keys under one device would be an attack, to everybody who sees them."""
    theirs = await matrix_member(user=matrix_user)
    token = theirs.client.access_token
    with pytest.raises(LoginRefused, match="dont un autre client a les clés"):
        await live(replace(credentials, password="", token=token), folder)
    stranger = await matrix_member("alice", encrypted=False)
    with pytest.raises(LoginRefused, match="Le jeton est celui de @alice"):
        await live(replace(credentials, password="", token=stranger.client.access_token), folder)


@pytest.mark.parametrize("damage", ["pickle_key", "pages", "row"])
async def test_a_damaged_key_store(credentials: Credentials, folder: Path, damage: str) -> None:
    first = await live(credentials, folder)
    (store,) = below(folder, "keys.db")
    (kept, key) = store.read_bytes(), (folder / "pickle_key").read_bytes()
    if damage == "pickle_key":
        (folder / "pickle_key").write_text("ab" * 32)
    elif damage == "pages":
        store.write_bytes(b"nonsense " * 500)
    else:
        with closing(sqlite3.connect(store)) as base, base:
            base.execute("UPDATE accounts SET account = x'00ff'")
    before = store.read_bytes()
    for _ in range(2):
        with pytest.raises(ChannelError, match="ne s'ouvrent pas") as told:
            await live(credentials, folder)
        assert not isinstance(told.value, LoginRefused)
        assert key.decode() not in str(told.value)
    assert store.read_bytes() == before
    store.write_bytes(kept)
    (folder / "pickle_key").write_bytes(key)
    again = await live(credentials, folder)
    assert (device(again), again.news) == (device(first), [])


async def test_the_folder_of_another_account(
    synapse: Synapse, credentials: Credentials, folder: Path
) -> None:
    """A slip in the settings must not cost the other account its device."""
    first = await live(credentials, folder)
    other = await synapse.register_anybody("autre")
    with pytest.raises(LoginRefused, match=f"garde la session de {credentials.user}"):
        await live(replace(credentials, user=other.user_id, password=other.password), folder)
    again = await live(replace(credentials, user=credentials.user[1:].partition(":")[0]), folder)
    assert (device(again), again.news) == (device(first), [])


async def test_a_wrong_password(credentials: Credentials, folder: Path) -> None:
    with pytest.raises(LoginRefused, match="M_FORBIDDEN") as told:
        await live(replace(credentials, password="faux"), folder)
    assert "faux" not in str(told.value)
    with pytest.raises(LoginRefused, match="Ni mot de passe ni jeton"):
        await live(replace(credentials, password=""), folder)


async def test_two_in_one_folder(credentials: Credentials, folder: Path) -> None:
    first = Account(credentials, folder)
    await first.open()
    with pytest.raises(ChannelError, match="déjà utilisé par une autre Navette"):
        await live(credentials, folder)
    await first.close()
    assert device(await live(credentials, folder)) == device(first)


async def test_an_identity_that_somebody_else_made(
    synapse: Synapse, credentials: Credentials, folder: Path, matrix_user: MatrixUser, tmp_path: Path
) -> None:
    """It stays, and we are of use all the same, if not to strict clients."""
    place = SigningPlace(synapse.base_url, matrix_user.user_id, matrix_user.password, tmp_path / "element")
    await place.sign()
    account = await live(credentials, folder)
    assert account.news == ["unsigned:foreign"]
    assert account.vault.signing_seeds() is None
    again = await live(credentials, folder)
    assert (device(again), again.news) == (device(account), ["unsigned:foreign"])


async def test_a_device_that_can_never_be_signed(
    synapse: Synapse, credentials: Credentials, folder: Path
) -> None:
    """The server shows other keys under its name: another one is made, and said."""
    first = await live(credentials, folder)
    await synapse.stop()
    with closing(sqlite3.connect(synapse.folder / "homeserver.db")) as base, base:
        changed = base.execute(
            "UPDATE e2e_cross_signing_signatures SET signature = ? WHERE target_device_id = ?",
            ("A" * 86, device(first)),
        )
        assert changed.rowcount == 1
    await synapse.start()
    second = await live(credentials, folder)
    assert second.news == ["new_device:unsignable"]
    assert device(second) != device(first)
    assert await is_signed(synapse, second)


async def test_no_secret_in_the_log(
    synapse: Synapse,
    matrix_user: MatrixUser,
    folder: Path,
    matrix_member: Members,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    for name in ("nio", "nio.crypto", "peewee", "aiohttp"):
        caplog.set_level(logging.INFO, name)
    alice = await matrix_member("alice")
    navette = SealedBot(synapse.base_url, matrix_user, folder)
    try:
        await navette.start()
        room = await navette.met(alice)
        await alice.says(room, "un secret de carottes")
        await navette.hears("un secret de carottes")
        await navette.tells(room, "un secret de navets")
        await alice.hears(room, "un secret de navets")
        session = Vault(folder).session()
        seeds = Vault(folder).signing_seeds()
        assert session is not None
        assert seeds is not None
        outbound = navette.sealing.olm.outbound_group_sessions[room]
        secrets = {
            "token": session.token,
            "password": matrix_user.password,
            "pickle key": Vault(folder).pickle_key(),
            "room key": outbound.session_key[:40],
            "what was said": "carottes",
            "what we said": "navets",
        }
        assert caplog.records
        logged = caplog.text
        assert [name for name, value in secrets.items() if value in logged] == []
        for secret in (session, seeds, navette.credentials):
            assert not [name for name, value in secrets.items() if value in repr(secret)]
    finally:
        await navette.stop()
