"""The names of settings: English, French, and nearly right."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr

from bot.settings.types import FRENCH

SectionType = type[BaseModel]
_SOUNDS_SECRET = re.compile(r"pass|secret|token|jeton|mot_de|cle_|key", re.I)


def french(section: SectionType, name: str) -> str:
    """The French name of a field."""
    extra = section.model_fields[name].json_schema_extra
    return str(extra[FRENCH]) if isinstance(extra, dict) else name


def english(section: SectionType, word: str) -> str | None:
    """The field that ``word`` names, in either language."""
    for name in section.model_fields:
        if word in (name, french(section, name)):
            return name
    return None


def near(section: SectionType, word: str) -> list[str]:
    """The fields whose English or French name looks like ``word``, best first."""
    names = {}
    for name in section.model_fields:
        names[_fold(name)] = name
        names[_fold(french(section, name))] = name
    close = difflib.get_close_matches(_fold(word), names, n=3, cutoff=0.65)
    return list(dict.fromkeys(names[found] for found in close))


def elsewhere(root: SectionType, word: str) -> str | None:
    """The dotted path of a setting of that very name in some other section."""
    for path, section in sections(root):
        if name := english(section, word):
            return ".".join((*path, name))
    return None


def sections(root: SectionType, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], SectionType]]:
    """Every section that has a fixed place, from the top."""
    yield path, root
    for name, field in root.model_fields.items():
        section, holder = inside(field.annotation)
        if section is not None and holder is None:
            yield from sections(section, (*path, name))


def inside(annotation: Any) -> tuple[SectionType | None, type | None]:
    """The section in a value of this type, and what holds it: nothing, ``dict`` or ``list``."""
    origin = get_origin(annotation)
    if origin in (dict, list):
        held = get_args(annotation)[-1]
        return (held, origin) if _is_section(held) else (None, None)
    return (annotation, None) if _is_section(annotation) else (None, None)


def annotation_at(root: SectionType, path: tuple[str | int, ...]) -> Any:
    """The type of the setting at a path of English names; None where there is no such setting."""
    annotation: Any = root
    for step in path:
        origin = get_origin(annotation)
        if origin is dict or (origin is list and isinstance(step, int)):
            annotation = get_args(annotation)[-1]
        elif _is_section(annotation) and step in annotation.model_fields:
            annotation = annotation.model_fields[step].annotation
        else:
            return None
    return annotation


def is_secret(section: SectionType, word: str) -> bool:
    """Whether the value at that key must never be shown, be it a setting of ours or a misspelt one."""
    name = english(section, word)
    if name is not None:
        return holds_secret(section.model_fields[name].annotation)
    return holds_secret(section, deep=False) or _SOUNDS_SECRET.search(word) is not None


def holds_secret(annotation: Any, deep: bool = True) -> bool:
    """Whether a value of this type may contain a secret."""
    if annotation is SecretStr:
        return True
    section, _ = inside(annotation)
    if section is None:
        return False
    fields = section.model_fields.values()
    return any(holds_secret(f.annotation) if deep else f.annotation is SecretStr for f in fields)


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _fold(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold().replace("-", "_"))
    return "".join(c for c in letters if not unicodedata.combining(c))
