"""Who may what, made from what the commands declare: the table of DOMAIN §10."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.authority import NEVER_UNPROVEN, Act, Need, Role
from bot.router.declare import Command
from bot.router.manual import Entries, Told, tell


@dataclass(frozen=True)
class Who:
    """Whom an act is for: a role, in a circle or for the whole network; ``self``: anybody, for themselves."""

    role: str
    circle: str = ""


@dataclass(frozen=True)
class Row:
    """One kind of act that some command does."""

    act: str
    who: tuple[Who, ...]  # each once, in the order of declaration
    never: bool  # whether a mail that our server does not vouch for can never do it; else it is confirmed


@dataclass(frozen=True)
class Chapter:
    """The commands of one capability."""

    capability: str
    commands: tuple[Told, ...]


@dataclass(frozen=True)
class Table:
    """All that is declared."""

    rows: tuple[Row, ...]
    chapters: tuple[Chapter, ...]


def table(commands: Iterable[Command], entries: Entries) -> Table:
    """What ``commands`` declare, in the language of ``entries`` (see ``manual``)."""
    declared = list(commands)
    who: dict[Act, dict[Who, None]] = {act: {} for act in Act}
    chapters: dict[str, list[Told]] = {}
    for command in declared:
        who[command.need.act][_who_in_row(command.need)] = None
        chapters.setdefault(command.capability, []).append(tell(command, entries, None))
    return Table(
        tuple(Row(act.value, tuple(found), act in NEVER_UNPROVEN) for act, found in who.items() if found),
        tuple(Chapter(name, tuple(told)) for name, told in chapters.items()),
    )


def as_list(commands: Iterable[Command]) -> list[Mapping[str, Any]]:
    """The same for machines: one object a command."""
    return [
        {
            "names": list(command.names),
            "capability": command.capability,
            "summary": command.summary,
            "parameters": [
                {"name": one.name, "kind": one.kind.name, "required": one.required}
                for one in command.parameters
            ],
            "act": command.need.act.value,
            "unproven_mail": "never" if command.need.act in NEVER_UNPROVEN else "confirmed",
            **asdict(_who(command.need)),
        }
        for command in commands
    ]


def _who_in_row(need: Need) -> Who:
    """Of people and roles, what a command lets anybody do concerns only themselves."""
    anybody = need.role in (Role.STRANGER, Role.KNOWN, Role.MEMBER) and not need.circle
    return Who("self") if need.act is Act.PEOPLE and anybody else _who(need)


def _who(need: Need) -> Who:
    return Who(need.role.value, need.circle)
