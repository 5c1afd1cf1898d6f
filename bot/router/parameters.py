"""Types of parameters: each reads its part of what was typed, and says in the help what it is."""

from __future__ import annotations

import datetime as dt
import inspect
import re
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from bot.errors import UserError
from bot.french import dates

MISSING = object()


@dataclass(frozen=True)
class Kind:
    """One type of parameter.  ``take(text, now)`` gives (value, rest), or MISSING when nothing is there."""

    name: str  # what words.toml calls it, for the help and for asking
    take: Callable[[str, dt.datetime], tuple[Any, str]]


@dataclass(frozen=True)
class Parameter:
    """One parameter of one command."""

    name: str
    kind: Kind
    default: Any = MISSING

    @property
    def required(self) -> bool:
        """Whether the command cannot do without."""
        return self.default is MISSING


def _line(text: str, _now: dt.datetime) -> tuple[Any, str]:
    first, _, rest = text.strip().partition("\n")
    return (first.strip() or MISSING), rest


def _same_line(text: str, _now: dt.datetime) -> tuple[Any, str]:
    first, _, rest = text.partition("\n")
    return (first.strip() or MISSING), rest


def _everything(text: str, _now: dt.datetime) -> tuple[Any, str]:
    return (text.strip() or MISSING), ""


def _word(text: str, _now: dt.datetime) -> tuple[Any, str]:
    first, *rest = text.strip().split(maxsplit=1) or [""]
    return (first or MISSING), "".join(rest)


def _number(text: str, _now: dt.datetime) -> tuple[Any, str]:
    found = re.match(r"\s*(?:n\s*[°o]\s*)?(\d{1,9})\b", text)
    return (MISSING, text) if found is None else (int(found[1]), text[found.end() :])


def _bullets(text: str, _now: dt.datetime) -> tuple[Any, str]:
    options, rest = [], []
    for line in text.splitlines():
        found = re.match(r"\s*(?:[-*•–]|\d{1,2}[.)])\s+(\S.*)", line)
        if found:
            options.append(found[1].strip())
        else:
            rest.append(line)
    return (tuple(options) or MISSING), "\n".join(rest)


def _deadline(text: str, now: dt.datetime) -> tuple[Any, str]:
    found = dates.parse_deadline(text, now)
    if found is None:
        return MISSING, text
    moment, said = found
    if moment <= now:
        raise UserError("common.deadline_past", said=said.strip(), deadline=moment)
    return moment, text.replace(said, " ", 1)


LINE = Kind("line", _line)
SAME_LINE = Kind("line", _same_line)
EVERYTHING = Kind("text", _everything)
WORD = Kind("word", _word)
NUMBER = Kind("number", _number)
BULLETS = Kind("bullets", _bullets)
DEADLINE = Kind("deadline", _deadline)

Line = Annotated[str, LINE]
SameLine = Annotated[str, SAME_LINE]  # what follows the name at once: nothing of the lines below
Everything = Annotated[str, EVERYTHING]
Word = Annotated[str, WORD]
Number = Annotated[int, NUMBER]
Bullets = Annotated[tuple[str, ...], BULLETS]
Deadline = Annotated[dt.datetime, DEADLINE]


def parameters_of(run: Callable[..., Any]) -> tuple[Parameter, ...]:
    """The parameters of a command's handler, after its context, from the annotations."""
    hints = typing.get_type_hints(run, include_extras=True)
    found = []
    for name, parameter in list(inspect.signature(run).parameters.items())[1:]:
        kinds = [extra for extra in _extras(hints[name]) if isinstance(extra, Kind)]
        if len(kinds) != 1:
            raise TypeError(
                f"{run.__qualname__}: parameter {name} needs one of the types of bot.router.parameters"
            )
        default = MISSING if parameter.default is inspect.Parameter.empty else parameter.default
        found.append(Parameter(name, kinds[0], default))
    return tuple(found)


def _extras(hint: Any) -> list[Any]:
    extras = list(getattr(hint, "__metadata__", ()))
    for argument in typing.get_args(hint):
        extras += _extras(argument)
    return extras


def read(
    parameters: tuple[Parameter, ...], text: str, now: dt.datetime
) -> tuple[dict[str, Any], Parameter | None]:
    """The values found in ``text``, and the first required parameter that is missing, if any.

    Dates, numbers and bullets are taken out first, wherever they stand; free text is what remains.
    """
    free = {LINE, SAME_LINE, EVERYTHING, WORD}
    values: dict[str, Any] = {}
    for parameter in sorted(parameters, key=lambda p: p.kind in free):
        value, text = parameter.kind.take(text, now)
        values[parameter.name] = parameter.default if value is MISSING else value
    missing = next((p for p in parameters if values[p.name] is MISSING), None)
    return {name: value for name, value in values.items() if value is not MISSING}, missing
