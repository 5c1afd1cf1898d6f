"""Settings from the environment: ``NAVETTE_MAIL__INBOX__PASSWORD`` is ``[mail.inbox] password``.

pydantic-settings reads the values; it passes over names that it does not know, so those are found here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic_settings import EnvSettingsSource

from bot import failpoints
from bot.settings import names

if TYPE_CHECKING:
    from bot.settings.model import Settings

PREFIX = "NAVETTE_"
CONFIG = "NAVETTE_CONFIG"
OTHERS = (CONFIG, failpoints.VARIABLE)  # ours, but no settings
_BETWEEN = "__"


def variable_of(location: tuple[str | int, ...], environ: Mapping[str, str]) -> str | None:
    """The variable that gave the setting at ``location``, if one did."""
    given = {name.upper(): name for name in environ}
    for end in range(len(location), 0, -1):
        wanted = PREFIX + _BETWEEN.join(str(step).upper() for step in location[:end])
        if wanted in given:
            return given[wanted]
    return None


def read(root: type[Settings]) -> dict[str, Any]:
    """What the environment sets, nested as the file is.  Call it when ``problems`` found none."""
    return EnvSettingsSource(root)()


def problems(root: type[Settings], environ: Mapping[str, str]) -> Iterator[str]:
    """One sentence for each of our variables that names no setting, or cannot be read."""
    for name, value in environ.items():
        if not name.upper().startswith(PREFIX) or name.upper() in OTHERS:
            continue
        steps = tuple(name[len(PREFIX) :].lower().split(_BETWEEN))
        annotation = names.annotation_at(root, steps)
        if annotation is None:
            hint = _nearest(root, steps)
            yield f"{name} : variable d'environnement inconnue" + (
                f" ; vouliez-vous dire « {hint} » ?" if hint else "."
            )
        elif _needs_json(annotation) and not _is_json(value):
            yield f'{name} : cette variable doit contenir du JSON, comme ["help", "digest"].'


def _nearest(root: type[Settings], steps: tuple[str, ...]) -> str | None:
    path: list[str] = []
    annotation: Any = root
    for step in steps:
        section, holder = names.inside(annotation)
        if section is None or holder is list:
            return None
        if holder is dict:
            path.append(step)
            annotation = section
            continue
        name = names.english(section, step) or next(iter(names.near(section, step)), None)
        if name is None:
            return None
        path.append(name)
        annotation = section.model_fields[name].annotation
    return PREFIX + _BETWEEN.join(path).upper()


def _needs_json(annotation: Any) -> bool:
    section, _ = names.inside(annotation)
    return section is not None or getattr(annotation, "__origin__", None) in (list, dict)


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True
