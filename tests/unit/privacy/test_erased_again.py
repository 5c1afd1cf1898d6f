"""An older copy, a crash half way, a file that still names them: nobody who was erased comes back."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot import failpoints
from bot.personal import erasure, returning
from bot.restore import restore
from bot.store import ledger
from bot.store.backup import backup
from bot.store.ledger import Line
from bot.store.people_tables import Contact, Erasure, Person
from tests.unit.privacy.conftest import ADDRESS, CHAT, KEY, NAME, Scene, erase, found_beside, found_in


def copy(scene: Scene, folder: Path) -> Path:
    return backup(scene.settings.store.path, folder, None, scene.clock.now()).path


async def test_an_older_backup_put_back_erases_again(lived_in: Scene, tmp_path: Path) -> None:
    elsewhere = tmp_path.parent / f"{tmp_path.name}-copies"
    elsewhere.mkdir()
    made = copy(lived_in, elsewhere)
    await erase(lived_in)
    await lived_in.kill()
    found = await restore(lived_in.settings, made, lived_in.clock.now())
    assert found.erased == 1
    assert found_in(lived_in.settings.store.path) == [], "before anything starts"
    await lived_in.open()
    assert [row.number for row in await lived_in.rows(Erasure)] == [1]
    # What came in after the copy is read again, with what she wrote to be erased: an hour later it is gone.
    await lived_in.pass_until(lived_in.clock.now() + dt.timedelta(hours=2))
    assert found_beside(lived_in) == []


async def test_an_older_file_put_in_place_by_hand_erases_again_at_start(scene: Scene, tmp_path: Path) -> None:
    """Another number in the copy, another key: one address is enough to know her again."""
    path = scene.settings.store.path
    before = path.with_name("before")
    await scene.kill()
    shutil.copy(path, before)
    await scene.open()
    await erase(scene)
    await scene.kill()
    shutil.copy(before, path)
    before.unlink()
    scene_line = ledger.read(ledger.path_of(path))[0]
    assert scene_line.people
    written = (
        ledger.path_of(path).read_text().replace(f'"people": [{scene_line.people[0]}]', '"people": [999]')
    )
    ledger.path_of(path).write_text(written)
    await scene.open()
    assert [row.mark for row in await scene.rows(Erasure)] == [scene_line.mark]
    await scene.pass_until(scene.clock.now() + dt.timedelta(hours=2))
    assert found_beside(scene) == []


async def test_somebody_who_has_the_number_now_is_not_erased(scene: Scene) -> None:
    await erase(scene)
    line = ledger.read(ledger.path_of(scene.settings.store.path))[0]
    karim = await scene.number_of("karim")
    async with scene.bot.store.write() as session:
        await session.execute(update(Erasure).values(mark="another"))
        again = Line(line.mark, 7, (karim,), line.at, line.salt, line.seals)
        assert await returning.repeat(scene.work(session), [again]) == 0
        assert await session.scalar(select(Person.key).where(Person.id == karim)) == "karim"


@pytest.mark.parametrize("where", ["erasure.before_ledger", "erasure.before_scrub"])
async def test_on_a_full_disk_the_house_goes_on_and_tries_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """The file cannot be written anew yet: others have their answers all the same."""
    await scene.say("lea", "dm", "!effacer")
    monkeypatch.setenv(failpoints.VARIABLE, f"{where}=full")
    await scene.say("lea", "dm", "oui, efface")
    scene.act()
    await scene.say("karim", "dm", "!aide")
    assert [one.whom for one in scene.sent] == ["karim"]
    async with scene.bot.store.read() as session:
        assert await erasure.is_wanted(session)
    await scene.pass_until(scene.clock.now() + erasure.FORGET_AFTER)
    assert found_beside(scene) == []


async def test_erasing_twice_changes_nothing_more(scene: Scene) -> None:
    number = await scene.number_of(KEY)
    async with scene.bot.store.write() as session:
        assert await erasure.erase(scene.work(session), number) is not None
    async with scene.bot.store.write() as session:
        assert await erasure.erase(scene.work(session), number) is None
    assert [row.number for row in await scene.rows(Erasure)] == [1]


async def test_the_settings_file_does_not_bring_anybody_back(scene: Scene) -> None:
    await erase(scene)
    scene.act()
    await scene.set("network.language", "en")  # so that the settings are read anew
    assert [one.whom for one in scene.sent] == ["#coordination"]
    people = [row.key for row in await scene.rows(Person)]
    assert "erased-1" in people
    assert KEY not in people
    assert [row for row in await scene.rows(Contact) if row.value in (ADDRESS, CHAT)] == []
    scene.act()
    await scene.restart()
    assert scene.sent == [], "once"


async def test_other_sources_can_ask(scene: Scene) -> None:
    await erase(scene)
    async with scene.bot.store.read() as session:
        assert await erasure.is_erased(session, contacts=[("mail", ADDRESS)])
        assert await erasure.is_erased(session, key=KEY, name=NAME)
        assert not await erasure.is_erased(session, key=KEY, name="Léa Morel")
        assert not await erasure.is_erased(session, contacts=[("mail", "karim@lisieres.example")])


async def test_a_homonym_keeps_her_name(scene: Scene) -> None:
    """Two people of one name: which of them a text means, nobody knows."""
    async with scene.bot.store.write() as session:
        await session.execute(update(Person).where(Person.key == "mona").values(name=NAME))
    await scene.write("karim", "reseau", "Sujet : Merci\nMerci à Léa Toscan (lea@lisieres.example).")
    await erase(scene)
    assert [row.name for row in await scene.rows(Person) if row.key == "mona"] == [NAME]
    assert {value for _, value, _ in found_beside(scene)} == {NAME}


async def test_who_was_merged_into_her_goes_with_her(scene: Scene) -> None:
    mona, lea = await scene.number_of("mona"), await scene.number_of(KEY)
    async with scene.bot.store.write() as session:
        await session.execute(update(Person).where(Person.id == mona).values(merged_into=lea))
    await erase(scene)
    assert found_beside(scene, ("Mona Arnoux", "mona@lisieres.example")) == []
    assert {"erased-1", f"erased-1.{mona}"} <= {row.key for row in await scene.rows(Person)}
