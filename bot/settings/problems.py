"""What is wrong with settings, one French sentence a problem: where, what was found, what was expected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from bot.settings import names
from bot.settings.environment import variable_of

HIDDEN = "***"
_Path = tuple[str | int, ...]
_LONGEST = 60

_EXPECTED = {
    "missing": "ce réglage est obligatoire",
    "string_type": "un texte entre guillemets",
    "string_too_short": "au moins {min_length} caractère",
    "string_too_long": "au plus {max_length} caractères",
    "string_pattern_mismatch": "des minuscules, des chiffres, et « . », « _ » ou « - » à l'intérieur",
    "int_type": "un nombre entier",
    "int_parsing": "un nombre entier",
    "int_from_float": "un nombre entier",
    "float_type": "un nombre",
    "float_parsing": "un nombre",
    "bool_type": "true ou false",
    "bool_parsing": "true ou false",
    "time_type": "une heure, comme 09:00",
    "time_parsing": "une heure, comme 09:00",
    "path_type": "un chemin entre guillemets",
    "list_type": "une liste entre crochets",
    "dict_type": "une section",
    "model_type": "une section",
    "model_attributes_type": "une section",
    "greater_than": "un nombre plus grand que {gt}",
    "greater_than_equal": "un nombre d'au moins {ge}",
    "less_than": "un nombre plus petit que {lt}",
    "less_than_equal": "un nombre d'au plus {le}",
    "literal_error": "une de ces valeurs : {expected}",
}


def show(value: object) -> str:
    """A value as the file would write it, shortened."""
    if isinstance(value, SecretStr):
        return HIDDEN
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def place(path: _Path) -> str:
    """Where a setting stands, as the file writes it: ``[digest] time``, ``[[people.members]] n° 3, name``."""
    at = next((at for at, step in enumerate(path) if isinstance(step, int)), len(path))
    inner = path[at + 1 :]
    if inner and at < len(path):
        return f"[[{_dotted(path[:at])}]] n° {int(path[at]) + 1}, {_numbered(inner)}"
    *table, key = path[:at]
    where = f"[{_dotted(table)}] " if table else ""
    return where + _numbered((key, *path[at:]))


def _dotted(steps: Iterable[str | int]) -> str:
    return ".".join(map(str, steps))


def _numbered(steps: _Path) -> str:
    text = str(steps[0])
    for step in steps[1:]:
        text += f" n° {step + 1}" if isinstance(step, int) else f".{step}"
    return text


def unknown(root: names.SectionType, section: Any, path: _Path, value: object) -> str:
    """The sentence for a key that does not exist."""
    word = str(path[-1])
    if isinstance(value, Mapping):
        found = "une section"
    else:
        found = HIDDEN if names.is_secret(section, word) else show(value)
    close = names.near(section, word)
    if close:
        hint = "vouliez-vous dire " + ", ou ".join(_both(section, name) for name in close) + " ?"
    elif other := names.elsewhere(root, word):
        hint = f"vouliez-vous dire « {other} » ?"
    else:
        hint = "clés possibles : " + ", ".join(section.model_fields) + "."
    return f"{place(path)} : clé inconnue (valeur trouvée : {found}) ; {hint}"


def twice(section: Any, path: _Path, name: str) -> str:
    """The sentence for a setting that is given under both its names."""
    return f"{place(path)} : {_both(section, name)} sont deux noms du même réglage ; n'en gardez qu'un."


def sentences(
    error: ValidationError,
    root: names.SectionType,
    written: Mapping[_Path, _Path],
    environ: Mapping[str, str],
) -> Iterator[str]:
    """One sentence for each thing that pydantic refused, at the names under which it was ``written``."""
    for detail in error.errors():
        if not detail["loc"]:
            yield from str(detail["ctx"]["error"]).split("\n")
        else:
            yield _sentence(detail, root, written, environ)


def _sentence(
    detail: ErrorDetails,
    root: names.SectionType,
    written: Mapping[_Path, _Path],
    environ: Mapping[str, str],
) -> str:
    location = detail["loc"]
    where = variable_of(location, environ) or place(_as_written(location, written))
    if detail["type"] == "missing":
        return f"{where} : {_EXPECTED['missing']}."
    context = {**detail.get("ctx", {})}
    if detail["type"] == "value_error":
        expected = str(context["error"])
    else:
        context["expected"] = str(context.get("expected", "")).replace("'", '"').replace(" or ", " ou ")
        expected = _EXPECTED.get(detail["type"], detail["type"]).format(**context)
    annotation = names.annotation_at(root, location)
    found = HIDDEN if annotation is None or names.holds_secret(annotation) else show(detail["input"])
    return f"{where} : valeur trouvée : {found} ; valeur attendue : {expected}."


def _as_written(location: _Path, written: Mapping[_Path, _Path]) -> _Path:
    for end in range(len(location), 0, -1):
        if location[:end] in written:
            return (*written[location[:end]], *location[end:])
    return location


def _both(section: Any, name: str) -> str:
    other = names.french(section, name)
    return f"« {name} »" if other == name else f"« {other} » / « {name} »"
