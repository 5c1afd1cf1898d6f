"""A spreadsheet's rows as what each says of one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.roster import cells, headings, sheet
from bot.roster.roles import Circles
from bot.settings.model import Settings

LONGEST = 300  # characters of a cell: more is none of what we look for
SHOWN = 60
NAMES = ("given", "family", "name", "key", "circle", "member")  # « Na » is a name; « - » is a no


@dataclass
class Line:
    """What one row says; empty is what it does not say.  ``doubts``: what in it was not understood."""

    number: int
    key: str = ""
    name: str = ""
    addresses: list[str] = field(default_factory=list)
    chats: list[str] = field(default_factory=list)
    place: str = ""  # as it was written
    department: str = ""
    town: str = ""
    status: str = ""
    language: str = ""
    roles: list[str] = field(default_factory=list)
    entered: dt.date | None = None
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """A spreadsheet's people.  ``passed``: the headings of the columns that say nothing to us."""

    lines: tuple[Line, ...]
    passed: tuple[str, ...]
    encoding: str
    separator: str


def read(raw: bytes, settings: Settings) -> Table:
    """Everybody in a file.  Raises SheetError when it is no table of people."""
    circles = Circles.of(settings)
    read = sheet.read(raw, headings.is_heading)
    names = [cells.clean(heading) for heading in read.headings]
    columns = headings.columns(names, [row.cells for row in read.rows], circles.circles)
    passed = [
        heading
        for heading, column in zip(names, columns, strict=True)
        if heading and column.field in ("", "ignored")
    ]
    lines = tuple(_line(row, names, columns, circles) for row in read.rows)
    return Table(lines, tuple(passed), read.encoding, read.separator)


def _line(row: sheet.Row, names: Sequence[str], columns: Sequence[headings.Column], circles: Circles) -> Line:
    line = Line(row.number)
    given: list[str] = []
    family: list[str] = []
    for at, column in enumerate(columns):
        cell = cells.clean(row.cells[at]) if at < len(row.cells) else ""
        if not cell or column.field in ("", "ignored"):
            continue
        if cells.is_broken(cell) or len(cell) > LONGEST:
            line.doubts.append(f"{names[at]} : {cell[:SHOWN]}{'…' if len(cell) > SHOWN else ''}")
        elif column.field not in NAMES and cells.is_nothing(cell):
            continue
        elif column.field == "given":
            given.append(cell)
        elif column.field == "family":
            family.append(cell)
        elif column.field == "roles":
            # A line break in a cell parts two roles.
            roles, unknown = circles.read(row.cells[at])
            line.roles += roles
            line.doubts += [f"{names[at]} : {part}" for part in unknown]
        elif column.field in _READERS and not _READERS[column.field](line, cell):
            line.doubts.append(f"{names[at]} : {cell}")
        elif column.field == "circle":
            _belong(line, column.circle, cell, names[at])
        elif column.field == "circles":
            _belong_to_all(line, row.cells[at], circles, names[at])
    extra = [cell for cell in row.cells[len(columns) :] if cell.strip()]
    line.doubts += [f"au-delà des colonnes : {cells.clean(cell)}" for cell in extra]
    line.name = line.name or " ".join(given + family)
    line.roles = list(dict.fromkeys(line.roles))
    return line


def _belong(line: Line, circle: str, cell: str, heading: str) -> None:
    said = cells.yes(cell)
    if said:
        line.roles.append(f"member:{circle}")
    elif said is None:
        line.doubts.append(f"{heading} : {cell}")


def _belong_to_all(line: Line, cell: str, circles: Circles, heading: str) -> None:
    roles, unknown = circles.read(cell)
    line.roles += roles
    line.doubts += [f"{heading} : {part}" for part in unknown]


def _key(line: Line, cell: str) -> bool:
    line.key = cells.key_of(cell)
    return True


def _name(line: Line, cell: str) -> bool:
    line.name = cell
    return True


def _place(line: Line, cell: str) -> bool:
    line.place = cell
    return True


def _town(line: Line, cell: str) -> bool:
    line.town = cell
    return True


def _addresses(line: Line, cell: str) -> bool:
    found, rest = cells.addresses(cell)
    line.addresses += [one for one in found if one not in line.addresses]
    return not rest


def _chats(line: Line, cell: str) -> bool:
    found, rest = cells.chats(cell)
    line.chats += [one for one in found if one not in line.chats]
    return not rest


def _department(line: Line, cell: str) -> bool:
    line.department = cells.department(cell) or ""
    return bool(line.department)


def _postcode(line: Line, cell: str) -> bool:
    line.department = cells.department_of_postcode(cell) or ""
    return bool(line.department)


def _status(line: Line, cell: str) -> bool:
    line.status = cells.status(cell) or ""
    return bool(line.status)


def _member(line: Line, cell: str) -> bool:
    said = cells.yes(cell)
    if said is None:
        return _status(line, cell)
    line.status = line.status or ("subscriber" if said else "newcomer")
    return True


def _language(line: Line, cell: str) -> bool:
    line.language = cells.language(cell) or ""
    return bool(line.language)


def _entered(line: Line, cell: str) -> bool:
    line.entered = cells.day(cell)
    return line.entered is not None


# What reads a cell into a line; False when it does not understand all of it.
_READERS: dict[str, Callable[[Line, str], bool]] = {
    "key": _key,
    "name": _name,
    "place": _place,
    "town": _town,
    "addresses": _addresses,
    "chat": _chats,
    "department": _department,
    "postcode": _postcode,
    "status": _status,
    "member": _member,
    "language": _language,
    "entered": _entered,
}
