"""``navette check`` and the Matrix account: each state of it is said, and nothing on the server changes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cli import check_matrix as module
from bot.cli import main
from bot.cli.check_matrix import check_matrix
from bot.cli.findings import Finding, State
from bot.settings import Settings
from tests.integration.channels.signing_place import SigningPlace
from tests.servers.matrix_admin import MatrixUser
from tests.servers.matrix_member import Member
from tests.servers.ports import free_port
from tests.servers.synapse import Synapse

Members = Callable[..., Awaitable[Member]]
Answers = Callable[[dict[str, Any]], Awaitable[str]]
OK, WARNING, FAILURE = State.OK, State.WARNING, State.FAILURE


@pytest.fixture
def place(synapse: Synapse, matrix_user: MatrixUser, tmp_path: Path) -> SigningPlace:
    return SigningPlace(synapse.base_url, matrix_user.user_id, matrix_user.password, tmp_path / "matrix")


async def check(place: SigningPlace, rooms: Any = None, **matrix: Any) -> dict[str, Finding]:
    """What is found, by what it is about."""
    given = {"host": place.base_url, "user": place.user_id, "password": place.password} | matrix
    circles: Any = {key: {"name": key, "room": room} for key, room in (rooms or {}).items()}
    account: Any = {"folder": place.vault.folder, **given}
    found = await check_matrix(Settings(matrix=account, circles=circles))
    assert len({finding.about for finding in found}) == len(found)
    assert all(finding.advice for finding in found if finding.state is FAILURE)
    shown = " ".join(finding.sentence + finding.advice for finding in found)
    assert place.password not in shown
    assert "syt_" not in shown  # Synapse's tokens begin so
    return {finding.about: finding for finding in found}


def states(found: dict[str, Finding]) -> dict[str, State]:
    return {about: finding.state for about, finding in found.items()}


def test_no_chat_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "navette.toml"
    config.write_text("capabilities = []\n")
    main(["check", "--config", str(config), "--json"])
    found = [one for one in json.loads(capsys.readouterr().out) if one["about"].startswith("matrix")]
    assert [(one["about"], one["state"]) for one in found] == [("matrix", "ok")]
    assert "Pas de messagerie" in found[0]["sentence"]


@pytest.mark.parametrize(("scheme", "advice"), [("http://", "Vérifiez [matrix] host"), ("", "/.well-known/")])
def test_a_server_that_is_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, scheme: str, advice: str
) -> None:
    config = tmp_path / "navette.toml"
    config.write_text(f'capabilities = []\n[matrix]\nhost = "{scheme}127.0.0.1:{free_port()}"\n')
    assert main(["check", "--config", str(config), "--json"]) == 1
    found = [one for one in json.loads(capsys.readouterr().out) if one["about"].startswith("matrix")]
    assert [(one["about"], one["state"]) for one in found] == [("matrix", "failure")]
    assert "n'est pas utilisable" in found[0]["sentence"]
    assert advice in found[0]["advice"]


@pytest.fixture
async def answers() -> AsyncIterator[Answers]:
    """``await answers({path: JSON})``: the address of a server that says this, and 404 to anything else."""
    servers: list[TestServer] = []

    async def make(said: dict[str, Any]) -> str:
        async def answer(request: web.Request) -> web.Response:
            name = request.path.removeprefix("/_matrix/client/")
            return web.json_response(said.get(name, {}), status=200 if name in said else 404)

        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        servers.append(TestServer(app))
        await servers[-1].start_server()
        return str(servers[-1].make_url(""))

    yield make
    for server in servers:
        await server.close()


class TestOtherServers:
    """What no Synapse of ours says."""

    @pytest.mark.parametrize("flows", [[{"type": "m.login.sso"}], [], None, ["m.login.password", {}]])
    async def test_no_login_by_password(self, answers: Answers, tmp_path: Path, flows: Any) -> None:
        place = SigningPlace(
            await answers({"versions": {}, "v3/login": {"flows": flows}}), "@n:x", "sésame", tmp_path
        )
        found = await check(place)
        assert states(found) == {"matrix": OK, "matrix.account": FAILURE}
        assert "NAVETTE_MATRIX__TOKEN" in found["matrix.account"].advice

    async def test_a_token_without_a_device(self, answers: Answers, tmp_path: Path) -> None:
        said = {"versions": {"versions": ["v1.11"]}, "v3/account/whoami": {"user_id": "@n:x"}}
        place = SigningPlace(await answers(said), "@n:x", "sésame", tmp_path)
        found = await check(place, token="jeton")
        assert states(found) == {"matrix": OK, "matrix.account": FAILURE}
        assert "aucun appareil" in found["matrix.account"].sentence

    @pytest.mark.parametrize("said", [{}, {"versions": []}])
    async def test_no_matrix_server_at_all(self, answers: Answers, tmp_path: Path, said: Any) -> None:
        found = await check(SigningPlace(await answers(said), "@n:x", "sésame", tmp_path))
        assert states(found) == {"matrix": FAILURE}

    async def test_an_account_that_cannot_be_asked(self, answers: Answers, tmp_path: Path) -> None:
        found = await check(SigningPlace(await answers({"versions": {}}), "@n:x", "sésame", tmp_path))
        assert states(found) == {"matrix": OK, "matrix.account": FAILURE}
        assert "ne répond pas comme il faut" in found["matrix.account"].sentence


@pytest.mark.needs("synapse")
class TestAccount:
    async def test_before_the_first_run_no_device_is_made(
        self, place: SigningPlace, synapse: Synapse
    ) -> None:
        found = await check(place)
        assert states(found) == {"matrix": OK, "matrix.account": OK}
        assert "le premier « navette run »" in found["matrix.account"].sentence
        assert await synapse.admin.devices(place.user_id) == []
        assert not place.vault.folder.exists()

    async def test_the_server_of_a_domain_is_told(
        self, place: SigningPlace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def discover(host: str) -> str:
            return place.base_url

        monkeypatch.setattr(module, "discover", discover)
        found = await check(place, host="salons.example")
        assert f"{place.base_url}, d'après salons.example" in found["matrix"].sentence

    @pytest.mark.parametrize(
        ("missing", "words"), [("user", "[matrix] user"), ("password", "NAVETTE_MATRIX__PASSWORD")]
    )
    async def test_what_is_missing_to_log_in(self, place: SigningPlace, missing: str, words: str) -> None:
        found = await check(place, **{missing: ""})
        assert states(found) == {"matrix": OK, "matrix.account": FAILURE}
        assert words in found["matrix.account"].advice

    async def test_a_password_file_that_is_not_there(self, place: SigningPlace, tmp_path: Path) -> None:
        found = await check(place, password_file=tmp_path / "absent")
        assert states(found) == {"matrix": OK, "matrix.account": FAILURE}
        assert "password_file" in found["matrix.account"].sentence

    async def test_all_is_well_beside_a_running_service(self, place: SigningPlace, synapse: Synapse) -> None:
        await place.sign()
        place.vault.lock()
        before = {path: path.read_bytes() for path in place.vault.folder.rglob("*") if path.is_file()}
        devices = await synapse.admin.devices(place.user_id)
        found = await check(place)
        assert set(states(found).values()) == {OK}
        assert list(found) == ["matrix", "matrix.account", "matrix.keys", "matrix.signature", "matrix.rooms"]
        assert devices[0] in found["matrix.account"].sentence
        assert "est signé : empreinte" in found["matrix.signature"].sentence
        assert await synapse.admin.devices(place.user_id) == devices
        assert {path: path.read_bytes() for path in place.vault.folder.rglob("*") if path.is_file()} == before

    async def test_another_account_than_before(self, place: SigningPlace) -> None:
        await place.sign()
        found = await check(place, user="@autre:salons.example")
        assert states(found) == {"matrix": OK, "matrix.account": WARNING}
        assert place.user_id in found["matrix.account"].sentence

    @pytest.mark.parametrize("password", [True, False])
    async def test_a_session_that_was_ended(
        self, place: SigningPlace, synapse: Synapse, password: bool
    ) -> None:
        await place.sign()
        await synapse.admin.log_out(place.user_id)
        found = await check(place, **({} if password else {"password": ""}))
        assert states(found) == {"matrix": OK, "matrix.account": WARNING if password else FAILURE}
        assert "ne connaît plus notre session" in found["matrix.account"].sentence

    async def test_a_token_instead_of_a_password(self, place: SigningPlace, synapse: Synapse) -> None:
        await place.sign()
        session = place.vault.session()
        assert session is not None
        assert set(states(await check(place, password="", token=session.token)).values()) == {OK}
        found = await check(place, password="", token=session.token, folder=place.vault.folder / "new")
        assert set(states(found).values()) == {OK}
        assert "premier « navette run »" in found["matrix.keys"].sentence
        found = await check(place, password="", token="faux", folder=place.vault.folder / "new")
        assert found["matrix.account"].state is FAILURE
        assert "NAVETTE_MATRIX__TOKEN" in found["matrix.account"].advice

    async def test_a_server_that_hangs(
        self, place: SigningPlace, synapse: Synapse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "STEP_SECONDS", 0.2)
        synapse.suspend()
        try:
            assert states(await check(place)) == {"matrix": FAILURE}
        finally:
            synapse.resume()


@pytest.mark.needs("synapse")
class TestDevice:
    async def test_lost_keys(self, place: SigningPlace) -> None:
        await place.sign()
        session = place.vault.session()
        assert session is not None
        for file in place.vault.store_path(session).iterdir():
            file.unlink()
        found = await check(place)
        assert found["matrix.keys"].state is WARNING
        assert "nouvel appareil" in found["matrix.keys"].advice
        assert "matrix.signature" not in found

    @pytest.mark.parametrize(
        ("file", "about"),
        [
            ("session.json", "matrix.account"),
            ("pickle_key", "matrix.keys"),
            ("signing.json", "matrix.keys"),
        ],
    )
    async def test_a_damaged_file(self, place: SigningPlace, file: str, about: str) -> None:
        await place.sign()
        (place.vault.folder / file).write_bytes(b"\0")
        found = await check(place)
        assert found[about].state is FAILURE
        assert f"{file} » est abîmé" in found[about].sentence

    async def test_not_signed_yet(self, place: SigningPlace) -> None:
        async with place.client():
            pass
        found = (await check(place))["matrix.signature"]
        assert (found.state, "n'est pas encore signé" in found.sentence) == (WARNING, True)

    async def test_its_keys_never_reached_the_server(self, place: SigningPlace) -> None:
        """Logged in, and killed before the keys were uploaded."""
        async with place.client(upload=False):
            pass
        found = (await check(place))["matrix.signature"]
        assert (found.state, "n'a pas les clés" in found.sentence) == (WARNING, True)

    async def test_a_foreign_identity(self, place: SigningPlace, tmp_path: Path) -> None:
        elsewhere = SigningPlace(place.base_url, place.user_id, place.password, tmp_path / "elsewhere")
        await elsewhere.sign()
        await place.sign()
        found = (await check(place))["matrix.signature"]
        assert found.state is WARNING
        assert "n'est pas celle de Navette" in found.sentence
        assert "signing.json" in found.advice
        seeds = elsewhere.vault.signing_seeds()
        assert seeds is not None
        place.vault.keep_seeds(seeds)
        await place.sign()
        (place.vault.folder / "signing.json").unlink()
        found = (await check(place))["matrix.signature"]
        assert found.state is OK
        assert "une identité que Navette n'a pas faite" in found.sentence


@pytest.fixture
async def bot(place: SigningPlace, matrix_member: Members) -> Member:
    """The account's own hand, for what the service would do in rooms."""
    await place.sign()
    session = place.vault.session()
    assert session is not None
    return await matrix_member(user=MatrixUser(place.user_id, place.password), encrypted=False)


@pytest.mark.needs("synapse")
class TestRooms:
    @pytest.mark.parametrize("version", ["11", "12"])
    @pytest.mark.parametrize("encrypted", [True, False])
    async def test_a_room_where_we_may_write(
        self, place: SigningPlace, bot: Member, matrix_member: Members, version: str, encrypted: bool
    ) -> None:
        alice = await matrix_member("alice", encrypted=False)
        alias = f"cac{place.user_id[1:14]}{version}"
        room = await alice.make_room(
            "CAC", version=version, encrypted=encrypted, alias=alias, invite=[place.user_id]
        )
        await bot.join(room)
        found = await check(place, {"cac": f"#{alias}:salons.example", "reseau": room})
        words = "(chiffré)" if encrypted else "(non chiffré)"
        for about in ("matrix.rooms.cac", "matrix.rooms.reseau"):
            assert (found[about].state, words in found[about].sentence) == (OK, True)

    async def test_we_made_it_and_nobody_else_may_write(self, place: SigningPlace, bot: Member) -> None:
        """From version 12 on, a creator's power stands in no list."""
        room = await bot.make_room("CAC", version="12")
        await bot.calls(
            "PUT", f"/_matrix/client/v3/rooms/{room}/state/m.room.power_levels", {"events_default": 90}
        )
        assert (await check(place, {"cac": room}))["matrix.rooms.cac"].state is OK

    async def test_each_room_speaks_for_itself(
        self, place: SigningPlace, bot: Member, matrix_member: Members, synapse: Synapse
    ) -> None:
        alice = await matrix_member("alice", encrypted=False)
        rooms = {
            name: await alice.make_room(name, invite=[place.user_id])
            for name in ("bon", "muet", "ailleurs", "mort", "ancien")
        }
        for name in ("bon", "muet", "mort", "ancien"):
            await bot.join(rooms[name])
        levels = f"/_matrix/client/v3/rooms/{rooms['muet']}/state/m.room.power_levels"
        await alice.calls("PUT", levels, {"users": {alice.user_id: 100}, "events_default": 50})
        await synapse.admin.delete_room(rooms["mort"])
        upgraded = await alice.calls(
            "POST", f"/_matrix/client/v3/rooms/{rooms['ancien']}/upgrade", {"new_version": "12"}
        )
        found = await check(
            place, rooms | {"inconnu": "#personne:salons.example", "court": "#cac", "loin": "#a:b.example"}
        )
        expected = {
            "bon": (OK, "peut y écrire"),
            "muet": (WARNING, "n'a pas le droit d'y écrire"),
            "ailleurs": (WARNING, "Navette n'y est pas"),
            "mort": (WARNING, "Navette n'y est pas"),
            "ancien": (WARNING, f"remplacé par {upgraded['replacement_room']}"),
            "inconnu": (WARNING, "ne connaît pas cette adresse"),
            "court": (WARNING, "ne connaît pas cette adresse"),
            "loin": (WARNING, "Salon #a:b.example"),
        }
        assert set(found) >= {f"matrix.rooms.{name}" for name in expected}
        for name, (state, words) in expected.items():
            finding = found[f"matrix.rooms.{name}"]
            assert (finding.state, words in finding.sentence) == (state, True), finding
        assert found["matrix.signature"].state is OK
