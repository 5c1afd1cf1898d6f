"""What coordination set at run time: it wins over the file's settings, from the moment it was said."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings.model import Digest, Settings
from bot.store import meta

SINCE, SKIPPED = "since", "skipped"


class SteeredDigest(Digest):
    """The recap's settings with what was set since.

    ``since``: when; nothing falls due for having been due earlier, had it been set then.  ``skipped``: the
    ISO weeks in which coordination wants no recap.
    """

    since: dt.datetime | None = None
    skipped: tuple[str, ...] = ()


async def effective(session: AsyncSession, settings: Settings) -> Settings:
    """The settings as they are now: one look by primary key, and nothing to read where nothing was set."""
    kept = await meta.get(session, meta.RECAP_PLAN)
    return settings if kept is None else steered(settings, json.loads(kept))


def steered(settings: Settings, kept: Mapping[str, Any]) -> Settings:
    """The settings with what is ``kept``: the fields of ``SteeredDigest`` that differ, as JSON has them."""
    fields = {name: getattr(settings.digest, name) for name in Digest.model_fields}
    return settings.model_copy(update={"digest": SteeredDigest.model_validate({**fields, **kept})})


def since(settings: Settings) -> dt.datetime | None:
    """From when on the recap's schedule is what it is; None: it was never changed."""
    return settings.digest.since if isinstance(settings.digest, SteeredDigest) else None


def skipped(settings: Settings) -> tuple[str, ...]:
    """The ISO weeks in which coordination wants no recap."""
    return settings.digest.skipped if isinstance(settings.digest, SteeredDigest) else ()
