"""Amounts of money in a text."""

from __future__ import annotations

import re

from bot.french.fold import unaccent
from bot.french.patterns import Pattern

_AMOUNT = Pattern(
    r"""(?:(?:(?<=de[ ])|(?<=entre[ ]))(?P<low>\d{1,3}(?:[ .]\d{3}){1,4}(?!\d)|\d{1,12})[ ]?(?:a|et)[ ])?
        (?<![\w.,])(?P<number>\d{1,3}(?:[ .]\d{3}){1,4}(?!\d)|\d{1,12})
        (?:,(?P<decimals>\d{1,2})(?!\d)|\.(?P<point>\d{1,2})(?!\d))?
        [ ]?(?:(?P<kilo>k)(?:[ ]?€|(?:eur(?:o|os)?)\b|[ ]euros?\b)
             |(?P<mega>m|millions?[ ]d['e][ ]?)(?:[ ]?€|(?:eur|euros?)\b)
             |(?P<words>mille)[ ](?:€|euros?\b)
             |€(?P<cents>\d{2}(?!\d))?|eur(?:o|os)?\b)""",
    re.VERBOSE,
)


def find_amounts(text: str) -> list[int]:
    """The amounts in euros that a text names, in cents, in their order.

    Reads « 2 000 € », « 1.950,50 € », « 1,5 k€ », « 12€50 », « 400 000 euros », « 2 millions d'euros »;
    of a range (« de 500 à 2 000 € », « entre 5 et 10 k€ ») both ends.
    """
    found: list[int] = []
    for match in _AMOUNT.finditer(unaccent(text)):
        if match["low"]:
            found.append(_scaled(match, _whole(match["low"])))
        decimals = (match["decimals"] or match["point"] or match["cents"] or "").ljust(2, "0")
        found.append(_scaled(match, _whole(match["number"]) + int(decimals)))
    return found


def _whole(digits: str) -> int:
    return int(re.sub(r"[ .]", "", digits)) * 100


def _scaled(match: re.Match[str], cents: int) -> int:
    if match["kilo"] or match["words"]:
        return cents * 1000
    return cents * 1_000_000 if match["mega"] else cents
