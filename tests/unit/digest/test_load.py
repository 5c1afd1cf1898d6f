"""What a recap covers, spares and costs: measured for each edition, summed up by « récap bilan »."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.outbox import Content, Destination, Terms
from bot.play.show import Block
from bot.reach import RECAP_COPY
from bot.store.people_tables import Person
from bot.store.tables import Klass
from bot.work import Work
from handlers.digest import editions
from handlers.digest.load import measure as load
from handlers.digest.load import report
from handlers.digest.tables import Edition, EditionState, Item, Line
from tests.chatting import MONDAY, Rooms

THURSDAY = MONDAY + dt.timedelta(days=3, hours=7)  # the draft
FRIDAY = MONDAY + dt.timedelta(days=4)  # the sending
WEEK = dt.timedelta(days=7)
LIST = "reseau@listes.lisieres.example"
# Of a length that many mails have; each word is one.
LONG = " ".join(["La serre est montée et la cave est vide, dit la gazette du lundi."] * 40)


class Measured(Rooms):
    """The demo network, and what is measured of its recap."""

    async def measure(self) -> dict[str, int]:
        """The load of the edition that is being prepared."""
        async with self._running().store.write() as session:
            work = Work(self._running().house, session, self.clock.now())
            edition = await editions.current(work)
            assert edition is not None
            await editions.refresh(work, edition)
            await load.measure(work, edition)
            return {name: getattr(edition, name) for name in ("messages", "minutes", "asks", "mails")}

    async def keep(self, *rows: Any) -> None:
        """Write rows as if they had always been there."""
        async with self._running().store.write() as session:
            session.add_all(rows)

    async def sends(self, key: str, to: Destination, klass: Klass, **params: object) -> None:
        """The bot writes something, and it leaves."""
        async with self._running().store.write() as session:
            work = Work(self._running().house, session, self.clock.now())
            await work.send(key, to, Content("Bonjour."), Terms(klass, params=params))
        await self.settle()

    async def mailbox(self, key: str) -> Destination:
        """Somebody's mailbox, as handlers write to it."""
        async with self._running().store.read() as session:
            number = await session.scalar(select(Person.id).where(Person.key == key))
        return Destination("mail", self.cast.writer(key).address, number)

    async def asked(self, who: str, words: str = "!récap bilan") -> Block:
        """What somebody is answered in a direct message."""
        self.act()
        await self.say(who, "dm", words)
        (block,) = self.sent
        return block


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Measured]:
    stage = Measured(tmp_path)
    await stage.open()
    await stage.write("emile", "reseau", "Sujet : Four\nLe four de L'Atelier est réparé.")
    yield stage
    await stage.kill()


async def test_messages_of_lists_and_of_rooms_that_feed_the_recap(network: Measured) -> None:
    await network.says("bruno", "#gt-animation", "La fresque est finie, elle sèche jusqu'à lundi.")
    await network.says("gaston", "#cac", "Personne ne marque ceci.")
    marked = await network.says("chloe", "#cac", "Le bail du local est renouvelé.")
    await network.marks("bruno", "#cac", marked)
    await network.says("hana", "#coordination", "Ce salon est réservé.")
    await network.says("mona", "#reseau", "Ce salon n'a rien demandé.")
    await network.write("jules", "reseau", "Sujet : [hors-récap] Clés\nQui a les clés du hangar ?")
    await network.pass_until(THURSDAY)
    assert (await network.measure())["messages"] == 3


async def test_minutes_are_what_reading_takes_less_the_recap_s_own(network: Measured) -> None:
    for number in range(4):
        await network.write("mona", "reseau", f"Sujet : Gazette {number}\nGazette {number} : {LONG}")
    await network.pass_until(THURSDAY)
    words = 4 * len(LONG.split())
    whole = words / load.WORDS_A_MINUTE + 5 * load.SECONDS_TO_OPEN / 60
    spared = (await network.measure())["minutes"]
    assert whole - 2 <= spared < whole


async def test_a_report_pasted_into_a_mail_is_not_read_to_its_end(network: Measured) -> None:
    await network.write("mona", "reseau", f"Sujet : Rapport\n{' '.join([LONG] * 4)}")
    await network.pass_until(THURSDAY)
    assert 0 < (await network.measure())["minutes"] <= load.MOST_WORDS / load.WORDS_A_MINUTE + 1


async def test_a_recap_that_spares_nothing_says_zero(network: Measured) -> None:
    await network.pass_until(THURSDAY)
    await network.say("alice", "#coordination", f"ajoute en tête : {LONG}")
    await network.say("alice", "#coordination", f"texte de la 1 : {LONG}")
    assert (await network.measure())["minutes"] == 0


async def test_what_came_and_what_we_asked_and_wrote_by_ourselves_since_the_last_one(
    network: Measured,
) -> None:
    lea = await network.mailbox("lea")
    await network.sends("old", lea, Klass.NEWS)
    await network.pass_until(FRIDAY)
    await network.write("mona", "reseau", "Sujet : Cave\nLa cave est vide.")
    await network.pass_until(THURSDAY + WEEK)  # the draft is one mail, to the coordinator
    await network.sends("ask", lea, Klass.ASK)
    await network.sends("news", lea, Klass.NEWS)
    await network.sends("answer", lea, Klass.ANSWER)
    await network.sends("copy", lea, Klass.NEWS, **{RECAP_COPY: True})
    await network.sends("to all", Destination("mail", LIST, list_name="reseau"), Klass.NEWS)
    found = await network.measure()
    assert (found["messages"], found["asks"], found["mails"]) == (1, 1, 3)


def past(week: int, **more: Any) -> Edition:
    """The recap that left so many weeks before the Monday of the plays, on its Friday."""
    at = FRIDAY - WEEK * week
    values = {
        "period": f"{at:%G-W%V}",
        "state": EditionState.SENT.value,
        "since": at - WEEK,
        "until": at,
        "after_message": 0,
        "last_message": 0,
        "send_at": at,
        "sent_at": at + dt.timedelta(minutes=1),
    }
    return Edition(**(values | more))


async def test_no_recap_yet_no_figures_and_no_chart(network: Measured) -> None:
    told = (await network.asked("mona")).text
    assert "aucun récap n’est parti" in told
    assert "vendredi 27 novembre 2026" in told
    assert ".png" not in told


async def test_twelve_weeks_summed_up(network: Measured) -> None:
    spared = {"messages": 20, "minutes": 25, "asks": 1, "mails": 3}
    await network.keep(*(past(week, **spared) for week in range(3, 12)))
    await network.keep(
        past(1, **spared, sent_at=FRIDAY - WEEK + dt.timedelta(hours=5)),
        past(2, state=EditionState.EMPTY.value),
        past(13, messages=1_000, minutes=1_000),
    )
    async with network._running().store.write() as session:
        person = await session.scalar(select(Person.id).where(Person.key == "mona"))
        mona = {"person_id": person, "at": MONDAY - dt.timedelta(days=9)}
        session.add_all([Line(**mona, text="Un", about=""), Line(**mona, text="Deux", about="thread:1")])
        session.add(Line(**mona, text="Trois", state="withdrawn"))
    told = (await network.asked("mona")).text.replace("\u00a0", " ")
    for words in (
        "Depuis le vendredi 4 septembre 2026, 10 récaps partis, dont 1 avec plus d’une heure de retard",
        "1 semaine sans récap",
        "sur la liste et dans les salons : 200",
        "environ 4 h 10 pour une personne",
        "C’est une estimation",
        "10 demandes faites et 30 mails envoyés de ma propre initiative",
        "Lignes laissées pour le récap : 1 ; corrections (« tu as mal lu ») : 1",
        "- 20/11 : ▇▇▇▇▇▇▇▇▇▇▇▇ 25",
        "- 13/11 : pas de récap",
        "[bilan-du-recap.png]",
    ):
        assert words in told
    assert "1 000" not in told


async def test_questions_that_the_recap_told_and_what_became_of_them(network: Measured) -> None:
    for subject in ("Serre", "Sono", "Camion"):
        await network.write("mona", "reseau", f"Sujet : {subject}\nQui aurait une idée pour : {subject} ?")
    asked = (await network.archive())[-3:]
    await network.write("jules", "reseau", "Sujet : Re: Sono\nOui, la nôtre.")
    await network.write("mona", "reseau", "Sujet : Re: Camion\nPersonne ?")
    await network.keep(past(1))
    await network.keep(
        *(
            Item(
                edition_id=1,
                number=place,
                rank=place,
                key=f"unanswered:{message.thread_id}",
                section="unanswered",
                title="?",
                version=str(message.id),
            )
            for place, message in enumerate(asked)
        )
    )
    told = (await network.asked("mona")).text.replace("\u00a0", " ")
    assert "Questions redites parce que personne n’avait répondu : 3, dont 2 sans réponse à ce jour" in told


async def test_without_the_chart_the_words_stand(network: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_chart: object) -> None:
        return None

    monkeypatch.setattr(report, "draw", fails)
    await network.keep(past(2, minutes=50), past(1, minutes=5))
    told = (await network.asked("mona")).text.replace("\u00a0", " ")
    assert "2 récaps partis" in told
    assert ".png" not in told


async def test_in_english_and_as_a_picture(network: Measured) -> None:
    await network.keep(past(2, minutes=50), past(1, minutes=5))
    await network.say("mona", "dm", "écris-moi en anglais")
    block = await network.asked("mona", "digest load")
    assert "2 recaps have gone out, always on time" in block.text.replace("\u00a0", " ")
    (picture,) = block.thing.post.files  # type: ignore[union-attr]
    assert (picture.name, picture.type) == ("recap-figures.png", "image/png")
    assert picture.data.startswith(b"\x89PNG")
