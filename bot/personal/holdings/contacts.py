"""By what a person is known in rows that have no number of theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings.model import Settings
from bot.store.people_tables import Contact, Person


async def values_of(session: AsyncSession, person_id: int) -> list[str]:
    """Every address and chat id of a person, verified or not."""
    return list(await session.scalars(select(Contact.value).where(Contact.person_id == person_id)))


async def key_of(session: AsyncSession, person_id: int) -> str:
    """What the network calls a person."""
    return (await session.scalars(select(Person.key).where(Person.id == person_id))).one()


def as_json(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """A row as JSON has it, without what is empty."""
    return {name: _plain(value) for name, value in row._mapping.items() if value not in (None, "", [])}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def is_reserved(settings: Settings, circle: str) -> bool:
    """Whether what a circle says stays in it."""
    found = settings.circles.get(circle)
    return found is not None and found.reserved


def counted(groups: Mapping[str, int], name: str) -> list[dict[str, Any]]:
    """What is told by its number alone."""
    return [{name: key, "number": number} for key, number in sorted(groups.items())]
