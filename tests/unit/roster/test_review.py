"""What the list server answers and tells counts only if it is proven, and asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels import fake_server
from bot.channels.fake_list import FakeList
from bot.store.people_tables import Contact, Person, RoleRow
from tests.house import ALICE, House

TO_TUESDAY = 24  # hours from where a house begins


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A house that asks the list each week; everybody of the settings is subscribed."""
    made = House(tmp_path)
    await made.set("capabilities", '["help", "gates", "directory"]')
    await made.set("lists.reseau.review", "true")
    await made.open()
    yield made
    await made.kill()


async def later(house: House, hours: int) -> None:
    """Time passes at one go: of what fell due meanwhile, each is done once."""
    house.clock.set(house.clock.now() + dt.timedelta(hours=hours))
    await house.settle()


def the_list(house: House) -> FakeList:
    return house.network.lists[0]


def subscribe(house: House, *addresses: str) -> None:
    the_list(house).members.extend(addresses)


async def person(house: House, address: str) -> Person | None:
    async with house.bot.store.read() as session:
        found: Person | None = await session.scalar(
            select(Person)
            .join(Contact, Contact.person_id == Person.id)
            .where(Contact.value == address, Contact.verified_at.is_not(None))
        )
        return found


async def here(house: House, *addresses: str) -> list[bool]:
    """Whether these are people of the network."""
    found = [await person(house, address) for address in addresses]
    return [one is not None and one.left_at is None for one in found]


async def answer(house: House, raw: bytes, *, genuine: bool = True) -> None:
    """Something that says that it comes from the list server arrives."""
    proof = "dkim=pass header.d=listes.lisieres.example" if genuine else ""
    vouched = house.network._vouched(raw, the_list(house).owner, genuine=genuine, proof=proof)
    await house.deliver(vouched + raw)


def review(house: House) -> bytes:
    """The answer to REVIEW, written now."""
    return fake_server.review(the_list(house), house.settings.bot.address, house.clock.now())


async def test_subscribers_whom_nobody_knows_become_people(house: House) -> None:
    subscribe(house, "noe@x.example", "noe@y.example")
    the_list(house).names["noe@x.example"] = "Noé \u202eÉluard"
    await later(house, TO_TUESDAY)
    one, other = await person(house, "noe@x.example"), await person(house, "noe@y.example")
    assert one is not None
    assert other is not None
    assert (one.key, one.name, one.status, one.source) == ("noe", "Noé Éluard", "subscriber", "list")
    assert (other.key, other.name, other.notice_at) == ("noe.2", "noe", None)
    [told] = house.mails(ALICE)
    assert "noe" in told.text
    assert "Noé Éluard" in told.text


async def test_a_few_who_are_gone_leave_and_may_come_back(house: House) -> None:
    subscribe(house, *(f"m{number}@x.example" for number in range(5)))
    await later(house, TO_TUESDAY)
    the_list(house).members.remove("m0@x.example")
    await answer(house, review(house))
    assert await here(house, "m0@x.example", "m1@x.example") == [False, True]
    subscribe(house, "m0@x.example")
    await answer(house, review(house))
    assert await here(house, "m0@x.example") == [True]


async def test_many_who_are_gone_at_once_are_asked_about_and_may_be_kept(house: House) -> None:
    many = [f"m{number}@x.example" for number in range(5)]
    subscribe(house, *many)
    await later(house, TO_TUESDAY)
    for address in many:
        the_list(house).members.remove(address)
    await answer(house, review(house))
    assert await here(house, *many) == [True] * 5
    assert "Sont-elles parties" in house.mails(ALICE)[-1].text
    await house.respond("alice", "non")
    assert await here(house, *many) == [True] * 5


async def test_whoever_has_a_role_stays_though_they_left_the_list(house: House) -> None:
    subscribe(house, "noe@x.example")
    await later(house, TO_TUESDAY)
    noe = await person(house, "noe@x.example")
    assert noe is not None
    async with house.bot.store.write() as session:
        session.add(
            RoleRow(
                person_id=noe.id,
                role="member",
                circle="gt-formation",
                since=house.clock.now(),
                source="command",
            )
        )
    the_list(house).members.remove("noe@x.example")
    await answer(house, review(house))
    assert await here(house, "noe@x.example") == [True]


async def test_an_answer_that_is_cut_off_lets_nobody_go(house: House) -> None:
    subscribe(house, "noe@x.example", "zoe@x.example")
    await later(house, TO_TUESDAY)
    the_list(house).members.remove("noe@x.example")
    subscribe(house, "yann@x.example")
    text = review(house)
    await answer(house, text[: text.rindex(b"Nombre")])
    assert await here(house, "noe@x.example", "yann@x.example") == [True, True]
    await answer(house, review(house))
    assert await here(house, "noe@x.example", "yann@x.example") == [False, True]


async def test_an_answer_that_nobody_asked_for_says_nothing(house: House) -> None:
    subscribe(house, "noe@x.example")
    await answer(house, review(house))
    assert await here(house, "noe@x.example") == [False]
    await later(house, TO_TUESDAY)
    subscribe(house, "zoe@x.example")
    await later(house, 3 * 24)
    await answer(house, review(house))
    assert await here(house, "noe@x.example", "zoe@x.example") == [True, False]


async def test_a_forged_answer_or_notice_says_nothing_and_coordination_hears_it_once(house: House) -> None:
    await later(house, TO_TUESDAY)
    subscribe(house, "mallory@evil.example")
    await answer(house, review(house), genuine=False)
    one, now = the_list(house), house.clock.now()
    for recipient, sender in (
        ("reseau-subscribe@x", "eve@evil.example"),
        ("reseau-unsubscribe@x", "emile@lisieres.example"),
    ):
        notice = fake_server.subscribe(one, recipient, sender, house.settings.bot.address, now)
        assert notice is not None
        await answer(house, notice, genuine=False)
    assert await here(house, "mallory@evil.example", "eve@evil.example") == [False, False]
    assert [mail.subject for mail in house.mails(ALICE)] == ["Un avis de la liste reseau que rien ne prouve"]


async def test_without_a_server_that_says_who_writes_nothing_is_proven(house: House) -> None:
    await later(house, TO_TUESDAY)
    await house.set("mail.authserv_id", "")
    subscribe(house, "noe@x.example")
    await answer(house, review(house))
    assert await here(house, "noe@x.example") == [False]


async def test_notices_may_be_worded_otherwise(house: House) -> None:
    await house.set("lists.reseau.notice", r"^Avis : (\w+) sur (\S+) par (\S+)$")
    one, now = the_list(house), house.clock.now()
    raw = fake_server.subscribe(one, "reseau-subscribe@x", "noe@x.example", house.settings.bot.address, now)
    assert raw is not None
    subject = b"Information : subscribe liste reseau de noe@x.example"
    assert subject in raw
    await answer(house, raw.replace(subject, b"Avis : subscribe sur reseau par noe@x.example"))
    assert await here(house, "noe@x.example") == [True]


async def test_an_old_answer_that_is_sent_again_brings_nobody_back(house: House) -> None:
    """A genuine answer bears its proof for ever: whoever has one may send it again."""
    subscribe(house, "noe@x.example", "zoe@x.example")
    await later(house, TO_TUESDAY)
    last_week = review(house)
    the_list(house).members.remove("noe@x.example")
    await later(house, 7 * 24)
    this_week = review(house)
    the_list(house).members.remove("zoe@x.example")
    await later(house, 1)
    await answer(house, review(house))
    for again in (last_week, this_week):
        await answer(house, again)
        assert await here(house, "noe@x.example", "zoe@x.example") == [False, False]


async def test_whoever_subscribes_while_the_answer_is_on_its_way_stays(house: House) -> None:
    await later(house, TO_TUESDAY)
    late = review(house)
    await later(house, 1)
    one, now = the_list(house), house.clock.now()
    notice = fake_server.subscribe(one, "reseau-subscribe@x", "noe@x.example", one.address, now)
    assert notice is not None
    await answer(house, notice)
    await answer(house, late)
    assert await here(house, "noe@x.example") == [True]


async def test_a_list_that_does_not_tell_who_is_there_is_told_of(house: House) -> None:
    the_list(house).secret = True
    subscribe(house, "noe@x.example")
    old = review(house)
    await answer(house, fake_server.refuse(the_list(house), house.settings.bot.address, house.clock.now()))
    assert house.mails(ALICE) == []  # nobody asked
    await later(house, TO_TUESDAY)
    [refused] = house.mails(ALICE)
    assert refused.subject == "La liste reseau ne me dit pas qui est là"
    assert "navette@lisieres.example soit propriétaire" in refused.text
    await answer(house, old)
    assert await here(house, "noe@x.example") == [False]
    await later(house, 7 * 24)
    assert [mail.subject for mail in house.mails(ALICE)] == [refused.subject] * 2  # another month


async def test_a_list_that_answers_nothing_is_told_of(house: House) -> None:
    one = the_list(house)
    house.network.lists.clear()
    await later(house, TO_TUESDAY)
    assert house.mails(ALICE) == []
    await later(house, 7 * 24)
    [told] = house.mails(ALICE)
    assert told.subject == "La liste reseau ne répond pas"
    assert "le mardi 24 novembre 2026" in told.text
    house.network.lists.append(one)
    await later(house, 14 * 24)
    assert len(house.mails(ALICE)) == 1


class TestTwoLists:
    """Who leaves one list may be on the other."""

    @pytest.fixture
    async def house(self, tmp_path: Path) -> AsyncIterator[House]:
        """A house that asks both."""
        made = House(tmp_path)
        for key, value in (
            ("capabilities", '["help", "gates", "directory"]'),
            ("lists.reseau.review", "true"),
            ("lists.cac", '{address = "cac@listes.lisieres.example", circle = "cac", review = true}'),
        ):
            await made.set(key, value)
        made.network.lists.append(FakeList("cac@listes.lisieres.example", ["alice@lisieres.example"]))
        await made.open()
        yield made
        await made.kill()

    async def test_whoever_leaves_one_list_stays_while_the_other_has_them(self, house: House) -> None:
        [reseau, cac] = house.network.lists
        both, one, none = "deux@x.example", "une@x.example", "aucune@x.example"
        reseau.members += [both, none]
        cac.members += [both, one, none]
        await later(house, TO_TUESDAY)
        assert await here(house, both, one, none) == [True] * 3
        assert not any("départs" in mail.subject for mail in house.mails(ALICE))
        reseau.members[-2:] = []
        cac.members.remove(none)
        notice = fake_server.subscribe(
            cac, "cac-unsubscribe@x", both, house.settings.bot.address, house.clock.now()
        )
        assert notice is not None
        await answer(house, notice)
        assert await here(house, both) == [True]
        reseau.members.append(both)
        await later(house, 7 * 24)
        assert await here(house, both, one, none) == [True, True, False]

    async def test_nobody_leaves_while_one_of_them_does_not_answer(self, house: House) -> None:
        [reseau, cac] = house.network.lists
        reseau.members.append("noe@x.example")
        cac.secret = True
        await later(house, TO_TUESDAY)
        reseau.members.remove("noe@x.example")
        await later(house, 7 * 24)
        assert await here(house, "noe@x.example") == [True]
        cac.secret = False
        await later(house, 14 * 24)
        assert await here(house, "noe@x.example") == [False]
