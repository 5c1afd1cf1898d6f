"""What people do in a play, and what is looked at afterwards."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.channels.base import EventKind
from bot.clock import PARIS
from bot.play.script import ScriptError
from bot.play.stage import NothingThere, Stage
from bot.settings import Settings
from tests.unit.play.conftest import Play

HOLDS = {
    "rooms and direct messages": """
        alice #cac: !dis ici
        ? #cac: ici
        ?! #reseau
        ?! dm alice
        alice dm: dis là
        ? dm alice: là
        ?! #cac
        ? mails 0
    """,
    "a mail, its subject, and the answer to it": """
        emile mail: Sujet : la gare
          !dis coucou
        ? mail emile: Re: la gare
        ? mail emile@lisieres.example: coucou
        ?! mail alice
        ? mails 1
        emile mail: Sujet : !dis tout est dans le sujet
        ? mail emile: tout est dans le sujet
    """,
    "a question that is answered by mail, with the question quoted below": """
        emile mail: !demande
        ? Quoi donc
        emile reply: un four
        ? Tu réponds : un four
        ?! Quoi donc
        ? mail emile: Re:
    """,
    "a question that is answered in chat": """
        alice dm: !demande
        ? dm alice: Quoi donc
        alice answer dm: un four
        ? dm alice: Tu réponds : un four
        bruno #cac: !demande
        bruno answer #cac: un toit
        ? #cac: Tu réponds : un toit
    """,
    "only an answer is an answer": """
        bruno #cac: !demande
        bruno #cac: un toit
        ?! Tu réponds
    """,
    "whoever answers by mail does so from where they had it": """
        lea.perso@courriel.example mail: !demande
        ? mail lea.perso@courriel.example
        ?! mail lea@lisieres.example
        ? mail lea
        lea reply: bien
        ? mail lea.perso@courriel.example: Tu réponds : bien
    """,
    "the last mail from the bot is not the last mail": """
        emile mail: !demande
        bruno mail reseau: Sujet : la gare
          Bonjour à tous
        ?! mail reseau
        emile reply: un four
        ? mail emile: Tu réponds : un four
    """,
    "a stranger, a forger, and the person herself": """
        someone@ailleurs.example mail: !dis bonjour
        ? mails 0
        m@evil.example as alice mail: !crie sans moi
        ? mail alice: est-il de toi
        ? mails 1
        alice mail: !crie au feu
        ? mail alice: AU FEU
        alice dm: oui
        ? dm alice: crie sans moi
        alice dm: oui
        ? mail alice: SANS MOI
    """,
    "what no such mail ever does, asked about or not": """
        m@evil.example as alice mail: !paie cent euros
        ? mail alice: cela ne se fait jamais ainsi
        ?! payé
        ? mails 1
        alice reply: oui
        ?! Payé
        m@evil.example as alice mail: !paie cent euros
        ? mails 0
        m@evil.example as alice mail: !dis bonjour
        ? mails 0
        @ 2026-11-24 08:00
        ? mail alice: !dis bonjour
        ?! cent euros
        alice reply: oui
        ? mail alice: bonjour
        alice mail: !paie cent euros
        ? mail alice: Payé : cent euros
    """,
    "an answer by token, then what it does not prove": """
        emile mail: !demande
        ? mail emile: Quoi donc
        m@evil.example as emile reply: un four
        ? mail emile: Tu réponds : un four
        emile mail: !demande
        m@evil.example as emile reply: !crie au feu
        ? mail emile: est-il de toi
        ? mails 1
    """,
    "what is kept from the action before, and what is not": """
        alice: !dis un
        ? un
        ? un
        alice: !dis deux
        ?! un
        ?~ ^d.{2}x$
        ?~ DEU
    """,
    "a restart is an action, and conversations survive it": """
        alice dm: !demande
        restart
        ?! dm alice
        alice answer dm: un four
        ? Tu réponds : un four
    """,
    "a setting before birth, and one after": """
        set bot.prefix = ?!
        set network.name = Ailleurs
        alice: ?!dis un
        ? un
        set bot.prefix = !
        alice: ?!dis deux
        ?! deux
        alice: !dis trois
        ? trois
    """,
    "a post to the list reaches its members and comes back": """
        alice mail: !écris reseau Bonjour à tous
        ? mail reseau: Bonjour à tous
        ?! mail alice
        ? mails 1
        emile reply: !dis merci
        ? mail emile: Re: [reseau] Coco écrit
        @ +12h
        ? mails 0
        ?! #coordination
    """,
    "commands to the list's server are no mails": """
        alice mail: !écris sympa@listes.lisieres.example REVIEW reseau
        ? mail sympa@listes.lisieres.example: REVIEW
        ? mails 0
    """,
    "a native poll is shown, and answered by letter, number or text": """
        bruno #cac: !sonde Quel jour ?
          samedi 16 janvier
          samedi 23 janvier
        ? #cac: A. samedi 16 janvier
        chloe choose #cac: b
        david choose #cac: 1
        hana choose #cac: samedi 23 janvier
        gaston react #cac: 👍
    """,
}


@pytest.mark.parametrize("text", HOLDS.values(), ids=HOLDS.keys())
async def test_all_of_it_holds(run: Play, text: str) -> None:
    result, _ = await run(_script(text))
    assert not result.failures, "\n".join(map(str, result.failures))


FAILS = {
    "? jamais": "Dit depuis la dernière action :\n-> #reseau\n    un",
    "?! un": "Cela a été dit :\n-> #reseau\n    un",
    "? mails 2": "0 courriel(s) depuis la dernière action : rien.",
    "?! #reseau": "Cela a été dit :\n-> #reseau\n    un",
    "? mail reseau": "Dit depuis la dernière action :\n-> #reseau\n    un",
    "? dm alice": "Dit depuis la dernière action :\n-> #reseau\n    un",
    "?~ ^x": "Dit depuis la dernière action :\n-> #reseau\n    un",
    "emile reply: merci": "« emile » n'a reçu aucun courriel de Navette.",
    "alice answer #cac: merci": "Navette n'a rien dit dans #cac.",
    "alice choose: A": "Navette n'a montré aucun sondage dans #reseau.",
}


@pytest.mark.parametrize(("line", "instead"), FAILS.items(), ids=FAILS.keys())
async def test_what_does_not_hold_says_what_was_said_instead(run: Play, line: str, instead: str) -> None:
    result, _ = await run(f"alice: !dis un\n{line}\n")
    assert [(one.number, one.source, one.instead) for one in result.failures] == [(2, line, instead)]


async def test_every_expectation_that_fails_is_told(run: Play) -> None:
    result, _ = await run("alice: !dis un\n? deux\n? un\n? trois\nalice: !dis quatre\n? cinq")
    assert [failure.number for failure in result.failures] == [2, 4, 6]


WRONG = {
    "emile: !aide": "« emile » n'a pas de messagerie",
    "emile dm: !aide": "« emile » n'a pas de messagerie",
    "? dm emile": "« emile » n'a pas de messagerie",
    "zoe: !aide": "personne ne s'appelle « zoe »",
    "zoe mail: !aide": "personne ne s'appelle « zoe »",
    "? mail zoe": "personne ne s'appelle « zoe »",
    "alice #nulle-part: !aide": "il n'y a pas de salon #nulle-part",
    "? #nulle-part": "il n'y a pas de salon #nulle-part",
    "alice mail gt: bonjour": "il n'y a pas de liste « gt »",
    "m@evil.example as zoe mail: ici": "personne ne s'appelle « zoe »",
    "raw absent.eml": "il n'y a pas de fichier absent.eml",
    "set gates.sadow = true": "clé inconnue",
    "@ 2026-11-20 09:00": "le temps ne recule pas",
}


@pytest.mark.parametrize(("line", "reason"), WRONG.items(), ids=WRONG.keys())
async def test_what_cannot_be_played_says_why(run: Play, line: str, reason: str) -> None:
    with pytest.raises(ScriptError) as caught:
        await run(f"alice: !dis un\n\n{line}\n")
    assert reason in str(caught.value)
    assert str(caught.value).startswith(f"essai, ligne 3 : {line}\n")


async def test_a_setting_that_is_refused_before_birth_says_its_line(run: Play) -> None:
    with pytest.raises(ScriptError, match="ligne 2"):
        await run("# avant\nset gates.per_hour = beaucoup\nalice: !dis un\n")


async def test_a_play_that_needs_what_is_absent_is_passed_over(run: Play) -> None:
    result, sent = await run("needs parrot, telepathy\nalice: !dis un\n? jamais\n")
    assert result.missing == ("telepathy",)
    assert (result.failures, sent) == ([], [])
    result, sent = await run("needs parrot\nalice: !dis un\n")
    assert (result.missing, len(sent)) == ((), 1)


async def test_raw_mails_are_delivered_as_they_are(run: Play, tmp_path: Path) -> None:
    head = "From: emile@lisieres.example\nTo: navette@lisieres.example\nMessage-ID: <1@lisieres.example>\n"
    (tmp_path / "un.eml").write_text(f"{head}Subject: oui\n\n!dis brut\n")
    result, sent = await run("raw un.eml\n? mail emile: brut\n? mails 1\nraw un.eml\n? mails 0\n")
    assert not result.failures
    assert len(sent) == 1


async def test_what_is_shown(run: Play) -> None:
    _, sent = await run(
        "alice dm: !dis un\nemile mail: Sujet : la gare\n  !dis deux\n"
        "bruno #cac: !sonde Oui ?\n  oui\n  non\n"
    )
    assert [block.shown() for block in sent] == [
        "-> dm alice\n    un",
        "-> mail emile@lisieres.example «\u00a0Re: la gare\u00a0»\n    deux",
        "-> #cac (sondage)\n    Oui ?\n    A. oui\n    B. non",
    ]
    assert [block.as_dict()["channel"] for block in sent] == ["dm", "mail", "room"]
    assert sent[2].as_dict()["answers"] == ["oui", "non"]


def _script(text: str) -> str:
    """Without the margin."""
    return "\n".join(line[8:] for line in text.splitlines())


async def test_regular_expressions_see_one_kind_of_space_and_guillemets(run: Play) -> None:
    result, _ = await run('alice: !dis « Oui » : l’an prochain\n?~ «oui» : l\'an\n?~ ^"Oui"\n?~ ^« Oui » :\n')
    assert not result.failures, result.failures


async def test_what_is_picked_and_what_it_is_about(settings: Settings, tmp_path: Path) -> None:
    stage = Stage(settings, tmp_path, dt.datetime(2026, 11, 23, 9, tzinfo=PARIS))
    await stage.open()
    await stage.say("bruno", "#cac", "!sonde Quel jour ?\nsamedi 16\nsamedi 23\ndimanche")
    asked = stage.network.rooms.said[-1].event_id
    for answer in ("b", "1", "Samedi 23", "dim"):
        await stage.choose("chloe", "#cac", answer)
    await stage.react("chloe", "#cac", "👍")
    with pytest.raises(NothingThere, match="A samedi 16, B samedi 23, C dimanche"):
        await stage.choose("chloe", "#cac", "samedi")
    events = (await stage.network.rooms.hear("1", 0)).events
    assert [event.choices for event in events] == [("r1",), ("r0",), ("r1",), ("r2",), ()]
    assert {event.kind for event in events} == {EventKind.POLL_RESPONSE, EventKind.REACTION}
    assert {event.replies_to for event in events} == {asked}
    assert events[-1].body == "👍"
    await stage.kill()
