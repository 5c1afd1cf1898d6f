"""Nothing is kept longer than the settings say: the clock sees to it, every day at four."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select, update

from bot.outbox import Content, Destination, Terms
from bot.store.archive_tables import Message
from bot.store.people_tables import Erasure, LinkCode, Person, ReplyToken
from bot.store.room_tables import RoomRow
from bot.store.tables import Act, Body, FactRow, InboxRow, OutboxRow, Prompt, UndoRow
from tests.unit.privacy.conftest import ADDRESS, CHAT, THURSDAY, Scene

STRANGER = "quelqu.un@ailleurs.example"


async def days_later(scene: Scene, days: float) -> None:
    """Time passes at once; what falls due on the last day is done."""
    scene.clock.set(scene.clock.now() + dt.timedelta(days=days))
    await scene.bot.settle()


async def test_words_to_one_person_go_and_those_to_many_stay(scene: Scene) -> None:
    await scene.set("retention.sent_days", "10")
    async with scene.bot.store.write() as session:
        work = scene.work(session)
        lea = Destination("mail", ADDRESS, await scene.number_of("lea"))
        karim = Destination("mail", "karim@lisieres.example", await scene.number_of("karim"))
        await work.send("one", lea, Content("Pour toi.", subject="À toi"))
        many = await work.send("many:lea", lea, Content("Pour beaucoup.", subject="À nous"))
        body = (await session.get_one(OutboxRow, many)).body_id
        await work.send("many:karim", karim, body)
    await scene.bot.settle()
    await days_later(scene, 8)
    assert {"Pour toi.", "Pour beaucoup."} <= {body.text for body in await scene.rows(Body)}
    await days_later(scene, 3)
    texts = [body.text for body in await scene.rows(Body)]
    assert "Pour toi." not in texts
    assert "Pour beaucoup." in texts


async def test_what_waits_keeps_its_words(scene: Scene) -> None:
    await scene.set("retention.sent_days", "10")
    async with scene.bot.store.write() as session:
        lea = Destination("mail", ADDRESS, await scene.number_of("lea"))
        later = Terms(not_before=THURSDAY + dt.timedelta(days=400))
        await scene.work(session).send("later", lea, Content("Bien plus tard."), later)
    await days_later(scene, 30)
    assert "Bien plus tard." in [body.text for body in await scene.rows(Body)]


async def test_questions_codes_tokens_and_undos_go(scene: Scene) -> None:
    await scene.say("lea", "dm", "pour le récap : la serre est finie")
    await scene.write("lea", "", "!aide")
    async with scene.bot.store.write() as session:
        closed = {"capability": "x", "kind": "y", "audience": "person:lea", "opened_at": THURSDAY}
        session.add(Prompt(**closed, state={"said": "bonjour"}, closed_at=THURSDAY))
        session.add(Prompt(**closed, state={"said": "encore"}))
        code = {"digest": "0", "from_channel": "room", "from_value": CHAT, "to_channel": "mail"}
        session.add(LinkCode(**code, to_value=ADDRESS, created_at=THURSDAY, expires_at=THURSDAY))
    assert await scene.rows(UndoRow)
    assert await scene.rows(ReplyToken)
    await days_later(scene, 179)
    assert await scene.rows(LinkCode)
    await days_later(scene, 100)
    for table in (LinkCode, ReplyToken, UndoRow):
        assert await scene.rows(table) == []
    states = [row.state for row in await scene.rows(Prompt) if row.capability == "x"]
    assert states == [{}, {"said": "encore"}], "what is open is not over"


async def test_strangers_are_forgotten(scene: Scene) -> None:
    await scene.write(STRANGER, "", "Bonjour, qui êtes-vous ?")
    await scene.write("lea", "", "!aide")
    await days_later(scene, 29)
    assert STRANGER in [row.author for row in await scene.rows(InboxRow)]
    await days_later(scene, 3)
    rows = await scene.rows(InboxRow)
    assert [row.author for row in rows] == ["", ADDRESS]
    assert rows[0].raw is None
    assert STRANGER not in [act.author for act in await scene.rows(Act)]


async def test_a_room_forgets_whose_it_was_when_nobody_knows_them(scene: Scene) -> None:
    async with scene.bot.store.write() as session:
        for number, person in enumerate((CHAT, "@gone:lisieres.example")):
            session.add(RoomRow(id=f"!r{number}", standing="joined", person=person, told_at=THURSDAY))
    await days_later(scene, 29)
    assert "@gone:lisieres.example" in [row.person for row in await scene.rows(RoomRow)]
    await days_later(scene, 3)
    persons = [row.person for row in await scene.rows(RoomRow) if row.id.startswith("!r")]
    assert persons == [CHAT, ""]


async def test_copies_put_aside_go(scene: Scene) -> None:
    """Of a migration and of a restore; not a backup, nor the ledger."""
    path = scene.settings.store.path
    then = "20261126T120000Z"
    aside = [f".replaced-{then}", f".replaced-{then}-2-wal", f".before-0004-{then}"]
    kept = [".replaced-20270110T120000Z", ".before-later", f".replaced-{then}.old"]
    for name in (*aside, *kept):
        path.with_name(path.name + name).write_bytes(b"x")
    await days_later(scene, 29)
    assert all(path.with_name(path.name + name).exists() for name in aside)
    await days_later(scene, 3)
    assert not any(path.with_name(path.name + name).exists() for name in aside)
    assert all(path.with_name(path.name + name).exists() for name in kept)


async def test_who_left_long_ago_is_announced_then_erased(scene: Scene) -> None:
    await scene.set("retention.former_days", "100")
    async with scene.bot.store.write() as session:
        left = {"status": "former", "left_at": THURSDAY}
        await session.execute(update(Person).where(Person.key.in_(["mona", "lea"])).values(**left))
    await days_later(scene, 69)
    scene.act()
    await days_later(scene, 2)
    told = [one for one in scene.sent if one.whom == "#coordination"]
    assert "Mona Arnoux" in told[0].searched
    assert await scene.rows(Erasure) == []
    async with scene.bot.store.write() as session:  # she comes back
        await session.execute(
            update(Person).where(Person.key == "lea").values(status="subscriber", left_at=None)
        )
    await days_later(scene, 31)
    keys = {row.key for row in await scene.rows(Person)}
    assert "lea" in keys
    assert "mona" not in keys
    scene.act()
    await days_later(scene, 40)
    assert not any("partie" in one.searched for one in scene.sent), "said once"


async def test_the_archive_stays_unless_it_is_given_a_time_and_facts_always_do(scene: Scene) -> None:
    await scene.write("karim", "reseau", "Sujet : Chaises\nDix chaises à donner.")
    await scene.say("lea", "dm", "pour le récap : la serre est finie")
    await days_later(scene, 500)
    assert any("Dix chaises" in one.text for one in await scene.rows(Message))
    await scene.set("retention.archive_days", "300")
    await days_later(scene, 1)
    before = scene.clock.now() - dt.timedelta(days=300)
    assert [one.text for one in await scene.rows(Message) if one.at < before] == []
    async with scene.bot.store.read() as session:
        left: Any = await session.scalar(select(func.count()).select_from(FactRow))
    assert left > 0
