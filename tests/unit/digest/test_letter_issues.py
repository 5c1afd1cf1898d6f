"""When letters fall due, what they cover, what may leave the network; which recaps a month tells again."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.clock import PARIS
from bot.protocols import DigestItem
from bot.settings.model import Letter
from handlers.digest.delivery.months import covered
from handlers.digest.letters.issues import following, latest
from handlers.digest.letters.outward import outward

CONTACT = "guichet@lisieres.example"


def at(text: str) -> dt.datetime:
    """A moment by the clocks of Paris."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("every", "day", "now", "period", "since", "until"),
    [
        ("month", 1, "2026-12-01 09:00", "2026-11", "2026-11-01 09:00", "2026-12-01 09:00"),
        ("month", 1, "2026-12-01 08:59", "2026-10", "2026-10-01 09:00", "2026-11-01 09:00"),
        ("month", 28, "2026-11-30 12:00", "2026-11", "2026-10-28 09:00", "2026-11-28 09:00"),
        ("month", 1, "2027-01-20 12:00", "2026-12", "2026-12-01 09:00", "2027-01-01 09:00"),
        ("quarter", 5, "2027-01-05 09:00", "2026-Q4", "2026-10-05 09:00", "2027-01-05 09:00"),
        ("quarter", 20, "2026-12-20 09:00", "2026-Q4", "2026-09-20 09:00", "2026-12-20 09:00"),
        ("quarter", 5, "2026-12-31 09:00", "2026-Q3", "2026-07-05 09:00", "2026-10-05 09:00"),
    ],
)
def test_the_latest_issue(every: str, day: int, now: str, period: str, since: str, until: str) -> None:
    """However long we were down, it is the latest; each covers what the one before it did not."""
    letter = Letter.model_validate({"title": "Lettre", "every": every, "day": day})
    issue = latest(letter, at(now), PARIS)
    assert (issue.period, issue.since, issue.at) == (period, at(since), at(until))
    assert following(letter, issue.since, PARIS) == issue.at
    assert following(letter, issue.at - dt.timedelta(seconds=1), PARIS) == issue.at


@pytest.mark.parametrize(
    ("weeks", "count"),
    [
        (["2026-W45", "2026-W46", "2026-W47"], 0),
        (["2026-W45", "2026-W46", "2026-W47", "2026-W48"], 4),
        (["2026-W48", "2026-W49"], 0),
        # The last of November never left: the first of December tells it, and December's own does not again.
        (["2026-W46", "2026-W47", "2026-W49"], 3),
        (["2026-W47", "2026-W49", "2026-W50", "2026-W51", "2026-W52"], 3),
        (["2026-W48"], 1),
    ],
)
def test_what_a_month_tells_again(weeks: list[str], count: int) -> None:
    assert covered(weeks, "vendredi") == count


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Écrire à bruno@lisieres.example avant lundi.", f"Écrire à {CONTACT} avant lundi."),
        ("Appeler le 06 12 34 56 78.", f"Appeler le {CONTACT}."),
        ("Voir @bruno:lisieres.example", f"Voir {CONTACT}"),
        ("Par navette@lisieres.example, comme toujours.", "Par navette@lisieres.example, comme toujours."),
        ("Le 12/12/2026 à 14 h 30, 1 200 € sur https://lieux.example/a@b", None),
    ],
)
def test_nobody_is_reached_by_what_leaves(said: str, left: str | None) -> None:
    item = DigestItem("line:1", "announcements", said, said, links=("mailto:lea@lisieres.example",))
    fit = outward(item, {"navette@lisieres.example"}, CONTACT)
    assert (fit.title, fit.text, fit.links) == (left or said, left or said, ())


def test_without_an_address_of_the_network_nothing_stands_there() -> None:
    item = DigestItem("line:1", "agenda", "Visite (bruno@lisieres.example)", "Écrire à lea@lieu.example.")
    fit = outward(item, set(), "")
    assert (fit.title, fit.text) == ("Visite", "Écrire à.")
