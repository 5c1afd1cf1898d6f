"""Amounts of money, in cents."""

from __future__ import annotations

import pytest

from bot.french.amounts import find_amounts


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("Le budget est de 1.950,50 €.", [195_050]),
        ("2 000 € pour la salle, 12€50 par repas", [200_000, 1_250]),
        ("doté de 400 000 euros", [40_000_000]),
        ("1,5 k€ au plus", [150_000]),
        ("une enveloppe de 2 millions d'euros", [200_000_000]),
        ("de 500 à 2 000 € par lieu", [50_000, 200_000]),
        ("entre 5 et 10 k€", [500_000, 1_000_000]),
        ("de 3 à 5 personnes, 20 € chacune", [2_000]),
        ("2 places à 5 €", [500]),
        ("de 20 € à 30 €", [2_000, 3_000]),
        ("le 12 et 200 € ensuite", [20_000]),
        ("12 % et 300 m²", []),
    ],
)
def test_amounts(text: str, cents: list[int]) -> None:
    assert find_amounts(text) == cents
