"""Settings as they are written, in either language, to settings as they are checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.errors import SettingsError
from bot.settings import names, problems
from bot.settings.model import Settings

_Path = tuple[str | int, ...]


class Reading:
    """One reading of settings: the problems found, and the names under which things were written."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.written: dict[_Path, _Path] = {}

    def translate(
        self, section: Any, data: Mapping[str, Any], path: _Path, said: _Path | None = None
    ) -> dict[str, Any]:
        """``data`` with English keys; unknown and double ones become problems."""
        said = path if said is None else said
        result: dict[str, Any] = {}
        for word, value in data.items():
            name, here = names.english(section, word), (*said, word)
            if name is None:
                self.found.append(problems.unknown(Settings, section, here, value))
            elif name in result:
                self.found.append(problems.twice(section, here, name))
            else:
                self.written[(*path, name)] = here
                annotation = section.model_fields[name].annotation
                result[name] = self.value(annotation, value, (*path, name), here)
        return result

    def value(self, annotation: Any, value: Any, path: _Path, said: _Path) -> Any:
        """The value of a setting of this type, with English keys where it holds sections."""
        section, holder = names.inside(annotation)
        if section is None:
            return value
        if holder is dict and isinstance(value, Mapping):
            return {k: self.value(section, v, (*path, k), (*said, k)) for k, v in value.items()}
        if holder is list and isinstance(value, list):
            return [self.value(section, v, (*path, n), (*said, n)) for n, v in enumerate(value)]
        return (
            self.translate(section, value, path, said) if isinstance(value, Mapping) and not holder else value
        )

    def build(self, data: dict[str, Any], title: str, environ: Mapping[str, str]) -> Settings:
        """The checked settings, or SettingsError with every problem at once."""
        settings = None
        try:
            settings = Settings(**data)
        except ValidationError as error:
            self.found.extend(problems.sentences(error, Settings, self.written, environ))
        if settings is None or self.found:
            raise SettingsError("\n  ".join([f"{title} :", *self.found]))
        return settings


def resolve(key: str) -> tuple[str, ...]:
    """The English path of a dotted key, which may be French."""
    annotation: Any = Settings
    steps: list[str] = []
    for word in key.strip().split("."):
        section, holder = names.inside(annotation)
        if holder is dict:
            steps.append(word)
            annotation = section
            continue
        name = names.english(section, word) if section is not None and holder is None else None
        if name is None or section is None:
            if section is None or holder is list:
                raise SettingsError(f"{key} : ce réglage n'existe pas.")
            raise SettingsError(problems.unknown(Settings, section, (*steps, word), None))
        steps.append(name)
        annotation = section.model_fields[name].annotation
    return tuple(steps)
