"""Whom a message is for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.matrix.mentions import Me, address
from tests.unit.channels.matrix import samples as s
from tests.unit.channels.matrix.any_json import ANY_JSON, ANY_TEXT, UNHURRIED

LINK = f"https://matrix.to/#/{s.US}"
ESCAPED = "https://matrix.to/#/%40navette%3Alisieres.example?via=lisieres.example"
MENTIONED: dict[str, Any] = {"m.mentions": {"user_ids": [s.US]}}


def pill(rest: str, name: str = "Navette", link: str = LINK) -> dict[str, Any]:
    return s.formatted(f'<a href="{link}">{name}</a>{rest}')


OURS = {
    "French keyboard": ("Navette : aide", {}, "aide"),
    "no-break space": ("Navette\u00a0: aide", {}, "aide"),
    "narrow no-break space": ("Navette\u202f: aide", {}, "aide"),
    "glued": ("navette:aide", {}, "aide"),
    "comma": ("Navette, récap ?", {}, "récap ?"),
    "capitals": ("NAVETTE, récap", {}, "récap"),
    "user id": (f"{s.US} aide", {}, "aide"),
    "user id and colon": (f"{s.US}: aide", {}, "aide"),
    "user id without sign": ("navette:lisieres.example : aide", {}, "aide"),
    "sign": ("@navette aide", {}, "aide"),
    "sign and colon": ("@Navette : aide", {}, "aide"),
    "command": ("Navette !aide", {}, "!aide"),
    "Element Web": ("Navette: aide", {**pill(": aide"), **MENTIONED}, "aide"),
    "Element Web without comma": ("Navette aide", pill(" aide"), "aide"),
    "Element X, rich": ("Navette aide", {**pill(" aide"), **MENTIONED}, "aide"),
    "Element X, Markdown": (f"[{s.US}]({LINK}) aide", {**pill(" aide", s.US), **MENTIONED}, "aide"),
    "Markdown alone": (f"[Navette]({ESCAPED}): aide", {}, "aide"),
    "Matrix URI": ("[Navette](matrix:u/navette:lisieres.example) aide", {}, "aide"),
    "FluffyChat": ("@[Navette] aide", {**pill(" aide", "@Navette"), **MENTIONED}, "aide"),
    "Cinny": ("@Navette aide", {**pill(" aide", "@Navette", ESCAPED), **MENTIONED}, "aide"),
    "only m.mentions": ("Navette aide", MENTIONED, "aide"),
    "the name that we have in this room": ("La Bobine aide", pill(" aide", "La Bobine"), "aide"),
    "several lines": ("Navette :\n!sondage\n- a", {}, "!sondage\n- a"),
    "nothing else": ("@navette", {}, ""),
    "pill alone": ("Navette", pill(""), ""),
    "at the end": ("récap @navette", {}, "récap"),
    "at the end of a question": ("un récap, @Navette ?", {}, "un récap ?"),
    "called at the end": ("merci, Navette !", {}, "merci"),
    "asked at the end": ("un récap, Navette\u00a0?", {}, "un récap ?"),
    "user id at the end": (f"aide {s.US}", {}, "aide"),
    "pill at the end": (
        "un récap Navette",
        s.formatted(f'un récap <a href="{LINK}">Navette</a>'),
        "un récap",
    ),
    "Markdown at the end": (f"un récap [Navette]({LINK})", {}, "un récap"),
    "FluffyChat at the end": ("un récap @[Navette]", {}, "un récap"),
}
NOT_OURS = {
    "inside": ("la Navette est en retard", {}),
    "subject": ("Navette est super", {}),
    "subject, reply that Element fills in": (
        "Navette est super",
        {**MENTIONED, "m.relates_to": s.REPLY},
    ),
    "inside, by pill": ("demande à Navette, elle sait", pill(", elle sait")),
    "longer word": ("Navettes : horaires", {}),
    "another id": ("@navette:autre.example aide", {}),
    "another id at the end": ("merci @navette:autre.example", {}),
    "another's pill": ("Navette2 aide", pill(" aide", "Navette2", "https://matrix.to/#/@navette2:x.example")),
    "a mail address": ("contact@navette", {}),
    "a list": ("bus, train, navette", {}),
    "a list with capitals": ("Bus, Train, Navette", {}),
    "an answer": ("bus, navette", {}),
    "the last word": ("je viens en navette", {}),
    "alone": ("navette", {}),
    "another mentioned": ("Navette aide", {"m.mentions": {"user_ids": [s.ALICE]}}),
    "a link elsewhere": ("[Navette](https://lisieres.example/navette) aide", {}),
    "nothing": ("", {}),
}


@pytest.mark.parametrize(("body", "content", "rest"), OURS.values(), ids=OURS)
def test_for_us(body: str, content: dict[str, Any], rest: str) -> None:
    found = address(body, content, s.ME)
    assert (found.body, found.ours) == (rest, True)


@pytest.mark.parametrize(("body", "content"), NOT_OURS.values(), ids=NOT_OURS)
def test_not_for_us(body: str, content: dict[str, Any]) -> None:
    found = address(body, content, s.ME)
    assert (found.body, found.ours) == (body, False)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Éloïse la Navette", "eloise la navette : aide"),
        ("Éloïse la Navette", "E\u0301loïse  la\u00a0Navette, aide"),
        ("Navette 🚌", "Navette 🚌 : aide"),
        ("Navette 🚌", "navette : aide"),
        ("Navette (robot)", "@Navette (robot): aide"),
        ("Navette (robot)", "@[Navette (robot)] aide"),
        ("", "@bot aide"),
        ("🚌", "@bot: aide"),
    ],
)
def test_names_of_all_kinds(name: str, body: str) -> None:
    found = address(body, {}, Me("@bot:lisieres.example", name))
    assert (found.body, found.ours) == ("aide", True)


@UNHURRIED
@given(ANY_TEXT, ANY_JSON, ANY_TEXT, ANY_TEXT)
def test_any_text_and_any_name(body: str, content: Any, user: str, name: str) -> None:
    found = address(body, content if isinstance(content, dict) else {}, Me(user, name))
    assert found.ours or found.body == body


@UNHURRIED
@given(st.text(max_size=40))
def test_what_follows_our_name_is_what_remains(rest: str) -> None:
    assert address(f"@navette : {rest}", {}, s.ME).body == rest.strip()
