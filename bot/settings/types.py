"""The kinds of value that settings have.  The text of an error says, in French, what was expected."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

FRENCH = "fr"

Weekday = Literal["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)
_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Of the recap, in their usual order.
SectionName = Literal[
    "todo",
    "announcements",
    "decisions",
    "votes",
    "calls",
    "exchanges",
    "unanswered",
    "agenda",
    "resources",
    "watch",
    "elsewhere",
    "welcome",
    "dates",
]
SECTIONS: tuple[SectionName, ...] = get_args(SectionName)

ROLES = ("coordination", "treasurer")  # of the whole network
CIRCLE_ROLES = ("secretary", "facilitator", "member", "delegate")  # followed by a circle's key
REFERENT = "referent"  # followed by a department
REFERENT_KINDS = ("place", "collective")  # followed by a place's key, by a name
PATTERN_GROUPS = 3  # what is done, the list, the address; a fourth may be the name


class Section(BaseModel):
    """A table of the file: unknown keys are refused, values never change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, hide_input_in_errors=True)


def fr(name: str, default: Any = ..., **rules: Any) -> Any:
    """A field that the file may also call ``name``."""
    if isinstance(default, list | dict):
        rules["default_factory"] = default.copy
    elif default is not ...:
        rules["default"] = default
    return Field(json_schema_extra={FRENCH: name}, **rules)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("un fuseau horaire, comme Europe/Paris")
    return name


def _address(text: str) -> str:
    local, at, domain = text.strip().rpartition("@")
    if not (at and local and domain) or any(c in text for c in "<>, \n"):
        raise ValueError("une adresse seule, comme navette@lisieres.example")
    return f"{local}@{domain.lower()}"


def _day(value: object) -> object:
    if isinstance(value, str) and value.casefold() in _ENGLISH_DAYS:
        return WEEKDAYS[_ENGLISH_DAYS.index(value.casefold())]
    return value.casefold() if isinstance(value, str) else value


def _hour(value: object) -> object:
    if isinstance(value, str) and (
        found := re.fullmatch(r"(\d{1,2})\s*[h:]\s*(\d{2})?", value.strip(), re.I)
    ):
        return f"{int(found[1]):02d}:{found[2] or '00'}"
    if not isinstance(value, str | dt.time):  # a bare number would be seconds after midnight
        raise ValueError("une heure, comme 09:00")  # noqa: TRY004 -- pydantic collects only ValueError
    return value


def _role(text: str) -> str:
    kind, colon, what = text.partition(":")
    plain = kind in ROLES and not colon
    if not plain and not (kind in (*CIRCLE_ROLES, REFERENT) and what):
        known = ", ".join((*ROLES, *(f"{kind}:cercle" for kind in CIRCLE_ROLES), f"{REFERENT}:département"))
        raise ValueError(f"un rôle parmi {known}")
    return text


def _pattern(text: str) -> str:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        raise ValueError("une expression régulière") from error
    if text and groups < PATTERN_GROUPS:
        raise ValueError("une expression à trois ou quatre groupes : l'action, la liste, l'adresse, le nom")
    return text


Zone = Annotated[str, AfterValidator(_zone)]
MailAddress = Annotated[str, AfterValidator(_address)]
Day = Annotated[Weekday, BeforeValidator(_day)]
Hour = Annotated[dt.time, BeforeValidator(_hour)]
Role = Annotated[str, AfterValidator(_role)]
Pattern = Annotated[str, AfterValidator(_pattern)]
