"""Facts: append-only rows that handlers leave as they go, the sensors of the evaluation."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.tables import FactRow


def record(
    session: AsyncSession, at: dt.datetime, kind: str, *, circle: str = "", place: str = "", number: int = 1
) -> None:
    """Write down that ``kind`` happened (``digest.sent``, ``mail.post`` …), in the caller's transaction."""
    session.add(FactRow(at=at, kind=kind, circle=circle, place=place, number=number))
