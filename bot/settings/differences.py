"""What an installation changed: for the log at start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from bot.settings import problems
from bot.settings.model import Settings


def differences(settings: Settings) -> list[str]:
    """What differs from the defaults, one line a setting, without secrets and without people: for the log."""
    return list(_differences(settings, Settings(), ""))


def _differences(given: BaseModel, default: BaseModel | None, prefix: str) -> Iterator[str]:
    for name in type(given).model_fields:
        value, usual = getattr(given, name), getattr(default, name, None)
        if isinstance(value, BaseModel):
            yield from _differences(value, usual, f"{prefix}{name}.")
        elif isinstance(value, dict):
            for key, entry in value.items():
                if isinstance(entry, BaseModel):
                    yield from _differences(entry, None, f"{prefix}{name}.{key}.")
                elif not isinstance(usual, dict) or usual.get(key) != entry:
                    yield f"{prefix}{name}.{key} = {problems.show(entry)}"
        elif value != usual and not _same_path(value, usual):
            shown = f"{len(value)} personne(s)" if name == "members" else problems.show(_plain(value))
            yield f"{prefix}{name} = {shown}"


def _same_path(value: object, usual: object) -> bool:
    """Loaded paths are absolute: one that ends like its default is the default."""
    return (
        isinstance(value, Path)
        and isinstance(usual, Path)
        and value.parts[-len(usual.parts) :] == usual.parts
    )


def _plain(value: object) -> object:
    return value.strftime("%H:%M") if isinstance(value, dt.time) else value
