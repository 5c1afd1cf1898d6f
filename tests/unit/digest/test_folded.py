"""An ask too many is not sent: the recap asks it instead, once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bot.outbox import Terms
from bot.store.tables import Klass
from tests.house import House


async def test_an_ask_too_many_is_told_in_the_recap_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    for number in range(4):
        for key in ("emile", "bruno"):
            told = {"key": f"poll:{number}", "title": f"Sondage {number}", "text": "Vote avant lundi."}
            terms = Terms(Klass.ASK, params={"recap": told})
            await house.enqueue(f"ask:{number}:{key}", await house.person(key), terms)
    await house.settle()
    assert len(house.reached("emile")) == 2
    house.act()
    await house.pass_until(dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC))
    (recap,) = house.mails("reseau@listes.lisieres.example")
    assert recap.text.count("Sondage 2") == recap.text.count("Sondage 3") == 1
    assert "Sondage 0" not in recap.text
    await house.pass_until(dt.datetime(2026, 12, 4, 12, tzinfo=dt.UTC))
    assert all("Sondage" not in mail.text for mail in house.mails("reseau@listes.lisieres.example")[1:])
    await house.kill()
