"""Each section of the recap, out of a week's mails; nothing twice, nothing expired, and only what is new."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from bot import resources
from bot.clock import PARIS
from bot.play.stage import Stage
from bot.protocols import DigestItem, Span
from bot.router.declare import Capability
from bot.settings import load, override
from bot.work import Work
from handlers.digest import editions
from handlers.digest.sources.concerns import circle_of, without_opening
from handlers.digest.tables import EditionState, Item
from handlers.digest.wording import clean_title

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)
FRIDAY = dt.datetime(2026, 11, 27, 9, 0, tzinfo=PARIS)
WEEK = dt.timedelta(days=7)
POLL = DigestItem(
    "poll:12", "votes", "Quelle date pour l'AG ?", "Deux samedis.", last_day=dt.date(2026, 12, 10)
)
CALL = DigestItem("call:3", "calls", "Portraits", "2 000 €, CV et lettre.", version="1")


class Week(Stage):
    """The demo network, with a capability of the test's own that contributes ``brought``."""

    def __init__(self, folder: Path, start: dt.datetime = MONDAY) -> None:
        settings = load(resources.config() / "demo.toml")
        settings = override(settings, "capabilities", [*settings.capabilities, "probe"])
        self.brought: list[DigestItem] = []
        super().__init__(settings, folder, start)

    async def posts(self, who: str, subject: str, text: str) -> None:
        """Somebody writes to the list."""
        await self.write(who, "reseau", f"Sujet : {subject}\n{text}")

    async def tells(self, until: dt.datetime = FRIDAY) -> list[Item]:
        """The items of the edition of that moment, which is sent then, in reading order."""
        assert self.app is not None
        async with self.app.store.write() as session:
            work = Work(self.app.house, session, until.astimezone(dt.UTC))
            edition = await editions.open_for(work, work.now)
            items = await editions.items_of(work, edition, kept=True)
            edition.state = EditionState.SENT.value
        self.clock.set(until)
        return items

    async def told(self, section: str, until: dt.datetime = FRIDAY) -> list[str]:
        """The titles and texts of one section."""
        return [f"{item.title}\n{item.text}" for item in await self.tells(until) if item.section == section]


@pytest.fixture
async def week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Week]:
    module, capability = ModuleType("handlers.probe"), Capability("probe")
    stage = Week(tmp_path)

    async def contribute(work: Work, span: Span) -> Sequence[DigestItem]:
        return stage.brought

    capability.digest.append(contribute)
    module.capability = capability  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "handlers.probe", module)
    await stage.open()
    yield stage
    await stage.kill()


async def test_what_capabilities_contribute_is_told_once_and_recalled_until_its_day(week: Week) -> None:
    week.brought = [POLL, CALL]
    assert await week.told("votes") == ["Quelle date pour l'AG ?\nDeux samedis."]
    assert len(await week.told("calls")) == 1
    again = await week.tells(FRIDAY + WEEK)
    assert [(item.key, item.text, item.told) for item in again] == [("poll:12", "", True)]
    week.brought = [POLL, DigestItem("call:3", "calls", "Portraits", "Prolongé.", version="2")]
    await week.posts("lea", "Serre", "La serre du Port est montée.")
    last = await week.tells(FRIDAY + 2 * WEEK)
    assert sorted(item.key for item in last)[0] == "call:3"
    assert "poll:12" not in [item.key for item in last]


async def test_an_unknown_section_is_a_defect_and_nothing_is_lost(
    week: Week, caplog: pytest.LogCaptureFixture
) -> None:
    week.brought = [DigestItem("x:1", "weather", "Il neige", "Sur le col.")]
    assert await week.told("announcements") == ["Il neige\nSur le col."]
    assert "weather" in caplog.text


async def test_what_a_reserved_circle_contributes_stays_out(week: Week) -> None:
    week.brought = [DigestItem("x:1", "votes", "Canari", "", circle="coordination"), POLL]
    assert [item.key for item in await week.tells()] == ["poll:12"]


async def test_a_decision_is_told_by_its_sentence_and_not_again(week: Week) -> None:
    await week.posts("bruno", "Minibus", "Le CAC a validé l'achat du minibus. Il sera garé à La Filature.")
    items = await week.tells()
    decided = [item for item in items if item.section == "decisions"]
    assert [item.text for item in decided] == ["Le CAC a validé l'achat du minibus."]
    assert not [item for item in items if item.section != "decisions" and "validé" in item.text]


async def test_a_funder_s_call_stands_in_the_watch_with_its_day_and_its_link(week: Week) -> None:
    await week.posts(
        "chloe",
        "AAP tiers-lieux nourriciers",
        "La Région lance un appel à projets pour les tiers-lieux nourriciers, jusqu'à 30 000 €.\n"
        "Dossiers à déposer avant le 15 janvier 2027 : https://region.example/aap-nourriciers",
    )
    items = await week.tells()
    (call,) = [item for item in items if item.section == "watch"]
    assert call.last_day == dt.date(2027, 1, 15)
    assert "30 000" in call.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert call.links == ["https://region.example/aap-nourriciers"]
    assert [item.section for item in items] == ["watch"]


async def test_what_is_shared_is_a_resource_and_an_errand_is_not(week: Week) -> None:
    await week.posts(
        "lea",
        "Guide",
        "Le guide des contributions est en ligne : https://pad.example/guide-des-contributions\n"
        "Le sondage sur les repas tourne toujours : https://framadate.example/repas",
    )
    (shared,) = [item for item in await week.tells() if item.section == "resources"]
    assert shared.links == ["https://pad.example/guide-des-contributions"]


async def test_what_comes_from_elsewhere_and_who_presents_themselves(week: Week) -> None:
    await week.posts("hana", "TR: Semaine des fablabs", "Le réseau breton ouvre ses ateliers aux curieux.")
    await week.posts(
        "karim", "Bonjour", "Bonjour, je m'appelle Karim et je viens de rejoindre le réseau, à La Ruche."
    )
    items = {item.section: item.title for item in await week.tells()}
    assert items["elsewhere"].startswith("Semaine des fablabs")
    assert items["welcome"].startswith("Bonjour")


async def test_days_that_nothing_else_shows_are_named_with_the_words_around(week: Week) -> None:
    await week.posts(
        "gaston",
        "Compta",
        "La trésorerie passe sur un nouveau logiciel. Les factures y seront rangées par projet, avec leur "
        "convention, et la saisie y sera plus simple. Chaque lieu gardera un accès en lecture. Le devis de "
        "l'éditeur vaut jusqu'au 9 décembre. La formation des bénévoles prendra une heure.",
    )
    items = await week.tells()
    shown = [item for item in items if "9 décembre" in f"{item.title} {item.text}"]
    assert len([item for item in items if item.last_day == dt.date(2026, 12, 9)]) == 1
    assert len({item.key for item in shown}) <= 1


async def test_a_gathering_told_twice_stands_once_and_with_its_hour(week: Week) -> None:
    await week.posts("bruno", "Inauguration du four", "L'inauguration du four aura lieu le 12 décembre.")
    await week.posts(
        "emile",
        "Four : covoiturage",
        "Pour l'inauguration du four, le 12 décembre à 9 h à L'Atelier, on part de Digne.",
    )
    (item,) = [item for item in await week.tells() if item.section == "agenda"]
    assert item.event is not None
    assert (item.event["start"], item.event["time"]) == ("2026-12-12", "09:00:00")


async def test_what_is_moved_in_another_exchange_is_told_at_its_new_day(week: Week) -> None:
    await week.posts(
        "bruno", "Chantier de la verrière", "Le chantier de la verrière a lieu le 12 décembre à 9 h."
    )
    await week.tells()
    await week.posts(
        "bruno",
        "Report du chantier de la verrière",
        "Le chantier de la verrière est reporté du 12 au 19 décembre.",
    )
    days = [item.event["start"] for item in await week.tells(FRIDAY + WEEK) if item.event]
    assert days == ["2026-12-19"]


async def test_an_announcement_that_is_over_is_not_told(week: Week) -> None:
    await week.posts(
        "lea", "Pot de départ jeudi 26 novembre", "Le pot de départ a lieu jeudi 26 novembre à 18 h."
    )
    await week.posts("karim", "Re: Pot de départ jeudi 26 novembre", "J'y serai !")
    await week.posts("gaston", "AG le 24 novembre", "L'AG a lieu le 24 novembre à 18 h.")
    week.clock.set(MONDAY + dt.timedelta(days=2))
    await week.posts("hana", "Re: AG le 24 novembre", "La question du bail reste ouverte, le CAC la reprend.")
    assert [item.title.partition(" (")[0] for item in await week.tells()] == ["AG le 24 novembre"]


async def test_an_exchange_that_goes_on_tells_only_what_is_new(week: Week) -> None:
    await week.posts(
        "fanny", "Camionnette", "La camionnette du Hangar se prête le week-end à tous les lieux."
    )
    assert "se prête" in (await week.told("exchanges"))[0]
    await week.posts(
        "jules", "Re: Camionnette", "Elle passe au garage toute la semaine pour ses freins arrière."
    )
    (told,) = await week.told("exchanges", FRIDAY + WEEK)
    assert told.startswith("Camionnette")
    assert "freins" in told
    assert "tous les lieux.\n" not in told


async def test_a_question_is_told_unanswered_once(week: Week) -> None:
    await week.posts("mona", "Poêle", "Est-ce que quelqu'un connaît un ramoneur dans le 04 ?")
    assert len(await week.told("unanswered")) == 1
    await week.posts("lea", "Serre", "La serre du Port est montée.")
    assert await week.told("unanswered", FRIDAY + WEEK) == []


@pytest.mark.parametrize(
    ("subject", "circle", "title"),
    [
        ("[CAC] Budget", "cac", "Budget"),
        ("GT Animation : la fresque", "gt-animation", "La fresque"),
        ("Re: [gt formation] planning", "gt-formation", "planning"),
        ("[Coordination] affaire", "reseau", "affaire"),
        ("Rencontre : la fresque", "reseau", "Rencontre : la fresque"),
    ],
)
def test_whom_it_concerns(subject: str, circle: str, title: str) -> None:
    circles = load(resources.config() / "demo.toml").circles
    found = circle_of(circles, f"[reseau] {subject}", "reseau", {"coordination"})
    assert (found, without_opening(circles, clean_title(subject), found)) == (circle, title)


def test_what_is_reserved_is_never_left() -> None:
    circles = load(resources.config() / "demo.toml").circles
    assert circle_of(circles, "[CAC] Canari", "coordination", {"coordination"}) == "coordination"
