"""Roles as people write them: « facilitation GT Animation », « délégué·e au CAC », « référente 05 »."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.french.fold import fold, unaccent
from bot.roster import cells
from bot.roster.headings import words_of
from bot.settings.model import Settings
from bot.settings.types import CIRCLE_ROLES, REFERENT, ROLES

# The beginnings of the words for each role, folded.
_STEMS = (
    ("coordination", "coordin|coordo"),
    ("treasurer", "tresor"),
    ("secretary", "secretai|secretar"),
    ("facilitator", "facilit|anim(?:ateu|atri)"),
    ("delegate", "deleg|represent"),
    ("referent", "referent"),
    ("member", "membre|particip|contribu|benevole"),
)
_ROLE = re.compile("|".join(rf"(?P<{role}>\b(?:{stems})[\w·.'()-]*)" for role, stems in _STEMS))
_LINKING = re.compile(
    r"\b(?:de la|de l|du|des|de|d|au|aux|a la|a l|a|pour le|pour la|pour|en|le|la|les|l|sur|dans|seance|"
    r"departement(?:al)?|dept|territoire|zone|locale?)\b"
)
_STRONG = re.compile(r"[,;|/\n\r+&•]+")
_WEAK = re.compile(r"\s+et\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Circles:
    """The circles and territories of a network, by all that they may be called (see ``words_of``)."""

    circles: dict[str, str]
    territories: dict[str, str]
    boards: tuple[str, ...]  # those in which places sit

    @classmethod
    def of(cls, settings: Settings) -> Circles:
        """Those of these settings."""
        circles = {_joined(one.name): key for key, one in settings.circles.items()}
        circles |= {_joined(key): key for key in settings.circles}
        territories = {_joined(one.name): key for key, one in settings.territories.items()}
        territories |= {_joined(key): key for key in settings.territories}
        boards = tuple(key for key, one in settings.circles.items() if one.seats)
        return cls(circles, territories, boards)

    def read(self, cell: str) -> tuple[list[str], list[str]]:
        """The roles in a cell, as the settings write them (``facilitator:cac``), and what is none."""
        roles: list[str] = []
        unknown: list[str] = []
        for part in self._parts(cell):
            found = self._one(part, roles[-1] if roles else "")
            if found is None:
                unknown.append(part)
            elif found:
                roles.append(found)
        return list(dict.fromkeys(roles)), unknown

    def circle(self, said: str) -> str | None:
        """The circle that is called so."""
        return self.circles.get(_joined(said))

    def _parts(self, cell: str) -> Iterator[str]:
        for part in _STRONG.split(cell):
            said = cells.clean(part)
            if not said:
                continue
            halves = _WEAK.split(said)
            # « culture et lien » may be one circle's name.
            if len(halves) > 1 and self._one(said, "") is None:
                yield from halves
            else:
                yield said

    def _one(self, said: str, before: str) -> str | None:
        """A role; empty for a word that gives none; None for what is not understood."""
        if (coded := self._coded(said)) is not None:
            return coded
        text = fold(said)
        match = _ROLE.search(text)
        if match is None:
            plain = _joined(_LINKING.sub(" ", unaccent(said)))
            circle, department = self.circle(said) or self.circles.get(plain), cells.department(said)
            if department and before.startswith(f"{REFERENT}:"):
                return f"{REFERENT}:{department}"
            return f"member:{circle}" if circle else None
        role = str(match.lastgroup)
        rest = _joined(_LINKING.sub(" ", re.sub(r"[^\w]+", " ", text[: match.start()] + text[match.end() :])))
        if role in ROLES:
            return role if not rest or self.circles.get(rest) else None
        if role == REFERENT:
            where = self.territories.get(rest) or cells.department(rest)
            return f"{REFERENT}:{where}" if where else None
        circle = self.circles.get(rest) or self.circles.get(f"gt {rest}")
        if circle is None and not rest:
            if role == "member":
                return ""  # of the network, as everybody
            circle = self.boards[0] if role == "delegate" and len(self.boards) == 1 else None
        return f"{role}:{circle}" if circle else None

    def _coded(self, said: str) -> str | None:
        """What is written as in the settings."""
        kind, colon, what = (part.strip() for part in unaccent(said).partition(":"))
        if not colon:
            return kind if kind in ROLES else None
        if kind == REFERENT:
            where = self.territories.get(_joined(what)) or cells.department(what)
            return f"{REFERENT}:{where}" if where else None
        circle = self.circles.get(_joined(what))
        return f"{kind}:{circle}" if kind in CIRCLE_ROLES and circle else None


def _joined(text: str) -> str:
    return " ".join(words_of(text))
