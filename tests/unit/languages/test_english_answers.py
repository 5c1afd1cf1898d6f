"""What we understand of the plain English that our English texts suggest."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.clock import PARIS
from bot.dispatch import TAKE_BACK
from bot.french.answers import yes_no
from bot.french.fold import fold
from handlers.digest.commands import DEPOSIT
from handlers.digest.commands import TAKE_BACK as WITHDRAW
from handlers.digest.desk.rules import Do, Edit, understand
from handlers.gates import answers

NOW = dt.datetime(2026, 11, 26, 16, 30, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Yes, please!", True),
        ("Sure, thanks", True),
        ("Sounds good, go ahead.", True),
        ("That works for me", True),
        ("No objection", True),
        ("OK\nDana Smith", True),
        ("No, thank you", False),
        ("Not now, thanks", False),
        ("Don't send it", False),
        ("I'd rather not", None),
        ("Yes, but remove 3", None),
        ("Which one?", None),
    ],
)
def test_yes_and_no(said: str, meant: bool | None) -> None:
    assert yes_no(said) is meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("remove 3", [Edit(Do.DROP, (3,))]),
        ("Drop 2 and 5, please", [Edit(Do.DROP, (2, 5))]),
        ("keep 5 for next week", [Edit(Do.POSTPONE, (5,))]),
        ("keep 3", [Edit(Do.RESTORE, (3,))]),
        ("move 7 to the top", [Edit(Do.FIRST, (7,))]),
        ("title of 4: Another ending", [Edit(Do.TITLE, (4,), "Another ending")]),
        ("add at the top: hello, all", [Edit(Do.INTRO, (), "hello, all")]),
        ("add: the letter leaves on Monday", [Edit(Do.ADD, (), "the letter leaves on Monday")]),
        ("preview", [Edit(Do.PREVIEW)]),
        ("don't send", [Edit(Do.STOP)]),
        ("send now", [Edit(Do.NOW)]),
        ("remove 3, keep 5 for next week", [Edit(Do.DROP, (3,)), Edit(Do.POSTPONE, (5,))]),
        ("drop 1 and keep 2 for next week", [Edit(Do.DROP, (1,)), Edit(Do.POSTPONE, (2,))]),
    ],
)
def test_what_to_change_in_a_draft(said: str, meant: list[Edit]) -> None:
    assert understand(said, NOW) == (meant, [])


@pytest.mark.parametrize("said", ["undo", "Undo.", "Undo that!", "cancel that"])
def test_taking_back(said: str) -> None:
    assert TAKE_BACK.match(fold(said))
    assert not TAKE_BACK.match(fold(f"{said} meeting on Friday"))


def test_a_line_and_its_withdrawal() -> None:
    import re

    assert re.match(DEPOSIT, fold("For the recap: visit of La Ruche"))
    assert WITHDRAW.match("withdraw")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (answers.SEND, "send"),
        (answers.DROP, "discard"),
        (answers.AGAIN, "resend"),
        (answers.LEAVE, "leave it"),
    ],
)
def test_the_gates_words(pattern: object, said: str) -> None:
    assert pattern.match(said)  # type: ignore[attr-defined]
    others = [answers.SEND, answers.DROP, answers.AGAIN, answers.LEAVE]
    assert [one for one in others if one.match(said)] == [pattern]
