"""Our device signed by ourselves: cross-signing keys of our account, which nio does not know of.

Clients that accept only devices which their owner has signed neither read nor write to others.  The order
below is such that we may be killed anywhere: the next run goes on from there.
Source: client-server API, "Cross-signing".
"""

from __future__ import annotations

import asyncio
import enum
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from nio import AsyncClient

from bot import failpoints
from bot.channels.matrix.canonical import is_signed, key_id, public_key, signed
from bot.channels.matrix.fields import fields, text
from bot.channels.matrix.vault import Seeds, Vault
from bot.errors import ChannelError, LoginRefused

REQUEST_SECONDS = 30.0
PASSWORD = "m.login.password"  # noqa: S105 - the name of a way to authenticate
_KEYS = "/_matrix/client/v3/keys"
_USES = ("master", "self_signing", "user_signing")


class SigningState(enum.StrEnum):
    """How it went."""

    SIGNED = "signed"  # now, and verified
    ALREADY = "already"  # before
    FOREIGN = "foreign"  # the account has a master key that is not ours, which we leave alone
    REFUSED = "refused"  # by the server, for ``reason``


@dataclass(frozen=True)
class SigningReport:
    """What ``sign_device`` did."""

    state: SigningState
    trusted: bool  # whether others' clients accept the device: a foreign identity may have signed it, too
    reason: str = ""  # French, for the administrator
    new_device: bool = False  # this one can never be signed again: only another one can


class Master(enum.StrEnum):
    """Whose the account's master key is."""

    NONE = "none"
    OURS = "ours"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Standing:
    """What the server shows everybody of our device and of the keys that sign it, verified by ourselves."""

    device: Mapping[str, Any] | None  # its keys with their signatures; None: the server has none
    device_key: str  # its Ed25519 key, unpadded base64, by which people recognise it
    master: Master
    missing: tuple[str, ...]  # which of the three keys are not those of our seeds, signed by our master
    signed: bool  # by a self-signing key that the account's master key signed, whoever's they are


class _Refusal(Exception):
    """The server will not have it; the text is French.  ``new_device`` as in the report."""

    def __init__(self, reason: str, *, new_device: bool = False) -> None:
        super().__init__(reason)
        self.new_device = new_device


async def sign_device(client: AsyncClient, vault: Vault, password: str | None) -> SigningReport:
    """Have our device signed by our own keys, which are made if the account has none.

    ``client`` is logged in and has uploaded its device keys; ``vault`` is locked by us.  ``password`` is for
    servers that ask for it again.  When all is well it takes one request.  Raises ChannelError when it may
    work later, LoginRefused when the server no longer knows us, VaultError when our seeds cannot be read.
    """
    seeds = vault.signing_seeds()
    standing = await look(client, seeds)
    try:
        _check_device(client, standing)
        if standing.master is Master.FOREIGN:
            return _foreign(client, standing)
        if standing.signed and not standing.missing:
            return SigningReport(SigningState.ALREADY, trusted=True)
        if seeds is None:
            seeds = Seeds.make(client.user_id)
            vault.keep_seeds(seeds)
            failpoints.hit("matrix.seeds.kept")
        if standing.missing:
            await _upload_keys(client, seeds, standing.missing, password)
            failpoints.hit("matrix.master.uploaded")
        await _upload_signature(client, seeds, standing)
        standing = await look(client, seeds)
        _verify(client, seeds, standing)
    except _Refusal as refusal:
        return SigningReport(SigningState.REFUSED, standing.signed, str(refusal), refusal.new_device)
    return SigningReport(SigningState.SIGNED, trusted=True)


async def look(client: AsyncClient, seeds: Seeds | None) -> Standing:
    """Ask the server, and believe only signatures that hold.  One request, which changes nothing.

    ``client`` needs no key store.  Raises ChannelError, LoginRefused.
    """
    user, device_id = client.user_id, client.device_id or ""
    asked = {"device_keys": {user: [device_id]}}
    answer = await _done(client, "POST", f"{_KEYS}/query", asked)
    if not isinstance(fields(answer.get("device_keys")).get(user), dict):
        # Nothing may be concluded from it, least of all that the account has no master key.
        raise ChannelError("keys/query: an answer without our own account")
    found = {use: fields(fields(answer.get(f"{use}_keys")).get(user)) for use in _USES}
    device = answer["device_keys"][user].get(device_id)
    device = device if isinstance(device, dict) and device.get("device_id") == device_id else None
    master, self_signing = _public(found["master"]), _public(found["self_signing"])
    chain = is_signed(found["self_signing"], user, key_id(master), master)
    return Standing(
        device=device,
        device_key=text(fields((device or {}).get("keys")).get(f"ed25519:{device_id}")),
        master=_whose(found["master"], user, seeds),
        missing=tuple(use for use in _USES if not _is_of(found[use], use, user, seeds)),
        signed=chain and is_signed(device or {}, user, key_id(self_signing), self_signing),
    )


def _whose(master: Mapping[str, Any], user: str, seeds: Seeds | None) -> Master:
    if not master:
        return Master.NONE
    if seeds is None or seeds.user_id != user or _public(master) != public_key(seeds.master):
        return Master.FOREIGN
    return Master.OURS


def _is_of(key: Mapping[str, Any], use: str, user: str, seeds: Seeds | None) -> bool:
    """Whether a key is that of ``seeds``, signed by their master if it is not the master."""
    if seeds is None or seeds.user_id != user or _public(key) != public_key(getattr(seeds, use)):
        return False
    master = public_key(seeds.master)
    return use == "master" or is_signed(key, user, key_id(master), master)


def _public(key: Mapping[str, Any]) -> str:
    """The one public key of a cross-signing key object; empty when it has none, or several."""
    keys = fields(key.get("keys"))
    name, public = next(iter(keys.items())) if len(keys) == 1 else ("", "")
    return text(public) if public and name == key_id(text(public)) else ""


def _check_device(client: AsyncClient, standing: Standing) -> None:
    if client.olm is None:
        raise ValueError("a client with encryption is needed")
    if standing.device is None:
        raise ChannelError("keys/query: the server has no keys of our device yet")
    own = client.olm.account.identity_keys
    expected = {f"{kind}:{client.device_id}": own[kind] for kind in ("ed25519", "curve25519")}
    if fields(standing.device.get("keys")) != expected:
        raise _Refusal(
            f"le serveur connaît l'appareil {client.device_id} sous d'autres clés que les nôtres : "
            "il faut un nouvel appareil",
            new_device=True,
        )


def _verify(client: AsyncClient, seeds: Seeds, standing: Standing) -> None:
    if standing.signed and not standing.missing:
        return
    signatures = fields(fields((standing.device or {}).get("signatures")).get(client.user_id))
    if not standing.missing and key_id(public_key(seeds.self_signing)) in signatures:
        # Synapse keeps the first signature that a key gave to a device id, even of keys that are gone.
        raise _Refusal(
            f"le serveur garde de l'appareil {client.device_id} une signature qui ne vaut rien : "
            "il faut un nouvel appareil",
            new_device=True,
        )
    raise _Refusal("le serveur dit avoir pris nos clés et notre signature, et ne les montre pas")


def _foreign(client: AsyncClient, standing: Standing) -> SigningReport:
    reason = (
        f"le compte {client.user_id} a une identité cryptographique qui n'est pas celle de notre dossier "
        "(faite par un client comme Element, ou par une Navette dont ce dossier est perdu) ; elle reste en "
        "place, car la remplacer romprait la confiance de qui l'a vérifiée"
    )
    if not standing.signed:
        reason += (
            f". Faites signer l'appareil {client.device_id} (empreinte {standing.device_key}) depuis le "
            "client qui l'a faite, ou restaurez « signing.json » d'une sauvegarde"
        )
    return SigningReport(SigningState.FOREIGN, standing.signed, f"{reason}.")


async def _upload_keys(
    client: AsyncClient, seeds: Seeds, missing: Sequence[str], password: str | None
) -> None:
    """The public keys that are missing: Synapse stores them one by one, and fails on one that it has.

    A server may ask for the password again ("User-Interactive Authentication").
    """
    if seeds.user_id != client.user_id:
        raise _Refusal(f"le dossier garde les clés d'un autre compte ({seeds.user_id}) : donnez-en un autre")
    content = {f"{use}_key": _key_object(seeds, use) for use in missing}
    status, answer = await _ask(client, "POST", f"{_KEYS}/device_signing/upload", content)
    if status == 401:
        # Servers ask before they *replace* a master key: the one that we must never replace may have come
        # since we looked.
        if (await look(client, seeds)).master is Master.FOREIGN:
            raise _Refusal("une autre session vient de donner une identité cryptographique à ce compte")
        auth = _authentication(answer, client.user_id, password)
        status, answer = await _ask(
            client, "POST", f"{_KEYS}/device_signing/upload", {**content, "auth": auth}
        )
    if status == 401:
        raise _Refusal(f"le serveur refuse le mot de passe pour les clés de signature ({_why(answer)})")
    if status != 200:
        raise _Refusal(f"le serveur refuse les clés de signature ({status} {_why(answer)})")


def _key_object(seeds: Seeds, use: str) -> dict[str, Any]:
    public = public_key(getattr(seeds, use))
    key = {"user_id": seeds.user_id, "usage": [use], "keys": {key_id(public): public}}
    return key if use == "master" else signed(key, seeds.user_id, seeds.master)


def _authentication(answer: Mapping[str, Any], user_id: str, password: str | None) -> dict[str, Any]:
    flows = answer.get("flows")
    ways = [fields(flow).get("stages") for flow in flows] if isinstance(flows, list) else []
    if [PASSWORD] not in ways:
        raise _Refusal("le serveur demande, pour les clés de signature, une confirmation sans mot de passe")
    if not password:
        raise _Refusal("le serveur redemande le mot de passe du compte pour les clés de signature")
    identifier = {"type": "m.id.user", "user": user_id}
    session = text(answer.get("session"))
    return {"type": PASSWORD, "identifier": identifier, "password": password, "session": session}


async def _upload_signature(client: AsyncClient, seeds: Seeds, standing: Standing) -> None:
    user, device_id = client.user_id, client.device_id or ""
    device = signed(standing.device or {}, user, seeds.self_signing)
    status, answer = await _ask(client, "POST", f"{_KEYS}/signatures/upload", {user: {device_id: device}})
    failures = fields(answer.get("failures"))
    if status != 200 or failures:
        why = fields(fields(failures.get(user)).get(device_id)) or answer
        raise _Refusal(f"le serveur refuse la signature de l'appareil ({status} {_why(why)})")


def _why(answer: Mapping[str, Any]) -> str:
    return f"{text(answer.get('errcode'))} {text(answer.get('error'))[:200]}".strip()


async def _done(client: AsyncClient, method: str, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
    status, answer = await _ask(client, method, path, content)
    if status != 200:
        raise ChannelError(f"{path}: {status} {_why(answer)}")
    return answer


async def _ask(
    client: AsyncClient, method: str, path: str, content: Mapping[str, Any]
) -> tuple[int, dict[str, Any]]:
    """Status and JSON of an answer that is one.  Raises ChannelError, LoginRefused."""
    headers = {"Authorization": f"Bearer {client.access_token}", "Content-Type": "application/json"}
    try:
        async with asyncio.timeout(REQUEST_SECONDS):
            response = await client.send(method, path, json.dumps(content), headers)
            answer = json.loads(await response.read())
    except TimeoutError:
        raise ChannelError(f"{path}: no answer in {REQUEST_SECONDS:.0f} s") from None
    except (aiohttp.ClientError, OSError, ValueError, RecursionError) as error:
        raise ChannelError(f"{path}: {type(error).__name__} {error}") from error
    answer = answer if isinstance(answer, dict) else {}
    if answer.get("errcode") in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"):
        raise LoginRefused(f"{path}: {_why(answer)}")
    if response.status >= 500 or response.status == 429:
        raise ChannelError(f"{path}: {response.status} {_why(answer)}")
    return response.status, answer
