"""The file, the environment and what is set by hand, merged into one ``Settings``, or one clear refusal."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel

from bot import resources
from bot.errors import SettingsError
from bot.settings import environment, names
from bot.settings.model import Settings
from bot.settings.reading import Reading, resolve
from bot.settings.types import Section

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

    Keys may be English or French, at every level.  Relative paths start from the folder that
    holds the file's ``config/`` folder, or from the file's own folder when that is not called so (for
    the files of an installed wheel, where nobody writes: from its contents, else the current folder).
    Raises SettingsError, whose text has one sentence a problem and never shows a secret.
    """
    path = path or default_path()
    reading = Reading()
    data = reading.translate(Settings, _parse(path), ())
    environ: Mapping[str, str] = os.environ
    if refused := list(environment.problems(Settings, environ)):
        reading.found.extend(refused)
        environ = {}
    else:
        data = _merge(data, reading.translate(Settings, environment.read(Settings), ()))
    for key, value in (overrides or {}).items():
        _put(data, resolve(key), value)
    settings = reading.build(data, f"Réglages à corriger dans {path}", environ)
    return _anchored(settings, path.resolve())


def override(settings: Settings, key: str, value: object) -> Settings:
    """The same settings with one changed.  ``key`` is dotted, in either language.

    A text is read as TOML where the setting is not itself a text, and as plain words otherwise.
    Raises SettingsError.
    """
    steps = resolve(key)
    annotation = names.annotation_at(Settings, steps)
    if isinstance(value, str):
        value = _read_value(value, annotation)
    reading = Reading()
    data = settings.model_dump()
    _put(data, steps, reading.value(annotation, value, steps, steps))
    return reading.build(data, f"Réglage refusé, {key}", {})


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


def _merge(under: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


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
