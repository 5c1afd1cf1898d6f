"""``python -m tests.bench.sender PORT PEOPLE FOLDER``: one recap to so many people, measured from inside."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select

from bot import outbox, resources
from bot.channels.base import Envelope, Outcome
from bot.channels.smtp import SmtpTransport
from bot.clock import SystemClock
from bot.delivery import Delivery
from bot.outbox import Content, Destination, Sender, Terms
from bot.render import Renderer, shared_values
from bot.settings import load
from bot.store import lifecycle
from bot.store.engine import Store
from bot.store.tables import Doubt, Klass, OutboxRow, OutboxState
from bot.work import House

CONNECTIONS = 10
# A recap of a dozen exchanges, as text and as HTML.
ENTRY = (
    "La commune de Lisière a répondu au dossier du préau : {n} pièces manquent encore, et le collectif "
    "cherche deux personnes pour les réunir avant vendredi.\nhttps://www.lisieres.example/preau/{n}\n\n"
)
TEXT = "Le récap de la semaine\n\n" + "".join(f"{n}. {ENTRY.format(n=n)}" for n in range(1, 13))
HTML = "<h1>Le récap de la semaine</h1>" + "".join(f"<p>{ENTRY.format(n=n)}</p>" for n in range(1, 13))


class Counting(SmtpTransport):
    """Knows the size of the last mail that it sent."""

    size = 0

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        """Send them."""
        self.size = len(batch[-1].data)
        return await super().send(batch)


async def send(port: int, people: int, folder: Path) -> dict[str, float]:
    """Write the rows, send them all, and count those that are marked as sent."""
    (folder / "navette.toml").write_text("[gates]\nshadow = false\n", "utf-8")
    settings = load(folder / "navette.toml")
    clock, store = SystemClock(), Store(folder / "base.sqlite3")
    await lifecycle.prepare(store, clock.now())
    values = shared_values(settings.network.name, settings.bot.name, settings.bot.address, "!")
    house = House(settings, Renderer(resources.templates(), settings.network.zone, values), has_rooms=False)
    transport = Counting("127.0.0.1", port, tls="none", width=CONNECTIONS)
    delivery = Delivery(house, store, clock, transport)
    begun = time.perf_counter()
    to = [Destination("mail", f"personne{number}@membres.example") for number in range(people)]
    async with store.write() as session:
        body = await outbox.add_body(session, Content(TEXT, HTML, "Le récap de la semaine du préau"))
        sender = Sender(clock.now(), "lisieres.example", 2)
        terms = Terms(klass=Klass.NEWS, doubt=Doubt.DROP, planned=True)
        await outbox.enqueue_many(session, sender, "recap:2026-W47", to, body, terms)
    del to
    await delivery.step()
    seconds = time.perf_counter() - begun
    async with store.read() as session:
        sent = await session.scalar(
            select(func.count()).where(OutboxRow.state == OutboxState.SENT.value, OutboxRow.hash != "")
        )
    await transport.close()
    await store.close()
    if sent != people:
        raise RuntimeError(f"{people} people, {sent} rows sent")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mb": peak, "connections": CONNECTIONS, "bytes": transport.size}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(send(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))))
