"""Our account on the homeserver: found, logged in once and for ever as one device, with its keys."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.channels.matrix.fields import fields, text
from bot.channels.matrix.heard import Heard
from bot.channels.matrix.keystore import has_keys, load_keys
from bot.channels.matrix.sealing import KeysRefused, Sealing
from bot.channels.matrix.server import Revoked, Server, ServerError, path
from bot.channels.matrix.signing import SigningState, sign_device
from bot.channels.matrix.vault import Session, Vault
from bot.errors import ChannelError, LoginRefused

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Credentials:
    """What an administrator gives: where, who, and a password or a token."""

    host: str
    user: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    device: str = "Navette"


class _OtherDevice(Exception):
    """Our device is of no use any more; the text is the code that ``Account.news`` tells."""


class Account:
    """One session.  ``open`` before anything else; ``close`` lets go of connections and keys.

    ``news`` is what coordination should know, as codes:

    - ``new_device:lost_keys``: the keys of our device were gone; what was said to it meanwhile is lost.
    - ``new_device:stale_keys``: an older copy of them was put back, which fits no more.
    - ``new_device:revoked``: somebody ended our session.
    - ``new_device:unsignable``: the server holds our device for another one.
    - ``new_device:token``: another token was given.
    - ``unsigned:foreign``: somebody gave our account a cryptographic identity; it has to sign our device.
    - ``unsigned:refused``: the server does not let us sign our device.

    Unsigned, strict clients neither read us nor write to us.
    """

    def __init__(self, credentials: Credentials, folder: Path) -> None:
        self.credentials, self.vault = credentials, Vault(folder)
        self.server = Server(_base(credentials.host))
        self.session: Session | None = None
        self.sealing: Sealing | None = None
        self.name = ""  # our display name
        self.news: list[str] = []

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
        if session is not None and not self._is_of_user(session.user_id):
            raise LoginRefused(
                f"Le dossier « {self.vault.folder} » garde la session de {session.user_id} : "
                f"donnez un autre dossier à {self.credentials.user}, ou videz celui-ci."
            )
        try:
            await self._take_up(await self._known(session) if session else await self._log_in())
        except _OtherDevice as why:
            new = await self._replace_device(str(why))
            try:
                await self._take_up(new)
            except _OtherDevice as again:
                raise ChannelError(f"matrix: a new device is of no use either: {again}") from None
        self.name = await self._display_name()

    async def close(self) -> None:
        """Let go of connections, keys and the folder; never raises."""
        await self._let_go()
        await self.server.close()
        self.vault.unlock()

    async def _let_go(self) -> None:
        if self.sealing is not None:
            await self.sealing.client.close()
            self.sealing.close()
            self.sealing = None

    def _is_of_user(self, user_id: str) -> bool:
        wanted = self.credentials.user.lower()
        return not wanted or wanted == user_id.lower() or user_id.lower().startswith(f"@{wanted}:")

    async def _known(self, session: Session) -> Session:
        """The session that we kept, if the server still knows it.  Raises _OtherDevice, LoginRefused."""
        token = self.credentials.token
        if token and token != session.token:
            told = await self._by_token()
            if told["device_id"] != session.device_id:
                raise _OtherDevice("token")
            session = self._keep(told)
        self.server.token = session.token
        if not has_keys(self.vault, session):
            # The server holds keys of this device that nobody has any more: only another one helps.
            raise _OtherDevice("lost_keys")
        try:
            await self.server.get(path("account", "whoami"))
        except Revoked as gone:
            if self.credentials.token:
                raise
            if gone.soft:
                return await self._log_in(session.device_id)
            raise _OtherDevice("revoked") from None
        return session

    async def _replace_device(self, why: str) -> Session:
        """The session of a new device; the one that we have is given up, here and on the server.

        Raises LoginRefused when a person has to let us make one: then nothing is given up.
        """
        await self._let_go()
        old, given = self.vault.session(), self.credentials
        if old is not None and given.token and old.token == given.token:
            raise LoginRefused(
                f"L'appareil {old.device_id} du jeton ne peut plus servir ({why}) : "
                "donnez un jeton neuf, ou le mot de passe du compte à sa place."
            )
        new = await self._log_in()
        self.news.append(f"new_device:{why}")
        if old is not None:
            log.warning("matrix: the device %s is given up: %s", old.device_id, why)
            await self._end(old)
            self.vault.retire(old)
        return new

    async def _end(self, session: Session) -> None:
        """Let others encrypt no more for a device that is gone."""
        server = Server(self.server.base, session.token)
        try:
            await server.post(path("logout"), {})
        except ChannelError as error:
            log.info("matrix: the device %s stays on the server: %s", session.device_id, error)
        finally:
            await server.close()

    async def _log_in(self, device_id: str = "") -> Session:
        """A session by password or token.  Raises LoginRefused."""
        self.server.token = ""
        if self.credentials.token:
            told = await self._by_token()
            await self._has_no_keys(told["device_id"])
        elif self.credentials.password:
            told = await self._by_password(device_id)
        else:
            raise LoginRefused("Ni mot de passe ni jeton n'est donné pour le compte Matrix.")
        return self._keep(told)

    def _keep(self, told: dict[str, Any]) -> Session:
        session = Session(told["user_id"], told["device_id"], told["access_token"], self.server.base)
        self.vault.keep(session)
        return session

    async def _by_token(self) -> dict[str, Any]:
        self.server.token = self.credentials.token
        told = _complete(
            await self.server.get(path("account", "whoami")) | {"access_token": self.credentials.token}
        )
        if not self._is_of_user(told["user_id"]):
            raise LoginRefused(f"Le jeton est celui de {told['user_id']}, et non de {self.credentials.user}.")
        return told

    async def _has_no_keys(self, device_id: str) -> None:
        """The device of a token is ours alone: others would take our keys for somebody's attack."""
        user = text((await self.server.get(path("account", "whoami"))).get("user_id"))
        told = await self.server.post(path("keys", "query"), {"device_keys": {user: [device_id]}})
        if fields(fields(told.get("device_keys")).get(user)).get(device_id):
            raise LoginRefused(
                f"Le jeton est celui d'un appareil ({device_id}) dont un autre client a les clés : "
                "donnez un jeton neuf, ou le mot de passe du compte."
            )

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
            told = await self.server.post(path("login"), asked)
        except ServerError as error:
            if error.final:
                raise LoginRefused(str(error)) from None
            raise
        try:
            return _complete(told)
        except LoginRefused as odd:
            raise ChannelError(str(odd)) from None  # a proxy's nonsense: the password is none the worse

    async def _take_up(self, session: Session) -> None:
        """Load the keys of a session, and have the server show them, signed.  Raises _OtherDevice."""
        self.session, self.server.token = session, session.token
        heard = Heard(self.vault.store_path(session))
        try:
            client = load_keys(self.vault, session, self.server.base)
        except ChannelError:
            heard.close()
            raise
        self.sealing = Sealing(client, self.server, heard)
        try:
            await self.sealing.prepare()
        except KeysRefused as error:
            log.warning("matrix: %s", error)
            raise _OtherDevice("stale_keys") from None
        report = await sign_device(client, self.vault, self.credentials.password or None)
        if report.new_device:
            raise _OtherDevice("unsignable")
        if not report.trusted:
            log.warning("matrix: our device is not signed: %s", report.reason)
            foreign = report.state is SigningState.FOREIGN
            self.news.append("unsigned:foreign" if foreign else "unsigned:refused")

    async def _display_name(self) -> str:
        try:
            told = await self.server.get(path("profile", self.user, "displayname"))
        except ServerError:
            return ""
        name = told.get("displayname")
        return name if isinstance(name, str) else ""


def _complete(told: dict[str, Any]) -> dict[str, Any]:
    if not all(isinstance(told.get(key), str) for key in ("user_id", "device_id", "access_token")):
        raise LoginRefused("Le serveur ne donne pas de session complète (un jeton sans appareil ?).")
    return told


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
