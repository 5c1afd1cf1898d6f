"""A private Synapse: one listener on loopback, SQLite, no federation, no limits unless a test sets them."""

from __future__ import annotations

import json
import secrets
import tempfile
from pathlib import Path
from typing import Any

import aiohttp

from tests.servers import matrix_admin
from tests.servers.matrix_admin import Admin, MatrixUser, Oracle
from tests.servers.ports import HOST, free_port
from tests.servers.process import Process
from tests.servers.wait import until

SERVER_NAME = "salons.example"
_PYTHON = Path(__file__).parents[2] / ".venv-synapse/bin/python"
_MEMORY = Path("/dev/shm")


def make_matrix_folder(name: str, *, in_memory: bool = True) -> Path:
    """A new folder, in memory where the machine allows it: answers come sooner.  Who makes it removes it.

    It outlives the server's death, not the machine's.
    """
    where = _MEMORY if in_memory and _MEMORY.is_dir() else None
    return Path(tempfile.mkdtemp(prefix=f"navette-{name}-", dir=where))


class Synapse:
    """One instance in ``folder``; the port and the accounts stay through restarts."""

    server_name = SERVER_NAME

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.base_url = f"http://{HOST}:{self.port}"
        self._shared_secret = secrets.token_hex(16)
        self._admin: Admin | None = None
        path = folder / "homeserver.json"  # JSON is YAML
        path.write_text(json.dumps(_configuration(folder, self.port, self._shared_secret)))
        (folder / "log.json").write_text(json.dumps(_logging(folder)))
        # Not as another account: the environment may lie where only we may look.
        self._process = Process(
            [str(_PYTHON), "-m", "synapse.app.homeserver", "-c", str(path)],
            folder / "synapse.out",
            folder,
            unprivileged=False,
        )

    @property
    def admin(self) -> Admin:
        """The administrator's calls."""
        if self._admin is None:
            raise RuntimeError("Synapse was not started")
        return self._admin

    @property
    def oracle(self) -> Oracle:
        """What really is in its rooms."""
        return Oracle(self.admin)

    async def start(self) -> None:
        """Start it and return when it answers."""
        self._process.start()
        await until(self._answers, 60, "an answer of Synapse")
        if self._admin is None:
            account = await self._register(matrix_admin.invented_name("admin"), secrets.token_hex(8), True)
            self._admin = Admin(self.base_url, account["access_token"])

    async def stop(self) -> None:
        """Stop it in good order."""
        await self._process.stop()

    async def kill(self) -> None:
        """SIGKILL: connections are cut without a word, and nothing is written any more."""
        await self._process.kill()

    async def restart(self) -> None:
        """Stop and start, on the same data and port."""
        await self.stop()
        await self.start()

    async def ensure_running(self) -> None:
        """Start or resume it if it does not serve."""
        self._process.resume()
        if not self._process.alive:
            await self.kill()
            await self.start()

    def suspend(self) -> None:
        """From now on connections are accepted and nobody answers, until ``resume``."""
        self._process.suspend()

    def resume(self) -> None:
        """Answer again."""
        self._process.resume()

    def log(self) -> str:
        """What it has complained of so far."""
        return "".join(
            path.read_text(errors="replace")
            for path in (self.folder / "synapse.out", self.folder / "synapse.log")
            if path.exists()
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def register(self, localpart: str, password: str, *, admin: bool = False) -> MatrixUser:
        """Make an account.  Raises MatrixError when the name is taken."""
        account = await self._register(localpart, password, admin)
        # The account comes with a device, which would be one more to encrypt for.
        await matrix_admin.call(
            self.base_url, "POST", "/_matrix/client/v3/logout", account["access_token"], {}
        )
        return MatrixUser(account["user_id"], password)

    async def register_anybody(self, prefix: str = "u") -> MatrixUser:
        """An account whom no other test knows."""
        return await self.register(matrix_admin.invented_name(prefix), secrets.token_urlsafe(12))

    async def limit(self, user_id: str, per_second: int, burst: int) -> None:
        """From now on ``user_id`` gets 429 when sending more than that."""
        await self.admin.limit(user_id, per_second, burst)

    async def unlimit(self, user_id: str) -> None:
        """Take ``limit`` back."""
        await self.admin.unlimit(user_id)

    async def _register(self, localpart: str, password: str, admin: bool) -> dict[str, Any]:
        return await matrix_admin.register(self.base_url, self._shared_secret, localpart, password, admin)

    async def _answers(self) -> bool:
        if not self._process.alive:
            raise RuntimeError(f"Synapse has ended: {self.log()[-2000:]}")
        try:
            await matrix_admin.call(self.base_url, "GET", "/_matrix/client/versions")
        except (aiohttp.ClientError, TimeoutError):
            return False
        return True


def _configuration(folder: Path, port: int, shared_secret: str) -> dict[str, Any]:
    """Source: https://element-hq.github.io/synapse/latest/usage/configuration/config_documentation.html"""
    anything = {"per_second": 100_000, "burst_count": 100_000}
    return {
        "server_name": SERVER_NAME,
        "public_baseurl": f"http://{HOST}:{port}/",
        "pid_file": str(folder / "synapse.pid"),
        "signing_key_path": str(folder / "signing.key"),
        "log_config": str(folder / "log.json"),
        "media_store_path": str(folder / "media"),
        "listeners": [
            {
                "port": port,
                "type": "http",
                "bind_addresses": [HOST],
                "tls": False,
                "resources": [{"names": ["client"], "compress": False}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "registration_shared_secret": shared_secret,
        "macaroon_secret_key": secrets.token_hex(16),
        "form_secret": secrets.token_hex(16),
        "bcrypt_rounds": 4,
        "report_stats": False,
        "trusted_key_servers": [],
        "federation_domain_whitelist": [],
        "presence": {"enabled": False},
        "url_preview_enabled": False,
        "rc_message": anything,
        "rc_registration": anything,
        "rc_login": {"address": anything, "account": anything, "failed_attempts": anything},
        "rc_joins": {"local": anything, "remote": anything},
        "rc_joins_per_room": anything,
        "rc_invites": {"per_room": anything, "per_user": anything, "per_issuer": anything},
        "rc_room_creation": anything,
        "rc_key_requests": anything,
        "rc_media_create": anything,
        "rc_profile": anything,
        "rc_admin_redaction": anything,
    }


def _logging(folder: Path) -> dict[str, Any]:
    """Complaints only: what is logged of every request would slow it down."""
    return {
        "version": 1,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {
            "file": {
                "class": "logging.FileHandler",
                "filename": str(folder / "synapse.log"),
                "formatter": "plain",
            }
        },
        "root": {"level": "WARNING", "handlers": ["file"]},
        "disable_existing_loggers": False,
    }
