"""What goes to one person is in their language; what many read is in the network's."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import PARIS
from bot.english import format as english
from bot.outbox import Destination
from bot.render import Rendered
from bot.settings import override
from bot.work import Asking, Work
from tests.house import ALICE, House
from tests.unit.languages.samples import RENDERER

NB = "\u00a0"
EVENING = dt.datetime(2026, 11, 27, 17, 30, tzinfo=dt.UTC)
SKIPPED = dt.datetime(2026, 3, 29, 2, 30, tzinfo=PARIS)  # the clocks go on from two to three


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (english.day(dt.date(2026, 11, 27)), "Friday 27 November 2026"),
        (english.day(dt.date(2027, 1, 1), year=False), "Friday 1 January"),
        (english.moment(EVENING, PARIS), "Friday 27 November 2026 at 18:30"),
        (
            english.moment(dt.datetime(2026, 3, 29, 2, 30, tzinfo=PARIS), PARIS),
            "Sunday 29 March 2026 at 03:30",
        ),
        (english.count(0, "vote"), f"0{NB}votes"),
        (english.count(1, "vote"), f"1{NB}vote"),
        (english.count(1200, "reply", "replies"), f"1,200{NB}replies"),
        (english.amount(200_000), "€2,000"),
        (english.amount(1250), "€12.50"),
        (english.amount(-5), "-€0.05"),
    ],
)
def test_english_figures(written: str, meant: str) -> None:
    assert written == meant


@settings(max_examples=60)
@given(st.integers(-(10**9), 10**9))
def test_an_amount_is_the_cents_that_it_says(cents: int) -> None:
    said = english.amount(cents)
    euros, _, rest = said.lstrip("-").removeprefix("€").replace(",", "").partition(".")
    assert (int(euros) * 100 + int(rest or 0)) * (-1 if said.startswith("-") else 1) == cents


def test_figures_follow_the_language_of_the_render() -> None:
    values = {"line": "x", "send_at": EVENING}
    assert "vendredi 27 novembre 2026" in RENDERER.message("digest.deposited", values).text
    assert "Friday 27 November 2026" in RENDERER.message("digest.deposited", values, "en").text
    values = {"said": "hier", "deadline": EVENING}
    assert f"27 novembre 2026 à 18{NB}h{NB}30" in RENDERER.message("common.deadline_past", values, "fr").text
    assert "27 November 2026 at 18:30" in RENDERER.message("common.deadline_past", values, "en").text


def test_a_command_is_called_by_its_name_in_the_language() -> None:
    values = {"word": "recapp", "suggestions": ["récap", "récap aperçu"]}
    french, english_ = (RENDERER.message("common.unknown_command", values, one).text for one in ("fr", "en"))
    assert f"«{NB}!récap{NB}» ou «{NB}!récap aperçu{NB}»" in french
    assert "“!recap” or “!digest preview”" in english_


def test_a_mail_says_in_which_language_it_is() -> None:
    assert '<html lang="fr">' in RENDERER.mail_page("<p>Bonjour</p>")
    assert '<html lang="en">' in RENDERER.mail_page("<p>Hello</p>", "en")


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Alice, who coordinates, reads English by the settings."""
    here = House(tmp_path)
    members = [one.model_dump() for one in here.settings.people.members]
    for one in members:
        one["language"] = "en" if one["key"] == "alice" else ""
    here.settings = override(here.settings, "people.members", members)
    await here.open()
    yield here
    await here.kill()


async def test_an_answer_and_its_page_are_in_the_language_of_the_settings(house: House) -> None:
    await house.write("alice", "", "!help")
    await house.write("bruno", "", "!help")
    alice, bruno = house.mails(ALICE)[-1], house.mails("bruno@lisieres.example")[-1]
    assert "To begin with" in alice.text
    assert "Pour commencer" in bruno.text
    raws = [one.data.decode() for one in house.network.sent if one.recipient == ALICE]
    assert 'lang=3D"en"' in raws[-1] or 'lang="en"' in raws[-1]


async def test_coordination_is_told_each_in_their_language(house: House) -> None:
    async with house.bot.store.write() as session:
        work = Work(house.bot.house, session, house.clock.now())
        asking = Asking("gates", "no_copy", "role:coordination")
        values = {"list": "reseau", "subject": "Le récap", "certain": True, "sent_at": EVENING}
        await work.tell_coordination("copy:1", "gates.no_copy", values, asking)
        bruno = await house.person("bruno")
        said = [await work.render_to(to, "rooms.which", {}) for to in (bruno, Destination("room", "!a:x"))]
    await house.settle()
    told = house.mails(ALICE)[-1]
    assert told.subject == "The list has not sent back “Le récap”"
    assert [one.text for one in said] == [f"Quel cercle{NB}?"] * 2
    assert isinstance(said[0], Rendered)
    assert said[0].language == "fr"
