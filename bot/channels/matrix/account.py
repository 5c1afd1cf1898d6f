"""Our account on the homeserver: found, logged in once and for ever as one device, with its keys."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig
from nio.exceptions import LocalProtocolError
from nio.store import SqliteStore

from bot.channels.matrix.sealing import Sealing
from bot.channels.matrix.server import Revoked, Server, ServerError, path
from bot.channels.matrix.signing import SigningState, sign_device
from bot.channels.matrix.vault import Session, Vault
from bot.errors import ChannelError, LoginRefused

log = logging.getLogger(__name__)

REQUEST_SECONDS = 60.0


@dataclass(frozen=True)
class Credentials:
    """What an administrator gives: where, who, and a password or a token."""

    host: str
    user: str
    password: str = ""
    token: str = ""
    device: str = "Navette"


class Account:
    """One session.  ``open`` before anything else; ``close`` lets go of connections and keys."""

    def __init__(self, credentials: Credentials, folder: Path) -> None:
        self.credentials, self.vault = credentials, Vault(folder)
        self.server = Server(_base(credentials.host))
        self.session: Session | None = None
        self.sealing: Sealing | None = None
        self.name = ""  # our display name
        self.news: list[str] = []  # what coordination should know: ``new_device``, ``foreign_signature``

    @property
    def user(self) -> str:
        """Our Matrix id, as the settings write it until the server told us."""
        return self.session.user_id if self.session else self.credentials.user

    async def open(self) -> None:
        """Find the server, take up our session or make one, load the keys, sign the device.

        Raises ChannelError, or LoginRefused when only a person can help.
        """
        self.vault.lock()
        if not self.server.base:
            self.server.base = await discover(self.credentials.host)
        session = self.vault.session()
        if session is not None and not self._is_ours(session):
            session = self._retired(session, "other_account")
        if session is not None and not self.vault.has_keys(session):
            # The server holds keys of this device that nobody has any more: only another device helps.
            session = self._retired(session, "lost_keys")
        if session is not None:
            session = await self._resume(session)
        if session is None:
            session = await self._log_in()
        self.session, self.server.token = session, session.token
        client = self._client(session)
        self.sealing = Sealing(client)
        await self.sealing.upkeep()
        await self._sign(client)
        self.name = await self._display_name()

    async def close(self) -> None:
        """Let go of connections, keys and the folder; never raises."""
        if self.sealing is not None:
            await self.sealing.client.close()
            if self.sealing.client.store is not None:
                self.sealing.client.store.database.close()
            self.sealing = None
        await self.server.close()
        self.vault.unlock()

    def _is_ours(self, session: Session) -> bool:
        wanted = self.credentials.user
        same_user = not wanted or session.user_id == wanted or session.user_id.startswith(f"@{wanted}:")
        token = self.credentials.token
        return same_user and (not token or token == session.token)

    def _retired(self, session: Session, why: str) -> Session | None:
        """No session any more: the device is given up."""
        log.warning("matrix: the device %s is given up: %s", session.device_id, why)
        self.news.append(f"new_device:{why}")
        self.vault.retire(session)
        return None

    async def _resume(self, session: Session) -> Session | None:
        """The session, if the server still knows it.  A token that was revoked means a new device."""
        self.server.token = session.token
        try:
            told = await self.server.get(path("account", "whoami"))
        except Revoked as gone:
            if self.credentials.token:
                raise
            if gone.soft:
                return await self._log_in(session.device_id)
            return self._retired(session, "revoked")
        if told.get("device_id", session.device_id) != session.device_id:
            return self._retired(session, "other_device")
        return session

    async def _log_in(self, device_id: str = "") -> Session:
        """A session by password or token.  Raises LoginRefused."""
        self.server.token = ""
        if self.credentials.token:
            self.server.token = self.credentials.token
            told = await self.server.get(path("account", "whoami"))
            told |= {"access_token": self.credentials.token}
        elif self.credentials.password:
            told = await self._by_password(device_id)
        else:
            raise LoginRefused("matrix: neither a password nor a token is set")
        if not all(isinstance(told.get(key), str) for key in ("user_id", "device_id", "access_token")):
            raise LoginRefused("matrix: the server gave no complete session (a token without a device?)")
        session = Session(told["user_id"], told["device_id"], told["access_token"], self.server.base)
        self.vault.keep(session)
        return session

    async def _by_password(self, device_id: str) -> dict[str, Any]:
        asked = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self.credentials.user},
            "password": self.credentials.password,
            "initial_device_display_name": self.credentials.device,
        }
        if device_id:
            asked["device_id"] = device_id
        try:
            return await self.server.post(path("login"), asked)
        except ServerError as error:
            if error.final:
                raise LoginRefused(str(error)) from None
            raise

    def _client(self, session: Session) -> AsyncClient:
        store = self.vault.store_path(session)
        client = AsyncClient(
            self.server.base,
            session.user_id,
            device_id=session.device_id,
            store_path=str(store),
            config=AsyncClientConfig(
                store=SqliteStore,
                encryption_enabled=True,
                pickle_key=self.vault.pickle_key(),
                store_sync_tokens=False,
                max_timeouts=0,
                max_limit_exceeded=0,
                request_timeout=REQUEST_SECONDS,
            ),
        )
        try:
            client.restore_login(session.user_id, session.device_id, session.token)
        except LocalProtocolError as error:
            raise ChannelError(f"matrix: the key store cannot be opened: {error}") from error
        return client

    async def _sign(self, client: AsyncClient) -> None:
        report = await sign_device(client, self.vault, self.credentials.password or None)
        if report.state in (SigningState.FOREIGN, SigningState.REFUSED):
            log.warning("matrix: our device is not signed: %s", report)
            self.news.append(f"unsigned:{report.state.value}")

    async def _display_name(self) -> str:
        try:
            told = await self.server.get(path("profile", self.user, "displayname"))
        except ServerError:
            return ""
        name = told.get("displayname")
        return name if isinstance(name, str) else ""


def _base(host: str) -> str:
    """The address of a server that is written with its scheme; else empty, and to be discovered."""
    return host.rstrip("/") if host.startswith(("http://", "https://")) else ""


async def discover(host: str) -> str:
    """Where the homeserver of a domain is: its well-known file, else the domain itself (spec: discovery)."""
    asked = Server(f"https://{host}")
    try:
        told = await asked.get("/.well-known/matrix/client")
        base = told["m.homeserver"]["base_url"]
        if isinstance(base, str) and base.startswith(("https://", "http://")):
            return base.rstrip("/")
    except (ChannelError, KeyError, TypeError):
        log.info("matrix: no well-known file at %s: the server is taken to be there", host)
    finally:
        await asked.close()
    return f"https://{host}"
