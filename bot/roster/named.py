"""The people whom the settings name, from the file itself and from a CSV beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from bot.errors import SettingsError
from bot.french.fold import fold
from bot.settings.model import PersonEntry, Settings

# French headings as spreadsheets have them, folded, and the field that each fills.
HEADINGS = {
    "cle": "key",
    "identifiant": "key",
    "nom": "name",
    "adresse": "addresses",
    "adresses": "addresses",
    "courriel": "addresses",
    "mail": "addresses",
    "e-mail": "addresses",
    "email": "addresses",
    "matrix": "chat",
    "messagerie": "chat",
    "lieu": "place",
    "structure": "place",
    "departement": "department",
    "membre": "member",
    "roles": "roles",
    "role": "roles",
}
MANY = ("addresses", "chat", "roles")
NO = ("non", "n", "0", "faux")


def entries(settings: Settings) -> list[PersonEntry]:
    """Everybody, the settings' own members first.  Raises SettingsError naming file and line."""
    return [*settings.people.members, *_from_file(settings.people.file)]


def _from_file(path: Path | None) -> Iterator[PersonEntry]:
    if path is None:
        return
    try:
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"[people] file : {path} ne se lit pas ({error.strerror})") from error
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    rows = csv.DictReader(io.StringIO(text), delimiter=separator)
    fields = {heading: HEADINGS.get(fold(heading).strip()) for heading in rows.fieldnames or ()}
    if "name" not in fields.values():
        raise SettingsError(f"[people] file : {path} n'a pas de colonne « nom »")
    for number, row in enumerate(rows, start=2):
        values = {field: (row[heading] or "").strip() for heading, field in fields.items() if field}
        if any(values.values()):
            yield _entry(values, path, number)


def _decoded(raw: bytes) -> str:
    """The text of a file that a spreadsheet wrote: UTF-8, with or without its mark, or Windows-1252."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _entry(values: dict[str, str], path: Path, number: int) -> PersonEntry:
    fields: dict[str, object] = {name: value for name, value in values.items() if value}
    for name in MANY:
        fields[name] = [
            part.strip() for part in values.get(name, "").replace(",", " ").split() if part.strip()
        ]
    fields["member"] = fold(values.get("member", "")) not in NO
    fields.setdefault("key", fold(values.get("name", "")).replace(" ", "."))
    try:
        return PersonEntry.model_validate(fields)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise SettingsError(f"[people] file : {path}, ligne {number}, {where} : {problem['msg']}") from error
