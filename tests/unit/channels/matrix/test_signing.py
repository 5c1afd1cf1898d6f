"""Signing against a homeserver that answers as no Synapse does: wrongly, late, or with a question."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from nio import AsyncClient

from bot.channels.matrix import signing
from bot.channels.matrix.canonical import key_id, public_key, signed
from bot.channels.matrix.signing import Master, SigningReport, SigningState, look, sign_device
from bot.channels.matrix.vault import Seeds, Vault
from bot.errors import ChannelError, LoginRefused

US, DEVICE = "@navette:lisieres.example", "QXZKDEVICE"
IDENTITY = {"ed25519": "e" * 43, "curve25519": "c" * 43}
KEYS = {f"{kind}:{DEVICE}": value for kind, value in IDENTITY.items()}
ASKED_AGAIN = {
    "flows": [{"stages": ["m.login.dummy", "m.x"]}, {"stages": ["m.login.password"]}],
    "session": "s1",
}
OUR_DEVICE: dict[str, Any] = {"user_id": US, "device_id": DEVICE, "keys": KEYS}
Answer = tuple[int, Any]


@dataclass
class Homeserver:
    """Keeps what it is given; ``instead`` answers before it does, by the last word of the path."""

    keys: dict[str, Any] = field(default_factory=dict)
    device: dict[str, Any] = field(default_factory=lambda: dict(OUR_DEVICE))
    instead: dict[str, Callable[[dict[str, Any]], Answer | None]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    # What sign_device needs of a nio client.
    user_id, device_id, access_token = US, DEVICE, "jeton"
    olm = SimpleNamespace(account=SimpleNamespace(identity_keys=IDENTITY))

    @property
    def client(self) -> AsyncClient:
        return cast(AsyncClient, self)

    async def send(self, method: str, path: str, data: str, headers: dict[str, str]) -> Any:
        assert (method, headers["Authorization"]) == ("POST", "Bearer jeton")
        name, content = path.removeprefix("/_matrix/client/v3/keys/"), json.loads(data)
        self.asked.append((name, content))
        instead = self.instead.get(name)
        answer = instead(content) if instead else None
        status, body = answer or self.usual(name, content)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()

        async def read() -> bytes:
            return raw

        return SimpleNamespace(status=status, read=read)

    def usual(self, name: str, content: dict[str, Any]) -> Answer:
        ways = {
            "query": self.query,
            "device_signing/upload": self.device_signing_upload,
            "signatures/upload": self.signatures_upload,
        }
        return ways[name](content)

    def query(self, _content: dict[str, Any]) -> Answer:
        shown = {f"{use}s": {US: key} for use, key in self.keys.items()}
        return 200, {"device_keys": {US: {DEVICE: self.device}}, **shown}

    def device_signing_upload(self, content: dict[str, Any]) -> Answer:
        self.keys |= {use: key for use, key in content.items() if use != "auth"}
        return 200, {}

    def signatures_upload(self, content: dict[str, Any]) -> Answer:
        self.device = {**self.device, "signatures": content[US][DEVICE]["signatures"]}
        return 200, {"failures": {}}

    def uploads(self) -> list[str]:
        return [name for name, _ in self.asked if name != "query"]


@pytest.fixture
def server() -> Homeserver:
    return Homeserver()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path)


def always(status: int, body: Any) -> Callable[[dict[str, Any]], Answer]:
    return lambda _: (status, body)


async def sign(server: Homeserver, vault: Vault, password: str | None = "sésame") -> SigningReport:
    return await sign_device(server.client, vault, password)


async def test_a_plain_server(server: Homeserver, vault: Vault) -> None:
    assert (await sign(server, vault)).state is SigningState.SIGNED
    names = [name for name, _ in server.asked]
    assert names == ["query", "device_signing/upload", "signatures/upload", "query"]
    assert sorted(server.asked[1][1]) == ["master_key", "self_signing_key", "user_signing_key"]
    assert (await sign(server, vault)).state is SigningState.ALREADY
    assert len(server.asked) == 5


async def test_the_seeds_are_kept_before_the_server_learns_of_them(server: Homeserver, vault: Vault) -> None:
    server.instead["device_signing/upload"] = lambda _: (500, {}) if vault.signing_seeds() else None
    with pytest.raises(ChannelError, match="500"):
        await sign(server, vault)


async def test_a_lost_answer_changes_no_key(server: Homeserver, vault: Vault) -> None:
    def lost(content: dict[str, Any]) -> Answer | None:
        server.device_signing_upload(content)
        raise aiohttp.ServerDisconnectedError

    server.instead["device_signing/upload"] = lost
    with pytest.raises(ChannelError, match="device_signing/upload"):
        await sign(server, vault)
    before = copy.deepcopy(server.keys)
    assert (await sign(server, vault)).state is SigningState.SIGNED
    assert server.keys == before


BAD_ANSWERS: dict[str, Answer] = {
    "nothing": (200, {}),
    "list": (200, []),
    "garbage": (200, b"<html>"),
    "bytes": (200, b"\xff\xfe"),
    "torn": (200, b'{"device_keys": {"@nav'),
    "deep": (200, b"[" * 100_000),
    "others": (200, {"device_keys": {"@x:y.example": {}}}),
    "wrong type": (200, {"device_keys": {US: []}}),
    "no device": (200, {"device_keys": {US: {}}}),
    "another device": (200, {"device_keys": {US: {DEVICE: {"device_id": "AUTRE", "keys": KEYS}}}}),
    "bad gateway": (502, b"Bad Gateway"),
    "too many": (429, {"errcode": "M_LIMIT_EXCEEDED"}),
    "forbidden": (403, {"errcode": "M_FORBIDDEN"}),
}


@pytest.mark.parametrize("answer", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
async def test_from_a_bad_answer_nothing_is_concluded(
    server: Homeserver, vault: Vault, answer: Answer
) -> None:
    """An account seen without a master key by mistake would get another one."""
    server.instead["query"] = always(*answer)
    with pytest.raises(ChannelError) as raised:
        await sign(server, vault)
    assert not isinstance(raised.value, LoginRefused)
    assert server.uploads() == []
    assert vault.signing_seeds() is None


@pytest.mark.parametrize("code", ["M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"])
async def test_a_session_that_is_no_more(server: Homeserver, vault: Vault, code: str) -> None:
    server.instead["query"] = always(401, {"errcode": code, "error": "Invalid access token"})
    with pytest.raises(LoginRefused, match=code):
        await sign(server, vault)


async def test_a_server_that_hangs(server: Homeserver, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(server, "send", hang)
    monkeypatch.setattr(signing, "REQUEST_SECONDS", 0.01)
    with pytest.raises(ChannelError, match="no answer"):
        await sign(server, vault)


def with_password(content: dict[str, Any]) -> Answer | None:
    auth = content.get("auth", {})
    if not auth:
        return 401, ASKED_AGAIN
    expected = {"type": "m.id.user", "user": US}
    good = (auth["type"], auth["identifier"], auth["session"]) == ("m.login.password", expected, "s1")
    return None if good and auth["password"] == "sésame" else (401, {"errcode": "M_FORBIDDEN"})


async def test_a_server_that_asks_for_the_password_first(server: Homeserver, vault: Vault) -> None:
    server.instead["device_signing/upload"] = with_password
    for password, why in ((None, "redemande le mot de passe"), ("faux", "refuse le mot de passe")):
        report = await sign(server, vault, password)
        assert (report.state, report.trusted) == (SigningState.REFUSED, False)
        assert why in report.reason
    seeds = vault.signing_seeds()
    assert (await sign(server, vault)).state is SigningState.SIGNED
    assert vault.signing_seeds() == seeds


@pytest.mark.parametrize(
    "question", [{}, {"flows": None}, {"flows": ["x", {"stages": ["m.oauth"]}, {"stages": None}]}]
)
async def test_a_confirmation_without_a_password(server: Homeserver, vault: Vault, question: Any) -> None:
    server.instead["device_signing/upload"] = always(401, question)
    report = await sign(server, vault)
    assert report.state is SigningState.REFUSED
    assert "une confirmation sans mot de passe" in report.reason


def master_of(seeds: Seeds) -> dict[str, Any]:
    public = public_key(seeds.master)
    return {"user_id": US, "usage": ["master"], "keys": {key_id(public): public}}


async def test_a_master_that_came_meanwhile_is_not_replaced(server: Homeserver, vault: Vault) -> None:
    """Between our look and our upload, a person opened Element; the server asks before it replaces."""

    def meanwhile(content: dict[str, Any]) -> Answer | None:
        server.keys.setdefault("master_key", master_of(Seeds.make(US)))
        return with_password(content)

    server.instead["device_signing/upload"] = meanwhile
    report = await sign(server, vault)
    assert report.state is SigningState.REFUSED
    assert "une autre session" in report.reason
    assert [name for name, content in server.asked if "auth" in content] == []
    assert (await sign(server, vault)).state is SigningState.FOREIGN


@pytest.mark.parametrize(
    ("name", "answer", "why"),
    [
        ("device_signing/upload", (404, {"errcode": "M_UNRECOGNIZED"}), "clés de signature (404 M_UNREC"),
        (
            "signatures/upload",
            (400, {"errcode": "M_X", "error": "non"}),
            "signature de l'appareil (400 M_X non)",
        ),
        (
            "signatures/upload",
            (200, {"failures": {US: {DEVICE: {"errcode": "M_INVALID_SIGNATURE"}}}}),
            "signature de l'appareil (200 M_INVALID_SIGNATURE)",
        ),
        ("signatures/upload", (200, {"failures": {"@x:y": None}}), "signature de l'appareil (200"),
        ("signatures/upload", (200, {}), "ne les montre pas"),
        ("device_signing/upload", (200, {}), "ne les montre pas"),
    ],
)
async def test_a_server_that_will_not(
    server: Homeserver, vault: Vault, name: str, answer: Answer, why: str
) -> None:
    server.instead[name] = always(*answer)
    report = await sign(server, vault)
    assert (report.state, report.trusted, report.new_device) == (SigningState.REFUSED, False, False)
    assert why in report.reason
    server.instead.clear()
    assert (await sign(server, vault)).state is SigningState.SIGNED


@pytest.mark.parametrize("keys", [{}, {**KEYS, f"ed25519:{DEVICE}": "x" * 43}, {**KEYS, "a:b": "c"}, None])
async def test_a_device_with_other_keys_is_not_signed(server: Homeserver, vault: Vault, keys: Any) -> None:
    server.device["keys"] = keys
    report = await sign(server, vault)
    assert (report.state, report.new_device) == (SigningState.REFUSED, True)
    assert "sous d'autres clés que les nôtres" in report.reason
    assert server.uploads() == []


async def test_seeds_of_another_account_are_not_used(server: Homeserver, vault: Vault) -> None:
    vault.keep_seeds(Seeds.make("@autre:lisieres.example"))
    report = await sign(server, vault)
    assert report.state is SigningState.REFUSED
    assert "un autre compte (@autre:lisieres.example)" in report.reason
    assert server.uploads() == []
    server.keys["master_key"] = master_of(vault.signing_seeds() or Seeds.make(US))
    assert (await sign(server, vault)).state is SigningState.FOREIGN


@pytest.mark.parametrize(
    "master",
    [
        {},
        {"keys": {}},
        {"keys": {"ed25519:a": "b"}},
        {"keys": {"ed25519:a": "a", "ed25519:b": "b"}},
        {"keys": {"ed25519:x": None}},
        {"keys": {"ed25519:é": "é"}},
    ],
)
async def test_strange_keys_are_nobodys(server: Homeserver, vault: Vault, master: dict[str, Any]) -> None:
    await sign(server, vault)
    server.keys["master_key"] = master
    standing = await look(server.client, vault.signing_seeds())
    assert standing.master is (Master.FOREIGN if master else Master.NONE)
    assert not standing.signed
    assert "master" in standing.missing


async def test_only_the_missing_keys_are_uploaded(server: Homeserver, vault: Vault) -> None:
    """Synapse was killed between two of them, and fails on those that it has."""
    await sign(server, vault)
    for use in ("self_signing_key", "user_signing_key"):
        del server.keys[use]
    assert (await sign(server, vault)).state is SigningState.SIGNED
    name, content = server.asked[-3]
    assert (name, sorted(content)) == ("device_signing/upload", ["self_signing_key", "user_signing_key"])


async def test_a_stale_signature_that_the_server_keeps(server: Homeserver, vault: Vault) -> None:
    await sign(server, vault)
    server.device["signatures"][US] = dict.fromkeys(server.device["signatures"][US], "A" * 86)
    server.instead["signatures/upload"] = always(200, {"failures": {}})
    report = await sign(server, vault)
    assert (report.state, report.trusted, report.new_device) == (SigningState.REFUSED, False, True)
    assert "une signature qui ne vaut rien" in report.reason


async def test_a_chain_with_a_broken_link_is_seen(server: Homeserver, vault: Vault) -> None:
    await sign(server, vault)
    seeds = vault.signing_seeds()
    assert seeds is not None
    assert (await look(server.client, seeds)).signed
    key = server.keys["self_signing_key"]
    server.keys["self_signing_key"] = signed(key, US, Seeds.make(US).master)
    standing = await look(server.client, seeds)
    assert (standing.master, standing.missing, standing.signed) == (Master.OURS, ("self_signing",), False)
