"""What coordination's plain words ask of a draft: pure, no database, no clock of its own."""

from __future__ import annotations

import datetime as dt
import enum
import re
from dataclasses import dataclass

from bot.french.answers import clauses, numbers, yes_no
from bot.french.courtesy import is_courtesy
from bot.french.dates import parse_deadline
from bot.french.fold import fold


class Do(enum.StrEnum):
    """What can be asked of a draft."""

    DROP = "drop"
    POSTPONE = "postpone"
    RESTORE = "restore"
    FIRST = "first"
    LAST = "last"
    TITLE = "title"
    TEXT = "text"
    MERGE = "merge"
    INTRO = "intro"
    ADD = "add"
    PREVIEW = "preview"
    APPROVE = "approve"
    NOW = "now"
    STOP = "stop"
    MOVE = "move"


@dataclass(frozen=True)
class Edit:
    """One instruction: what to do, to which numbers, with which words."""

    do: Do
    numbers: tuple[int, ...] = ()
    words: str = ""
    at: dt.datetime | None = None


# Each rule: a pattern on the folded clause, what it asks, and whether it needs numbers.  First match wins.
Rule = tuple[str, Do, bool]
FRENCH: tuple[Rule, ...] = (
    (r"(?:voir |montre(?:-moi)? |l')*(?:apercu|l'apercu)\b", Do.PREVIEW, False),
    (r".*\b(?:semaine prochaine|prochain recap|prochaine fois)\b", Do.POSTPONE, True),
    (r"(?:reporte|repousse|decale|remets? a plus tard)\w*\b", Do.POSTPONE, True),
    (r"(?:enleve|retire|supprime|vire|efface|ote|sans)\w*\b", Do.DROP, True),
    (r"(?:remonte|mets?|passe|place)\w*\b.*\b(?:en tete|en haut|en premier|d'abord)\b", Do.FIRST, True),
    (r"remonte\w*\b", Do.FIRST, True),
    (r"(?:descends?|mets?|passe)\w*\b.*\b(?:a la fin|en bas|en dernier)\b|descends?\b", Do.LAST, True),
    (r"(?:fusionne|regroupe|reunis)\w*\b", Do.MERGE, True),
    (r"(?:titre|renomme|intitule)\w*\b", Do.TITLE, True),
    (r"(?:texte|remplace|corrige|change)\w*\b", Do.TEXT, True),
    (r"(?:remets?|garde|laisse|reprends?|conserve)\w*\b", Do.RESTORE, True),
    (r"(?:ajoute|rajoute|mets?)\w*\b.*?\b(?:en tete|au debut|en intro\w*)\b", Do.INTRO, False),
    (r"(?:ajoute|rajoute)\w*\b", Do.ADD, False),
    (
        r"(?:envoie|envoyez|envoi)\w*(?:-le)? (?:maintenant|tout de suite|sans attendre)\b|maintenant$",
        Do.NOW,
        False,
    ),
    (r"(?:n'envoie|ne l'envoie|n'envoyez|pas de recap|stop)\b", Do.STOP, False),
)
ENGLISH: tuple[Rule, ...] = (
    (r"(?:show (?:me )?)?(?:the )?preview\b", Do.PREVIEW, False),
    (r".*\bnext (?:week|recap|time)\b|postpone\b", Do.POSTPONE, True),
    (r"(?:remove|drop|delete|take out)\b", Do.DROP, True),
    (r"(?:put|move) .*\b(?:first|top)\b", Do.FIRST, True),
    (r"(?:put|move) .*\b(?:last|end|bottom)\b", Do.LAST, True),
    (r"merge\b", Do.MERGE, True),
    (r"(?:title|rename)\b", Do.TITLE, True),
    (r"(?:text|replace|correct)\b", Do.TEXT, True),
    (r"keep\b", Do.RESTORE, True),
    (r"(?:add|put) .*?\bat the (?:top|beginning)\b", Do.INTRO, False),
    (r"add\b", Do.ADD, False),
    (r"send (?:it )?(?:right )?now\b", Do.NOW, False),
    (r"(?:don't|do not) send\b|no recap\b", Do.STOP, False),
)
RULES = tuple((re.compile(pattern), do, needs) for pattern, do, needs in (*FRENCH, *ENGLISH))
PLEASE = re.compile(
    r"^(?:(?:ok|oui|bonjour|salut|merci|s'il te plait|stp|peux-tu|tu peux|alors|et|puis)[ ,:]+)+"
)


def understand(text: str, now: dt.datetime) -> tuple[list[Edit], list[str]]:
    """The instructions found in an answer to a draft, and the clauses that were not understood.

    ``now``: aware, in the network's zone, for « plutôt demain 9 h ».
    """
    whole = yes_no(text)
    if whole is not None:
        return [Edit(Do.APPROVE if whole else Do.STOP)], []
    edits: list[Edit] = []
    lost: list[str] = []
    for clause in clauses(text):
        edit = _one(clause, now)
        if edit is not None:
            edits.append(edit)
        elif yes_no(clause) is True:
            edits.append(Edit(Do.APPROVE))
        elif not is_courtesy(clause):
            lost.append(clause)
    if lost:
        # « OK, mais … » and something that we cannot read: whoever says so has not agreed yet.
        edits = [edit for edit in edits if edit.do is not Do.APPROVE]
    return edits, lost


def _one(clause: str, now: dt.datetime) -> Edit | None:
    head, _, tail = clause.partition(":")
    folded = PLEASE.sub("", fold(head).strip())
    for pattern, do, needs_numbers in RULES:
        if not pattern.match(folded):
            continue
        found = tuple(numbers(head))
        if needs_numbers and not found:
            continue
        words = tail.strip().strip('«»“”" \u00a0')
        if do in (Do.TITLE, Do.TEXT, Do.INTRO, Do.ADD) and not words:
            return None
        return Edit(do, found, words)
    if re.match(r"(?:plutot|envoie|envoyez|a envoyer|pas avant|decale)", folded):
        moment = parse_deadline(clause, now)
        if moment is not None and moment[0] > now:
            return Edit(Do.MOVE, at=moment[0])
    return None
