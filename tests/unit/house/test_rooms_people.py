"""What people meet in rooms: a greeting, a word on what could not be read, and what a binding changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot import resources
from bot.channels.base import EventKind, RoomNews, RoomStanding
from bot.channels.fake_rooms import FakeRooms, direct_room
from bot.play.stage import Stage
from bot.settings import Settings, load, override
from bot.store.tables import InboxRow

MORNING = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
ALICE, KARIM = "@alice:lisieres.example", "@karim:lisieres.example"
INES, STRANGER = "@ines:lisieres.example", "@mallory:evil.example"
PLAYS = Path(__file__).parents[2] / "acceptance" / "plays"
CAC, ELSEWHERE = "#cac", "!ailleurs"

Open = Callable[..., Awaitable["Net"]]


class Net(Stage):
    """The demo network."""

    @property
    def rooms(self) -> FakeRooms:
        return self.network.rooms

    async def settle(self) -> None:
        assert self.app is not None
        await self.app.settle()

    def told(self) -> list[tuple[str, str]]:
        """What the bot said in rooms since the last action: where, and what."""
        return [(block.whom, block.text) for block in self.sent]

    async def states(self) -> list[tuple[str, str]]:
        assert self.app is not None
        async with self.app.store.read() as session:
            rows = await session.scalars(select(InboxRow).order_by(InboxRow.id))
            return [(row.state, row.reason) for row in rows]


@pytest_asyncio.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Open]:
    """``await opened(key=value)``: the demo network with these settings."""
    nets: list[Net] = []

    async def make(change: Callable[[Settings], Settings] = lambda settings: settings) -> Net:
        settings = change(load(resources.config() / "demo.toml"))
        nets.append(Net(settings, tmp_path, MORNING))
        await nets[-1].open()
        return nets[-1]

    yield make
    for net in nets:
        await net.kill()


@pytest_asyncio.fixture
async def net(opened: Open) -> Net:
    return await opened()


class TestEntering:
    """A word when we come in."""

    async def test_in_the_room_of_a_circle(self, net: Net) -> None:
        net.rooms.invite(CAC, KARIM)
        await net.settle()
        ((where, text),) = net.told()
        assert where == "#cac"
        assert "« CAC »" in text.replace("\u00a0", " ")

    async def test_in_a_room_that_is_no_circles(self, net: Net) -> None:
        net.rooms.invite(ELSEWHERE, KARIM)
        await net.settle()
        ((where, text),) = net.told()
        assert where == ELSEWHERE
        assert "!lier-salon" in text

    async def test_in_a_direct_message(self, net: Net) -> None:
        net.rooms.invite(direct_room(KARIM), KARIM, direct=True)
        await net.settle()
        ((where, text),) = net.told()
        assert where == "karim"
        assert "aide" in text

    async def test_who_wrote_first_has_an_answer_and_no_greeting(self, net: Net) -> None:
        """Applications send the first words with the invitation, before we have come in."""
        await net.say("karim", "dm", "!aide")
        net.rooms.invite(direct_room(KARIM), KARIM, direct=True)
        await net.settle()
        ((where, text),) = net.told()
        assert where == "karim"
        assert "Je suis Navette" not in text.replace("\u00a0", " ")

    @pytest.mark.parametrize("who", [STRANGER, INES])
    async def test_those_who_are_no_members_hear_nothing(self, net: Net, who: str) -> None:
        net.rooms.invite(ELSEWHERE, who)
        await net.settle()
        assert net.told() == []
        assert (await net.rooms.hear("0", 0)).invites == ()

    @pytest.mark.parametrize(("who", "says"), [(STRANGER, "ne connais pas encore"), (INES, "Ici tu peux")])
    async def test_alone_with_whoever_is_no_member(self, net: Net, who: str, says: str) -> None:
        net.rooms.invite(direct_room(who), who, direct=True)
        await net.settle()
        ((_, text),) = net.told()
        assert says in text

    async def test_once_in_each_room(self, net: Net) -> None:
        for _ in range(2):
            net.rooms.invite(ELSEWHERE, KARIM)
            await net.settle()
            await net.restart()
            await net.rooms.leave(ELSEWHERE)
        assert len(net.told()) == 1

    async def test_a_room_that_goes_on_elsewhere_knows_us_already(self, net: Net) -> None:
        net.rooms.upgrade(CAC, "!cac2")
        net.rooms.invite("!cac2", KARIM)
        await net.settle()
        assert net.told() == []

    async def test_a_stranger_who_comes_into_a_room_is_not_greeted(self, net: Net) -> None:
        net.rooms.happen(EventKind.JOIN, CAC, STRANGER, person=STRANGER)
        await net.settle()
        assert net.told() == []


class TestSealed:
    """What could not be read."""

    async def test_it_is_handled_once_when_its_key_comes_in_time(self, net: Net) -> None:
        net.rooms.seal()
        await net.say("karim", "dm", "!aide")
        assert net.told() == []
        await net.wait(0, dt.timedelta(minutes=5))
        net.rooms.give_keys()
        await net.settle()
        assert [where for where, _ in net.told()] == ["karim"]
        await net.restart()
        await net.wait(0, dt.timedelta(hours=1))
        assert len(net.told()) == 1

    async def test_its_author_is_told_alone_what_helps(self, net: Net) -> None:
        net.rooms.seal()
        await net.say("karim", "#cac", "!aide")
        await net.wait(0, dt.timedelta(minutes=9))
        assert net.told() == []
        await net.wait(0, dt.timedelta(minutes=1))
        ((where, text),) = net.told()
        assert where == "karim"
        for words in ("CAC", "10", "Rien n’a été fait", "navette@lisieres.example", "vérifiés"):
            assert words in text
        assert net.rooms.said[-1].post.room == ""
        assert await net.states() == [("rejected", "unreadable")]

    async def test_the_key_that_comes_too_late_does_nothing(self, net: Net) -> None:
        net.rooms.seal()
        await net.say("karim", "dm", "!aide")
        await net.wait(0, dt.timedelta(minutes=10))
        told = net.told()
        assert net.rooms.said[-1].post.room == direct_room(KARIM)
        net.rooms.give_keys()
        await net.settle()
        assert net.told() == told
        assert await net.states() == [("rejected", "unreadable")]

    async def test_once_a_day_whatever_the_rooms(self, net: Net) -> None:
        net.rooms.seal()
        await net.say("karim", "dm", "un")
        await net.say("karim", "#cac", "deux")
        await net.say("alice", "#cac", "trois")
        await net.wait(0, dt.timedelta(hours=1))
        assert sorted(where for where, _ in net.told()) == ["alice", "karim"]
        await net.say("karim", "#reseau", "quatre")
        await net.wait(0, dt.timedelta(hours=1))
        assert len(net.told()) == 2
        await net.wait(1, dt.timedelta(0))
        await net.say("karim", "#reseau", "cinq")
        await net.wait(0, dt.timedelta(hours=1))
        assert sorted(where for where, _ in net.told()) == ["alice", "karim", "karim"]

    async def test_a_look_that_comes_too_early_lets_it_wait(self, net: Net) -> None:
        net.rooms.seal()
        await net.say("karim", "dm", "!aide")
        await net.set("matrix.unreadable_minutes", "30")
        await net.wait(0, dt.timedelta(minutes=29))
        assert net.told() == []
        assert await net.states() == [("waiting", "")]
        await net.wait(0, dt.timedelta(minutes=1))
        assert len(net.told()) == 1

    async def test_a_stranger_is_told_nothing(self, net: Net) -> None:
        net.rooms.seal()
        net.rooms.happen(EventKind.MESSAGE, CAC, STRANGER, "!aide")
        net.rooms.happen(EventKind.MESSAGE, direct_room(STRANGER), STRANGER, "!aide", direct=True)
        await net.settle()
        await net.wait(0, dt.timedelta(hours=1))
        assert net.told() == []
        assert await net.states() == [("rejected", "unreadable")] * 2


class TestBinding:
    """What a room's standing and its binding change for people."""

    @pytest.mark.parametrize(("lost", "where"), [(False, "#coordination"), (True, "alice@lisieres.example")])
    async def test_coordination_is_told_by_mail_when_its_room_is_lost(
        self, net: Net, lost: bool, where: str
    ) -> None:
        if lost:
            net.rooms.expel("#coordination")
        await net.settle()
        for name in ("held-first.eml", "held-second.eml"):
            net.act()
            await net.deliver((PLAYS / name).read_bytes())
        assert [told for told, text in net.told() if "retenus" in text] == [where]

    async def test_what_is_wrong_with_rooms_is_shown(self, net: Net) -> None:
        net.rooms.tell(RoomNews("#cac", RoomStanding.JOINED, title="Conseil", writable=False, encrypted=True))
        net.rooms.tell(RoomNews("#reseau", RoomStanding.JOINED, title="Tout le monde"))
        net.rooms.expel("#gt-animation")
        await net.settle()
        await net.say("alice", "dm", "!salons")
        text = net.told()[-1][1].replace("\u00a0", " ").replace("’", "'")
        assert "« Conseil », chiffré ; je n'ai pas le droit d'y écrire" in text
        assert "« Tout le monde », non chiffré\n" in text
        assert "« #gt-animation », non chiffré ; je n'y suis plus" in text
        assert "« #gt-formation » ; je n'en ai encore rien vu" in text

    async def test_a_binding_is_not_undone_over_somebody_elses(self, opened: Open) -> None:
        def bruno_coordinates(settings: Settings) -> Settings:
            members = [
                one.model_copy(update={"roles": [*one.roles, "coordination"]}) if one.key == "bruno" else one
                for one in settings.people.members
            ]
            settings = override(settings, "circles.cac.room", "")
            return settings.model_copy(
                update={"people": settings.people.model_copy(update={"members": members})}
            )

        net = await opened(bruno_coordinates)
        await net.say("alice", "#gt-animation", "!délier-salon")
        await net.say("alice", "#gt-animation", "!lier-salon cac")
        await net.say("alice", "#gt-animation", "!délier-salon")
        await net.say("bruno", "#gt-animation", "!lier-salon gt-formation")
        net.act()
        await net.say("alice", "dm", "annule")
        ((where, text),) = net.told()
        assert where == "alice"
        assert "GT Formation" in text
        await net.say("alice", "dm", "!salons")
        text = net.told()[-1][1].replace("\u00a0", " ")
        assert "**GT Formation** : « #gt-animation »" in text
        assert "**CAC** : pas de salon" in text
