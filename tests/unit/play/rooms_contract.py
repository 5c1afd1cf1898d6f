"""What every Rooms does.  A test class inherits from RoomsContract and has a fixture ``hall``."""

from __future__ import annotations

import asyncio

from bot.channels.base import EventKind, PostFile
from tests.unit.play.doors_contract import DoorsContract
from tests.unit.play.rooms_hall import (
    ALICE,
    BRUNO,
    OTHER,
    QUESTION,
    ROOM,
    Hall,
    accepted,
    heard,
    needs,
    post,
    say,
    tell,
    texts,
    until,
)


class _Hearing:
    """What people do is heard."""

    async def test_the_first_look_is_a_watermark(self, hall: Hall) -> None:
        needs(hall, "watermark")
        await hall.does(ALICE, ROOM, "avant")
        rooms = hall.rooms()
        first = await rooms.hear(None, 0)
        assert first.first
        await hall.does(ALICE, ROOM, "après")
        events, _ = await heard(rooms, first.cursor, 1)
        assert [event.body for event in events] == ["après"]
        await rooms.close()

    async def test_what_happens_comes_once_in_order(self, hall: Hall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        for body in ("un", "deux", "trois"):
            await hall.does(ALICE, ROOM, body)
        events, cursor = await heard(rooms, cursor, 3)
        assert [(event.sender, event.body) for event in events] == [
            (ALICE, "un"),
            (ALICE, "deux"),
            (ALICE, "trois"),
        ]
        assert {event.kind for event in events} == {EventKind.MESSAGE}
        assert len({event.event_id for event in events}) == 3
        assert all(event.at.tzinfo is not None for event in events)
        assert (await rooms.hear(cursor, 0)).events == ()
        await rooms.close()

    async def test_who_speaks_and_where(self, hall: Hall) -> None:
        needs(hall, "company")
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        await hall.does(ALICE, ROOM, "un")
        await hall.does(BRUNO, ROOM, "deux")
        await hall.does(ALICE, OTHER, "trois")
        events, _ = await heard(rooms, cursor, 3)
        here = {event.body: event for event in events}
        assert [here[body].sender for body in ("un", "deux", "trois")] == [ALICE, BRUNO, ALICE]
        assert here["un"].room == here["deux"].room != here["trois"].room
        assert not any(event.direct for event in events)
        await rooms.close()

    async def test_a_word_to_us_alone_is_direct_and_so_is_the_answer(self, hall: Hall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        event_id = await hall.does(ALICE, "", "rien que nous")
        (event,), _ = await heard(rooms, cursor, 1)
        assert event_id in ("", event.event_id)
        assert (event.direct, event.sender) == (True, ALICE)
        accepted(await rooms.say(post("t1", "entre nous", event.room, person=ALICE)))
        assert await texts(hall, ALICE, "") == ["entre nous"]
        assert await hall.seen(BRUNO) == []
        await rooms.close()

    async def test_an_old_cursor_gives_again_what_came_after_it(self, hall: Hall) -> None:
        needs(hall, "memory")
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        await hall.does(ALICE, ROOM, "un")
        events, _ = await heard(rooms, cursor, 1)
        await rooms.close()
        again = hall.rooms()
        assert [event.event_id for event in (await heard(again, cursor, 1))[0]] == [events[0].event_id]
        await again.close()

    async def test_hearing_ends_when_something_happens_and_by_itself(self, hall: Hall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        async with asyncio.timeout(20):
            assert (await rooms.hear(cursor, 0.01)).events == ()
            waiting = asyncio.create_task(until(rooms, cursor, lambda batch: bool(batch.events), 60))
            await hall.does(ALICE, ROOM, "enfin")
            assert [event.body for event in (await waiting)[0].events] == ["enfin"]
        await rooms.close()

    async def test_our_own_words_are_not_heard(self, hall: Hall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        await say(hall, rooms, "t1", "bonjour")
        await hall.does(ALICE, ROOM, "salut")
        events, _ = await heard(rooms, cursor, 1)
        assert [event.body for event in events] == ["salut"]
        await rooms.close()

    async def test_answers_threads_and_reactions_say_what_they_are_about(self, hall: Hall) -> None:
        needs(hall, "relations", "company")
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        said = await say(hall, rooms, "t1", "une question")
        await hall.does(ALICE, ROOM, "une réponse", replies_to=said)
        await hall.does(BRUNO, ROOM, "dans le fil", thread=said)
        await hall.does(BRUNO, ROOM, "👍", kind=EventKind.REACTION, replies_to=said)
        events, _ = await heard(rooms, cursor, 3)
        assert [(event.kind, event.body) for event in events] == [
            (EventKind.MESSAGE, "une réponse"),
            (EventKind.MESSAGE, "dans le fil"),
            (EventKind.REACTION, "👍"),
        ]
        assert [event.replies_to for event in events if event.body != "dans le fil"] == [said, said]
        assert [event.thread for event in events] == [None, said, None]
        await rooms.close()

    async def test_edits_and_redactions_say_what_they_change(self, hall: Hall) -> None:
        needs(hall, "relations")
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        event_id = await hall.does(ALICE, ROOM, "mardi")
        await hall.does(ALICE, ROOM, "jeudi", kind=EventKind.EDIT, replies_to=event_id)
        (first, edit), cursor = await heard(rooms, cursor, 2)
        assert (first.event_id, first.body) == (event_id, "mardi")
        assert (edit.kind, edit.body, edit.replies_to) == (EventKind.EDIT, "jeudi", event_id)
        await hall.does(ALICE, ROOM, "", kind=EventKind.REDACTION, replies_to=event_id)
        (redaction,), _ = await heard(rooms, cursor, 1)
        assert (redaction.kind, redaction.replies_to, redaction.sender) == (
            EventKind.REDACTION,
            event_id,
            ALICE,
        )
        await rooms.close()

    async def test_a_poll_of_theirs_its_votes_and_its_end(self, hall: Hall) -> None:
        needs(hall, "relations", "company")
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        event_id = await hall.does(ALICE, ROOM, "", kind=EventKind.POLL, poll=QUESTION)
        await hall.does(BRUNO, ROOM, "", kind=EventKind.POLL_RESPONSE, replies_to=event_id, choices=("b",))
        await hall.does(ALICE, ROOM, "", kind=EventKind.POLL_END, replies_to=event_id)
        (poll, vote, end), _ = await heard(rooms, cursor, 3)
        assert (poll.kind, poll.poll) == (EventKind.POLL, QUESTION)
        assert (vote.kind, vote.sender, vote.replies_to, vote.choices) == (
            EventKind.POLL_RESPONSE,
            BRUNO,
            event_id,
            ("b",),
        )
        assert (end.kind, end.replies_to) == (EventKind.POLL_END, event_id)
        await rooms.close()


class _Saying:
    """What the bot says is read by those whom it is for."""

    async def test_the_same_transaction_is_one_event(self, hall: Hall) -> None:
        rooms = hall.rooms()
        await rooms.hear(None, 0)
        one = await say(hall, rooms, "t1", "bonjour")
        assert await say(hall, rooms, "t1", "bonjour") == one
        assert await say(hall, rooms, "t2", "bonjour") != one
        assert await texts(hall, ALICE) == ["bonjour", "bonjour"]
        await rooms.close()

    async def test_a_word_to_one_person_is_read_by_nobody_else(self, hall: Hall) -> None:
        rooms = hall.rooms()
        await rooms.hear(None, 0)
        await say(hall, rooms, "t1", "à tout le monde")
        await tell(rooms, "t2", "pour Bruno", BRUNO)
        await tell(rooms, "t3", "pour Alice", ALICE)
        assert [(one.room, one.text) for one in await hall.seen(ALICE)] == [
            (ROOM, "à tout le monde"),
            ("", "pour Alice"),
        ]
        await rooms.close()

    async def test_a_word_to_one_person_never_reaches_a_room_that_others_read(self, hall: Hall) -> None:
        """The room that it names is a hint: it is only taken if nobody else is in it."""
        rooms = hall.rooms()
        await rooms.hear(None, 0)
        accepted(await rooms.say(post("t1", "rien que toi", await hall.address(ROOM), person=ALICE)))
        assert await texts(hall, ALICE, ROOM) == []
        assert await texts(hall, ALICE, "") == ["rien que toi"]
        assert await hall.seen(BRUNO) == []
        await rooms.close()

    async def test_what_is_said_in_one_place_stays_there(self, hall: Hall) -> None:
        needs(hall, "company")
        rooms = hall.rooms()
        await rooms.hear(None, 0)
        await say(hall, rooms, "t1", "ici")
        await say(hall, rooms, "t2", "là", OTHER)
        await tell(rooms, "t3", "encore", BRUNO)
        assert [(one.room, one.text) for one in await hall.seen(BRUNO)] == [
            (ROOM, "ici"),
            (OTHER, "là"),
            ("", "encore"),
        ]
        await rooms.close()

    async def test_edits_and_reactions_name_what_they_are_about(self, hall: Hall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        question = await hall.does(ALICE, ROOM, "une question")
        await heard(rooms, cursor, 1)
        said = await say(hall, rooms, "t1", "un brouillon")
        await say(hall, rooms, "t2", "le texte", edits=said)
        await say(hall, rooms, "t3", "", reaction="✓", replies_to=question)
        first, edit, reaction = [one for one in await hall.seen(ALICE) if one.room == ROOM]
        assert (first.text, edit.text, reaction.reaction) == ("un brouillon", "le texte", "✓")
        assert edit.edits
        if "relations" in hall.abilities:
            assert (edit.edits, reaction.replies_to) == (said, question)
        await rooms.close()

    async def test_answers_and_threads(self, hall: Hall) -> None:
        needs(hall, "relations")
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        question = await hall.does(ALICE, ROOM, "une question")
        await heard(rooms, cursor, 1)
        await say(hall, rooms, "t1", "une réponse", replies_to=question)
        await say(hall, rooms, "t2", "dans le fil", thread=question)
        answer, threaded = [one for one in await hall.seen(ALICE) if one.room == ROOM]
        assert (answer.text, answer.replies_to, answer.thread) == ("une réponse", question, None)
        assert (threaded.text, threaded.thread) == ("dans le fil", question)
        await rooms.close()

    async def test_a_poll_of_ours_is_shown(self, hall: Hall) -> None:
        rooms = hall.rooms()
        await rooms.hear(None, 0)
        await say(hall, rooms, "t1", "Quel jour ?", poll=QUESTION)
        (shown,) = await hall.seen(ALICE)
        assert shown.poll is not None
        assert shown.poll.question == "Quel jour ?"
        assert [text for _, text in shown.poll.answers] == ["mardi", "jeudi"]
        await rooms.close()

    async def test_a_poll_of_ours_is_voted_on_and_ended(self, hall: Hall) -> None:
        needs(hall, "relations", "company")
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        poll = await say(hall, rooms, "t1", "Quel jour ?", poll=QUESTION)
        await hall.does(BRUNO, ROOM, "", kind=EventKind.POLL_RESPONSE, replies_to=poll, choices=("b",))
        (vote,), _ = await heard(rooms, cursor, 1)
        assert (vote.kind, vote.sender, vote.choices) == (EventKind.POLL_RESPONSE, BRUNO, ("b",))
        assert vote.replies_to == poll
        await say(hall, rooms, "t2", "C'est jeudi.", ends=poll)
        shown, end = await hall.seen(ALICE)
        assert shown.poll == QUESTION
        assert (end.ends, end.text) == (poll, "C'est jeudi.")
        await rooms.close()

    async def test_files_go_with_the_words(self, hall: Hall) -> None:
        needs(hall, "files")
        rooms = hall.rooms()
        await rooms.hear(None, 0)
        file = PostFile("réunion.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
        await say(hall, rooms, "t1", "Pour vos agendas", files=(file,))
        await say(hall, rooms, "t1", "Pour vos agendas", files=(file,))
        seen = await hall.seen(ALICE)
        assert [one.text for one in seen if one.text and not one.files] in ([], ["Pour vos agendas"])
        assert [one for shown in seen for one in shown.files] == [file]
        await rooms.close()


class RoomsContract(_Hearing, _Saying, DoorsContract):
    """The tests."""
