"""Which command was meant."""

from __future__ import annotations

import pytest

from bot.authority import Member, Role
from bot.errors import SettingsError
from bot.router.declare import Capability, Context, Reply
from bot.router.find import Registry
from bot.router.parameters import Bullets, Deadline, Line, Number


def polls() -> Capability:
    capability = Capability("polls")

    @capability.command("sondage", "poll")
    async def open_poll(
        ctx: Context, question: Line, options: Bullets, until: Deadline | None = None
    ) -> Reply:
        """Ouvre un sondage."""
        return Reply("polls.opened")

    @capability.command("sondage <numero> clore", "poll <number> close", role=Role.FACILITATOR)
    async def close_poll(ctx: Context, number: Number) -> Reply:
        """Clôt un sondage."""
        return Reply("polls.closed")

    return capability


def named(typed: str) -> tuple[str, str] | None:
    found = Registry([polls()]).find(typed)
    return None if found is None else (found.command.names[0], found.rest)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("sondage Quelle date ?", ("sondage", "Quelle date ?")),
        ("SONDAGE Quelle date ?", ("sondage", "Quelle date ?")),
        ("poll Which day?", ("sondage", "Which day?")),
        ("sondage 12 clore", ("sondage <numero> clore", "12 ")),
        ("sondage n°12 clore", ("sondage <numero> clore", "n°12 ")),
        ("sondages", None),
        ("", None),
    ],
)
def test_the_longest_name_wins_whatever_the_case(typed: str, expected: tuple[str, str] | None) -> None:
    assert named(typed) == expected


def test_what_follows_the_name_keeps_its_lines() -> None:
    assert named("sondage Quelle date ?\n- lundi\n- mardi") == ("sondage", "Quelle date ?\n- lundi\n- mardi")


def test_near_misses_are_offered_in_french_to_whoever_may_use_them() -> None:
    member = Member(1, "jules", "Jules Embrun", True, "", "", "fr", (), (), frozenset())
    registry = Registry([polls()])
    assert registry.suggest("sondge quelle date", member) == ["sondage"]
    assert registry.suggest("sondge quelle date", None) == []
    assert registry.suggest("zzz", member) == []


def test_two_capabilities_that_declare_one_word_fail_at_start() -> None:
    other = Capability("other")

    @other.command("Sondage")
    async def mine(ctx: Context) -> Reply:
        """Autre chose."""
        return Reply("other.done")

    with pytest.raises(SettingsError, match=r"polls.*other"):
        Registry([polls(), other])


def test_help_finds_all_the_commands_of_a_word() -> None:
    assert [command.summary for command in Registry([polls()]).named("sondage")] == [
        "Ouvre un sondage.",
        "Clôt un sondage.",
    ]
