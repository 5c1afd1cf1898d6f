"""What every Rooms does about being let in and put out; part of RoomsContract."""

from __future__ import annotations

from bot.channels.base import EventKind, Invite, RoomStanding, Status
from tests.unit.play.rooms_hall import (
    ALICE,
    OTHER,
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


class DoorsContract:
    """Rooms are entered and lost."""

    async def test_a_dead_room_is_refused_and_disturbs_no_other(self, hall: Hall) -> None:
        needs(hall, "doors", "company")
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        await hall.sends_away(OTHER)
        gone, cursor = await until(
            rooms, cursor, lambda batch: any(one.standing is RoomStanding.LEFT for one in batch.rooms)
        )
        assert len([one for one in gone.rooms if one.standing is RoomStanding.LEFT]) == 1
        outcome = await rooms.say(post("t1", "y a-t-il quelqu'un ?", await hall.address(OTHER)))
        assert outcome.status is Status.REFUSED
        await say(hall, rooms, "t2", "ici, tout va bien")
        await hall.does(ALICE, ROOM, "en effet")
        assert [event.body for event in (await heard(rooms, cursor, 1))[0]] == ["en effet"]
        assert await texts(hall, ALICE) == ["ici, tout va bien"]
        await rooms.close()

    async def test_an_invitation_is_told_until_it_is_answered(self, hall: Hall) -> None:
        needs(hall, "doors")
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        room = await hall.invites(ALICE)
        batch, cursor = await until(rooms, cursor, lambda batch: bool(batch.invites))
        assert batch.invites == (Invite(room, ALICE),)
        assert (await rooms.hear(cursor, 0)).invites == (Invite(room, ALICE),)
        await rooms.leave(room)
        await until(rooms, cursor, lambda batch: not batch.invites)
        await rooms.close()

    async def test_a_room_that_was_entered_is_heard(self, hall: Hall) -> None:
        needs(hall, "doors")
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        room = await hall.invites(ALICE)
        _, cursor = await until(rooms, cursor, lambda batch: bool(batch.invites))
        await rooms.enter(room)
        batch, cursor = await until(
            rooms, cursor, lambda batch: any(one.kind is EventKind.JOIN for one in batch.events)
        )
        (joined,) = [one for one in batch.events if one.kind is EventKind.JOIN]
        assert (joined.room, joined.person, joined.sender) == (room, joined.sender, joined.person)
        assert joined.person not in ("", ALICE)
        assert batch.invites == ()
        (news,) = [one for one in batch.rooms if one.room == room]
        assert (news.standing, news.writable) == (RoomStanding.JOINED, True)
        await hall.does(ALICE, room, "bienvenue")
        assert [event.body for event in (await heard(rooms, cursor, 1))[0]] == ["bienvenue"]
        accepted(await rooms.say(post("t1", "merci", room)))
        await rooms.close()

    async def test_a_direct_room_that_was_entered_is_for_its_person(self, hall: Hall) -> None:
        needs(hall, "doors")
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        room = await hall.invites(ALICE, direct=True)
        batch, cursor = await until(rooms, cursor, lambda batch: bool(batch.invites))
        assert batch.invites == (Invite(room, ALICE, direct=True),)
        await rooms.enter(room)
        batch, cursor = await until(rooms, cursor, lambda batch: any(one.person for one in batch.rooms))
        assert [one.person for one in batch.rooms if one.room == room] == [ALICE]
        await tell(rooms, "t1", "bonjour", ALICE)
        assert await texts(hall, ALICE, "") == ["bonjour"]
        await rooms.close()
