"""The Matrix servers and clients of the tests themselves: they do what the other tests rely on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.servers.element import Element, ElementError
from tests.servers.matrix_admin import Event, MatrixError, MatrixUser, call
from tests.servers.matrix_late_keys import LateKeys
from tests.servers.matrix_member import Member
from tests.servers.matrix_words import STABLE, UNSTABLE
from tests.servers.synapse import Synapse
from tests.servers.wait import until

Members = Callable[..., Awaitable[Member]]
Elements = Callable[..., Awaitable[Element]]


def membership(person: str, of: str) -> Callable[[Event], bool]:
    """The event by which ``person`` joins, leaves …"""
    return lambda e: (
        e["type"] == "m.room.member" and e["state_key"] == person and e["content"]["membership"] == of
    )


async def together(alice: Member, bruno: Member, **options: object) -> str:
    """A room of both, which both know to be so."""
    room = await alice.make_room(invite=[bruno.user_id], **options)  # type: ignore[arg-type]
    await bruno.invited(room)
    await bruno.join(room)
    await alice.sees(room, membership(bruno.user_id, "join"))
    return room


@pytest.mark.parametrize("version", ["11", "12"])
@pytest.mark.parametrize("encrypted", [False, True])
async def test_two_members_talk(
    synapse: Synapse, matrix_member: Members, version: str, encrypted: bool
) -> None:
    alice = await matrix_member("alice", encrypted=encrypted)
    bruno = await matrix_member("bruno", encrypted=encrypted)
    room = await together(alice, bruno, version=version, encrypted=encrypted)
    said = await alice.says(room, "bonjour")
    heard = await bruno.hears(room, "bonjour", sender=alice.user_id)
    assert (heard["event_id"], heard["encrypted"], heard["readable"]) == (said, encrypted, True)
    await bruno.says(room, "salut", replies_to=said)
    answer = await alice.hears(room, "salut")
    assert answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == said
    assert (await alice.state(room, "m.room.create"))["room_version"] == version
    assert (":" in room) == (version == "11")
    kept = "m.room.encrypted" if encrypted else "m.room.message"
    assert [e["sender"] for e in await synapse.oracle.events(room, kind=kept)] == [
        alice.user_id,
        bruno.user_id,
    ]


@pytest.mark.parametrize("encrypted", [False, True])
async def test_everything_that_people_write_arrives(matrix_member: Members, encrypted: bool) -> None:
    alice = await matrix_member("alice", encrypted=encrypted)
    bruno = await matrix_member("bruno", encrypted=encrypted)
    room = await together(alice, bruno, encrypted=encrypted)
    root = await alice.says(room, "Réunion jeudi", html="<b>Réunion</b> jeudi")
    sent = [
        root,
        await alice.says(room, "dans le fil", thread=root),
        await alice.edits(room, root, "Réunion vendredi"),
        await alice.reacts(room, root, "✓"),
        await alice.mentions(room, bruno.user_id, "tu viens ?", name="Bruno"),
        await alice.says(room, "automatique", notice=True),
        await alice.sends_file(room, "note.txt", b"lundi"),
        await alice.redacts(room, root),
    ]
    await bruno.sees(room, lambda e: e["event_id"] == sent[-1])
    heard = {e["event_id"]: e for e in bruno.heard(room)}
    assert [event_id for event_id in heard if event_id in sent] == sent
    thread, edit, reaction, mention, notice, file, redaction = (heard[each] for each in sent[1:])
    assert thread["content"]["m.relates_to"]["rel_type"] == "m.thread"
    assert edit["content"]["m.new_content"]["body"] == "Réunion vendredi"
    assert reaction["content"]["m.relates_to"]["key"] == "✓"
    assert mention["content"]["m.mentions"] == {"user_ids": [bruno.user_id]}
    assert notice["content"]["msgtype"] == "m.notice"
    assert ("file" in file["content"]) == encrypted
    assert await bruno.reads_file(file) == b"lundi"
    assert redaction["content"]["redacts"] == root
    assert [thread["encrypted"], reaction["encrypted"]] == [encrypted, False]


@pytest.mark.parametrize("prefix", [STABLE, UNSTABLE])
@pytest.mark.parametrize("encrypted", [False, True])
async def test_native_polls_arrive(matrix_member: Members, prefix: str, encrypted: bool) -> None:
    alice = await matrix_member("alice", encrypted=encrypted)
    bruno = await matrix_member("bruno", encrypted=encrypted)
    room = await together(alice, bruno, encrypted=encrypted)
    poll = await alice.asks(room, "Quel jour ?", ("a", "lundi"), ("b", "mardi"), prefix=prefix)
    await bruno.sees(room, lambda e: e["type"] == f"{prefix}.start" and "Quel jour ?" in str(e["content"]))
    await bruno.votes(room, poll, "b", prefix=prefix)
    await alice.sees(room, lambda e: e["type"] == f"{prefix}.response" and "'b'" in str(e["content"]))
    await alice.closes(room, poll, "Mardi l’emporte", prefix=prefix)
    end = await bruno.sees(room, lambda e: e["type"] == f"{prefix}.end")
    assert end["content"]["m.relates_to"] == {"rel_type": "m.reference", "event_id": poll}
    assert end["encrypted"] == encrypted


async def test_people_come_and_go_and_rooms_move(matrix_member: Members) -> None:
    alice = await matrix_member("alice", encrypted=False)
    bruno = await matrix_member("bruno", encrypted=False)
    alias = f"jardin-{alice.user.localpart}"
    room = await alice.make_room("Jardin", alias=alias, public=True)
    assert await bruno.join(f"#{alias}:{alice.user_id.partition(':')[2]}") == room
    await alice.kick(room, bruno.user_id, "par erreur")
    await alice.sees(room, membership(bruno.user_id, "leave"))
    await bruno.join(room)
    await bruno.leave(room)
    await until(lambda: _is_alone(alice, room), 5, "Bruno to have left")
    await alice.invite(room, bruno.user_id)
    await bruno.invited(room)
    successor = await alice.upgrade(room, "12")
    tombstone = await alice.sees(room, lambda e: e["type"] == "m.room.tombstone")
    assert tombstone["content"]["replacement_room"] == successor
    assert (await alice.state(successor, "m.room.create"))["predecessor"]["room_id"] == room


async def _is_alone(member: Member, room: str) -> bool:
    return await member.members(room) == {member.user_id}


async def test_a_direct_message_is_marked_as_one(matrix_member: Members, matrix_user: MatrixUser) -> None:
    alice = await matrix_member("alice")
    room = await alice.make_direct(matrix_user.user_id)
    invitation = await alice.sees(room, membership(matrix_user.user_id, "invite"))
    assert invitation["content"]["is_direct"] is True
    assert (await alice.state(room, "m.room.encryption"))["algorithm"].startswith("m.megolm")


async def test_a_member_misses_nothing_of_a_burst(matrix_member: Members) -> None:
    """More than the server puts into one answer: the rest is fetched, in order."""
    alice = await matrix_member("alice", encrypted=False)
    bruno = await matrix_member("bruno", encrypted=False)
    room = await together(alice, bruno)
    await bruno.stops_listening()
    said = [await alice.says(room, f"n° {n}") for n in range(45)]
    await bruno.listens()
    await bruno.hears(room, "n° 44")
    assert [e["event_id"] for e in bruno.heard(room) if e["type"] == "m.room.message"] == said


async def test_what_a_member_says_is_read_when_its_late_key_comes(matrix_member: Members) -> None:
    alice, bruno = await matrix_member("alice"), await matrix_member("bruno")
    room = await together(alice, bruno, encrypted=True)
    keys = await LateKeys.hold(alice, room)
    said = await alice.says(room, "plus tard")
    held = await bruno.sees(room, lambda e: e["event_id"] == said)
    assert (held["type"], held["readable"]) == ("m.room.encrypted", False)
    await keys.give()
    assert (await bruno.hears(room, "plus tard"))["event_id"] == said


async def test_the_same_transaction_is_the_same_event(synapse: Synapse, matrix_member: Members) -> None:
    alice = await matrix_member("alice", encrypted=False)
    room = await alice.make_room()
    first = await alice.says(room, "une fois", txn="t1")
    assert await alice.says(room, "une fois", txn="t1") == first
    assert await synapse.oracle.count(room, sender=alice.user_id, kind="m.room.message") == 1


async def test_the_oracle_lists_a_room_from_its_creation_on(synapse: Synapse, matrix_member: Members) -> None:
    """Also what is more than one page of the server's list, and a room that its owner has left."""
    alice = await matrix_member("alice", encrypted=False)
    room = await alice.make_room()
    said = await asyncio.gather(*[alice.says(room, f"n° {n}") for n in range(110)])
    await alice.leave(room)
    events = await synapse.oracle.events(room)
    assert events[0]["type"] == "m.room.create"
    assert membership(alice.user_id, "leave")(events[-1])
    assert {e["event_id"] for e in events if e["type"] == "m.room.message"} == set(said)


async def test_a_limit_is_a_429_until_it_is_taken_back(synapse: Synapse, matrix_member: Members) -> None:
    alice = await matrix_member("alice", encrypted=False)
    room = await alice.make_room()
    path = f"/_matrix/client/v3/rooms/{room}/send/m.room.message"

    async def burst(name: str) -> None:
        for n in range(8):
            await alice.calls("PUT", f"{path}/{name}{n}", {"msgtype": "m.text", "body": "vite"})

    await synapse.limit(alice.user_id, per_second=1, burst=2)
    with pytest.raises(MatrixError) as refused:
        await burst("a")
    assert (refused.value.code, refused.value.errcode) == (429, "M_LIMIT_EXCEEDED")
    assert refused.value.answer["retry_after_ms"] > 0
    await synapse.unlimit(alice.user_id)
    await burst("b")


@pytest.mark.parametrize("how", ["restart", "kill"])
async def test_rooms_and_logins_outlive_the_server(
    synapse: Synapse, matrix_member: Members, how: str
) -> None:
    alice = await matrix_member("alice")
    bruno = await matrix_member("bruno")
    room = await together(alice, bruno, encrypted=True)
    before = await alice.says(room, "avant")
    if how == "restart":
        await synapse.restart()
    else:
        await synapse.kill()
        await synapse.start()
    await alice.says(room, "après")
    await bruno.hears(room, "après")
    assert before in [e["event_id"] for e in await synapse.oracle.events(room)]


async def test_a_suspended_server_takes_connections_and_is_silent(
    synapse: Synapse, matrix_user: MatrixUser
) -> None:
    synapse.suspend()
    answer = asyncio.create_task(call(synapse.base_url, "GET", "/_matrix/client/versions"))
    _, writer = await asyncio.open_connection("127.0.0.1", synapse.port)
    writer.close()
    done, _ = await asyncio.wait([answer], timeout=0.3)
    synapse.resume()
    assert not done
    assert (await answer)["versions"]


async def test_who_is_logged_out_hears_of_it(synapse: Synapse, matrix_member: Members) -> None:
    alice = await matrix_member("alice")
    room = await alice.make_room()
    assert await synapse.admin.devices(alice.user_id) == [alice.device_id]
    await synapse.admin.delete_device(alice.user_id, alice.device_id)
    with pytest.raises(MatrixError, match="M_UNKNOWN_TOKEN"):
        await alice.sees(room, lambda e: False)
    again = await matrix_member(user=alice.user)
    assert again.device_id != alice.device_id
    assert await synapse.admin.rooms_of(alice.user_id) == [room]


async def test_a_room_can_be_taken_away(synapse: Synapse, matrix_member: Members) -> None:
    alice = await matrix_member("alice", encrypted=False)
    room = await alice.make_room()
    await synapse.admin.delete_room(room)
    await until(lambda: _is_in_none(synapse, alice), 5, "Alice to be out")
    with pytest.raises(MatrixError):
        await alice.says(room, "il y a quelqu’un ?")


async def _is_in_none(synapse: Synapse, member: Member) -> bool:
    return await synapse.admin.rooms_of(member.user_id) == []


@pytest.mark.parametrize("version", ["11", "12"])
async def test_people_with_element_talk_and_vote(synapse: Synapse, element: Elements, version: str) -> None:
    dalila, emile = await asyncio.gather(element("dalila"), element("emile"))
    room = await dalila.make_direct(emile.user_id, version=version)
    await emile.join(room)
    await dalila.sees_member(room, emile.user_id)
    await dalila.says(room, "bonjour")
    heard = await emile.hears(room, "bonjour", sender=dalila.user_id)
    assert (heard["encrypted"], heard["shield"]) == (True, "none")
    await emile.reacts(room, heard["event_id"], "👍")
    await dalila.sees(room, lambda e: e["type"] == "m.reaction" and e["relates_to"]["key"] == "👍")
    poll = await dalila.asks(room, "Quel jour ?", ("a", "lundi"), ("b", "mardi"))
    await emile.votes(room, poll, "b")

    async def counted() -> bool:
        votes: object = (await dalila.poll(room, poll))["votes"]
        return votes == {emile.user_id: ["b"]}

    await until(counted, 5, "the vote to be counted")
    shown = await emile.poll(room, poll)
    assert (shown["question"], shown["answers"]) == ("Quel jour ?", [["a", "lundi"], ["b", "mardi"]])
    assert await emile.device(dalila.user_id, dalila.device_id) == {"signed": True, "verified": False}
    assert await synapse.oracle.count(room, kind="m.room.message") == 0


async def test_element_refuses_an_unsigned_device_both_ways(
    element: Elements, matrix_member: Members
) -> None:
    dalila, alice = await element("dalila"), await matrix_member("alice")
    room = await dalila.make_direct(alice.user_id)
    await alice.join(room)
    await dalila.sees_member(room, alice.user_id)
    assert await dalila.device(alice.user_id, alice.device_id) == {"signed": False, "verified": False}
    written = await dalila.says(room, "secret")
    unread = await alice.sees(room, lambda e: e["event_id"] == written)
    answer = await alice.says(room, "coucou")
    await dalila.sees(room, lambda e: e["event_id"] == answer)
    assert not unread["readable"]
    assert [(e["event_id"], e["failure"]) for e in await dalila.failures(room)] == [
        (answer, "UNSIGNED_SENDER_DEVICE")
    ]


async def test_a_client_that_is_not_strict_takes_an_unsigned_device(
    element: Elements, matrix_member: Members
) -> None:
    """So it is the strictness that refuses, and with a warning it works."""
    dalila, alice = await element("dalila", strict=False), await matrix_member("alice")
    room = await dalila.make_direct(alice.user_id)
    await alice.join(room)
    await dalila.sees_member(room, alice.user_id)
    await dalila.says(room, "bonjour")
    await alice.hears(room, "bonjour", sender=dalila.user_id)
    await alice.says(room, "coucou")
    heard = await dalila.hears(room, "coucou", sender=alice.user_id)
    assert (heard["shield"], heard["shield_reason"]) == ("red", "unsigned_device")


async def test_element_says_what_it_could_not_do(element: Elements) -> None:
    dalila = await element("dalila")
    with pytest.raises(ElementError, match=r"M_FORBIDDEN|not in room"):
        await dalila.says("!nulle-part:salons.example", "il y a quelqu’un ?")
