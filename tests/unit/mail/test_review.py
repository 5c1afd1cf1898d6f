"""The list of members that Sympa answers to REVIEW."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.mail.kinds.review import Member, read_review
from bot.mail.read import read
from tests.unit.mail.build import LISTS, fixture, from_server

NOE = "noe@lisieres.example"
LONG_NAME = "Numé Rique de la Très Longue Maison Bleue Adossée à la Colline"


def test_a_review_gives_members_and_their_number() -> None:
    mail = read(fixture("owner-REVIEW-autosubmitted"), lists=LISTS)
    members, total = read_review(mail.text)
    assert total == len(members) == 7
    assert members[0] == Member(
        "alice@membres.example.test", "Alice Martin", "normal (réception directe des messages)"
    )
    assert members[3].name == ""
    assert members[6].name == LONG_NAME


def test_a_review_that_is_cut_off_gives_no_number() -> None:
    text = read(fixture("owner-REVIEW-reply")).text
    assert read_review(text[: text.index("Nombre")])[1] is None


def wrapped(line: str, width: int) -> str:
    """As Sympa wraps: at a space, the rest of the line behind four of them."""
    pieces: list[str] = []
    while len(line) > width:
        at = line.rfind(" ", len(line) - len(line.lstrip()) + 1, width)
        if at < 0:
            break
        pieces.append(line[:at])
        line = "    " + line[at + 1 :]
    return "\n".join([*pieces, line])


names_of_members = st.text(
    st.characters(codec="utf-8", categories=["L", "N"]) | st.sampled_from(" -'."), max_size=90
).map(lambda name: " ".join(name.split()).strip(" -"))


@given(st.lists(names_of_members, max_size=8), st.integers(50, 80))
def test_a_review_is_read_whatever_people_are_called_and_wherever_it_is_wrapped(
    names: list[str], width: int
) -> None:
    receptions = ["normal (réception directe des messages)", "résumé des messages"]
    members = [
        Member(f"membre{number}@lisieres.example", name, receptions[number % 2])
        for number, name in enumerate(names)
    ]
    lines = [wrapped(f"{one.address} - {one.name} - {one.reception}", width) for one in members]
    text = "\n".join(
        ["Les abonnés à la liste reseau@x.example sont :", "", *lines, "", f"Nombre d'abonnés : {len(names)}"]
    )
    assert read_review(text) == (tuple(members), len(names))


def test_a_review_in_english_and_a_name_that_is_no_number() -> None:
    text = "noe@lisieres.example - Nombre d'abonnés : 3 - digest MIME format\n\nTotal subscribers: 1\n"
    assert read_review(text) == ((Member(NOE, "Nombre d'abonnés : 3", "digest MIME format"),), 1)


def test_a_long_review_arrives_whole() -> None:
    """What looks like a signature or a footer in it is a line like the others."""
    names = [
        "",
        "Cordialement",
        "Bises",
        "-- ",
        "Alice Martin - La Ruche",
        "Envoyé de mon iPhone",
        "De : Noé",
    ] * 40
    lines = [
        wrapped(f"membre{number}@lisieres.example - {name} - normal (réception directe)", 78)
        for number, name in enumerate(names)
    ]
    data = from_server(
        "\n".join(["Les abonnés sont :", "", *lines, "", "", f"Nombre d'abonnés : {len(names)}", ""]),
        Subject="REVIEW reseau",
        From="reseau-request@listes.example",
    )
    members, total = read_review(read(data).text)
    assert total == len(members) == len(names)
