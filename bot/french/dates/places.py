"""Dates that are names: of streets (« rue du 8-Mai-1945 »), of laws (« la loi du 1er juillet 1901 »)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.french.dates.parts import at, day_of, month_of, year_of
from bot.french.dates.tokens import Token
from bot.french.patterns import names

_WAYS = names(
    "rue avenue av ave boulevard bd bld place pl square quai cours impasse allee allees esplanade ecole"
    " college lycee stade station metro tram arret chemin route passage rond residence cite caserne faubourg"
    " salle gymnase fbg parvis promenade"
)
_ACTS = names("loi decret ordonnance arrete circulaire directive accord reglement jurisprudence")


def place_end(tokens: Sequence[Token], index: int) -> int | None:
    """The last token of a date that is part of a name and begins at a token; else None."""
    if day_of(at(tokens, index)) is None and at(tokens, index).text not in ("huit", "onze", "quatorze"):
        return None
    position = index - 1
    while at(tokens, position).text in ("du", "de", "la", "le", "l", "'", "-"):
        position -= 1
    word = at(tokens, position).text
    direct = position == index - 1
    month = index + (2 if at(tokens, index + 1).text == "-" else 1)
    if month_of(at(tokens, month)) is None:
        return None
    year = month + (2 if at(tokens, month + 1).text == "-" else 1)
    last = year if year_of(at(tokens, year)) else month
    if word in _WAYS and (not direct or word in ("arret", "station", "metro", "place", "rue")):
        return last
    if year == last and _law(tokens, index):
        return last
    return None


def _law(tokens: Sequence[Token], index: int) -> bool:
    around = {at(tokens, position).text for position in range(index - 8, index)}
    return not _ACTS.isdisjoint(around) and at(tokens, index - 1).text in ("du", "de")
