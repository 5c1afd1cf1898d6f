"""The notice goes once to whoever enters, and by surprise to nobody; nothing of ours watches who reads."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from bot import people, resources
from bot.store.people_tables import Contact, Person, Source
from tests.unit.privacy.conftest import THURSDAY, Scene

NOUR = "nour@ailleurs.example"


async def enter(scene: Scene, source: Source, *, address: str = NOUR, **values: Any) -> None:
    """Somebody enters, as one of the sources makes them."""
    async with scene.bot.store.write() as session:
        key = address.partition("@")[0]
        person = Person(
            key=key, name=key.title(), status="subscriber", source=source.value, entered_at=THURSDAY, **values
        )
        session.add(person)
        await session.flush()
        session.add(Contact(person_id=person.id, channel="mail", value=address, verified_at=THURSDAY))
    scene.act()


def notices(scene: Scene) -> list[str]:
    return [one.whom for one in scene.sent if "droits" in one.searched or "rights" in one.searched]


@pytest.mark.parametrize("source", [Source.COMMAND, Source.CODE])
async def test_who_enters_alone_is_told_at_once_and_once(scene: Scene, source: Source) -> None:
    await enter(scene, source)
    await scene.bot.settle()
    assert notices(scene) == [NOUR]
    scene.act()
    await scene.restart()
    await scene.say("lea", "dm", "!aide")
    assert notices(scene) == []


@pytest.mark.parametrize("source", [Source.IMPORT, Source.LIST])
async def test_who_came_with_many_is_told_with_the_first_word(scene: Scene, source: Source) -> None:
    await enter(scene, source)
    await enter(scene, source, address="zoe@ailleurs.example")
    await scene.bot.settle()
    assert notices(scene) == []
    async with scene.bot.store.write() as session:
        work = scene.work(session)
        number = (await session.scalars(select(Person.id).where(Person.key == "nour"))).one()
        member = await _member(scene, number)
        to = work.mailbox_of(member)
        assert to is not None
        await work.send("hello", to, work.render("privacy.kept", {}))
    await scene.bot.settle()
    assert notices(scene) == [NOUR]


async def _member(scene: Scene, number: int) -> Any:
    async with scene.bot.store.read() as session:
        return await people.by_id(session, number, scene.clock.now())


async def test_who_came_with_many_is_told_when_they_write(scene: Scene) -> None:
    await enter(scene, Source.IMPORT)
    raw = b"From: nour@ailleurs.example\r\nMessage-ID: <n1@x.example>\r\n\r\n!aide"
    scene.network.post(raw, scene.settings.bot.address, NOUR)
    await scene.bot.settle()
    assert notices(scene) == [NOUR]


async def test_the_notice_is_in_the_persons_language(scene: Scene) -> None:
    await enter(scene, Source.COMMAND, language="en")
    await scene.bot.settle()
    assert "your rights" in scene.sent[0].searched


async def test_in_shadow_nobody_is_taken_for_told(scene: Scene) -> None:
    await scene.set("gates.shadow", "true")
    await enter(scene, Source.COMMAND)
    await scene.bot.settle()
    assert scene.sent == []
    await scene.set("gates.shadow", "false")
    assert notices(scene) == [NOUR]


async def test_who_stands_in_the_settings_is_informed(scene: Scene) -> None:
    assert notices(scene) == []
    assert all(row.notice_at for row in await scene.rows(Person))


async def test_the_notice_says_how_long_as_the_settings_do(scene: Scene) -> None:
    await scene.set("retention.raw_days", "11")
    await scene.set("retention.archive_days", "400")
    scene.act()
    await scene.say("lea", "#reseau", "!confidentialité")
    said = scene.sent[0].searched.replace("\u00a0", " ")
    assert "tel quel, 11 jours" in said
    assert "gardée 400 jours" in said


async def test_the_notice_says_who_answers_for_it_and_whom_to_ask(scene: Scene) -> None:
    """Articles 13 and 14: who, whom to ask, on what ground, from where, who sees it, rights, complaint."""
    await scene.say("lea", "dm", "!confidentialité")
    said = scene.sent[0].searched.replace("\u00a0", " ").replace("’", "'")
    for words in ("Réseau des Lisières", "Alice Rovère", "6.1.f", "D'où cela vient", "Qui le voit", "CNIL"):
        assert words in said
    await scene.set("network.controller", "Association des Lisières, 1 rue Haute, Digne")
    await scene.set("network.contact", "donnees@lisieres.example")
    scene.act()
    await scene.say("lea", "dm", "!confidentialité")
    said = scene.sent[0].searched
    assert "Responsable de ces données : Association des Lisières, 1 rue Haute" in said.replace("\u00a0", " ")
    assert "donnees@lisieres.example" in said
    assert "Alice" not in said


# A remote image, a style or a script of elsewhere, or a link that says who follows it.
WATCHING = re.compile(
    r"<img|!\[(?!endif)|<script|<iframe|url\(|@import|<link\b|https?://[^\s\"']*[?&](?:id|uid|token|u)=", re.I
)


def test_no_template_watches_who_reads() -> None:
    files = [path for path in resources.templates().rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path.name for path in files if WATCHING.search(path.read_text("utf-8"))] == []
    assert WATCHING.search('<img src="https://x.example/pixel?id=1">')


TARGET = re.compile(r"""href="([^"]*)"|\]\(([^)]*)\)|(https?://\S*)""")


def test_no_link_of_ours_carries_anything() -> None:
    """Whoever follows every link of our mails (a scanner, a preview) does nothing and gets nothing.

    A page's links are those that people wrote (``link``); else a mail to us, to be sent by hand.
    """
    found = {
        next(filter(None, target))
        for path in resources.templates().rglob("*")
        if path.is_file()
        for target in TARGET.findall(path.read_text("utf-8"))
    }
    to_us = {one for one in found if one.startswith("mailto:{{ bot_address }}?subject=")}
    assert to_us
    assert found - to_us == {"{{ link }}"}
