"""Matrix passes the tests of every Rooms on a real Synapse: version 11 plain, version 12 encrypted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.integration.channels.matrix_hall import MakeMember, MatrixHall
from tests.servers.synapse import Synapse
from tests.unit.play.rooms_contract import RoomsContract


class TestMatrix(RoomsContract):
    """The contract."""

    @pytest_asyncio.fixture(params=["11", "12-encrypted"])
    async def hall(
        self, request: pytest.FixtureRequest, synapse: Synapse, matrix_member: MakeMember, tmp_path: Path
    ) -> AsyncIterator[MatrixHall]:
        version, _, sealed = request.param.partition("-")
        yield await MatrixHall.make(synapse, matrix_member, tmp_path, version=version, encrypted=bool(sealed))
