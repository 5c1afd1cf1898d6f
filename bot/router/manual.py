"""Commands as people are told of them, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.authority import NEVER_UNPROVEN, Member, Need, Role
from bot.router.declare import Command
from bot.router.parameters import Parameter

Entries = Mapping[str, Mapping[str, str]]  # by French name: name, summary, help


@dataclass(frozen=True)
class Told:
    """What the help says of one command to one person."""

    name: str
    others: tuple[str, ...]  # its other names
    parameters: tuple[Parameter, ...]
    summary: str
    help: str
    taught: bool
    role: str
    circle: str
    usable: bool  # by this person
    never: bool  # whether a mail that our server does not vouch for can never do it


def tell(command: Command, entries: Entries, reader: Member | None) -> Told:
    """A command as ``reader`` is told of it, in the language of ``entries`` (none: French)."""
    entry = entries.get(command.names[0], {})
    name = entry.get("name", command.names[0])
    summary = entry.get("summary", command.summary)
    more = entry.get("help", "").strip()
    need = command.need
    return Told(
        name,
        tuple(other for other in command.names if other != name),
        command.parameters[name.count("<") :],  # a placeholder in the name is the first parameter
        summary,
        (f"{summary}\n\n{more}" if more else summary) if entry else command.help,
        command.taught,
        need.role.value,
        need.circle,
        usable(reader, need),
        need.act in NEVER_UNPROVEN,
    )


def usable(reader: Member | None, need: Need) -> bool:
    """Whether somebody holds what an act needs, of what its declaration says."""
    return need.role is Role.STRANGER or (reader is not None and reader.has(need.role, need.circle))
