"""Questions with choices, and the ways in which people answer them."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.base import EventKind, RoomEvent
from bot.channels.fake_rooms import direct_room
from bot.clock import PARIS
from bot.play.stage import Stage
from bot.settings import Settings
from bot.store.tables import InboxRow, OutboxRow, OutboxState
from tests.unit.play.conftest import Play

ASKED = """
        bruno #cac: !vote circle:cac ici
          Quelle date pour l'AG ?
          samedi 16 janvier
          samedi 23 janvier
          dimanche 24 janvier
"""
YES_NO = """
        alice #cac: !vote circle:cac ici,emile
          On achète le four ?
          oui
          non
"""

HOLDS = {
    "a room is shown a native poll, with the options numbered for clients that have none": ASKED
    + """
        ? #cac: 2. samedi 23 janvier
        ? #cac: B. samedi 23 janvier
        ? mails 0
    """,
    "by vote, reaction, number, letter, place and words, and the last one counts": ASKED
    + """
        chloe choose #cac: B
        ?! #cac
        david react #cac: 3️⃣
        ?! #cac
        gaston answer #cac: la deuxième
        ? #cac: ✓
        hana answer #cac: plutôt le 16
        ? #cac: ✓
        bruno answer #cac: c
        alice dm: !votes
        ? dm alice: bruno=r2 chloe=r1 david=r2 gaston=r1 hana=r0
        chloe choose #cac: A
        hana dm: dimanche
        ? dm hana: hana vote r2
        alice dm: !votes
        ? dm alice: bruno=r2 chloe=r0 david=r2 gaston=r1 hana=r2
    """,
    "what may mean two options is asked, never guessed": ASKED
    + """
        chloe answer #cac: samedi
        ? #cac: « samedi 16 janvier » ou « samedi 23 janvier »
        chloe dm: le 16 et le 24
        ? dm chloe: rien compté
        alice dm: !votes
        ?! chloe
    """,
    "people who talk below a question do not answer it": ASKED
    + """
        chloe answer #cac: je ne peux pas le 23, et vous ?
        ?! #cac
        ?! dm chloe
        chloe answer #cac: merci Bruno
        ?! #cac
        alice dm: !votes
        ?! chloe
    """,
    "to us alone, what is not clear is asked again": ASKED
    + """
        chloe dm: !vote person:chloe ici
          Du thé ?
          thé vert
          café noir
        chloe answer dm: je ne bois pas de thé
        ? dm chloe: « thé vert »
        chloe answer dm: bof
        ? dm chloe: réponds par le numéro
        chloe answer dm: merci
        ?! dm chloe
        chloe answer dm: peu importe
        ? dm chloe: blanc
        chloe answer dm: café
        ? dm chloe: chloe vote r1
    """,
    "a plain message in a room is no answer": ASKED
    + """
        chloe #cac: 2
        ?! #cac
        alice dm: !votes
        ?! chloe
    """,
    "one question by mail and in a room: one vote a person": YES_NO
    + """
        ? mail emile: 1. oui
        ? mail emile: Réponds par un numéro
        emile reply: Bonjour,

          d'accord pour moi

          Émile
        ? mail emile: emile vote r0
        chloe react #cac: 👍
        david react #cac: 👎🏽
        gaston react #cac: ❤️
        hana react #cac: ✅
        hana react #cac: ❌
        alice dm: !votes
        ? chloe=r0 david=r1 emile=r0 hana=r1
        emile reply: 2
        ? mail emile: emile vote r1
    """,
    "a forged mail does not vote": YES_NO
    + """
        m@evil.example as emile mail: oui
        ?! vote r0
        alice dm: !votes
        ?! emile
    """,
    "whoever is not asked is told so once, alone": ASKED
    + """
        fanny choose #cac: B
        ? dm fanny: cercle CAC
        ?! #cac
        fanny choose #cac: C
        ?! dm fanny
        fanny react #cac: 1️⃣
        ?! dm fanny
        alice choose #cac: A
        ? dm alice: n'est pas comptée
        alice dm: !votes
        ?! fanny
    """,
    "a late answer is told once, alone, that it is closed": ASKED
    + """
        chloe choose #cac: B
        bruno #cac: !clos
        ? #cac: Résultat
        david choose #cac: A
        ? dm david: c'est clos
        ?! #cac
        david answer #cac: 1
        ?! dm david
        ?! #cac
        hana dm: 1
        ? dm hana: pas compris
        chloe react #cac: 1️⃣
        alice dm: !votes
        ? chloe=r1
        ?! david
    """,
    "a restart between a question and its answers": ASKED
    + """
        restart
        chloe choose #cac: B
        restart
        chloe choose #cac: C
        alice dm: !votes
        ? chloe=r2
    """,
    "several answers": """
        bruno #cac: !vote circle:cac ici plusieurs
          Quelles dates ?
          le 16
          le 23
          le 24
        ? #cac: Plusieurs réponses
        chloe answer #cac: 1 et 3
        david answer #cac: le 23, le 24
        alice dm: !votes
        ? chloe=r0+r2 david=r1+r2
    """,
    "two questions that the same word answers": """
        chloe dm: !vote person:chloe ici
          Du thé ?
          oui
          non
        chloe dm: !vote person:chloe ici
          Du café ?
          oui
          non
        chloe dm: oui
        ? dm chloe: Du thé ?
        ? dm chloe: Du café ?
        chloe answer dm: 1
        ? rien compté
        chloe react dm: 👍
    """,
    "for all members, for a role, for whoever is in the room": """
        bruno #cac: !vote room:#cac ici
          Ici ?
          oui
          non
        fanny choose #cac: A
        ?! dm fanny
        alice dm: !votes
        ? fanny=r0
        bruno: !vote circle: ici
          Partout ?
          oui
          non
        mona choose: A
        ?! dm mona
        alice dm: !votes
        ? mona=r0
        bruno #coordination: !vote role:coordination ici
          Entre nous ?
          oui
          non
        bruno choose #coordination: A
        ? dm bruno: coordination
        alice choose #coordination: B
        alice dm: !votes
        ? alice=r1
        ?! bruno
    """,
    "corrected in place": ASKED
    + """
        bruno #cac: !corrige Quelle date ? (3 réponses)
        ? #cac: (3 réponses)
        chloe choose #cac: A
        alice dm: !votes
        ? chloe=r0
    """,
}


@pytest.mark.parametrize("text", HOLDS.values(), ids=HOLDS.keys())
async def test_it_holds(run: Play, text: str) -> None:
    result, _ = await run("\n".join(line[8:] for line in text.splitlines()))
    assert not result.failures, "\n".join(map(str, result.failures))


@pytest.fixture
async def stage(settings: Settings, tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(settings, tmp_path, dt.datetime(2026, 11, 23, 9, tzinfo=PARIS))
    await stage.open()
    yield stage
    await stage.kill()


async def asked(stage: Stage, question: str = "Quand ?\nsamedi\ndimanche") -> str:
    """The event of a question to the CAC."""
    await stage.say("bruno", "#cac", f"!vote circle:cac ici\n{question}")
    said = stage.network.rooms.said[-1]
    assert said.post.poll is not None
    stage.act()
    return said.event_id


async def does(stage: Stage, kind: EventKind, who: str, body: str = "", **more: object) -> RoomEvent:
    """Somebody does something in #cac."""
    chat = stage.cast.chatter(who).chat
    event = stage.network.rooms.happen(kind, "#cac", chat, body, **more)  # type: ignore[arg-type]
    await settle(stage)
    return event


async def settle(stage: Stage) -> None:
    assert stage.app is not None
    await stage.app.settle()


async def votes(stage: Stage) -> str:
    await stage.say("alice", "dm", "!votes")
    return stage.network.rooms.said[-1].post.text


async def rows(stage: Stage) -> list[OutboxRow]:
    assert stage.app is not None
    async with stage.app.store.read() as session:
        return list(await session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


async def received(stage: Stage, event: RoomEvent) -> InboxRow:
    assert stage.app is not None
    async with stage.app.store.read() as session:
        row = await session.scalar(select(InboxRow).where(InboxRow.origin_id == event.event_id))
        assert row is not None
        return row


async def test_the_end_and_the_edits_point_at_the_poll(stage: Stage) -> None:
    poll = await asked(stage)
    await stage.say("bruno", "#cac", "!corrige Quand donc ?")
    await stage.say("bruno", "#cac", "!clos")
    posts = [said.post for said in stage.network.rooms.said[-2:]]
    assert [(post.text, post.edits, post.ends) for post in posts] == [
        ("Quand donc ?", poll, None),
        ("Résultat", None, poll),
    ]
    await stage.say("bruno", "#cac", "!clos")
    assert len(stage.network.rooms.said) == 3  # the same key ends it once


async def test_an_edit_that_has_not_left_gives_way_to_the_next(stage: Stage) -> None:
    await asked(stage)
    await stage.say("alice", "dm", "!corrige un")
    before = len(stage.network.rooms.said)
    assert stage.app is not None
    stage.network.rooms.limit(4)
    await stage.say("alice", "dm", "!corrige deux")
    await stage.say("alice", "dm", "!corrige trois")
    await stage.wait(0, dt.timedelta(hours=1))
    texts = [said.post.text for said in stage.network.rooms.said[before:]]
    assert texts == ["trois"]
    states = [row.state for row in await rows(stage) if row.params.get("edits_cause")]
    assert states == [OutboxState.SENT, OutboxState.CANCELLED, OutboxState.SENT]


async def test_more_than_may_be_picked_is_cut_and_unknown_ids_are_nothing(stage: Stage) -> None:
    poll = await asked(stage)
    await does(stage, EventKind.POLL_RESPONSE, "chloe", replies_to=poll, choices=("r1", "r0"))
    await does(stage, EventKind.POLL_RESPONSE, "david", replies_to=poll, choices=("other",))
    await does(stage, EventKind.POLL_RESPONSE, "hana", replies_to="$elsewhere", choices=("r1",))
    assert await votes(stage) == "chloe=r1"


async def test_a_sign_that_is_taken_off_withdraws_nothing_and_that_is_said(stage: Stage) -> None:
    """Clients take a reaction off to put another on, in either order: nobody could tell them apart."""
    poll = await asked(stage)
    first = await does(stage, EventKind.REACTION, "chloe", "1️⃣", replies_to=poll)
    second = await does(stage, EventKind.REACTION, "chloe", "2️⃣", replies_to=poll)
    await does(stage, EventKind.REDACTION, "chloe", replies_to=first.event_id)
    assert stage.sent == []
    await does(stage, EventKind.REDACTION, "chloe", replies_to=second.event_id)
    assert [(block.channel, block.whom) for block in stage.sent] == [("dm", "chloe")]
    assert "reste comptée" in stage.sent[0].text
    await does(stage, EventKind.REDACTION, "chloe", replies_to=second.event_id)
    assert len(stage.sent) == 1
    assert await votes(stage) == "chloe=r1"


async def test_a_vote_that_is_taken_off_withdraws_nothing_either(stage: Stage) -> None:
    poll = await asked(stage)
    await does(stage, EventKind.POLL_RESPONSE, "chloe", replies_to=poll, choices=("r1",))
    await does(stage, EventKind.POLL_RESPONSE, "chloe", replies_to=poll)
    assert [block.whom for block in stage.sent] == ["chloe"]
    assert await votes(stage) == "chloe=r1"


async def test_an_answer_in_the_thread_of_a_question_is_one(stage: Stage) -> None:
    poll = await asked(stage)
    root = await does(stage, EventKind.MESSAGE, "chloe", "dimanche", thread=poll)
    assert stage.network.rooms.said[-1].post.replies_to == root.event_id
    assert stage.network.rooms.said[-1].post.reaction == "✓"
    assert await votes(stage) == "chloe=r1"


async def test_a_stranger_who_votes_is_told_nothing(stage: Stage) -> None:
    poll = await asked(stage)
    stage.network.rooms.happen(
        EventKind.POLL_RESPONSE, "#cac", "@x:ailleurs.example", replies_to=poll, choices=("r1",)
    )
    await settle(stage)
    assert stage.sent == []


async def test_a_vote_for_what_is_being_sent_waits_until_its_id_is_known(stage: Stage) -> None:
    """The poll reached the room, and we died before its event id was written down."""
    poll = await asked(stage)
    assert stage.app is not None
    async with stage.app.store.write() as session:
        row = await session.scalar(select(OutboxRow).where(OutboxRow.external_id == poll))
        assert row is not None
        row.state, row.external_id = OutboxState.SENDING.value, None
    vote = await does(stage, EventKind.POLL_RESPONSE, "chloe", replies_to=poll, choices=("r1",))
    assert (await received(stage, vote)).state == "waiting"
    await stage.restart()
    await stage.wait(0, dt.timedelta(minutes=1))
    assert await votes(stage) == "chloe=r1"


async def test_a_vote_for_nothing_of_ours_does_not_wait_for_ever(stage: Stage) -> None:
    poll = await asked(stage)
    assert stage.app is not None
    async with stage.app.store.write() as session:
        row = await session.scalar(select(OutboxRow).where(OutboxRow.external_id == poll))
        assert row is not None
        row.state, row.external_id = OutboxState.SENDING.value, None
    vote = await does(stage, EventKind.POLL_RESPONSE, "chloe", replies_to="$other", choices=("r1",))
    await stage.wait(0, dt.timedelta(minutes=5))
    assert (await received(stage, vote)).state == "archived"


async def test_a_thumb_is_a_word_where_that_was_declared(stage: Stage) -> None:
    await stage.say("karim", "dm", "note : un four")
    noted = stage.network.rooms.said[-1]
    await stage.react("karim", "dm", "👍")
    assert stage.network.rooms.said[-1] is noted
    await stage.react("karim", "dm", "👎")
    assert stage.network.rooms.said[-1].post.text == "Oublié"
    await stage.say("karim", "dm", "!demande")
    asked = stage.network.rooms.said[-1]
    await stage.react("karim", "dm", "👍")
    assert stage.network.rooms.said[-1] is asked


async def test_where_a_vote_of_a_direct_message_is_answered(stage: Stage) -> None:
    await stage.say("chloe", "dm", "!vote person:chloe ici\nThé ?\noui\nnon")
    await stage.choose("chloe", "dm", "oui")
    said = stage.network.rooms.said[-1]
    assert (said.room, said.post.text) == (direct_room("@chloe:lisieres.example"), "chloe vote r0")
    assert (said.post.replies_to, said.post.mentions) == (None, ())
