"""What the house itself holds on people, and how it lets go of it."""

from __future__ import annotations

from bot.personal.holdings.archive import Archive
from bot.personal.holdings.conversations import Conversations
from bot.personal.holdings.inbox import Received
from bot.personal.holdings.outbox import Sent
from bot.personal.holdings.people import Directory
from bot.protocols import DataOwner, Holding
from bot.work import Work

# Who somebody is comes last: the others ask for their addresses.
OWNERS: tuple[DataOwner, ...] = (Conversations(), Archive(), Sent(), Received(), Directory())
# Tables that say nothing of a person; a name in one of their texts is found by the sweep.
OF_NOBODY = frozenset(
    {
        "cursors",  # how far mailboxes and rooms were read
        "facts",  # counts
        "imported",  # hashes
        "memberships",
        "mentions",
        "meta",
        "places",
        "seats",
        "territories",
        "threads",  # subjects; their messages are the archive's
    }
)


async def everything(work: Work, person_id: int) -> list[Holding]:
    """All that is held on a person, of every owner; kinds without anything are left out."""
    found: list[Holding] = []
    for owner in work.house.contributions.owners:
        found += [one for one in await owner.holdings(work, person_id) if one.rows]
    return found


__all__ = ["OF_NOBODY", "OWNERS", "everything"]
