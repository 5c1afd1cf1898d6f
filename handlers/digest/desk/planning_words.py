"""What plain words want of the recap's schedule: pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.clock import iso_week
from bot.french.dates import find
from bot.french.fold import fold
from bot.settings.types import WEEKDAYS
from handlers.digest.desk.slips import DAYS

_WEEKDAYS = {
    **{day: day for day in WEEKDAYS},
    **{english: day for english, day in DAYS.items() if day in WEEKDAYS},
}
_DAY = re.compile(rf"\b(?P<day>{'|'.join(_WEEKDAYS)})s?\b")
_TIME = re.compile(
    r"\b(?P<hour>\d{1,2}) ?(?:h|heures?|:|(?=[ap]m\b))(?: ?(?P<minute>\d\d))?(?: ?(?P<half>am|pm))?(?!\d)"
    r"|\b(?P<noon>midi|noon)\b"
)
_EVE = re.compile(r"\b(?:la veille|the day before|day before)\b")
_DRAFT = re.compile(r"\b(?:brouillons?|relecture|draft)\b")
_SENDING = re.compile(r"\b(?:envo\w+|part(?:e|ir)?|depart|diffus\w+|publi\w+|send\w*|sent|goes)\b")
_SILENT = re.compile(
    r"\b(?:sans (?:reponse|accord|ok|nouvelles?)|(?:si|quand) (?:personne|on)|silence"
    r"|(?:without an?|no) answer"
    r"|if nobody|reponse)\b"
)
_WAIT = re.compile(r"\b(?:atten\w+|ne (?:pas|part)|n'envo\w+|rien|wait\w*|hold|bloqu\w+|gard\w+)\b")
_GO = re.compile(r"\b(?:envo\w+|part\w*|quand meme|send|go(?:es)?)\b")
_NONE = re.compile(
    r"\b(?:(?:pas|aucun|point) (?:de |d')?(?:recap|envoi|lettre)|(?:saut|annul|supprim"
    r"|suspend)\w* (?:le |la |les )?"
    r"(?:recap|envoi|semaine|prochain)|no recap|skip)\b|^(?:pas|rien) "
)
_AGAIN = re.compile(
    r"\b(?:finalement|quand meme|retabli\w*|remet\w*|after all)\b.*\b(?:recap|semaine|week)\b"
)
_BEFORE = re.compile(
    r"\b(?:comme avant|comme (?:dans )?(?:les|la) (?:reglages?|config\w*)|(?:reglages?"
    r"|calendrier) (?:d'origine|de base)"
    r"|par defaut|reinitialis\w+|comme d'habitude|as before|by default|reset)\b"
)
_NUMBERED = re.compile(r"\b(?:semaine|week|w|s) ?(?:n° ?)?(?P<week>\d{1,2})\b(?! (?:jours|days))")
_NEXT = re.compile(r"\b(?:semaine prochaine|prochaine semaine|prochain recap|next week)\b")
_THIS = re.compile(r"\b(?:cette semaine|this week)\b")
_SEVERAL = re.compile(
    r"\b(?:pendant|durant|les|for(?: the next)?) (?P<count>deux|trois|quatre|two|three|four"
    r"|\d) (?:prochaines )?"
    r"(?:semaines?|weeks?)"
)
_COUNTS = {"deux": 2, "trois": 3, "quatre": 4, "two": 2, "three": 3, "four": 4}
_CUT = re.compile(r"[;\n]|,(?!\d)|\.(?:\s|$)|\s(?:et|and|puis)\s")
# « sans réponse, envoyer »: the comma does not part them.
_HELD = re.compile(
    r"((?:sans r[ée]ponse|si personne (?:ne )?r[ée]pond|no answer|if nobody answers)) ?[,:]", re.IGNORECASE
)
MIDDAY = dt.time(12)


@dataclass(frozen=True)
class Hour:
    """A day and a time as they were said: what was not said stays."""

    day: str = ""  # a French name; "eve": the day before the sending
    time: dt.time | None = None


EVE = "eve"


@dataclass(frozen=True)
class Wish:
    """What is wanted of the schedule."""

    send: Hour | None = None
    draft: Hour | None = None
    silent: Literal["", "send", "wait"] = ""
    skip: tuple[str, ...] = ()  # ISO weeks
    unskip: tuple[str, ...] = ()
    reset: bool = False
    lost: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether nothing was understood."""
        return replace(self, lost=()) == Wish()


def understand_plan(text: str, now: dt.datetime) -> Wish:
    """The wish that plain words hold, and what was not understood.  ``now``: in the network's zone."""
    wish, about = Wish(), ""
    for part in _CUT.split(_HELD.sub(r"\1 ", text)):
        clause = " ".join(fold(part).split())
        if not re.search(r"\w", clause):
            continue
        read = _one(wish, clause, about, now)
        if read is None:
            wish = replace(wish, lost=(*wish.lost, part.strip()))
        else:
            wish, about = read
    return wish


def is_plan(clause: str, now: dt.datetime) -> bool:
    """Whether a clause that means nothing to a draft is about the schedule."""
    wish = understand_plan(clause, now)
    return bool(wish.skip or wish.reset) or (not wish.is_empty and "chaque" in fold(clause))


def _one(wish: Wish, clause: str, about: str, now: dt.datetime) -> tuple[Wish, str] | None:
    hour = _hour(clause)
    if _BEFORE.search(clause):
        return replace(wish, reset=True), about
    if _SILENT.search(clause):
        silent: Literal["wait", "send"] | None = (
            "wait" if _WAIT.search(clause) else "send" if _GO.search(clause) else None
        )
        return None if silent is None else (replace(wish, silent=silent), about)
    weeks = _weeks(clause, now)
    if weeks and _AGAIN.search(clause):
        return replace(wish, unskip=(*wish.unskip, *weeks)), about
    if weeks and _NONE.search(clause):
        return replace(wish, skip=(*wish.skip, *weeks)), "skip"
    if weeks and about == "skip":
        return replace(wish, skip=(*wish.skip, *weeks)), "skip"
    if hour is None:
        return None
    if _DRAFT.search(clause) or (about == "draft" and not _SENDING.search(clause)):
        return replace(wish, draft=hour), "draft"
    return (replace(wish, send=hour), "send") if hour.day != EVE else None


def _hour(clause: str) -> Hour | None:
    day, time = _DAY.search(clause), _TIME.search(clause)
    at = None
    if time is not None:
        late = 12 if time["half"] == "pm" and int(time["hour"]) < MIDDAY.hour else 0
        hour, minute = (12, 0) if time["noon"] else (int(time["hour"]) + late, int(time["minute"] or 0))
        if hour > 23 or minute > 59:
            return None
        at = dt.time(hour, minute)
    name = _WEEKDAYS[day["day"]] if day else EVE if _EVE.search(clause) else ""
    return Hour(name, at) if name or at else None


def _weeks(clause: str, now: dt.datetime) -> tuple[str, ...]:
    """The ISO weeks that a clause names, from now on."""
    today, week = now.date(), dt.timedelta(days=7)
    several = _SEVERAL.search(clause)
    if several:
        count = _COUNTS.get(several["count"]) or int(several["count"])
        return tuple(iso_week(today + week * ahead) for ahead in range(1, count + 1))
    if _NEXT.search(clause):
        return (iso_week(today + week),)
    if _THIS.search(clause):
        return (iso_week(today),)
    numbered = _NUMBERED.search(clause)
    if numbered:
        ahead = (today + week * step for step in range(53))
        return next(
            ((iso_week(day),) for day in ahead if day.isocalendar().week == int(numbered["week"])), ()
        )
    found = [one for one in find(clause, now) if one.end >= today]
    return (iso_week(found[0].start),) if found else ()
