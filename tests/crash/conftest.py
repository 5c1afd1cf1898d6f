"""A world around one bot as a process, or a house in this one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.crash.rooms_world import MakeMember, RoomsWorld
from tests.crash.world import World
from tests.house import House
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MailboxUser
from tests.servers.relay import Relay
from tests.servers.synapse import Synapse


@pytest_asyncio.fixture
async def world(
    tmp_path: Path, dovecot: Dovecot, relay: Relay, mailbox_user: MailboxUser
) -> AsyncIterator[World]:
    """An empty mailbox and a well-behaved relay; the bot is not started."""
    around = World(tmp_path, dovecot, relay, mailbox_user)
    yield around
    await around.kill()


@pytest_asyncio.fixture
async def rooms_world(
    tmp_path: Path, synapse: Synapse, matrix_member: MakeMember
) -> AsyncIterator[RoomsWorld]:
    """Three people on a Synapse, and a bot that is in no room and not started."""
    around = await RoomsWorld.make(tmp_path, synapse, matrix_member)
    yield around
    await around.kill()


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The whole bot over fakes, its gates open, nothing falling due by itself."""
    here = House(tmp_path)
    await here.open()
    yield here
    await here.kill()
