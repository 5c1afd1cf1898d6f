"""Which option an answer picks."""

from __future__ import annotations

import pytest

from bot.asking import Choices, audiences_of, may_answer
from bot.authority import Held, Member, Role
from bot.choosing import by_sign, by_words

DATES = Choices(
    "Quand ?", (("a", "samedi 16 janvier"), ("b", "samedi 23 janvier"), ("c", "dimanche 24 janvier"))
)
VERDICT = Choices("On y va ?", (("o", "Oui"), ("n", "Non"), ("x", "Blanc")))
OFTEN = Choices("Combien ?", (("one", "une fois par mois"), ("two", "deux fois par mois"), ("no", "jamais")))
DAYS = Choices("Quand ?", (("sat", "samedi 2 janvier"), ("sun", "dimanche 3 janvier")))
SEVERAL = Choices(DATES.question, DATES.options, several=True)
SIDES = Choices("D'accord ?", (("for", "Pour"), ("against", "Contre"), ("none", "Abstention")))


@pytest.mark.parametrize(
    ("choices", "said", "chosen"),
    [
        (DATES, "2", "b"),
        (DATES, "2.", "b"),
        (DATES, "n° 2", "b"),
        (DATES, "2️⃣", "b"),
        (DATES, "B", "b"),
        (DATES, "la b", "b"),
        (DATES, "option 2 svp", "b"),
        (DATES, "je vote 2", "b"),
        (DATES, "deux", "b"),
        (DATES, "la deuxième", "b"),
        (DATES, "le second", "b"),
        (DATES, "la 1ère", "a"),
        (DATES, "la dernière", "c"),
        (DATES, "plutôt le 23", "b"),
        (DATES, "SAMEDI 23", "b"),
        (DATES, "2. samedi 23 janvier", "b"),
        (DATES, "dimanche", "c"),
        (DATES, "Bonjour,\n\npour moi ce sera le samedi 23.\n\nBises, Émile", "b"),
        (DATES, "je préfère le 24 !", "c"),
        (VERDICT, "d'accord", "o"),
        (VERDICT, "ok pour moi", "o"),
        (VERDICT, "pas d'accord", "n"),
        (VERDICT, "blanc", "x"),
        (VERDICT, "👍", "o"),
        (OFTEN, "une fois", "one"),
        (OFTEN, "deux fois", "two"),
        (OFTEN, "la 2", "two"),
        (DAYS, "le dimanche", "sun"),
        (DAYS, "b", "sun"),
        (DAYS, "3", "sun"),
        (SIDES, "contre", "against"),
        (SIDES, "je suis contre", "against"),
        (SIDES, "pour moi", "for"),
        (DATES, "the second one", "b"),
        (DATES, "I'd rather take the first, please", "a"),
        (DATES, "number three", "c"),
    ],
)
def test_what_is_certain(choices: Choices, said: str, chosen: str) -> None:
    assert by_words(choices, said).chosen == (chosen,)


@pytest.mark.parametrize(
    ("choices", "said", "between"),
    [
        (DATES, "samedi", ("a", "b")),
        (DATES, "le 16 ou le 23", ("a", "b")),
        (DATES, "le 16 et le 24", ("a", "c")),
        (DATES, "1 et 3", ("a", "c")),
        (DAYS, "2", ("sat", "sun")),
        (DAYS, "le 2", ("sat", "sun")),
        (OFTEN, "fois", ("one", "two")),
    ],
)
def test_what_may_mean_two_is_not_guessed(choices: Choices, said: str, between: tuple[str, ...]) -> None:
    pick = by_words(choices, said)
    assert (pick.chosen, pick.between, pick.plain) == ((), between, True)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        (DATES, "je ne peux pas le 23"),
        (DATES, "tout sauf le 16"),
        (DATES, "c'est toujours le 24 ?"),
        (DATES, "le 23 ?"),
        (DATES, "le 23 mars"),
        (DATES, "2 personnes viendront"),
        (DATES, "2. dimanche 24 janvier"),
        (DATES, "4"),
        (DATES, "0"),
        (DATES, "merci"),
        (DATES, ""),
        (DATES, "👍"),
        (VERDICT, "oui mais non"),
        (SIDES, "je ne suis pas pour"),
        (SEVERAL, "le 16 et le 25"),
    ],
)
def test_what_says_more_or_nothing_picks_nothing(choices: Choices, said: str) -> None:
    pick = by_words(choices, said)
    assert (pick.chosen, pick.plain) == ((), False)


@pytest.mark.parametrize("said", ["1 et 3", "1, 3", "1 3", "le 16 et le 24", "samedi 16\ndimanche", "3 + 1"])
def test_several(said: str) -> None:
    assert by_words(SEVERAL, said).chosen == ("a", "c")


@pytest.mark.parametrize(
    ("choices", "sign", "chosen"),
    [
        (DATES, "1️⃣", ("a",)),
        (DATES, "3⃣", ("c",)),
        (DATES, "4️⃣", ()),
        (DATES, "0️⃣", ()),
        (DATES, "🔟", ()),
        (DATES, "👍", ()),
        (DATES, "2", ()),
        (VERDICT, "👍🏽", ("o",)),
        (VERDICT, "✅", ("o",)),
        (VERDICT, "👎", ("n",)),
        (VERDICT, "❌", ("n",)),
        (VERDICT, "❤️", ()),
        (SIDES, "👍", ()),
    ],
)
def test_signs(choices: Choices, sign: str, chosen: tuple[str, ...]) -> None:
    assert by_sign(choices, sign).chosen == chosen


def test_ten_options_and_the_tenth() -> None:
    many = Choices("Combien ?", tuple((f"r{n}", f"choix {n}") for n in range(1, 11)))
    assert by_sign(many, "🔟").chosen == ("r10",)


def member(key: str, *roles: Held, is_member: bool = True) -> Member:
    return Member(1, key, key, is_member, "", "", "fr", (), (), frozenset(roles))


@pytest.mark.parametrize(
    ("audience", "who", "room", "may"),
    [
        ("person:lea", member("lea"), "", True),
        ("person:lea", member("leandre"), "", False),
        ("role:coordination", member("a", Held(Role.COORDINATION)), "", True),
        ("role:coordination", member("a", Held(Role.COORDINATION, "cac")), "", False),
        ("circle:cac", member("a", Held(Role.DELEGATE, "cac")), "", True),
        ("circle:cac", member("a", Held(Role.COORDINATION)), "", False),
        ("circle:", member("a"), "", True),
        ("circle:", member("a", is_member=False), "", False),
        ("room:!x", member("a"), "!x", True),
        ("room:!x", member("a"), "!y", False),
        ("room:", member("a"), "", False),
        ("room:!x", member("a", is_member=False), "!x", False),
        ("person:lea", None, "", False),
        ("circle:", None, "", False),
        ("whoever", member("a"), "", False),
    ],
)
def test_who_may_answer(audience: str, who: Member | None, room: str, may: bool) -> None:
    assert may_answer(audience, who, room) is may


def test_the_audiences_of_somebody_are_those_they_may_answer_for() -> None:
    who = member("a", Held(Role.COORDINATION), Held(Role.DELEGATE, "cac"), Held(Role.SECRETARY, "cac"))
    assert audiences_of(who) == ["person:a", "role:coordination", "circle:cac", "circle:"]
    assert all(may_answer(audience, who) for audience in audiences_of(who))


@pytest.mark.parametrize("said", ["les deux", "Tous les deux !", "both of them", "les 2"])
def test_both_is_not_the_second(said: str) -> None:
    """It picked the second, or whatever has a « deux » in it."""
    dates = by_words(DATES, said)
    assert (dates.chosen, dates.between, dates.plain) == ((), (), True)
    assert by_words(OFTEN, said).chosen == ()
    assert by_words(DAYS, said).between == ("sat", "sun")
    assert by_words(Choices(DAYS.question, DAYS.options, several=True), said).chosen == ("sat", "sun")


@pytest.mark.parametrize("said", ["la deux", "le deux", "deux"])
def test_one_of_them_is_one(said: str) -> None:
    assert by_words(DATES, said).chosen == ("b",)
