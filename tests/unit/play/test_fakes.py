"""The fakes do what the real channels do, and fail as they do."""

from __future__ import annotations

import email
import email.policy
from typing import Any

import pytest

from bot.channels.base import Envelope, EventKind, RoomNews, RoomStanding, Status
from bot.channels.fake import FakeNetwork
from bot.channels.fake_list import FakeList
from bot.channels.fake_mail import FakeBox, FakeMailbox, FakeTransport
from bot.channels.fake_rooms import FakeRooms, Said, direct_room
from bot.clock import SystemClock
from bot.errors import ChannelError, LoginRefused
from bot.mail.message import Kind, Trust
from bot.mail.read import read
from tests.unit.channels.mailbox_contract import MailboxContract, letter, subjects
from tests.unit.channels.transport_contract import TransportContract, mail_to
from tests.unit.play.rooms_contract import RoomsContract
from tests.unit.play.rooms_hall import ALICE, BRUNO, EVERYTHING, ROOM, Seen, heard, post, texts

LIST, BOT, SERVER = "reseau@listes.lisieres.example", "navette@lisieres.example", "mx.lisieres.example"


class FakePlace:
    """A box and connections to it."""

    def __init__(self) -> None:
        self.box = FakeBox(SystemClock())

    def mailbox(self, **options: Any) -> FakeMailbox:
        return FakeMailbox(self.box, **options)

    async def deliver(self, *mails: bytes) -> None:
        for mail in mails:
            self.box.deliver(mail)

    async def take_away(self, subject: str) -> None:
        for one in list(self.box.messages):
            if f"Subject: {subject}\n".encode() in one.raw:
                self.box.take_away(one.uid)

    async def seen(self) -> list[str]:
        return sorted(
            one.raw.partition(b"Subject: ")[2].split()[0].decode() for one in self.box.messages if one.seen
        )


class FakePost:
    """A transport and what arrived by it."""

    def __init__(self) -> None:
        self.arrived: list[Envelope] = []

    def transport(self, **options: Any) -> FakeTransport:
        return FakeTransport(self.arrived.append, **options)

    def received(self, recipient: str) -> list[bytes]:
        return [one.data for one in self.arrived if one.recipient == recipient]


class FakeHall:
    """The fake rooms, which a restart of the bot does not change."""

    abilities = EVERYTHING

    def __init__(self) -> None:
        self.there = FakeRooms(SystemClock())

    def rooms(self) -> FakeRooms:
        return self.there

    async def address(self, room: str) -> str:
        return room

    async def does(self, sender: str, room: str, body: str, **more: Any) -> str:
        kind = more.pop("kind", EventKind.MESSAGE)
        direct = not room
        return self.there.happen(
            kind, room or direct_room(sender), sender, body, direct=direct, **more
        ).event_id

    async def seen(self, reader: str) -> list[Seen]:
        alone = direct_room(reader)
        return [
            _seen(one, "" if one.room == alone else one.room)
            for one in self.there.said
            if one.room == alone or not one.room.startswith(direct_room(""))
        ]

    async def invites(self, sender: str, *, direct: bool = False) -> str:
        room = direct_room(sender) if direct else "#nouveau"
        self.there.invite(room, sender, direct=direct)
        return room

    async def sends_away(self, room: str) -> None:
        self.there.expel(room)


def _seen(said: Said, room: str) -> Seen:
    post = said.post
    return Seen(
        room,
        said.event_id,
        post.text,
        replies_to=post.replies_to,
        thread=post.thread,
        edits=post.edits,
        reaction=post.reaction,
        poll=post.poll,
        ends=post.ends,
        files=post.files,
    )


@pytest.fixture
def place() -> FakePlace:
    return FakePlace()


@pytest.fixture
def post_office() -> FakePost:
    return FakePost()


@pytest.fixture
def hall() -> FakeHall:
    return FakeHall()


class TestMailbox(MailboxContract):
    """The Mailbox, and how it fails."""

    async def test_a_dropped_connection_is_an_error_until_it_is_opened_again(self, place: FakePlace) -> None:
        mailbox = place.mailbox()
        await mailbox.open()
        place.box.drop()
        with pytest.raises(ChannelError):
            await mailbox.fetch(0)
        await mailbox.open()
        assert await mailbox.fetch(0) == []

    async def test_new_numbers_for_the_same_messages(self, place: FakePlace) -> None:
        await place.deliver(letter(1), letter(2))
        mailbox = place.mailbox()
        before = await mailbox.open()
        await place.take_away("n1")
        place.box.renumber()
        after = await mailbox.open()
        assert after.uidvalidity != before.uidvalidity
        assert [(mail.uid, *subjects([mail])) for mail in await mailbox.fetch(0)] == [(1, "n2")]

    async def test_a_refused_password(self, place: FakePlace) -> None:
        place.box.refused = True
        with pytest.raises(LoginRefused):
            await place.mailbox().open()

    async def test_what_is_held_back_comes_later(self, place: FakePlace) -> None:
        mailbox = place.mailbox()
        await mailbox.open()
        place.box.hold()
        await place.deliver(letter(1))
        assert await mailbox.fetch(0) == []
        place.box.release()
        assert subjects(await mailbox.fetch(0)) == ["n1"]


class TestTransport(TransportContract):
    """The MailTransport, and how it fails."""

    @pytest.fixture
    def post(self, post_office: FakePost) -> FakePost:
        return post_office

    @pytest.mark.parametrize(
        ("status", "kept", "arrived"),
        [
            (Status.LATER, False, 0),
            (Status.REFUSED, False, 0),
            (Status.UNCERTAIN, False, 0),
            (Status.UNCERTAIN, True, 1),
        ],
    )
    async def test_the_next_mails_fail_as_told(
        self, post_office: FakePost, status: Status, kept: bool, arrived: int
    ) -> None:
        transport = post_office.transport()
        transport.trouble(status, kept=kept, recipients=["a@membres.example"])
        batch = [mail_to("b@membres.example"), mail_to("a@membres.example"), mail_to("a@membres.example")]
        outcomes = [outcome.status for outcome in await transport.send(batch)]
        assert outcomes == [Status.ACCEPTED, status, Status.ACCEPTED]
        assert len(post_office.received("a@membres.example")) == 1 + arrived

    async def test_a_refused_password(self, post_office: FakePost) -> None:
        transport = post_office.transport()
        transport.refused = True
        with pytest.raises(LoginRefused):
            await transport.send([mail_to("a@membres.example")])
        assert post_office.arrived == []


class TestRooms(RoomsContract):
    """The Rooms, and how they fail."""

    async def test_too_many_requests(self, hall: FakeHall) -> None:
        rooms = hall.rooms()
        rooms.limit(1)
        with pytest.raises(ChannelError):
            await rooms.say(post("t1", "un"))
        assert (await rooms.say(post("t1", "un"))).status is Status.ACCEPTED
        assert await texts(hall, ALICE) == ["un"]

    @pytest.mark.parametrize("kept", [True, False])
    async def test_a_lost_answer_and_a_second_try_are_one_event(self, hall: FakeHall, kept: bool) -> None:
        rooms = hall.rooms()
        rooms.lose(1, kept=kept)
        with pytest.raises(ChannelError):
            await rooms.say(post("t1", "un"))
        assert await texts(hall, ALICE) == ["un"] * kept
        await rooms.say(post("t1", "un"))
        assert await texts(hall, ALICE) == ["un"]

    async def test_what_is_late_comes_later(self, hall: FakeHall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        rooms.hold()
        await hall.does(ALICE, ROOM, "un")
        assert (await rooms.hear(cursor, 0)).events == ()
        rooms.release()
        events, _ = await heard(rooms, cursor, 1)
        assert [event.body for event in events] == ["un"]

    async def test_what_is_sealed_reads_when_its_key_came(self, hall: FakeHall) -> None:
        rooms = hall.rooms()
        cursor = (await rooms.hear(None, 0)).cursor
        rooms.seal()
        await hall.does(ALICE, "", "un secret")
        batch = await rooms.hear(cursor, 0)
        (sealed,) = batch.events
        assert (sealed.kind, sealed.body, sealed.sender, sealed.direct) == (
            EventKind.UNREADABLE,
            "",
            ALICE,
            True,
        )
        assert not batch.keys
        assert await rooms.reread(sealed) is None
        rooms.give_keys()
        assert (await rooms.hear(batch.cursor, 0)).keys
        read = await rooms.reread(sealed)
        assert read is not None
        assert (read.event_id, read.kind, read.body) == (sealed.event_id, EventKind.MESSAGE, "un secret")
        await hall.does(ALICE, "", "plus rien à cacher")
        events, _ = await heard(rooms, batch.cursor, 1)
        assert [event.body for event in events] == ["plus rien à cacher"]

    async def test_a_burst_comes_in_pieces_and_in_order(self, hall: FakeHall) -> None:
        rooms = hall.rooms()
        cursor: str | None = (await rooms.hear(None, 0)).cursor
        rooms.cut(2)
        for body in "abcde":
            await hall.does(ALICE, ROOM, body)
        pieces = []
        while (batch := await rooms.hear(cursor, 0)).events:
            pieces.append("".join(event.body for event in batch.events))
            cursor = batch.cursor
        assert pieces == ["ab", "cd", "e"]

    async def test_a_room_that_died_unnoticed_is_refused_until_we_are_back(self, hall: FakeHall) -> None:
        rooms = hall.rooms()
        rooms.expel(ROOM, told=False)
        assert (await rooms.hear("0", 0)).rooms == ()
        assert (await rooms.say(post("t1", "un"))).status is Status.REFUSED
        rooms.invite(ROOM, BRUNO)
        await rooms.enter(ROOM)
        assert (await rooms.say(post("t1", "un"))).status is Status.ACCEPTED

    async def test_an_upgraded_room_goes_on_elsewhere_with_its_addresses(self, hall: FakeHall) -> None:
        rooms = hall.rooms()
        rooms.tell(RoomNews("!avant", RoomStanding.JOINED, names=("#port:membres.example",), title="Le port"))
        cursor = (await rooms.hear(None, 0)).cursor
        rooms.upgrade("!avant", "!après")
        old, new = (await rooms.hear(cursor, 0)).rooms
        assert (old.room, old.standing, old.successor) == ("!avant", RoomStanding.REPLACED, "!après")
        assert (new.room, new.title, new.names) == ("!après", "Le port", ("#port:membres.example",))
        assert (await rooms.say(post("t1", "un", "!avant"))).status is Status.REFUSED
        await rooms.say(post("t2", "deux", "#port:membres.example"))
        assert [one.room for one in rooms.said] == ["!après"]

    async def test_a_barred_door_opens_later(self, hall: FakeHall) -> None:
        rooms = hall.rooms()
        room = await hall.invites(ALICE)
        rooms.barred.add(room)
        for answer in (rooms.enter, rooms.leave):
            with pytest.raises(ChannelError):
                await answer(room)
        assert [one.room for one in (await rooms.hear("0", 0)).invites] == [room]
        rooms.barred.clear()
        await rooms.enter(room)
        assert (await rooms.hear("0", 0)).invites == ()


MULTIPART = """From: =?utf-8?q?Chlo=C3=A9?= <chloe@lisieres.example>\r
To: reseau@listes.lisieres.example\r
Subject: Deux formes\r
Message-ID: <2@lisieres.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary=B\r
\r
--B\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
Un v=C3=A9lo.\r
--B\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Un <b>vélo</b>.</p>\r
--B--\r
""".encode()
PLAIN = b"""From: =?utf-8?q?Chlo=C3=A9?= <chloe@lisieres.example>\r
To: reseau@listes.lisieres.example\r
Subject: =?utf-8?q?V=C3=A9lo_?=\r
 =?utf-8?q?perdu?=\r
Message-ID: <1@lisieres.example>\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
Qui a vu un v=C3=A9lo ?\r
"""
FOOTER = """_______________________________________________
Liste du réseau : reseau@listes.lisieres.example
Se désabonner : https://listes.lisieres.example/sympa/signoff/reseau"""


@pytest.fixture
def the_list() -> FakeList:
    return FakeList(LIST, ["chloe@lisieres.example", "emile@lisieres.example"], "[reseau]", FOOTER)


class TestList:
    """The list does with a post what a real Sympa was seen to do."""

    @pytest.mark.parametrize("raw", [PLAIN, MULTIPART], ids=["plain", "multipart"])
    def test_the_fields_that_a_real_list_adds(self, the_list: FakeList, raw: bytes) -> None:
        copy = the_list.distribute(raw)
        assert copy is not None
        message = email.message_from_bytes(copy, policy=email.policy.default)
        assert message.get_all("Precedence") == ["list", "bulk"]
        assert message["Sender"] == "reseau-request@listes.lisieres.example"
        assert message["X-Loop"] == LIST
        assert message["X-Sequence"] == "1"
        assert str(message["Reply-To"]) == "Chloé <chloe@lisieres.example>"
        assert str(message["Subject"]).startswith("[reseau] ")
        assert message["List-Id"] == "<reseau.listes.lisieres.example>"
        assert message["List-Post"] == f"<mailto:{LIST}>"
        for name in ("From", "To", "Message-ID"):
            assert message[name] == email.message_from_bytes(raw, policy=email.policy.default)[name]
        assert FOOTER in copy.decode().replace("\r\n", "\n")
        assert not any(message.defects)

    @pytest.mark.parametrize(("raw", "text"), [(PLAIN, "Qui a vu un vélo ?"), (MULTIPART, "Un vélo.")])
    def test_the_copy_is_read_as_what_its_author_wrote(
        self, the_list: FakeList, raw: bytes, text: str
    ) -> None:
        copy = the_list.distribute(raw)
        assert copy is not None
        mail = read(copy, lists=[LIST])
        assert (mail.kind, mail.list, mail.author.address) == (Kind.LIST_POST, LIST, "chloe@lisieres.example")
        assert mail.text == text

    def test_the_tag_stands_once(self, the_list: FakeList) -> None:
        copy = the_list.distribute(PLAIN.replace(b"Subject: ", b"Subject: Re: [reseau] "))
        assert copy is not None
        assert str(email.message_from_bytes(copy)["Subject"]).count("[reseau]") == 1

    @pytest.mark.parametrize(
        ("header", "passes"),
        [
            ("Auto-Submitted: auto-generated", False),
            ("Auto-Submitted: auto-replied; x=1", False),
            ("Auto-Submitted: no", True),
            ("Precedence: bulk", True),
            (f"X-Loop: {LIST}", False),
        ],
    )
    def test_what_says_that_it_was_sent_by_itself_is_dropped(
        self, the_list: FakeList, header: str, passes: bool
    ) -> None:
        copy = the_list.distribute(f"{header}\r\n".encode() + PLAIN)
        assert (copy is not None) is passes

    def test_the_same_message_is_distributed_once(self, the_list: FakeList) -> None:
        assert the_list.distribute(PLAIN) is not None
        assert the_list.distribute(PLAIN) is None

    def test_commands_are_for_the_server(self, the_list: FakeList) -> None:
        assert the_list.takes("sympa@listes.lisieres.example")
        assert the_list.takes("Reseau-Owner@listes.lisieres.example")
        assert not the_list.takes(LIST)
        assert not the_list.takes("sympa@lisieres.example")


class TestNetwork:
    """What arrives where, and what the bot's server says of it."""

    @pytest.fixture
    def network(self, the_list: FakeList) -> FakeNetwork:
        return FakeNetwork(SystemClock(), BOT, [the_list], SERVER)

    def test_a_post_reaches_each_member_and_the_bot(self, network: FakeNetwork) -> None:
        network.post(PLAIN, LIST, "chloe@lisieres.example")
        assert [held.address for held in network.held] == ["chloe@lisieres.example", "emile@lisieres.example"]
        assert len(network.box.messages) == 1
        assert network.sent == []

    @pytest.mark.parametrize("recipient", [BOT, LIST])
    @pytest.mark.parametrize(("genuine", "trusted"), [(True, True), (False, False)])
    def test_only_a_genuine_mail_is_vouched_for(
        self, network: FakeNetwork, recipient: str, genuine: bool, trusted: bool
    ) -> None:
        network.post(PLAIN, recipient, "mallory@evil.example", genuine=genuine)
        mail = read(network.box.messages[0].raw, lists=[LIST], authserv_id=SERVER)
        assert mail.author.address == "chloe@lisieres.example"
        assert (mail.author.trust is Trust.VOUCHED) is trusted

    async def test_what_the_bot_writes_to_the_list_comes_back_to_it(self, network: FakeNetwork) -> None:
        ours = PLAIN.replace(b"chloe@", b"navette@")
        await network.transport.send([Envelope(BOT, LIST, ours)])
        assert [held.from_bot for held in network.held] == [True, True]
        mail = read(network.box.messages[0].raw, lists=[LIST], authserv_id=SERVER, own_addresses=[BOT])
        assert (mail.kind, mail.message_id) == (Kind.LIST_POST, "1@lisieres.example")

    async def test_a_command_to_the_server_reaches_nobody(self, network: FakeNetwork) -> None:
        await network.transport.send([Envelope(BOT, "sympa@listes.lisieres.example", PLAIN)])
        assert network.held == []
        assert [one.command for one in network.sent] == [True]  # type: ignore[union-attr]

    def test_an_address_with_a_token_is_the_bots(self, network: FakeNetwork) -> None:
        network.post(PLAIN, "navette+abc@lisieres.example", "chloe@lisieres.example")
        assert len(network.box.messages) == 1
