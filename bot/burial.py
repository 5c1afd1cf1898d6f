"""What can never be sent: it is dead, and coordination is told, once a day for what says the same."""

from __future__ import annotations

import logging

from bot.outbox import note
from bot.store.tables import OutboxRow, OutboxState
from bot.work import Work

log = logging.getLogger(__name__)


async def bury(work: Work, row: OutboxRow, reason: str) -> None:
    """End a row that cannot be sent."""
    note(row, reason)
    row.state = OutboxState.DEAD.value
    mine = [place.recipient for place in await work.coordination_places(everywhere=True)]
    if row.recipient in mine:
        log.warning("outbox %s to coordination itself is dead: %s", row.id, row.reason)
        return
    await work.tell_coordination(
        f"dead:{row.body_id}:{work.now:%Y-%m-%d}",
        "gates.dead",
        {"recipient": row.recipient, "reason": row.reason, "row": row.id},
    )
