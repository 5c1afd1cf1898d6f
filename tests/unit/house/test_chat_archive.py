"""What is kept of rooms: what the circle opted for, as it reads now, as long as its author wants."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.base import EventKind
from tests.chatting import MONDAY, PIN, Rooms


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[Rooms]:
    stage = Rooms(tmp_path)
    await stage.open()
    yield stage
    await stage.kill()


async def test_a_room_is_kept_as_its_circle_says(rooms: Rooms) -> None:
    await rooms.says("bruno", "#gt-animation", "Le kit est prêt.")
    await rooms.says("bruno", "#cac", "Personne n'a marqué ceci.")
    await rooms.says("hana", "#gt-formation", "Ce salon n'a rien demandé.")
    await rooms.says("alice", "#coordination", "Ceci est réservé.")
    await rooms.say("bruno", "dm", "Ceci est dit à toi seule.")
    rooms.network.rooms.happen(
        EventKind.MESSAGE, "#ailleurs", "@bruno:lisieres.example", "Salon de personne."
    )
    await rooms.settle()
    (message,) = await rooms.archive()
    assert (message.text, message.circle, message.author_name) == (
        "Le kit est prêt.",
        "gt-animation",
        "Bruno Castagne",
    )
    assert message.author_address == "@bruno:lisieres.example"
    assert await rooms.found("kit prêt") == ["Le kit est prêt."]
    assert await rooms.found("réservé") == await rooms.found("personne") == []


async def test_commands_answers_and_what_stays_out_are_not_kept(rooms: Rooms) -> None:
    await rooms.says("bruno", "#gt-animation", "!récap")
    await rooms.says("bruno", "#gt-animation", "Pour le récap : le kit est prêt")
    await rooms.says("bruno", "#gt-animation", "[Hors-Récap] surprise pour Gaston")
    await rooms.happens(EventKind.NOTICE, "bruno", "#gt-animation", "dit un robot")
    assert await rooms.archive() == []


async def test_what_people_say_close_together_is_one_exchange(rooms: Rooms) -> None:
    first = await rooms.says("bruno", "#gt-animation", "Le kit est prêt.")
    await rooms.later(minutes=25)
    await rooms.says("fanny", "#gt-animation", "J'en prends deux.")
    await rooms.later(minutes=31)
    await rooms.says("jules", "#gt-animation", "La camionnette est en panne.")
    later = await rooms.says("chloe", "#gt-animation", "Il en reste ?", on=first)
    threaded = await rooms.says("bruno", "#gt-animation", "Non, tout est parti.", thread=first.event_id)
    kit, two, van, left, gone = [message.thread_id for message in await rooms.archive()]
    assert kit == two == left == gone != van
    assert later.event_id != threaded.event_id


async def test_an_hour_away_does_not_join_what_was_said_apart(rooms: Rooms) -> None:
    """After a while without the room, everything is received at once: the hours said there count."""
    rooms.network.rooms.hold()
    await rooms.says("bruno", "#gt-animation", "Le kit est prêt.")
    await rooms.later(hours=2)
    await rooms.says("jules", "#gt-animation", "La camionnette est en panne.")
    rooms.network.rooms.release()
    await rooms.settle()
    kit, van = await rooms.archive()
    assert kit.thread_id != van.thread_id
    assert kit.at == van.at


@pytest.mark.parametrize("sign", ["📌", "📌\ufe0f", "📍", "📍\ufe0e"])
async def test_a_mark_keeps_a_message_whenever_it_comes(rooms: Rooms, sign: str) -> None:
    said = await rooms.says("chloe", "#cac", "La salle est réservée.")
    await rooms.marks("bruno", "#cac", said, "👍")
    assert await rooms.archive() == []
    await rooms.later(days=3)
    await rooms.restart()
    await rooms.marks("bruno", "#cac", said, sign)
    await rooms.marks("gaston", "#cac", said, sign)
    (message,) = await rooms.archive()
    assert (message.text, message.author_name) == ("La salle est réservée.", "Chloé Barbaroux")
    assert message.at == MONDAY


async def test_a_mark_after_the_bytes_are_gone_finds_nothing(rooms: Rooms) -> None:
    said = await rooms.says("chloe", "#cac", "La salle est réservée.")
    await rooms.later(days=32)
    await rooms.marks("bruno", "#cac", said)
    assert await rooms.archive() == []


async def test_only_members_mark_and_only_in_the_room_itself(rooms: Rooms) -> None:
    said = await rooms.says("chloe", "#cac", "La salle est réservée.")
    secret = await rooms.says("alice", "#coordination", "Canari.")
    apart = await rooms.happens(EventKind.MESSAGE, "hana", "#gt-formation", "Entre nous.")
    rooms.network.rooms.happen(
        EventKind.REACTION, rooms.cast.room("#cac"), "@lou:ailleurs.example", PIN, replies_to=said.event_id
    )
    await rooms.marks("bruno", "#cac", secret)
    await rooms.marks("bruno", "#gt-animation", apart)
    await rooms.marks("alice", "#coordination", secret)
    assert await rooms.archive() == []


async def test_a_mark_is_taken_back_by_all_who_set_it(rooms: Rooms) -> None:
    said = await rooms.says("chloe", "#cac", "La salle est réservée.")
    mine = await rooms.marks("bruno", "#cac", said)
    theirs = await rooms.marks("gaston", "#cac", said)
    await rooms.takes_back("bruno", "#cac", mine)
    assert await rooms.texts() == ["La salle est réservée."]
    await rooms.takes_back("gaston", "#cac", theirs)
    assert await rooms.archive() == []
    assert await rooms.found("salle") == []
    await rooms.marks("bruno", "#cac", said)
    assert await rooms.texts() == ["La salle est réservée."]


async def test_two_signs_of_one_person_are_two_marks(rooms: Rooms) -> None:
    said = await rooms.says("chloe", "#cac", "La salle est réservée.")
    pin = await rooms.marks("bruno", "#cac", said)
    await rooms.marks("bruno", "#cac", said, "📍")
    await rooms.takes_back("bruno", "#cac", pin)
    assert await rooms.texts() == ["La salle est réservée."]


async def test_what_is_taken_back_is_nowhere_and_never_comes_back(rooms: Rooms) -> None:
    said = await rooms.says("chloe", "#cac", "La salle est réservée.")
    reworded = await rooms.rewords("chloe", "#cac", said, "La salle du bas est réservée.")
    await rooms.marks("bruno", "#cac", said)
    (kept,) = await rooms.archive()
    await rooms.takes_back("chloe", "#cac", said)
    await rooms.marks("gaston", "#cac", said)
    assert await rooms.archive() == []
    assert await rooms.found("salle") == []
    assert await rooms.raw_of(said) is await rooms.raw_of(reworded) is None
    assert await rooms.thread(kept.thread_id) is None


async def test_what_is_taken_back_before_its_key_came_is_not_kept(rooms: Rooms) -> None:
    rooms.network.rooms.seal()
    said = await rooms.says("bruno", "#gt-animation", "Le kit est prêt.")
    rooms.network.rooms._sealing = False
    await rooms.takes_back("bruno", "#gt-animation", said)
    rooms.network.rooms.give_keys()
    await rooms.settle()
    assert await rooms.archive() == []


async def test_what_was_marked_before_its_key_came_is_kept_then(rooms: Rooms) -> None:
    rooms.network.rooms.seal()
    said = await rooms.says("chloe", "#cac", "La salle est réservée.")
    rooms.network.rooms._sealing = False
    await rooms.marks("bruno", "#cac", said)
    assert await rooms.archive() == []
    rooms.network.rooms.give_keys()
    await rooms.settle()
    assert await rooms.texts() == ["La salle est réservée."]


async def test_an_exchange_stays_without_what_was_taken_back(rooms: Rooms) -> None:
    first = await rooms.says("bruno", "#gt-animation", "Le kit est prêt.")
    await rooms.says("fanny", "#gt-animation", "J'en prends deux.", on=first)
    await rooms.takes_back("bruno", "#gt-animation", first)
    await rooms.later(minutes=1)
    await rooms.says("jules", "#gt-animation", "Et moi trois.", on=first)
    two, three = await rooms.archive()
    assert two.thread_id == three.thread_id
    thread = await rooms.thread(two.thread_id)
    assert thread is not None
    assert (thread.subject, thread.revision) == ("J'en prends deux.", 1)


async def test_nobody_takes_back_or_rewords_from_another_room(rooms: Rooms) -> None:
    said = await rooms.says("bruno", "#gt-animation", "Le kit est prêt.")
    await rooms.takes_back("bruno", "#cac", said)
    await rooms.rewords("bruno", "#cac", said, "Le kit est perdu.")
    await rooms.rewords("fanny", "#gt-animation", said, "Le kit est à moi.")
    assert await rooms.texts() == ["Le kit est prêt."]


async def test_a_reworded_message_is_kept_as_it_reads_now(rooms: Rooms) -> None:
    said = await rooms.says("bruno", "#gt-animation", "Le kit est pret.")
    first = await rooms.rewords("bruno", "#gt-animation", said, "Le kit est prêt, demain.")
    second = await rooms.rewords(
        "bruno", "#gt-animation", said, "Le kit est livré, voir https://kit.example/a."
    )
    (message,) = await rooms.archive()
    assert message.text == message.subject == "Le kit est livré, voir https://kit.example/a."
    assert message.links == ["https://kit.example/a"]
    assert await rooms.found("livré") == [message.subject]
    assert await rooms.found("demain") == []
    assert await rooms.raw_of(first) is None
    await rooms.takes_back("bruno", "#gt-animation", second)
    assert await rooms.texts() == ["Le kit est pret."]


async def test_a_mark_keeps_the_words_of_now(rooms: Rooms) -> None:
    said = await rooms.says("chloe", "#cac", "La salle est réservée mardi.")
    await rooms.rewords("chloe", "#cac", said, "La salle est réservée jeudi.")
    await rooms.marks("bruno", "#cac", said)
    assert await rooms.texts() == ["La salle est réservée jeudi."]


async def test_rewording_takes_out_of_the_recap_and_puts_back(rooms: Rooms) -> None:
    said = await rooms.says("bruno", "#gt-animation", "[hors-récap] le kit est prêt")
    assert await rooms.archive() == []
    await rooms.rewords("bruno", "#gt-animation", said, "Le kit est prêt.")
    assert await rooms.texts() == ["Le kit est prêt."]
    await rooms.rewords("bruno", "#gt-animation", said, "Le kit est prêt. [hors-récap]")
    assert await rooms.archive() == []


async def test_a_number_of_the_archive_is_never_used_again(rooms: Rooms) -> None:
    """SQLite gives the highest number again: a mail that got it was in no recap, since one had passed it."""
    said = await rooms.says("bruno", "#gt-animation", "Le kit est prêt.")
    (before,) = await rooms.archive()
    await rooms.takes_back("bruno", "#gt-animation", said)
    await rooms.restart()
    await rooms.write("emile", "reseau", "Sujet : Serre\nLa serre est montée.")
    (mail,) = await rooms.archive()
    assert mail.id > before.id
    assert mail.thread_id > before.thread_id
