"""The moment to which coordination puts a recap off: « plutôt demain 9 h ».  Pure."""

from __future__ import annotations

import datetime as dt
import re

from bot.french.answers import numbers
from bot.french.dates import parse_deadline
from bot.french.fold import aligned, fold
from handlers.digest.desk.edit import Edit
from handlers.digest.desk.instructions import Do, without_please
from handlers.digest.desk.slips import french_days, without_slips

_MOVES = re.compile(
    r"(?:plutot|envo\w+|a envoyer|pas avant|decal\w+|repouss\w+|report\w+|avanc\w+|attend\w*|rather|send)\b"
)
_MOVE_WORDS = re.compile(
    r"\b(?:plutot|(?:pour |de )?(?:l')?envo(?:ie|i|yez|yer|yons)(?:[ -]le)?|a envoyer|pas avant"
    r"|(?:que )?attend\w*"
    r"|(?:decal|repouss|report|avanc)(?:er?|ez|ons)(?:[ -]le)?|rather|send(?: it)?|instead"
    r"|(?:c'est|ca serait|ce serait|serait) (?:mieux|plus sur|preferable))\b"
)
_HOUR = re.compile(r"(?:a |avant |pas avant |des |vers )?\d{1,2} ?(?:h|heures)(?: ?\d\d)?")
ONE_DAY = dt.timedelta(days=1)


def moment_in(clause: str, now: dt.datetime) -> dt.datetime | None:
    """The moment to come that a clause names, once what it asks is taken off."""
    bare = _MOVE_WORDS.sub(lambda match: " " * len(match[0]), aligned(clause))
    kept = "".join(" " if blank == " " else char for char, blank in zip(clause, bare, strict=True))
    found = parse_deadline(french_days(kept.strip(" ,.!").lower()), now)
    if found is not None and found[0] <= now < found[0] + ONE_DAY and _HOUR.fullmatch(fold(found[1]).strip()):
        return found[0] + ONE_DAY  # an hour that is past today is tomorrow's
    return found[0] if found is not None and found[0] > now else None


def moved(clause: str, now: dt.datetime) -> Edit | None:
    """« plutôt demain 9 h », « vendredi 14 h plutôt », or a moment and nothing else."""
    moment = moment_in(clause, now)
    if moment is None or numbers(french_days(fold(clause))):
        return None
    folded = without_please(without_slips(fold(clause).strip()))
    folded = re.sub(
        r"^(?:que |qu'|l')?(?:on |tu |vous )?(?:l'|le )?(?=envo|attend|report|decal|repouss)", "", folded
    )
    said = _MOVES.match(folded) or re.search(r"\b(?:plutot|instead|mieux|preferable)[ .!]*$", folded)
    french = french_days(clause.lower())
    found = parse_deadline(french, now)
    bare = found is not None and _bare(found[1]) == _bare(french)
    return Edit(Do.MOVE, at=moment) if said or bare else None


def _bare(moment: str) -> str:
    return re.sub(r"^(?:a|le|pour) ", "", fold(moment).strip(" ,.!"))
