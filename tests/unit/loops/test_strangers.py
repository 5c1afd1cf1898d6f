"""People whom nobody knows: nothing but at the open addresses, and nobody is flooded by way of us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.guard import harmless, strangers
from bot.guard.strangers import PASSED_ON_A_DAY, UNPROVEN_A_DAY
from bot.render import Renderer, shared_values
from bot.resources import templates
from bot.router.declare import Context, Reply
from tests.house import ALICE

Open = Callable[..., Awaitable[Any]]
DESK, WELCOME = "guichet@lisieres.example", "bienvenue@lisieres.example"
WHO = "qui@ailleurs.example"


async def test_a_stranger_is_known_by_a_verified_contact_alone(open_town: Open) -> None:
    town = await open_town()
    await town.arrives(WHO, "!pause")
    assert town.mails() == []
    assert [(row.state, row.reason) for row in await town.inbox()] == [("rejected", strangers.UNKNOWN)]


@pytest.mark.parametrize("field", ["Delivered_To", "X_Original_To", "Cc"])
async def test_an_alias_is_known_wherever_the_address_stands(open_town: Open, field: str) -> None:
    town = await open_town()
    await town.arrives(WHO, "Bonjour", **{field: DESK})
    [answer] = town.mails(WHO)
    assert answer.answer_to == DESK


async def test_a_short_answer_once_a_day_and_the_words_to_coordination_at_once(open_town: Open) -> None:
    town = await open_town()
    for text in ("Un atelier à Gap ?", "Ou à Digne ?"):
        await town.arrives(WHO, text, to=WELCOME, Subject="Bonjour")
    [answer] = town.mails(WHO)
    assert (answer.subject, answer.answer_to) == ("Bien reçu", WELCOME)
    assert "Votre message" in answer.text
    first, second = (mail.text for mail in town.mails(ALICE))
    assert "Un atelier à Gap" in first
    assert "Ou à Digne" in second
    await town.wait_hours(24)
    await town.arrives(WHO, "Toujours rien ?", to=WELCOME)
    assert len(town.mails(WHO)) == 2
    assert not any("sans réponse" in mail.subject for mail in town.mails(ALICE))


async def test_a_capability_that_answers_has_dealt_with_it(open_town: Open) -> None:
    town = await open_town()

    async def silent(_: Context, role: str) -> Reply | None:
        return None

    async def welcomes(ctx: Context, role: str) -> Reply | None:
        if "erreur" in ctx.incoming.text:
            raise UserError("common.nothing_to_undo")
        return Reply("common.unknown_command", {"word": role, "suggestions": []})

    town.bot.worker.strangers += [silent, welcomes]
    await town.arrives(WHO, "Bonjour", to=WELCOME)
    await town.arrives(WHO, "une erreur", to=DESK)
    first, second = town.mails(WHO)
    assert "welcome" in first.text
    assert first.answer_to == WELCOME
    assert "rien à annuler" in second.text
    assert town.mails(ALICE) == []


async def test_somebody_who_writes_without_end_is_answered_no_more_than_anybody(open_town: Open) -> None:
    town = await open_town(answers_per_hour=3)

    async def talks(_: Context, role: str) -> Reply | None:
        return Reply("common.unknown_command", {"word": role, "suggestions": []})

    town.bot.worker.strangers.append(talks)
    for _ in range(6):
        await town.arrives(WHO, "Bonjour", to=WELCOME)
    assert len(town.mails(WHO)) == 3
    assert len(town.mails(ALICE)) == 3


async def test_forged_mail_floods_neither_its_victims_nor_coordination(open_town: Open) -> None:
    """Many victims, then one of them many times, then our own list: none is told what the forger wrote."""
    town = await open_town()
    for number in range(UNPROVEN_A_DAY + 10):
        await town.arrives(
            f"v{number}@ailleurs.example",
            "achetez",
            to=DESK,
            genuine=False,
            settles=False,
            Subject="http://piege.example",
        )
    for _ in range(PASSED_ON_A_DAY):
        await town.arrives("v0@ailleurs.example", "achetez", to=DESK, genuine=False, settles=False)
    await town.arrives("reseau@listes.lisieres.example", "achetez", to=DESK, genuine=False, settles=False)
    await town.settle()
    victims = [one.recipient for one in town.network.sent if one.recipient != ALICE]
    assert len(victims) == len(set(victims)) == UNPROVEN_A_DAY
    assert all("piege" not in mail.text + mail.subject for mail in town.mails("v1@ailleurs.example"))
    assert len(town.mails(ALICE)) == PASSED_ON_A_DAY
    # Who is proven is heard all the same.
    await town.arrives(WHO, "Bonjour", to=DESK)
    assert len(town.mails(WHO)) == 1
    assert len(town.mails(ALICE)) == PASSED_ON_A_DAY + 1
    await town.wait_hours(24)
    [note] = [mail for mail in town.mails(ALICE) if "sans réponse" in mail.subject]
    assert note.subject.startswith(str(UNPROVEN_A_DAY + 11))


async def test_a_note_tells_only_of_what_came_since_the_last_one(open_town: Open) -> None:
    town = await open_town()
    await town.arrives(WHO, Subject="premier")
    await town.wait_hours(24)
    await town.arrives("autre@ailleurs.example", Subject="deuxième")
    await town.restart()
    await town.wait_hours(72)
    first, second = (mail.text for mail in town.mails(ALICE))
    assert ("premier" in first, "deuxième" in first) == (True, False)
    assert ("premier" in second, "deuxième" in second) == (False, True)


PIECES = (
    *"[]()<>!*_`#|~&=-+.:/@1ab\\\n\r\t\u2028\u202e ",
    "http",
    "www",
    "://",
    "é",
    "room",
    "piege.example",
)
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(HOSTILE, HOSTILE)
def test_nothing_of_a_stranger_links_or_formats(subject: str, address: str) -> None:
    renderer = Renderer(templates(), dt.UTC, shared_values("R", "N", "n@x.example", "!"))  # type: ignore[arg-type]
    shown = [{"address": harmless.address(address) or "x", "subject": harmless.line(subject, 80)}]
    unknown, nothing = ({"number": len(one), "shown": one, "others": 0} for one in (shown, []))
    note = renderer.message("strangers.note", {"unknown": unknown, "marked": nothing})
    item = note.html.partition("<li>")[2].partition("</li>")[0]
    for tag in ("<a ", "<img", "<strong", "<em", "<h", "<del", "<li", "<blockquote", "<pre", "<br"):
        assert tag not in item
    assert "://" not in shown[0]["subject"]
    assert "\n" not in "".join(shown[0].values())
    assert len(harmless.line(subject * 40, 80)) <= 80


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[ici](http://piege.example/x?y=1)", "(ici)(http: / /piege(.)example/x?y=1)"),
        ("www.piege.example", "www(.)piege(.)example"),
        ("Rendez-vous à 14 h 30, salle 3.5. Merci !", "Rendez-vous à 14 h 30, salle 3.5. Merci !"),
        ("@room venez", "@ room venez"),
        ("# Titre", "Titre"),
        ("\u202eelpmaxe", "elpmaxe"),
        ("-----", ""),
        ("jean_luc dit **oui** et _non_", "jean_luc dit ··oui·· et non"),
    ],
)
def test_words_stay_readable(text: str, shown: str) -> None:
    assert harmless.line(text, 80) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("emile.varèse@lisières.example", "emile.varèse@lisières.example"),
        ("\u0430lice@lisieres.example", "?lice@lisieres.example"),
        ("al\u200bice@lisieres.example", "al?ice@lisieres.example"),
        ("alice@lisieres.example\u202e", "alice@lisieres.example?"),
        ("x](http://y)@z.example", "x??http?//y?@z.example"),
    ],
)
def test_an_address_looks_like_no_other(text: str, shown: str) -> None:
    assert harmless.address(text) == shown
