"""Where somebody is written to: where they chose, and never nowhere while there is a way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bot.authority import Member
from bot.outbox import Destination
from bot.settings import Settings
from bot.work import House, Work

CHAT, ADDRESS = "@emile:lisieres.example", "emile@lisieres.example"
BY_CHAT, BY_MAIL = Destination("room", CHAT, 7), Destination("mail", ADDRESS, 7)
BOTH: dict[str, Any] = {"addresses": (ADDRESS,), "chats": (CHAT,)}


def place(*, has_rooms: bool = True, prefers: str = "", **contacts: tuple[str, ...]) -> Destination | None:
    member = Member(
        id=7,
        key="emile",
        name="Émile",
        is_member=True,
        place="",
        department="",
        language="fr",
        addresses=contacts.get("addresses", ()),
        chats=contacts.get("chats", ()),
        roles=frozenset(),
        prefers=prefers,
    )
    house = House(Settings(), renderer=None, has_rooms=has_rooms)  # type: ignore[arg-type]
    return Work(house, None, dt.datetime.now(dt.UTC)).to_person(member)  # type: ignore[arg-type]


@pytest.mark.parametrize(("prefers", "where"), [("", BY_CHAT), ("room", BY_CHAT), ("mail", BY_MAIL)])
def test_where_they_chose(prefers: str, where: Destination) -> None:
    assert place(prefers=prefers, **BOTH) == where


@pytest.mark.parametrize("prefers", ["", "room", "mail"])
def test_the_other_way_where_that_one_is_not(prefers: str) -> None:
    assert place(prefers=prefers, addresses=(ADDRESS,)) == BY_MAIL
    assert place(prefers=prefers, chats=(CHAT,)) == BY_CHAT
    assert place(prefers=prefers, has_rooms=False, **BOTH) == BY_MAIL
    assert place(prefers=prefers) is None
