"""The file, the environment and what is set by hand, merged into one ``Settings``, or one clear refusal."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError

from bot import resources
from bot.errors import SettingsError
from bot.settings import environment, names, problems
from bot.settings.model import Settings
from bot.settings.types import Section

_Path = tuple[str | int, ...]
_S = TypeVar("_S", bound=BaseModel)

_SYNTAX = {
    "Invalid value": "valeur illisible ; un texte se met entre guillemets",
    "Expected '=' after": "il manque « = » après la clé",
    "Cannot overwrite": "la clé est écrite deux fois",
    "Cannot declare": "la section est écrite deux fois",
    "Expected newline": "il y a quelque chose de trop à la fin de la ligne",
    "Illegal character": "un guillemet n'est pas fermé, ou un caractère n'est pas permis",
    "Unterminated": "un guillemet n'est pas fermé",
    "Unclosed array": "un crochet n'est pas fermé",
}


def default_path() -> Path:
    """``NAVETTE_CONFIG``, else ``config/navette.toml`` of the current folder, else the one delivered."""
    if named := os.environ.get(environment.CONFIG):
        return Path(named)
    here = Path("config/navette.toml")
    return here if here.is_file() else resources.config() / "navette.toml"


def load(path: Path | None = None, overrides: Mapping[str, object] | None = None) -> Settings:
    """The settings of a file, corrected by the environment, then by ``overrides`` (dotted keys).

    Keys may be English or French, at every level.  Relative paths in the file are relative to the
    folder that holds its ``config/`` folder, or to the file's own folder when that is not called so
    (of an installed wheel, which nobody writes in: to what it contains, else the current folder).
    Raises SettingsError, whose text has one sentence a problem and never shows a secret.
    """
    path = path or default_path()
    reading = _Reading()
    data = reading.translate(Settings, _parse(path), ())
    reading.found.extend(environment.problems(Settings, os.environ))
    if not reading.found:
        data = _merge(data, reading.translate(Settings, environment.read(Settings), ()))
    for key, value in (overrides or {}).items():
        _put(data, _resolve(key), value)
    settings = reading.build(data, f"Réglages à corriger dans {path}")
    return _anchored(settings, path.resolve())


def override(settings: Settings, key: str, value: object) -> Settings:
    """The same settings with one changed.  ``key`` is dotted, in either language.

    A text is read as TOML where the setting is not itself a text, and as plain words otherwise.
    Raises SettingsError.
    """
    steps = _resolve(key)
    annotation = names.annotation_at(Settings, steps)
    if isinstance(value, str):
        value = _read_value(value, annotation)
    data = settings.model_dump()
    reading = _Reading()
    section, _ = names.inside(annotation)
    if section is not None and isinstance(value, Mapping):
        value = reading.translate(section, value, steps) if names.inside(annotation)[1] is None else value
    _put(data, steps, value)
    return reading.build(data, f"Réglage refusé : {key}", environ={})


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
                yield from _differences(entry, None, f"{prefix}{name}.{key}.")
        elif value != usual and not _same_path(value, usual):
            shown = f"{len(value)} entrées" if name == "members" else problems.show(_plain(value))
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


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path} : ce fichier de réglages n'existe pas.") from None
    except OSError as error:
        raise SettingsError(f"{path} : ce fichier ne peut pas être lu ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} : ce fichier n'est pas en UTF-8 (octet {error.start + 1}).") from None
    except tomllib.TOMLDecodeError as error:
        text = str(error)
        where = text[text.rfind("(") :].strip("()").replace("at line", "ligne").replace("column", "colonne")
        where = where.replace("at end of document", "à la fin du fichier")
        why = next(
            (ours for theirs, ours in _SYNTAX.items() if text.startswith(theirs)), "écriture TOML incorrecte"
        )
        # ``from None``: the parser's own text could quote a secret.
        raise SettingsError(f"{path}, {where} : {why}.") from None


class _Reading:
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
                result[name] = self._value(annotation, value, (*path, name), here)
        return result

    def _value(self, annotation: Any, value: Any, path: _Path, said: _Path) -> Any:
        section, holder = names.inside(annotation)
        if section is None:
            return value
        if holder is dict and isinstance(value, Mapping):
            return {k: self._value(section, v, (*path, k), (*said, k)) for k, v in value.items()}
        if holder is list and isinstance(value, list):
            return [self._value(section, v, (*path, n), (*said, n)) for n, v in enumerate(value)]
        return (
            self.translate(section, value, path, said) if isinstance(value, Mapping) and not holder else value
        )

    def build(self, data: dict[str, Any], title: str, environ: Mapping[str, str] | None = None) -> Settings:
        """The checked settings, or every problem at once."""
        settings = None
        try:
            settings = Settings(**data)
        except ValidationError as error:
            told = problems.sentences(
                error, Settings, self.written, os.environ if environ is None else environ
            )
            self.found.extend(told)
        if settings is None or self.found:
            raise SettingsError("\n  ".join([f"{title} :", *self.found]))
        return settings


def _merge(under: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _resolve(key: str) -> tuple[str, ...]:
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


def _put(data: dict[str, Any], steps: tuple[str, ...], value: object) -> None:
    for step in steps[:-1]:
        data = data.setdefault(step, {})
    data[steps[-1]] = value


def _read_value(text: str, annotation: Any) -> object:
    try:
        value = tomllib.loads(f"value = {text.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        return text.strip()
    section, _ = names.inside(annotation)
    textual = (
        section is None and get_origin(annotation) is None and annotation not in (int, float, bool, dt.time)
    )
    # "12" is a fine name: only a quoted text is unwrapped where a text is wanted.
    return text.strip() if textual and not isinstance(value, str) else value


def _anchored(settings: Settings, path: Path) -> Settings:
    """The settings with absolute paths."""
    delivered = resources.in_wheel() and path.is_relative_to(resources.root())
    home = path.parent.parent if path.parent.name == "config" else path.parent

    def anchor(value: Path) -> Path:
        value = value.expanduser()
        if delivered and not (home / value).exists():
            return Path.cwd() / value
        return home / value

    def walk(section: _S) -> _S:
        changed: dict[str, object] = {}
        for name in type(section).model_fields:
            value = getattr(section, name)
            if isinstance(value, Path):
                changed[name] = anchor(value)
            elif isinstance(value, Section):
                changed[name] = walk(value)
        return section.model_copy(update=changed)

    return walk(settings)
