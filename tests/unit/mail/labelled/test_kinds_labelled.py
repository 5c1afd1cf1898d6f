"""Kinds of labelled mails: bounces, answers of machines, and ordinary mails that look like either."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from bot.mail.message import Kind
from bot.mail.read import read
from tests.unit.mail.labelled.cases import FIXTURES, PORTIONS, cases
from tests.unit.mail.labelled.measure import Told, measure_kinds

DEMO = Path(__file__).parents[4] / "config" / "demo" / "mails"
SYMPA = FIXTURES.parent / "sympa"
POSTS = ("list-post-*", "moderated-post-distributed", "own-post-comes-back")
# What the demonstration has of machines.
OF_MACHINES = ("012-abonnement", "033-absence", "056-retour", "069-absence", "085-abonnement")
OF_PEOPLE = (Kind.PERSON, Kind.LIST_POST)
BOUNCES = (Kind.BOUNCE, Kind.DELAY)


def labelled(folder: str, portion: str) -> list[Told]:
    return [one for one in measure_kinds(portion) if one.case.path.relative_to(FIXTURES).parts[0] == folder]


def rate(good: list[bool]) -> Fraction:
    return Fraction(sum(good), len(good))


def failures(told: list[Told], good: list[bool]) -> str:
    return "\n".join(str(one) for one, is_right in zip(told, good, strict=True) if not is_right)


def ordinary(portion: str) -> Iterator[Path]:
    """Mails of people: made to be mistaken, made for their words, of the demonstration, posts by Sympa."""
    for folder in ("ordinary", "own"):
        yield from sorted((FIXTURES / folder / portion).glob("**/*.eml"))
    if portion == "seen":
        yield from sorted(path for path in DEMO.glob("*.eml") if not path.name.startswith(OF_MACHINES))
        for pattern in POSTS:
            yield from sorted(SYMPA.glob(f"{pattern}.eml"))


@pytest.fixture(scope="module", params=PORTIONS)
def portion(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=("seen", "held"))
def bounces(request: pytest.FixtureRequest) -> list[Told]:
    return labelled("bounces", request.param)


@pytest.fixture(scope="module")
def failed(bounces: list[Told]) -> list[Told]:
    """Bounces and delays whose label names somebody."""
    return [one for one in bounces if one.case.label["kind"] in BOUNCES and one.case.label["recipients"]]


def test_there_are_as_many_cases_as_were_asked_for() -> None:
    kinds = [one.label["kind"] for portion in PORTIONS for one in cases(portion, "kind")]
    assert sum(kind in BOUNCES for kind in kinds) >= 100
    answers = [one for portion in PORTIONS for one in cases(portion, "kind") if "auto" in one.path.parts]
    assert len(answers) >= 60
    assert sum(one.label["language"] == "fr" for one in answers) >= 30
    assert sum(1 for portion in PORTIONS for _ in ordinary(portion)) >= 500


def test_bounces_and_delays_are_recognised(bounces: list[Told]) -> None:
    good = [one.right for one in bounces]
    assert rate(good) >= Fraction(95, 100), failures(bounces, good)


def test_the_failed_address_is_found(failed: list[Told]) -> None:
    good = [one.address_is_right for one in failed]
    assert rate(good) >= Fraction(95, 100), failures(failed, good)


def test_what_failed_for_good_is_told_from_what_may_work_later(failed: list[Told]) -> None:
    good = [one.permanence_is_right for one in failed]
    assert rate(good) >= Fraction(95, 100), failures(failed, good)


def test_answers_of_machines_are_recognised() -> None:
    """Over all cases: one mail is more than the rate allows in one portion."""
    told = [one for portion in PORTIONS for one in labelled("auto", portion)]
    good = [one.right for one in told]
    assert rate(good) >= Fraction(98, 100), failures(told, good)


def test_no_mail_of_a_person_is_taken_for_a_machines(portion: str) -> None:
    found = {path.name: read(path.read_bytes()) for path in ordinary(portion)}
    wrong = {
        name: mail.reason
        for name, mail in found.items()
        if mail.kind not in OF_PEOPLE or mail.bounce is not None
    }
    assert not wrong
