"""Whoever a territory turns to has the role of its referent, however that was said."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import people
from bot.authority import Member, Need, Role
from bot.dispatch import authorise
from bot.errors import Refused
from bot.outbox import Destination
from bot.router.declare import Context, Incoming
from tests.house import House


async def member(house: House, key: str) -> Member:
    async with house.bot.store.read() as session:
        found = await people.by_key(session, key, house.clock.now())
    assert found is not None
    return found


async def holders(house: House, territory: str) -> list[str]:
    async with house.bot.store.read() as session:
        found = await people.with_role(session, Role.REFERENT, house.clock.now(), territory)
    return [one.key for one in found]


async def refusal(house: House, key: str, need: Need) -> Refused:
    """What somebody reads who does what takes a role."""
    author = await member(house, key)
    place = Destination("mail", author.addresses[0], author.id)
    async with house.bot.store.read() as session:
        said = Incoming(1, "x", "", author, author.addresses[0], True, place, "", True)
        ctx = Context(house.bot.house, session, house.clock.now(), said, house.bot.registry)
        with pytest.raises(Refused) as raised:
            await authorise(ctx, need)
    return raised.value


async def test_referents_and_refusals(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    # By a role; by a place that the settings name, whose members speak for it; a collective is nobody.
    assert await holders(house, "05") == ["fanny"]
    assert await holders(house, "hors-marseille") == ["alice", "bruno"]
    assert await holders(house, "massif-alpin") == ["emile", "fanny", "jules", "mona"]
    assert (await member(house, "bruno")).has(Role.REFERENT, "hors-marseille")
    assert not (await member(house, "bruno")).has(Role.REFERENT, "05")
    # A territory is no circle, even of the same name.
    assert "hors-marseille" not in (await member(house, "bruno")).circles
    # Said by a command, and ended by one.
    await house.write("alice", "", "!référent arrière-pays gaston et collectif: Les Amis du col")
    await house.write("alice", "", "!référent arrière-pays gaston")
    assert await holders(house, "arriere-pays") == ["gaston"]
    await house.write("alice", "", "!référent 13 hors Marseille aucun")
    assert await holders(house, "hors-marseille") == []
    # Whoever leaves speaks for no place any more.
    await house.write("alice", "", "!personne partie mona")
    assert await holders(house, "massif-alpin") == ["emile", "fanny", "jules"]

    refused = await refusal(house, "jules", Need(Role.FACILITATOR, "gt-animation"))
    assert (refused.values["circle"], refused.values["holders"]) == ("GT Animation", ["Bruno Castagne"])
    refused = await refusal(house, "jules", Need(Role.REFERENT, "arriere-pays"))
    assert (refused.values["circle"], refused.values["holders"]) == ("Arrière-pays", ["Gaston Mourre"])
    # Who is in a reserved circle is not told by refusing.
    refused = await refusal(house, "jules", Need(Role.MEMBER, "coordination"))
    assert (refused.values["circle"], refused.values["holders"]) == ("", ["Alice Rovère"])
    await house.kill()
