"""Places where somebody is reached, and whose they are.

They are addresses and chat ids in lower case and NFC: nothing else makes two spellings one, so what only
looks alike is never the same.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import merging, people
from bot.authority import Member
from bot.store.people_tables import Contact, Source

LONGEST = 254  # characters of an address (RFC 5321 §4.5.3.1.3), or of a chat id
ADDRESS = re.compile(
    r"[a-z0-9#$&'*+/=?^_{|}~-]+(?:\.[a-z0-9#$&'*+/=?^_{|}~-]+)*"
    r"@(?:(?!xn--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?!xn--)[a-z][a-z0-9-]*[a-z0-9]"
)
CHAT = re.compile(
    r"@[a-z0-9._=/+-]+:(?:(?!xn--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*(?!xn--)[a-z0-9][a-z0-9-]*(?::\d{1,5})?"
)


@dataclass(frozen=True)
class End:
    """A place where somebody is reached: an address, or a chat id."""

    channel: str  # mail, room
    value: str

    @property
    def is_plain(self) -> bool:
        """Whether it has the form that servers give.

        What has another (letters of other alphabets, routes, quotes, punycode) may look like somebody else's:
        no code goes there.
        """
        form = ADDRESS if self.channel == "mail" else CHAT
        return len(self.value) <= LONGEST and form.fullmatch(self.value) is not None


def end_of(channel: str, value: str) -> End:
    """The place of that spelling."""
    return End(channel, unicodedata.normalize("NFC", value.strip()).lower())


async def holder(session: AsyncSession, end: End, now: dt.datetime) -> Member | None:
    """Who has this place, as far as it was proven."""
    return await people.by_contact(session, end.channel, end.value, now)


async def contact(session: AsyncSession, end: End) -> Contact | None:
    """The row of this place, proven or not, whoever has it."""
    return await session.scalar(
        select(Contact).where(Contact.channel == end.channel, Contact.value == end.value)
    )


async def attach(session: AsyncSession, person_id: int, end: End, now: dt.datetime) -> Contact | None:
    """Give somebody a place that they proved; None when it is noted for somebody else already."""
    row = await contact(session, end)
    if row is not None and row.person_id == person_id:
        row.verified_at = row.verified_at or now
    elif row is not None and not is_given_up(row):
        return None
    else:
        await merging.disclaim(session, end.channel, end.value)
        rank = await _next_rank(session, person_id, end.channel)
        row = row or Contact(channel=end.channel, value=end.value, source=Source.CODE.value)
        row.person_id, row.rank, row.verified_at = person_id, rank, now
        session.add(row)
    await session.flush()
    return row


async def _next_rank(session: AsyncSession, person_id: int, channel: str) -> int:
    mine = (Contact.person_id == person_id) & (Contact.channel == channel)
    last = await session.scalar(select(func.max(Contact.rank)).where(mine))
    return 0 if last is None else last + 1


def is_given_up(row: Contact) -> bool:
    """Whether a place was taken from somebody, and stays so that the settings do not bring it back."""
    return row.source == Source.COMMAND.value and row.verified_at is None


async def give_up(session: AsyncSession, row: Contact) -> dict[str, Any]:
    """Take a place from who has it; returns what ``give_back`` needs."""
    data = {
        "channel": row.channel,
        "value": row.value,
        "rank": row.rank,
        "source": row.source,
        "verified_at": row.verified_at.isoformat() if row.verified_at is not None else None,
    }
    if row.source in (Source.SETTINGS.value, Source.COMMAND.value):
        row.source, row.verified_at = Source.COMMAND.value, None
    else:
        await session.delete(row)
    await session.flush()
    return data


async def give_back(session: AsyncSession, person_id: int, data: Mapping[str, Any]) -> bool:
    """Undo ``give_up``; False when somebody proved meanwhile that the place is theirs."""
    row = await contact(session, End(data["channel"], data["value"]))
    if row is not None and not is_given_up(row):
        return False
    if row is None:
        row = Contact(channel=data["channel"], value=data["value"], person_id=person_id)
        session.add(row)
    at = data["verified_at"]
    row.person_id, row.rank, row.source = person_id, data["rank"], data["source"]
    row.verified_at = None if at is None else dt.datetime.fromisoformat(at)
    await session.flush()
    return True


async def verified(session: AsyncSession, person_id: int) -> list[Contact]:
    """Where somebody is known to be, in the order in which we would write there."""
    rows = await session.scalars(
        select(Contact)
        .where(Contact.person_id == person_id, Contact.verified_at.is_not(None))
        .order_by(Contact.rank, Contact.id)
    )
    return list(rows)
