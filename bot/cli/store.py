"""What the commands share that look into the database or move a switch, beside a service that may run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.errors import StoreError

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.engine import Store


@asynccontextmanager
async def existing(settings: Settings) -> AsyncIterator[Store]:
    """The database as it is: neither made nor brought up to date.  Raises StoreError."""
    from sqlalchemy.exc import DatabaseError

    from bot.store.engine import Store

    path = settings.store.path
    if not path.exists():
        raise StoreError(f"La base « {path} » n'existe pas encore : lancez d'abord « navette run ».")
    store = Store(path, synchronous=settings.store.synchronous)
    try:
        yield store
    except DatabaseError as error:
        raise StoreError(f"La base « {path} » ne peut pas être utilisée ({error.orig}).") from error
    finally:
        await store.close()
