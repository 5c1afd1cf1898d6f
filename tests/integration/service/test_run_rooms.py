"""``navette run`` with rooms on a real homeserver."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest

from tests.integration.service.conftest import Installation
from tests.servers.matrix_admin import MatrixUser
from tests.servers.matrix_member import Member
from tests.servers.ports import HOST, free_port
from tests.servers.synapse import Synapse
from tests.servers.wait import until

MATRIX = """
[matrix]
host = "{host}"
user = "{user}"
folder = "keys"
[[people.members]]
key = "bruno"
name = "Bruno Castagne"
chat = ["{member}"]
"""


def configure(installation: Installation, synapse: Synapse, bot: MatrixUser, member: Member) -> None:
    """Give the installation its account, and one member who is known there."""
    settings = installation.folder / "navette.toml"
    text = MATRIX.format(host=synapse.base_url, user=bot.user_id, member=member.user_id)
    settings.write_text(settings.read_text("utf-8") + text, "utf-8")
    installation.environment["NAVETTE_MATRIX__PASSWORD"] = bot.password


@pytest.mark.needs("synapse")
async def test_it_answers_in_a_room_and_ends_in_good_order(
    installation: Installation,
    synapse: Synapse,
    matrix_user: MatrixUser,
    matrix_member: Callable[..., Awaitable[Member]],
) -> None:
    bruno = await matrix_member("bruno")
    configure(installation, synapse, matrix_user, bruno)
    room = await bruno.make_room(encrypted=True, invite=[matrix_user.user_id])
    service = await installation.run()
    await service.says("ready")
    await bruno.sees(
        room, lambda e: (e["state_key"], e["content"]["membership"]) == (matrix_user.user_id, "join")
    )
    await bruno.says(room, "!aide")
    await bruno.hears(room, "Pour commencer", sender=matrix_user.user_id)

    async def connected() -> bool:
        _, said = await installation.command("status", "--json", "--alive")
        connections: dict[str, str] = json.loads(said)["connections"]
        return connections.get(f"matrix:{matrix_user.user_id}") == ""

    await until(connected, 30, "the rooms to be connected")
    service.process.terminate()
    assert await service.end() == 0
    assert matrix_user.password not in service.log
    assert "Pour commencer" not in service.log

    # What was said meanwhile is answered by the next one, as the same device.
    await bruno.says(room, "!dis-moi tout")
    service = await installation.run()
    await bruno.hears(room, "dis-moi", sender=matrix_user.user_id, timeout=30)
    service.process.terminate()
    assert await service.end() == 0
    assert len(await synapse.admin.devices(matrix_user.user_id)) == 1
    assert await synapse.oracle.count(room, sender=matrix_user.user_id, kind="m.room.encrypted") == 2


@pytest.mark.needs("synapse")
async def test_one_pass_hears_the_rooms_even_without_its_mailbox(
    installation: Installation,
    synapse: Synapse,
    matrix_user: MatrixUser,
    matrix_member: Callable[..., Awaitable[Member]],
) -> None:
    bruno = await matrix_member("bruno")
    configure(installation, synapse, matrix_user, bruno)
    installation.configure(
        "mail.inbox", f'kind = "imap"\nhost = "{HOST}"\nport = {free_port()}\ntls = "none"'
    )
    room = await bruno.make_room(invite=[matrix_user.user_id])
    await installation.command("run", "--once")
    await bruno.says(room, "!aide")
    code, said = await installation.command("run", "--once")
    assert (code, "Traceback" in said) == (1, False)
    await bruno.hears(room, "Pour commencer", sender=matrix_user.user_id)
