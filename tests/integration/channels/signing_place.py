"""Navette's account on Synapse, its folder, and the device that it starts with; also as a process to kill."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nio

from bot.channels.matrix.signing import SigningReport, sign_device
from bot.channels.matrix.vault import Session, Vault


class SigningPlace:
    """What a start of the bot does around the signing of its device."""

    def __init__(self, base_url: str, user_id: str, password: str, folder: Path) -> None:
        self.base_url, self.user_id, self.password = base_url, user_id, password
        self.vault = Vault(folder)

    @property
    def words(self) -> list[str]:
        """The command line of a process that signs."""
        place = [self.base_url, self.user_id, self.password, str(self.vault.folder)]
        return [sys.executable, "-m", "tests.integration.channels.signing_place", *place]

    async def sign(self, password: str | None = "") -> SigningReport:
        """A start and its signing.  ``password``: what the signing is given, if not the true one."""
        async with self.client() as client:
            return await sign_device(client, self.vault, self.password if password == "" else password)

    @asynccontextmanager
    async def client(self, *, upload: bool = True) -> AsyncIterator[nio.AsyncClient]:
        """A client that is logged in, with its keys uploaded if ``upload``."""
        session = self.vault.session() or await self._log_in()
        config = nio.AsyncClientConfig(encryption_enabled=True, pickle_key=self.vault.pickle_key())
        store = str(self.vault.store_path(session))
        client = nio.AsyncClient(self.base_url, session.user_id, session.device_id, store, config)
        try:
            client.restore_login(session.user_id, session.device_id, session.token)
            if upload and client.should_upload_keys:
                await client.keys_upload()  # whether they are there is for the signing to see
            yield client
        finally:
            await client.close()

    async def _log_in(self) -> Session:
        client = nio.AsyncClient(self.base_url, self.user_id)
        try:
            answer = await client.login(self.password)
            assert isinstance(answer, nio.LoginResponse), answer
        finally:
            await client.close()
        session = Session(answer.user_id, answer.device_id, answer.access_token, self.base_url)
        self.vault.keep(session)
        return session


if __name__ == "__main__":
    _, base_url, user_id, password, folder = sys.argv
    print(asyncio.run(SigningPlace(base_url, user_id, password, Path(folder)).sign()).state)
