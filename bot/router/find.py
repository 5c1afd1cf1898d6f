"""Which command was meant: exact names, or the nearest ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.authority import Member
from bot.errors import SettingsError
from bot.french.fold import fold, near
from bot.router.declare import Capability, Command
from bot.router.manual import usable
from bot.schedule import Job

PLACEHOLDER = re.compile(r"^<\w+>$")


@dataclass(frozen=True)
class Found:
    """The command that was meant, and what follows its name."""

    command: Command
    rest: str


class Registry:
    """Everything that the installed capabilities declare.  Two that declare one word fail at start."""

    def __init__(self, capabilities: Sequence[Capability]) -> None:
        self.capabilities = {capability.name: capability for capability in capabilities}
        self._names: dict[tuple[str, ...], Command] = {}
        for capability in capabilities:
            for command in capability.commands:
                self._declare(command)

    def _declare(self, command: Command) -> None:
        for name in command.names:
            key = tuple(fold(name).split())
            there = self._names.get(key)
            if there is not None and there is not command:
                raise SettingsError(
                    f"« {name} » : déclaré par {there.capability} et par {command.capability}"
                )
            self._names[key] = command

    @property
    def commands(self) -> list[Command]:
        """Every command, once, in the order of declaration."""
        return list(dict.fromkeys(self._names.values()))

    @property
    def jobs(self) -> list[Job]:
        """Everything that falls due."""
        return [job for capability in self.capabilities.values() for job in capability.jobs]

    def find(self, typed: str) -> Found | None:
        """The command whose name begins ``typed`` (its prefix taken off): the longest name wins."""
        spans = [(match[0], match.end()) for match in re.finditer(r"\S+", typed[:400])]
        tokens = [fold(token).strip(",;:!?.") for token, _ in spans]
        best: tuple[int, Command, list[str]] | None = None
        for name, command in self._names.items():
            values = _matches(name, tokens)
            if values is not None and (best is None or len(name) > best[0]):
                best = (len(name), command, values)
        if best is None:
            return None
        length, command, values = best
        return Found(command, " ".join([*values, typed[spans[length - 1][1] :].lstrip(" \t")]))

    def suggest(self, typed: str, reader: Member | None) -> list[str]:
        """The French names of what ``reader`` may use, and may have meant by ``typed``."""
        first = typed.split(maxsplit=1)[0] if typed.split() else ""
        mine = {name: command for name, command in self._names.items() if usable(reader, command.need)}
        names = {" ".join(name): command.names[0] for name, command in mine.items()}
        meant = [names[one] for one in near(first, names)]
        return list(dict.fromkeys(meant))

    def named(self, word: str) -> list[Command]:
        """The commands whose first word this is: what ``!aide récap`` explains."""
        first = fold(word).strip()
        return [command for command in self.commands if _starts(command, first)]


def _starts(command: Command, first: str) -> bool:
    return any(fold(name).split()[0] == first or fold(name) == first for name in command.names)


def _matches(name: Iterable[str], tokens: Sequence[str]) -> list[str] | None:
    """The values of the placeholders when ``tokens`` begin with ``name``, else None."""
    values = []
    parts = list(name)
    if len(tokens) < len(parts):
        return None
    for part, token in zip(parts, tokens, strict=False):
        if PLACEHOLDER.match(part):
            if not re.fullmatch(r"(?:n[°o]?)?\d{1,9}", token):
                return None
            values.append(token)
        elif part != token:
            return None
    return values
