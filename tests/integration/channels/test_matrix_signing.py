"""Navette's device as others see it on a real Synapse: signed by Navette's own keys, and by nobody else's.

What is signed is verified here by vodozemac, which had no part in the signing.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import vodozemac
from nio.api import Api

from bot.channels.matrix.signing import Master, SigningState, look, sign_device
from bot.channels.matrix.vault import Seeds
from bot.errors import ChannelError, LoginRefused
from tests.integration.channels.signing_place import SigningPlace
from tests.servers.matrix_admin import MatrixUser, call
from tests.servers.matrix_member import Member
from tests.servers.synapse import Synapse

pytestmark = pytest.mark.needs("synapse")
SIGNATURES = "e2e_cross_signing_signatures"
Members = Callable[..., Awaitable[Member]]


@pytest.fixture
def place(synapse: Synapse, matrix_user: MatrixUser, tmp_path: Path) -> SigningPlace:
    return SigningPlace(synapse.base_url, matrix_user.user_id, matrix_user.password, tmp_path / "matrix")


@pytest.fixture
def elsewhere(synapse: Synapse, matrix_user: MatrixUser, tmp_path: Path) -> SigningPlace:
    """The same account with another folder: a Navette that was lost, or somebody's Element."""
    return SigningPlace(synapse.base_url, matrix_user.user_id, matrix_user.password, tmp_path / "elsewhere")


@pytest.fixture
async def alice(matrix_member: Members) -> Member:
    return await matrix_member("alice", encrypted=False)


async def seen_by(member: Member, user_id: str) -> dict[str, Any]:
    """What the server shows ``member`` of the keys of ``user_id``."""
    answer = await call(
        member.client.homeserver,
        "POST",
        "/_matrix/client/v3/keys/query",
        member.client.access_token,
        {"device_keys": {user_id: []}},
    )
    return {
        "devices": answer["device_keys"].get(user_id, {}),
        "master": answer.get("master_keys", {}).get(user_id),
        "self_signing": answer.get("self_signing_keys", {}).get(user_id),
    }


def public(key: Mapping[str, Any]) -> str:
    (value,) = key["keys"].values()
    return str(value)


def holds(value: Mapping[str, Any], user_id: str, by: str) -> bool:
    signature = value.get("signatures", {}).get(user_id, {}).get(f"ed25519:{by}")
    if signature is None:
        return False
    plain = {key: each for key, each in value.items() if key not in ("signatures", "unsigned")}
    try:
        vodozemac.Ed25519PublicKey.from_base64(by).verify_signature(
            Api.to_canonical_json(plain).encode(), vodozemac.Ed25519Signature.from_base64(signature)
        )
    except vodozemac.SignatureException:
        return False
    return True


async def trusted_by(member: Member, place: SigningPlace) -> bool:
    """Whether a strict client of ``member`` accepts the device of ``place``."""
    session = place.vault.session()
    assert session is not None
    keys = await seen_by(member, place.user_id)
    if not keys["master"] or not keys["self_signing"]:
        return False
    device, self_signing = keys["devices"][session.device_id], keys["self_signing"]
    return holds(self_signing, place.user_id, public(keys["master"])) and holds(
        device, place.user_id, public(self_signing)
    )


async def test_others_see_a_signed_device(place: SigningPlace, alice: Member) -> None:
    report = await place.sign()
    assert (report.state, report.trusted, report.reason) == (SigningState.SIGNED, True, "")
    assert await trusted_by(alice, place)


async def test_before_it_they_do_not(place: SigningPlace, alice: Member) -> None:
    async with place.client() as client:
        assert not await trusted_by(alice, place)
        standing = await look(client, place.vault.signing_seeds())
    assert standing.device is not None
    assert (standing.master, standing.signed) == (Master.NONE, False)
    assert standing.missing == ("master", "self_signing", "user_signing")
    assert place.vault.signing_seeds() is None


async def test_the_second_start_has_one_question_and_nothing_to_do(place: SigningPlace) -> None:
    await place.sign()
    seeds = place.vault.signing_seeds()
    asked = []
    async with place.client() as client:
        send = client.send

        async def counted(method: str, path: str, *rest: Any, **more: Any) -> Any:
            asked.append(path)
            return await send(method, path, *rest, **more)

        client.send = counted
        report = await sign_device(client, place.vault, None)
    assert (report.state, report.trusted) == (SigningState.ALREADY, True)
    assert asked == ["/_matrix/client/v3/keys/query"]
    assert place.vault.signing_seeds() == seeds


async def test_a_new_device_is_signed_by_the_same_master(place: SigningPlace, alice: Member) -> None:
    await place.sign()
    before = await seen_by(alice, place.user_id)
    old = place.vault.session()
    assert old is not None
    place.vault.retire(old)
    assert (await place.sign()).state is SigningState.SIGNED
    new = place.vault.session()
    assert new is not None
    assert new.device_id != old.device_id
    assert await trusted_by(alice, place)
    after = await seen_by(alice, place.user_id)
    assert (after["master"], after["self_signing"]) == (before["master"], before["self_signing"])


async def test_a_foreign_master_is_left_alone(
    place: SigningPlace, elsewhere: SigningPlace, alice: Member
) -> None:
    await elsewhere.sign()
    before = await seen_by(alice, place.user_id)
    for seeds in (None, Seeds.make(place.user_id)):
        if seeds is not None:
            place.vault.keep_seeds(seeds)
        report = await place.sign()
        assert (report.state, report.trusted) == (SigningState.FOREIGN, False)
        assert "Faites signer l'appareil" in report.reason
        assert place.vault.signing_seeds() == seeds
    after = await seen_by(alice, place.user_id)
    assert (after["master"], after["self_signing"]) == (before["master"], before["self_signing"])
    assert not await trusted_by(alice, place)
    assert await trusted_by(alice, elsewhere)


async def test_a_device_that_a_foreign_identity_signed_is_trusted(
    place: SigningPlace, elsewhere: SigningPlace, alice: Member
) -> None:
    await elsewhere.sign()
    await place.sign()
    session = place.vault.session()
    other = elsewhere.vault.session()
    assert session is not None
    assert other is not None
    # The client with that identity signs our device: as ours does its own.
    seeds = elsewhere.vault.signing_seeds()
    assert seeds is not None
    place.vault.keep_seeds(seeds)
    await place.sign()
    (place.vault.folder / "signing.json").unlink()
    report = await place.sign()
    assert (report.state, report.trusted) == (SigningState.FOREIGN, True)
    assert "Faites signer" not in report.reason
    assert await trusted_by(alice, place)


async def test_a_self_signing_key_that_is_not_ours_is_replaced_with_the_password(
    place: SigningPlace, alice: Member
) -> None:
    """Synapse asks for the password then; under our own master, nobody who verified us notices."""
    await place.sign()
    before = await seen_by(alice, place.user_id)
    seeds = place.vault.signing_seeds()
    assert seeds is not None
    place.vault.keep_seeds(replace(seeds, self_signing=Seeds.make(place.user_id).self_signing))
    for password, why in ((None, "redemande le mot de passe"), ("faux", "refuse le mot de passe")):
        report = await place.sign(password)
        assert (report.state, report.trusted) == (SigningState.REFUSED, True)
        assert why in report.reason
        assert "faux" not in report.reason
    assert (await place.sign()).state is SigningState.SIGNED
    after = await seen_by(alice, place.user_id)
    assert after["master"]["keys"] == before["master"]["keys"]
    assert after["self_signing"]["keys"] != before["self_signing"]["keys"]
    assert await trusted_by(alice, place)


async def test_a_server_killed_after_the_master_gets_the_rest(
    place: SigningPlace, alice: Member, synapse: Synapse
) -> None:
    """Synapse stores the three keys one by one, and answers 500 to a key that it has already."""
    await place.sign()
    await synapse.stop()
    with closing(sqlite3.connect(synapse.folder / "homeserver.db")) as base, base:
        of_us = "user_id = ? AND"
        base.execute(
            f"DELETE FROM e2e_cross_signing_keys WHERE {of_us} keytype != 'master'", (place.user_id,)
        )
        base.execute(
            f"DELETE FROM devices WHERE {of_us} display_name LIKE '%_signing signing key'", (place.user_id,)
        )
    await synapse.start()
    assert not await trusted_by(alice, place)
    assert (await place.sign(None)).state is SigningState.REFUSED
    assert (await place.sign()).state is SigningState.SIGNED
    assert await trusted_by(alice, place)


@pytest.mark.parametrize("signature", ["A" * 86, "garbage", ""])
async def test_a_signature_that_does_not_hold_is_not_believed(
    place: SigningPlace, alice: Member, synapse: Synapse, signature: str
) -> None:
    """Synapse keeps it, and says 200 to a better one: another device has to be made."""
    await place.sign()
    session = place.vault.session()
    assert session is not None
    await synapse.stop()
    with closing(sqlite3.connect(synapse.folder / "homeserver.db")) as base, base:
        changed = base.execute(
            f"UPDATE {SIGNATURES} SET signature = ? WHERE target_device_id = ?",
            (signature, session.device_id),
        )
        assert changed.rowcount == 1
    await synapse.start()
    async with place.client() as client:
        standing = await look(client, place.vault.signing_seeds())
        assert (standing.master, standing.missing, standing.signed) == (Master.OURS, (), False)
        assert not await trusted_by(alice, place)
        report = await sign_device(client, place.vault, place.password)
    assert (report.state, report.trusted, report.new_device) == (SigningState.REFUSED, False, True)
    assert "une signature qui ne vaut rien" in report.reason
    place.vault.retire(session)
    assert (await place.sign()).state is SigningState.SIGNED
    assert await trusted_by(alice, place)


@pytest.mark.parametrize("point", ["matrix.seeds.kept", "matrix.master.uploaded", "matrix.vault.written"])
async def test_killed_anywhere_the_next_start_completes(
    place: SigningPlace, alice: Member, point: str
) -> None:
    async with place.client():
        pass  # logged in, and its keys uploaded: what it writes from now on is of the signing
    environment = {**os.environ, "NAVETTE_FAILPOINTS": f"{point}=kill"}
    process = await asyncio.create_subprocess_exec(
        *place.words, env=environment, cwd=Path(__file__).parents[3]
    )
    assert await process.wait() == -signal.SIGKILL
    seeds = place.vault.signing_seeds()
    shown = await seen_by(alice, place.user_id)
    assert not await trusted_by(alice, place)
    assert (await place.sign()).state is SigningState.SIGNED
    assert await trusted_by(alice, place)
    assert seeds in (None, place.vault.signing_seeds())
    if shown["master"]:
        assert (await seen_by(alice, place.user_id))["master"] == shown["master"]
    assert (await place.sign()).state is SigningState.ALREADY


async def test_other_keys_of_the_same_device_are_seen(place: SigningPlace, alice: Member) -> None:
    """The key store came back from nowhere, the device id stayed: it can never be trusted again."""
    await place.sign()
    session = place.vault.session()
    assert session is not None
    for file in place.vault.store_path(session).iterdir():
        file.unlink()
    assert not place.vault.has_keys(session)
    async with place.client() as client:
        report = await sign_device(client, place.vault, place.password)
    assert (report.state, report.trusted, report.new_device) == (SigningState.REFUSED, False, True)
    assert not await trusted_by(alice, place)


async def test_a_session_that_was_ended(place: SigningPlace, synapse: Synapse) -> None:
    async with place.client() as client:
        await synapse.admin.log_out(place.user_id)
        with pytest.raises(LoginRefused, match="M_UNKNOWN_TOKEN"):
            await sign_device(client, place.vault, place.password)
    assert place.vault.signing_seeds() is None


async def test_a_server_that_is_down(place: SigningPlace, synapse: Synapse) -> None:
    async with place.client() as client:
        await synapse.stop()
        with pytest.raises(ChannelError, match="keys/query"):
            await sign_device(client, place.vault, place.password)
    assert place.vault.signing_seeds() is None
