"""What has a beginning and an end, and who ended it."""

from __future__ import annotations

import datetime as dt

from bot.store.people_tables import Referent, RoleRow, Seat, Source

Lasting = RoleRow | Seat | Referent


def is_current(row: Lasting, now: dt.datetime) -> bool:
    """Whether it has not ended."""
    return row.until is None or row.until > now


def is_gone(row: Lasting, now: dt.datetime) -> bool:
    """Whether it ended because the settings no longer said it, so that they may begin it anew.

    What another source began or ended has that source.
    """
    return not is_current(row, now) and row.source == Source.SETTINGS.value
