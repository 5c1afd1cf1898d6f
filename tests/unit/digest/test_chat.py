"""Rooms in the recap: told with their place, changed and taken back before and after the draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import PARIS
from handlers.digest.desk.history import difference, revert, snapshot
from handlers.digest.tables import Edition, Item
from tests.chatting import MONDAY, Rooms

DRAFT = dt.datetime(2026, 11, 26, 16, 0, tzinfo=PARIS)
SENT = dt.datetime(2026, 11, 27, 9, 0, tzinfo=PARIS)
WEEK = dt.timedelta(days=7)
ROOM = "#gt-animation"


class Recaps(Rooms):
    """Rooms, and what the recap makes of them."""

    async def shown(self, moment: dt.datetime) -> str:
        """All that is said from now to that moment."""
        self.act()
        await self.pass_until(moment)
        return "\n".join(block.searched for block in self.sent)

    async def asked(self, words: str) -> str:
        """What coordination is answered."""
        self.act()
        await self.say("alice", "#coordination", words)
        return "\n".join(block.searched for block in self.sent)

    async def sent_to_list(self, moment: dt.datetime = SENT) -> str:
        """The recap that reaches the list by that moment."""
        self.act()
        await self.pass_until(moment)
        (recap,) = [block.searched for block in self.sent if "@listes." in block.whom]
        return recap


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[Recaps]:
    stage = Recaps(tmp_path)
    await stage.open()
    # So that there is a recap, whatever becomes of the rooms.
    await stage.write("emile", "reseau", "Sujet : Serre\nLa serre de L'Atelier est montée.")
    yield stage
    await stage.kill()


async def test_a_marked_message_is_told_with_its_room(rooms: Recaps) -> None:
    said = await rooms.says("chloe", "#cac", "Le bail du local est renouvelé pour six ans.")
    await rooms.says("david", "#cac", "Personne n'a marqué ceci, qui reste ici.")
    await rooms.marks("bruno", "#cac", said)
    recap = await rooms.sent_to_list()
    told = "Le bail du local est renouvelé pour six ans. (Chloé Barbaroux, dans le salon)"
    assert told in " ".join(recap.split())
    assert recap.count("le bail") + recap.count("Le bail") == 1
    assert "reste ici" not in recap


async def test_a_mark_that_comes_weeks_later_is_told_once(rooms: Recaps) -> None:
    said = await rooms.says("chloe", "#cac", "Le bail du local est renouvelé pour six ans.")
    assert "bail" not in await rooms.sent_to_list()
    await rooms.later(days=10)
    await rooms.marks("bruno", "#cac", said)
    assert "bail" in await rooms.sent_to_list(SENT + 2 * WEEK)
    assert "bail" not in await rooms.shown(SENT + 3 * WEEK)


async def test_an_edit_and_an_unmark_before_the_draft(rooms: Recaps) -> None:
    lease = await rooms.says("chloe", "#cac", "Le bail du local est renouvelé pour six ans.")
    roof = await rooms.says("david", "#cac", "La toiture de La Fabrique est réparée.")
    await rooms.marks("bruno", "#cac", lease)
    mark = await rooms.marks("bruno", "#cac", roof)
    await rooms.rewords("chloe", "#cac", lease, "Le bail du local est renouvelé pour neuf ans.")
    await rooms.takes_back("bruno", "#cac", mark)
    shown = await rooms.shown(DRAFT)
    assert "neuf ans" in shown
    assert "six ans" not in shown
    assert "toiture" not in shown


@pytest.mark.parametrize("when", [MONDAY, DRAFT], ids=["before the draft", "after it"])
async def test_what_is_taken_back_before_it_is_told_is_not(rooms: Recaps, when: dt.datetime) -> None:
    said = await rooms.says("bruno", ROOM, "Canari : le kit se rend avant le 4 décembre, au 12 rue Haute.")
    await rooms.pass_until(when)
    await rooms.takes_back("bruno", ROOM, said)
    await rooms.restart()
    recap = await rooms.sent_to_list()
    assert "Serre" in recap
    assert "Canari" not in recap
    assert "rue Haute" not in recap
    assert await rooms.found("canari") == []


async def test_what_coordination_retitled_is_taken_back_all_the_same(rooms: Recaps) -> None:
    said = await rooms.says("bruno", ROOM, "Canari : le kit est chez moi, au troisième étage à gauche.")
    await rooms.says("fanny", ROOM, "La camionnette du hangar est de nouveau en service.")
    await rooms.shown(DRAFT)
    assert "Nouvelles du groupe" in await rooms.asked("titre de la 1 : Nouvelles du groupe")
    await rooms.takes_back("bruno", ROOM, said)
    recap = await rooms.sent_to_list()
    assert "camionnette" in recap
    assert "Canari" not in recap
    assert "troisième" not in recap


async def test_what_was_merged_into_another_goes_and_the_other_stays(rooms: Recaps) -> None:
    said = await rooms.says("bruno", ROOM, "Canari : le kit est chez moi, au troisième étage à gauche.")
    await rooms.shown(DRAFT)
    assert "Canari" in await rooms.asked("fusionne 1 et 2, aperçu")
    await rooms.takes_back("bruno", ROOM, said)
    recap = await rooms.sent_to_list()
    assert "Serre" in recap
    assert "Canari" not in recap


async def test_what_was_merged_into_what_goes_is_told_by_itself(rooms: Recaps) -> None:
    said = await rooms.says("bruno", ROOM, "Canari : le kit est chez moi, au troisième étage à gauche.")
    await rooms.shown(DRAFT)
    assert "Canari" in await rooms.asked("fusionne 2 et 1, aperçu")
    await rooms.takes_back("bruno", ROOM, said)
    recap = await rooms.sent_to_list()
    assert "serre de L'Atelier" in recap.replace("’", "'")
    assert "Canari" not in recap


async def test_undoing_a_correction_brings_nothing_back(rooms: Recaps) -> None:
    said = await rooms.says("bruno", ROOM, "Canari : le kit est chez moi, au troisième étage à gauche.")
    await rooms.shown(DRAFT)
    await rooms.asked("titre de la 2 : Du groupe")
    await rooms.takes_back("bruno", ROOM, said)
    assert "comme avant" in await rooms.asked("annule")
    assert "Canari" not in await rooms.sent_to_list()


def test_undoing_leaves_alone_what_nothing_is_left_of() -> None:
    edition = Edition(id=1, state="draft", intro="", approved_by=None, send_at=SENT)
    item = Item(id=7, number=1, key="room-thread:3", title="Canari", text="", state="kept", rank=10)
    item.section, item.edited = "exchanges", False
    before = snapshot(edition, [item])
    item.key, item.title, item.state = "gone:1", "(repris)", "dropped"
    revert(edition, [item], difference(before, snapshot(edition, [item])))
    assert (item.title, item.state) == ("(repris)", "dropped")


async def test_what_was_kept_for_the_next_week_is_taken_back_too(rooms: Recaps) -> None:
    said = await rooms.says("bruno", ROOM, "Canari : le kit est chez moi, au troisième étage à gauche.")
    await rooms.says("fanny", ROOM, "La camionnette du hangar est de nouveau en service.")
    await rooms.shown(DRAFT)
    await rooms.asked("garde la 1 pour la semaine prochaine")
    assert "camionnette" not in await rooms.sent_to_list()
    await rooms.takes_back("bruno", ROOM, said)
    recap = await rooms.sent_to_list(SENT + WEEK)
    assert "camionnette" in recap
    assert "Canari" not in recap


async def test_a_date_that_is_told_again_goes_with_its_message(rooms: Recaps) -> None:
    said = await rooms.says("bruno", ROOM, "Il faut rendre le kit avant le 18 décembre, chez Canari.")
    assert "Canari" in await rooms.sent_to_list()
    await rooms.takes_back("bruno", ROOM, said)
    assert "Canari" not in await rooms.shown(SENT + WEEK)


async def test_a_circle_that_opts_out_is_told_no_more(rooms: Recaps) -> None:
    await rooms.says("bruno", ROOM, "Le kit d'animation est prêt pour tout le monde.")
    await rooms.set("circles.gt-animation.chat", "none")
    assert "kit" not in await rooms.sent_to_list()


async def test_a_mail_comes_after_a_message_that_left_with_its_number(rooms: Recaps) -> None:
    """The highest number of the archive, told or not, is never given to a mail that nobody then reads."""
    said = await rooms.says("bruno", ROOM, "Le kit d'animation est prêt pour tout le monde.")
    await rooms.sent_to_list()
    await rooms.takes_back("bruno", ROOM, said)
    await rooms.write("fanny", "reseau", "Sujet : Neige\nLa route du col est fermée, passez par la vallée.")
    assert "Neige" in await rooms.sent_to_list(SENT + WEEK)


async def test_a_reserved_room_reaches_nothing(rooms: Recaps) -> None:
    said = await rooms.says(
        "bruno", "#coordination", "Canari : La Ruche va mal, il faut agir avant le 4 décembre."
    )
    await rooms.marks("alice", "#coordination", said)
    shown = await rooms.shown(SENT + 2 * WEEK)
    assert "Serre" in shown
    assert "Canari" not in shown
    assert await rooms.found("canari") == []
    assert not any("Canari" in text for text in await rooms.texts())
