"""A name that may mean somebody or something else stays in what others wrote; all else of theirs goes."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from bot.personal.holdings.namesakes import names_of
from bot.store.archive_tables import Message
from bot.store.people_tables import Person
from tests.unit.privacy.conftest import KEY, Scene, erase


@pytest.mark.parametrize(
    ("name", "sought"),
    [
        ("Léa Toscan", True),
        ("Anne Le Du", True),
        ("Rose", False),  # the flower
        ("contact", False),  # a list server's name for contact@…
        ("Jean-Pierre", False),
        ("Li Ma", False),
        ("KARIM  LOUBET", False),  # another member
        ("La Ruche", False),  # a place
        ("GT Animation", False),  # a circle
        ("Réseau des Lisières", False),
    ],
)
async def test_only_what_means_nobody_else_is_sought(scene: Scene, name: str, sought: bool) -> None:
    async with scene.bot.store.read() as session:
        number = await scene.number_of(KEY)
        found = await names_of(session, scene.settings, [number], [name])
    assert found.sought == ((name,) if sought else ())


async def test_the_texts_of_others_keep_their_words(scene: Scene) -> None:
    """Somebody whom the list server calls « rose » is erased: the flower stays, their address goes."""
    async with scene.bot.store.write() as session:
        await session.execute(update(Person).where(Person.key == KEY).values(name="rose"))
        await session.execute(update(Person).where(Person.key == "mona").values(name="Rose Toscan-Arnoux"))
    await scene.write("karim", "reseau", "Sujet : Jardin\nUne rose pour lea@lisieres.example et Rose Toscan.")
    await erase(scene)
    async with scene.bot.store.read() as session:
        (words,) = await session.scalars(select(Message.text).where(Message.subject.contains("Jardin")))
    assert words == "Une rose pour ancien·ne membre 1 et Rose Toscan."
    names = {row.key: row.name for row in await scene.rows(Person)}
    assert (names["erased-1"], names["mona"]) == ("ancien·ne membre 1", "Rose Toscan-Arnoux")


async def test_a_longer_name_of_another_is_spared(scene: Scene) -> None:
    async with scene.bot.store.write() as session:
        await session.execute(update(Person).where(Person.key == "mona").values(name="Léa Toscan-Morel"))
    await scene.write("karim", "reseau", "Sujet : Jardin\nLéa Toscan et Léa Toscan-Morel arrivent.")
    await erase(scene)
    async with scene.bot.store.read() as session:
        (words,) = await session.scalars(select(Message.text).where(Message.subject.contains("Jardin")))
    assert words == "ancien·ne membre 1 et Léa Toscan-Morel arrivent."
