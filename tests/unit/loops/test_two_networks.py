"""Two Navettes that know each other, and what stands between them: they stop after two mails."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest
import pytest_asyncio

from bot import resources
from bot.channels.fake import Sent
from bot.mail.compose import compose
from bot.outbox import Terms
from bot.play.stage import Stage
from bot.settings import load, override
from bot.settings.model import PersonEntry
from bot.store.tables import Klass
from tests.house import NOON, House

HERE, THERE = "navette@lisieres.example", "navette@rives.example"
# What relays are known to take away, more and more of it; at last what people do not see.
MARKS = {
    "nothing": (),
    "the standard": ("Auto-Submitted", "Precedence"),
    "all of ours": ("Auto-Submitted", "Precedence", "X-Navette"),
    "every sign": ("Auto-Submitted", "Precedence", "X-Navette", "Message-ID", "In-Reply-To", "References"),
}
KINDS = {
    "an answer": Terms(Klass.ANSWER),
    "a question": Terms(Klass.ASK),
    "a duty": Terms(Klass.DUTY),
    "a personal recap": Terms(Klass.NEWS, planned=True),
    "a notice": Terms(Klass.NEWS, params={"headers": {"Reply-To": HERE}}),
}


class Network(House):
    """One of the two; the other one is a member here."""

    def __init__(self, folder: Path, own: str, other: str) -> None:
        settings = load(resources.config() / "demo.toml")
        settings = override(settings, "bot.address", own)
        settings = override(settings, "mail.open_addresses", {"desk": f"guichet@{own.partition('@')[2]}"})
        known = PersonEntry(key="voisine", name="Voisine", addresses=[other], roles=["coordination"])
        people = [*settings.people.members, known]
        settings = override(settings, "people.members", [one.model_dump() for one in people])
        settings = override(settings, "gates.answers_per_hour", 4)
        settings = override(settings, "capabilities", ["help", "gates"])
        Stage.__init__(self, settings, folder, NOON)


class Between:
    """The way between two: it takes these fields away, and says who wrote, as each server would."""

    def __init__(self, here: Network, there: Network, fields: Collection[str]) -> None:
        self.networks = {HERE: here, THERE: there}
        self.fields = fields
        self.carried: list[Sent] = []
        self._seen = {HERE: 0, THERE: 0}

    async def settle(self) -> None:
        """Carry what each sends to the other, until neither sends anything."""
        moved = True
        while moved:
            moved = False
            for own, other in ((HERE, THERE), (THERE, HERE)):
                network = self.networks[own]
                await network.settle()
                sent = network.network.sent[self._seen[own] :]
                self._seen[own] += len(sent)
                for mail in sent:
                    if (
                        isinstance(mail, Sent)
                        and mail.recipient.rpartition("@")[2] == other.rpartition("@")[2]
                    ):
                        self.carried.append(mail)
                        self.networks[other].network.post(self._relayed(mail.data), mail.recipient, own)
                        moved = True
            assert len(self.carried) < 40, "they do not stop"

    def _relayed(self, data: bytes) -> bytes:
        head, _, body = data.partition(b"\r\n\r\n")
        for field in self.fields:
            head = re.sub(rb"(?im)^%s:.*(?:\r\n[ \t].*)*\r\n" % field.encode(), b"", head + b"\r\n")[:-2]
        if "Message-ID" in self.fields:
            head += b"\r\nMessage-ID: <relais.%d@relais.example>" % len(self.carried)
        return head + b"\r\n\r\n" + body

    async def pass_hours(self, hours: float) -> None:
        """Time passes for both."""
        for network in self.networks.values():
            await network.wait_hours(hours)
        await self.settle()


@pytest_asyncio.fixture
async def networks(tmp_path: Path) -> AsyncIterator[tuple[Network, Network]]:
    """Both, open."""
    made = []
    for name, own, other in (("here", HERE, THERE), ("there", THERE, HERE)):
        (tmp_path / name).mkdir()
        made.append(Network(tmp_path / name, own, other))
        await made[-1].open()
    yield made[0], made[1]
    for network in made:
        await network.kill()


@pytest.mark.parametrize("fields", list(MARKS.values())[:3], ids=list(MARKS)[:3])
async def test_they_stop_after_two_mails(networks: tuple[Network, Network], fields: Collection[str]) -> None:
    here, there = networks
    between = Between(here, there, fields)
    for kind, terms in KINDS.items():
        carried = len(between.carried)
        await here.enqueue(kind, await here.person("voisine"), terms, "Je n'ai pas compris. !aide")
        await between.settle()
        assert 1 <= len(between.carried) - carried <= 2
    await between.pass_hours(30)
    assert len(between.carried) <= 2 * len(KINDS)


@pytest.mark.parametrize("fields", list(MARKS.values())[:3], ids=list(MARKS)[:3])
async def test_they_stop_when_somebody_begins_in_the_name_of_one(
    networks: tuple[Network, Network], fields: Collection[str]
) -> None:
    """A command that says it is from the other one, at the usual address and at the open one."""
    here, there = networks
    between = Between(here, there, fields)
    for number, to in enumerate((HERE, "guichet@lisieres.example", "navette+x@lisieres.example")):
        raw = compose(
            sender=("", THERE),
            recipient=to,
            subject="Bonjour",
            message_id=f"begun.{number}@rives.example",
            date=here.clock.now(),
            text="!aide",
        )
        here.network.post(raw, to, THERE)
        await between.settle()
        assert len(between.carried) == number + 1


async def test_without_any_sign_at_all_the_cap_stops_them(networks: tuple[Network, Network]) -> None:
    here, there = networks
    between = Between(here, there, MARKS["every sign"])
    await here.enqueue("mail", await here.person("voisine"), Terms(), "Je n'ai pas compris. !aide")
    await between.settle()
    limit = here.settings.gates.answers_per_hour
    # Each answers the other so often, then says once that the rest waits.
    assert limit < len(between.carried) <= 1 + 2 * (limit + 1)
