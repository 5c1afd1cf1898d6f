"""What a play's lines mean, and what is said of those that mean nothing."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import get_args

import pytest

from bot.play.deeds import (
    At,
    Choose,
    Deed,
    Deliver,
    Expect,
    Pass,
    React,
    Respond,
    Restart,
    Say,
    Setting,
    Write,
)
from bot.play.script import ScriptError, parse

NINE = dt.datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 - a play says what the network's clocks show


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("@ 2026-11-23 09:00", At(NINE)),
        ("@ +3d", Pass(3, dt.timedelta())),
        ("@ +2h", Pass(0, dt.timedelta(hours=2))),
        ("@ +10m", Pass(0, dt.timedelta(minutes=10))),
        ("alice: !aide", Say("alice", "#reseau", "!aide")),
        ("alice #gt-animation: à 9 h : oui", Say("alice", "#gt-animation", "à 9 h : oui")),
        ("alice dm: !aide", Say("alice", "dm", "!aide")),
        ("alice mail: bonjour", Write("alice", "", "bonjour")),
        ("alice mail:", Write("alice", "", "")),
        ("alice mail reseau: bonjour", Write("alice", "reseau", "bonjour")),
        ("alice reply: oui", Respond("alice", "oui")),
        ("alice reply cc bruno: oui", Respond("alice", "oui", copies="bruno")),
        ("m@evil.example as alice reply: oui", Respond("m@evil.example", "oui", pretends="alice")),
        ("alice answer #cac: oui", Say("alice", "#cac", "oui", answer=True)),
        ("alice answer dm: oui", Say("alice", "dm", "oui", answer=True)),
        ("alice answer: oui", Say("alice", "#reseau", "oui", answer=True)),
        ("alice react: 👍", React("alice", "#reseau", "👍")),
        ("alice react #cac: 👍", React("alice", "#cac", "👍")),
        ("alice choose: B", Choose("alice", "#reseau", "B")),
        ("alice choose #cac: B", Choose("alice", "#cac", "B")),
        ("m@evil.example as alice mail: ici", Write("m@evil.example", "", "ici", "alice")),
        ("m@evil.example as alice mail reseau: ici", Write("m@evil.example", "reseau", "ici", "alice")),
        ("someone@ailleurs.example mail: ici", Write("someone@ailleurs.example", "", "ici")),
        ("raw mails/un mail.eml", Deliver("mails/un mail.eml")),
        ("bruno react chloe #cac: 📌", React("bruno", "#cac", "📌", "chloe")),
        ("restart", Restart()),
        ("restart 2026-11-27 15:00", Restart(dt.datetime(2026, 11, 27, 15))),  # noqa: DTZ001
        ("set gates.shadow = true", Setting("gates.shadow", "true")),
        ("set digest.time = 09:30", Setting("digest.time", "09:30")),
        ("? texte", Expect(text="texte")),
        ("?! texte", Expect(positive=False, text="texte")),
        ("? mail bruno: texte : oui", Expect(channel="mail", whom="bruno", text="texte : oui")),
        ("? mail bruno", Expect(channel="mail", whom="bruno")),
        ("?! mail reseau", Expect(positive=False, channel="mail", whom="reseau")),
        ("? #cac: texte", Expect(channel="room", whom="#cac", text="texte")),
        ("? #cac", Expect(channel="room", whom="#cac")),
        ("? dm bruno", Expect(channel="dm", whom="bruno")),
        ("? mails 3", Expect(count=3)),
        ("? mail de bienvenue", Expect(text="mail de bienvenue")),
        ("? 12 : oui", Expect(text="12 : oui")),
    ],
)
def test_each_form(text: str, deed: Deed) -> None:
    assert [line.deed for line in parse(text).lines] == [deed]


def test_empty_lines_mean_nothing_between_actions_and_belong_to_a_text_inside_it() -> None:
    script = parse(
        "# note\n\nalice mail: Sujet : le four\n  Bonjour,\n\n    - un four\n\n\n# plus rien\nalice: oui\n"
    )
    assert [line.deed for line in script.lines] == [
        Write("alice", "", "Sujet : le four\nBonjour,\n\n  - un four"),
        Say("alice", "#reseau", "oui"),
    ]
    assert [line.number for line in script.lines] == [3, 10]


def test_a_text_may_begin_on_the_next_line() -> None:
    assert parse("alice mail:\n  Sujet : a\n\n  b").lines[0].deed == Write("alice", "", "Sujet : a\n\nb")
    assert parse("? #cac:\n  un\n  deux").lines[0].deed == Expect(
        channel="room", whom="#cac", text="un\ndeux"
    )


def test_needs_are_gathered() -> None:
    assert parse("needs polls, register\nneeds help").needs == ("polls", "register", "help")


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        ("alice: oui\n\nalice dit bonjour", 3, "il y manque"),
        ("alice says: bonjour", 1, "un salon s'écrit #cac"),
        ("alice mail reseau vite: bonjour", 1, "cette forme n'existe pas"),
        ("alice:", 1, "il manque ce qui est dit"),
        ("@ demain", 1, "2026-11-23 09:00"),
        ("@ 2026-02-30 09:00", 1, "2026-11-23 09:00"),
        ("@ +3w", 1, "+3d"),
        ("  bonjour", 1, "rien au-dessus"),
        ("alice: oui\n bonjour", 2, "deux espaces"),
        ("# note\n  suite", 2, "rien au-dessus"),
        ("?texte", 1, "une attente"),
        ("?", 1, "une attente"),
        ("?~ (", 1, "expression"),
        ("set gates.shadow", 1, "CLÉ = VALEUR"),
        ("restart now", 1, "un moment s'écrit"),
        ("restart\n  maintenant", 1, "pas de suite"),
        ("raw", 1, "quel fichier"),
    ],
)
def test_what_means_nothing_says_its_line_and_why(text: str, number: int, reason: str) -> None:
    with pytest.raises(ScriptError, match="ligne") as caught:
        parse(text, "une.play")
    assert caught.value.number == number
    assert reason in str(caught.value)
    assert str(caught.value).startswith(f"une.play, ligne {number} : ")


def test_the_page_of_the_plays_tells_each_form() -> None:
    page = Path(__file__).parents[2] / "acceptance" / "plays" / "README.md"
    rows = re.findall(r"^\| (`.*`) \| ", page.read_text("utf-8"), re.MULTILINE)
    forms = [form for row in rows for form in re.findall(r"`([^`]+)`", row)]
    script = parse("\n".join(forms))
    assert len(script.lines) == len(forms) - len(("# …", "needs polls, register"))
    assert {type(line.deed) for line in script.lines} == set(get_args(Deed))
