"""What people do in rooms: naming us, editing, taking back, coming in; and where we answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.base import EventKind, NativePoll, RoomEvent
from bot.channels.fake_rooms import ME, Said
from bot.clock import PARIS
from bot.play.script import ScriptError
from bot.play.stage import NothingThere, Stage
from bot.settings import Settings
from bot.store.tables import InboxRow
from tests.unit.play.conftest import Play

HOLDS = {
    "a near miss is suggested, and what is only a sign is nothing": """
        alice: !demnde un four
        ? Vouliez-vous dire « !demande »
        alice: !!!
        ?! #reseau
        alice: !?
        ?! #reseau
        alice: ! non, pas demain
        ?! #reseau
        alice: !
        ?! #reseau
        alice: ! dis bonjour
        ? #reseau: bonjour
        alice: !zzyzx
        ? #reseau: Je ne connais pas
    """,
    "a command that is edited runs once, as it was, and its author is told once": """
        alice #cac: !dis un
        ? un
        alice edit #cac: !dis deux
        ? #cac: renvoie la ligne
        ?! deux
        alice edit #cac: !dis trois
        ?! #cac
        alice #cac: !dis quatre
        alice edit #cac: !dis cinq
        ? #cac: renvoie la ligne
        alice dm: !dis six
        alice edit dm: !dis sept
        ? dm alice: renvoie la ligne
        ?! sept
    """,
    "an answer that is edited is not read again": """
        chloe dm: !vote person:chloe ici
          Quand ?
          samedi
          dimanche
        chloe answer dm: samedi
        ? chloe vote r0
        chloe edit dm: dimanche
        ? dm chloe: renvoie la ligne
        chloe dm: !votes
        ? chloe=r0
        chloe answer dm: dimanche
        chloe dm: !votes
        ? chloe=r1
    """,
    "an edit of what was nothing to us is nothing": """
        alice #cac: on se voit demain
        alice edit #cac: !dis demain
        ?! #cac
        ?! dm alice
        alice edit #cac: Pour demain, note : dix heures
        ?! #cac
    """,
    "what is taken back stays done, unless a capability says otherwise": """
        alice #cac: !dis un
        alice unsay #cac
        ?! #cac
        ?! dm alice
        alice #cac: bonjour
        alice unsay #cac
        ?! #cac
        alice #cac: note : un four
        ? #cac: ✓
        ?! Noté
        restart
        alice unsay #cac
        ? dm alice: Repris
        ?! #cac
    """,
    "words that answer a sign": """
        alice #cac: note : un four
        alice answer #cac: oublie
        ? #cac: Oublié
        bruno #cac: note : une scie
        alice answer #cac: oublie
        ?! #cac: Oublié
        karim dm: note : un toit
        ? dm karim: Noté
        ?! ✓
    """,
}


@pytest.mark.parametrize("text", HOLDS.values(), ids=HOLDS.keys())
async def test_it_holds(run: Play, text: str) -> None:
    result, _ = await run("\n".join(line[8:] for line in text.splitlines()))
    assert not result.failures, "\n".join(map(str, result.failures))


@pytest.mark.parametrize(
    ("line", "reason"),
    {
        "zoe edit: oui": "personne ne s'appelle « zoe »",
        "emile unsay": "« emile » n'a pas de messagerie",
        "alice unsay #nulle-part": "il n'y a pas de salon #nulle-part",
        "alice unsay cac": "un salon s'écrit #cac",
        "alice edit:": "il manque ce qui est dit",
    }.items(),
)
async def test_lines_that_cannot_be_played(run: Play, line: str, reason: str) -> None:
    with pytest.raises(ScriptError) as caught:
        await run(f"alice: !dis un\n{line}\n")
    assert reason in str(caught.value)


@pytest.mark.parametrize("line", ["alice edit #cac: oui", "alice unsay #cac"])
async def test_nobody_edits_what_they_did_not_say(run: Play, line: str) -> None:
    result, _ = await run(f"alice: !dis un\n{line}\n")
    assert [failure.instead for failure in result.failures] == ["« alice » n'a rien dit dans #cac."]


@pytest.fixture
async def stage(settings: Settings, tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(settings, tmp_path, dt.datetime(2026, 11, 23, 9, tzinfo=PARIS))
    await stage.open()
    yield stage
    await stage.kill()


async def does(
    stage: Stage, kind: EventKind, body: str = "", *, who: str = "alice", **more: object
) -> RoomEvent:
    """Somebody does something in #cac."""
    chat = stage.cast.chatter(who).chat
    stage.act()
    event = stage.network.rooms.happen(kind, "#cac", chat, body, **more)  # type: ignore[arg-type]
    await settle(stage)
    return event


async def settle(stage: Stage) -> None:
    assert stage.app is not None
    await stage.app.settle()


def said(stage: Stage) -> list[str]:
    return [block.text for block in stage.sent]


def last(stage: Stage) -> Said:
    return stage.network.rooms.said[-1]


async def ended(stage: Stage, event: RoomEvent) -> tuple[str, str]:
    """The state of what was received, and why."""
    assert stage.app is not None
    async with stage.app.store.read() as session:
        row = await session.scalar(select(InboxRow).where(InboxRow.origin_id == event.event_id))
        assert row is not None
        return row.state, row.reason


async def test_whoever_names_us_needs_no_prefix(stage: Stage) -> None:
    await does(stage, EventKind.MESSAGE, "dis bonjour", mention=True)
    assert said(stage) == ["bonjour"]
    await does(stage, EventKind.MESSAGE, "!dis bonsoir", mention=True)
    assert said(stage) == ["bonsoir"]
    await does(stage, EventKind.MESSAGE, "demnde un four", mention=True)
    assert "«\u00a0!demande\u00a0»" in said(stage)[0]
    await does(stage, EventKind.MESSAGE, "tu fais quoi ce soir ?", mention=True)
    assert "pas compris" in said(stage)[0]


@pytest.mark.parametrize("words", ["merci", "Merci beaucoup !", "merci pour le récap", "bonjour", "bravo !"])
async def test_thanks_get_nothing(stage: Stage, words: str) -> None:
    await does(stage, EventKind.MESSAGE, words, mention=True)
    assert said(stage) == []


async def test_thanks_that_ask_for_something_are_no_thanks(stage: Stage) -> None:
    await does(stage, EventKind.MESSAGE, "merci de me donner la date", mention=True)
    assert "pas compris" in said(stage)[0]


async def test_what_is_not_said_to_us_gets_nothing(stage: Stage) -> None:
    await does(stage, EventKind.MESSAGE, "dis bonjour")
    assert said(stage) == []


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (EventKind.NOTICE, {"body": "!dis bonjour"}),
        (EventKind.FILE, {"body": "!dis bonjour"}),
        (EventKind.JOIN, {"person": "@bruno:lisieres.example"}),
        (EventKind.LEAVE, {"person": ME}),
        (EventKind.POLL, {"poll": NativePoll("?", (("a", "oui"),))}),
        (EventKind.POLL_END, {"replies_to": "$elsewhere"}),
    ],
)
async def test_what_is_only_archived(stage: Stage, kind: EventKind, more: dict[str, object]) -> None:
    body = str(more.pop("body", ""))
    event = await does(stage, kind, body, mention=True, **more)  # type: ignore[arg-type]
    assert said(stage) == []
    assert await ended(stage, event) == ("archived", f"a {kind.value}")


async def test_coming_in_is_told_to_whoever_greets(stage: Stage) -> None:
    stage.network.rooms.invite("#cac", "@alice:lisieres.example")
    await settle(stage)
    assert [(one.room, one.post.text) for one in stage.network.rooms.said] == [("#cac", "Bonjour cac")]
    # Somebody else who comes in, and somebody who says that we did, are not us.
    await does(stage, EventKind.JOIN, who="bruno", person="@bruno:lisieres.example")
    await does(stage, EventKind.JOIN, who="bruno", person=ME)
    assert len(stage.network.rooms.said) == 1


async def test_where_an_answer_stands_in_a_room(stage: Stage) -> None:
    event = await does(stage, EventKind.MESSAGE, "!dis un", thread="$root")
    post = last(stage).post
    assert (post.replies_to, post.thread) == (event.event_id, "$root")
    assert post.mentions == ("@alice:lisieres.example",)
    event = await does(stage, EventKind.MESSAGE, "note : un four")
    post = last(stage).post
    assert (post.reaction, post.replies_to, post.mentions) == ("✓", event.event_id, ())


async def test_between_two_nothing_is_quoted_unless_they_did(stage: Stage) -> None:
    await stage.say("alice", "dm", "!dis un")
    assert (last(stage).post.replies_to, last(stage).post.mentions) == (None, ())
    await stage.say("alice", "dm", "!dis deux", answer=True)
    heard = (await stage.network.rooms.hear("0", 0)).events[-1]
    assert last(stage).post.replies_to == heard.event_id
    await stage.reword("alice", "dm", "!dis trois")
    assert last(stage).post.replies_to == heard.event_id


async def test_what_is_taken_back_before_we_read_it_never_acts(stage: Stage) -> None:
    """Both came in one look: whoever takes back a slip at once must not see it done."""
    rooms, alice = stage.network.rooms, "@alice:lisieres.example"
    slip = rooms.happen(EventKind.MESSAGE, "#cac", alice, "!dis oups")
    rooms.happen(EventKind.MESSAGE, "#cac", alice, "!dis bien")
    rooms.happen(EventKind.REDACTION, "#cac", alice, replies_to=slip.event_id)
    rooms.happen(EventKind.REDACTION, "#reseau", alice, replies_to="$nothing")
    await settle(stage)
    assert [one.post.text for one in rooms.said] == ["bien"]
    assert (await ended(stage, slip))[0] == "superseded"


async def test_nobody_takes_back_from_another_room(stage: Stage) -> None:
    rooms, alice = stage.network.rooms, "@alice:lisieres.example"
    one = rooms.happen(EventKind.MESSAGE, "#cac", alice, "!dis un")
    rooms.happen(EventKind.REDACTION, "#reseau", "@bruno:lisieres.example", replies_to=one.event_id)
    await settle(stage)
    assert [said.post.text for said in rooms.said] == ["un"]
    noted = await does(stage, EventKind.MESSAGE, "note : un four")
    rooms.happen(EventKind.REDACTION, "#reseau", alice, replies_to=noted.event_id)
    await settle(stage)
    assert said(stage) == ["✓"]


async def test_what_cannot_be_read_and_is_taken_back_is_not_waited_for(stage: Stage) -> None:
    rooms = stage.network.rooms
    sealed = await does(stage, EventKind.UNREADABLE)
    assert (await ended(stage, sealed))[0] == "waiting"
    await does(stage, EventKind.REDACTION, replies_to=sealed.event_id)
    await stage.wait(1, dt.timedelta())
    assert rooms.said == []
    assert (await ended(stage, sealed))[0] == "superseded"


async def test_moderators_take_back_words_and_only_coordination_what_they_did(stage: Stage) -> None:
    noted = await does(stage, EventKind.MESSAGE, "note : un four", who="karim")
    await does(stage, EventKind.REDACTION, who="bruno", replies_to=noted.event_id)
    assert said(stage) == []
    await does(stage, EventKind.REDACTION, who="alice", replies_to=noted.event_id)
    assert [(block.channel, block.whom, block.text) for block in stage.sent] == [("dm", "alice", "Repris")]


async def test_an_edit_by_somebody_else_is_nothing(stage: Stage) -> None:
    event = await does(stage, EventKind.MESSAGE, "!dis un")
    await does(stage, EventKind.EDIT, "!dis deux", who="bruno", replies_to=event.event_id)
    assert said(stage) == []


async def test_signs_on_what_asks_nothing_are_nothing(stage: Stage) -> None:
    await does(stage, EventKind.MESSAGE, "!dis un")
    for sign in ("👍", "1️⃣", "❤️"):
        await does(stage, EventKind.REACTION, sign, replies_to=last(stage).event_id)
        assert said(stage) == []


async def test_answering_the_bot_needs_something_that_it_said(stage: Stage) -> None:
    with pytest.raises(NothingThere):
        await stage.say("alice", "#cac", "oui", answer=True)
