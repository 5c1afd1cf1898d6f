"""Our SMTP server in a process of its own: it outlives the bot under test, and what it accepted stays."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from tests.servers.certificate import Certificate
from tests.servers.ledger import Accepted, Ledger
from tests.servers.orders import Fault, Orders
from tests.servers.ports import HOST, free_port, listening
from tests.servers.process import Process

_ROOT = Path(__file__).resolve().parents[2]


class Relay:
    """One instance in ``folder``.  ``port`` offers STARTTLS, ``tls_port`` is TLS from the first byte.

    It takes mail from anybody to anybody, until it is told otherwise.
    """

    host = HOST

    def __init__(self, folder: Path, certificate: Certificate) -> None:
        self.folder = folder
        self.port, self.tls_port = free_port(), free_port()
        self._orders = Orders()
        self._orders.write(folder / "orders.json")
        self._ledger = Ledger(folder)
        self._passed_over = 0
        shutil.copy(certificate.path, folder / "cert.pem")
        shutil.copy(certificate.key, folder / "key.pem")
        program = [sys.executable, "-m", "tests.servers.relay_server", str(folder)]
        ports = [str(self.port), str(self.tls_port)]
        keys = [str(folder / "cert.pem"), str(folder / "key.pem")]
        self._process = Process(
            [*program, *ports, *keys],
            folder / "relay.out",
            folder,
            {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            # Another account might not be allowed to read this checkout.
            unprivileged=False,
        )

    async def start(self) -> None:
        """Start it and return when it takes connections.  What it accepted before stays."""
        self._process.start()
        await listening(self.port)

    async def stop(self) -> None:
        """Stop it; connections are then refused."""
        await self._process.stop()

    async def ensure_running(self) -> None:
        """Start it if it does not run."""
        if not self._process.alive:
            await self.start()

    def order(self, *faults: Fault) -> None:
        """Commit these faults from now on, instead of the former ones; without any, behave."""
        self._tell(replace(self._orders, faults=faults))

    def require_login(self, name: str, password: str) -> None:
        """Take mail only from whoever logs in so (AUTH is offered under TLS only)."""
        self._tell(replace(self._orders, login=(name, password)))

    def offer_starttls(self, offered: bool) -> None:
        """Whether STARTTLS is offered."""
        self._tell(replace(self._orders, starttls=offered))

    def route(self, domain: str, route: str) -> None:
        """Take mail to ``domain`` on: ``lmtp:PORT``, or ``sympa:FOLDER`` of an instance."""
        self._tell(replace(self._orders, routes={**self._orders.routes, domain: route}))

    def accepted(self, recipient: str | None = None) -> list[Accepted]:
        """What was accepted, in order; only for ``recipient`` when given.

        An oracle in another process reads the same by ``Ledger(relay.folder).read()``.
        """
        known = self._ledger.read()[self._passed_over :]
        return [each for each in known if recipient in (None, each.recipient)]

    def forget(self, *, keep_routes: bool = False) -> None:
        """Begin afresh for the next test: well-behaved, open to all, without routes, nothing accepted."""
        self._passed_over = len(self._ledger.read())
        self._tell(Orders(routes=self._orders.routes if keep_routes else {}))

    def log(self) -> str:
        """What it wrote to its standard error: a traceback is a defect of the relay."""
        return (self.folder / "relay.out").read_text(errors="replace")

    def _tell(self, orders: Orders) -> None:
        self._orders = orders
        orders.write(self.folder / "orders.json")
