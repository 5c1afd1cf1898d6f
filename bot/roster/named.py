"""The people whom the settings name, from the file itself and from a spreadsheet beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from bot.errors import SettingsError
from bot.roster import lines
from bot.roster.cells import key_of
from bot.roster.known import place_name
from bot.roster.sheet import SheetError
from bot.settings.model import PersonEntry, Settings


def entries(settings: Settings) -> list[PersonEntry]:
    """Everybody, the settings' own members first.  Raises SettingsError naming file and line."""
    path = settings.people.file
    if path is None:
        return list(settings.people.members)
    found = [*settings.people.members, *_from_file(path, settings)]
    _refuse_doubles(found, path)
    keys = {entry.key for entry in found}
    for key, territory in settings.territories.items():
        for referent in territory.referents:
            if ":" not in referent and referent not in keys:
                where = f"[territories.{key}] referents"
                raise SettingsError(f"{where} : il n'y a pas de personne « {referent} ».")
    return found


def _from_file(path: Path, settings: Settings) -> Iterator[PersonEntry]:
    where = f"[people] file : {path}"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{where} ne se lit pas ({error.strerror})") from error
    try:
        table = lines.read(raw, settings)
    except SheetError as error:
        raise SettingsError(f"{where} : {error}") from error
    places = {place_name(one.name): key for key, one in settings.places.items()}
    places |= {place_name(key): key for key in settings.places}
    for line in table.lines:
        at = f"{where}, ligne {line.number}"
        if line.doubts:
            raise SettingsError(f"{at}, {line.doubts[0]} : ce n'est pas compris")
        if not line.name:
            raise SettingsError(f"{at} : il y manque un nom")
        called = place_name(line.place)
        if called and not settings.places:
            places.setdefault(called, line.place)  # as it was first spelled
        if called and called not in places:
            raise SettingsError(f"{at} : il n'y a pas de lieu « {line.place} »")
        yield _entry(line, places.get(called, ""), at)


def _entry(line: lines.Line, place: str, at: str) -> PersonEntry:
    try:
        return PersonEntry(
            key=line.key or key_of(line.name),
            name=line.name,
            addresses=line.addresses,
            chat=line.chats,
            place=place,
            department=line.department,
            town=line.town,
            member=line.status != "newcomer",
            status="partner" if line.status == "partner" else "",
            language="en" if line.language == "en" else "fr" if line.language == "fr" else "",
            roles=line.roles,
        )
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(part) for part in problem["loc"])
        raise SettingsError(f"{at}, {field} : {problem['msg']}") from error


def _refuse_doubles(found: list[PersonEntry], path: Path) -> None:
    owners: dict[str, str] = {}
    for entry in found:
        values = [entry.key, *(one.casefold() for one in (*entry.addresses, *entry.chat))]
        for value in values:
            if value in owners:
                both = f"{owners[value]} et {entry.name}"
                raise SettingsError(f"[people] file : {path} : « {value} » désigne deux personnes ({both})")
        owners |= dict.fromkeys(values, entry.name)
