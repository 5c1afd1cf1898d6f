"""Events of real clients, and of nobody's, as RoomEvents."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import EventKind, NativePoll, RoomEvent
from bot.channels.matrix.events import EARLIEST, LATEST, read_event
from tests.unit.channels.matrix import samples as s
from tests.unit.channels.matrix.any_json import ANY_JSON, UNHURRIED, nested, spoilt_events

DAYS = (("a", "jeudi"), ("b", "vendredi"))


def read(source: dict[str, Any], *, direct: bool = False) -> RoomEvent | None:
    return read_event(source, s.ROOM, s.ME, direct=direct)


def told(source: dict[str, Any]) -> RoomEvent:
    event = read(source)
    assert event is not None
    return event


def file(msgtype: str, **content: Any) -> dict[str, Any]:
    return s.event("m.room.message", {"msgtype": msgtype, "url": "mxc://lisieres.example/a", **content})


def new(body: str, msgtype: str = "m.text", **content: Any) -> dict[str, Any]:
    return {"m.new_content": {"msgtype": msgtype, "body": body, **content}, "m.relates_to": s.EDIT}


MESSAGES = {
    "plain": (s.message("bonjour"), EventKind.MESSAGE, "bonjour"),
    "emote": (
        s.event("m.room.message", {"msgtype": "m.emote", "body": "sourit"}),
        EventKind.MESSAGE,
        "sourit",
    ),
    "notice": (
        s.event("m.room.message", {"msgtype": "m.notice", "body": "Navette : aide"}),
        EventKind.NOTICE,
        "Navette : aide",
    ),
    "named": (s.message("Navette : !aide"), EventKind.MESSAGE, "!aide"),
    "only HTML": (
        s.message("", **s.formatted("<p>Bonjour&nbsp;!</p><ul><li>une</li><li>deux</li></ul>fin<br>là")),
        EventKind.MESSAGE,
        "Bonjour\u00a0!\n\n- une\n- deux\n\nfin\nlà",
    ),
    "file": (file("m.file", body="plan.pdf", filename="plan.pdf"), EventKind.FILE, "plan.pdf"),
    "image with a caption": (file("m.image", body="Le plan", filename="plan.png"), EventKind.FILE, "Le plan"),
    "video": (file("m.video", body="visite.mp4"), EventKind.FILE, "visite.mp4"),
    "voice": (file("m.audio", body="Voice message.ogg"), EventKind.FILE, "Voice message.ogg"),
    "file without words": (file("m.file", filename="plan.pdf"), EventKind.FILE, "plan.pdf"),
    "place": (file("m.location", body="Ici", geo_uri="geo:43.3,5.4"), EventKind.FILE, "Ici"),
    "edit": (s.message("* jeudi", **new("jeudi")), EventKind.EDIT, "jeudi"),
    "edit of a command": (
        s.message("* Navette : !vote 2", **new("Navette : !vote 2")),
        EventKind.EDIT,
        "!vote 2",
    ),
    "edit without its content": (s.message("* jeudi", **{"m.relates_to": s.EDIT}), EventKind.EDIT, "jeudi"),
    "edit of a bot": (
        s.event("m.room.message", {"msgtype": "m.notice", "body": "* 3 voix", **new("3 voix", "m.notice")}),
        EventKind.NOTICE,
        "3 voix",
    ),
    "old reply": (
        s.message(f"{s.QUOTED}jeudi\n> non", **{"m.relates_to": s.REPLY}),
        EventKind.MESSAGE,
        "jeudi\n> non",
    ),
    "reply to an emote": (
        s.message("> * <@bruno:lisieres.example> sourit\n\nmoi aussi", **{"m.relates_to": s.REPLY}),
        EventKind.MESSAGE,
        "moi aussi",
    ),
    "quoting by hand": (s.message("> jeudi ?\n\noui"), EventKind.MESSAGE, "> jeudi ?\n\noui"),
    "lone surrogate": (s.message("oui \ud83d"), EventKind.MESSAGE, "oui \ufffd"),
}


@pytest.mark.parametrize(("source", "kind", "body"), MESSAGES.values(), ids=MESSAGES)
def test_what_was_said(source: dict[str, Any], kind: EventKind, body: str) -> None:
    event = told(source)
    assert (event.kind, event.body) == (kind, body)
    assert (event.event_id, event.room, event.sender) == ("$evenement", s.ROOM, s.ALICE)


def test_a_name_at_the_start_is_a_mention_except_from_a_bot() -> None:
    assert told(s.message("Navette : !aide")).mention
    assert not told(MESSAGES["notice"][0]).mention


def test_an_edit_tells_what_it_changes() -> None:
    assert told(MESSAGES["edit"][0]).replies_to == "$avant"


def test_direct_is_handed_on() -> None:
    event = read(s.message("!aide"), direct=True)
    assert event is not None
    assert event.direct


@pytest.mark.parametrize(
    ("relates", "thread", "replies_to"),
    [
        ({}, None, None),
        (s.REPLY, None, "$question"),
        (s.THREAD, "$racine", None),
        (s.THREAD_REPLY, "$racine", "$dernier"),
        ({"rel_type": "m.thread", "event_id": "$racine"}, "$racine", None),
        ({"rel_type": "m.thread", "m.in_reply_to": {"event_id": "$x"}}, None, "$x"),
        ({"rel_type": "example.unknown", "event_id": "$x"}, None, None),
    ],
)
def test_threads_and_replies(relates: dict[str, Any], thread: str | None, replies_to: str | None) -> None:
    for source in (
        s.message("oui", **{"m.relates_to": relates}),
        s.event("m.poll.start", {**s.STABLE_POLL, "m.relates_to": relates}),
        s.event("m.room.encrypted", {**s.ENCRYPTED, "m.relates_to": relates}),
    ):
        assert (told(source).thread, told(source).replies_to) == (thread, replies_to)


@pytest.mark.parametrize("key", ["👍", "👍\ufe0f", "1\ufe0f\u20e3", "✓", "oui"])
def test_a_reaction_keeps_its_sign(key: str) -> None:
    event = told(
        s.event("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$x", "key": key}})
    )
    assert (event.kind, event.body, event.replies_to) == (EventKind.REACTION, key, "$x")


@pytest.mark.parametrize(
    "source",
    [
        s.event("m.room.redaction", {"reason": "erreur"}, redacts="$x"),
        s.event("m.room.redaction", {"redacts": "$x"}),
        s.event("m.room.redaction", {"redacts": "$x"}, redacts="$x"),
    ],
    ids=["up to version 10", "from version 11", "both"],
)
def test_what_was_taken_back(source: dict[str, Any]) -> None:
    assert (told(source).kind, told(source).replies_to) == (EventKind.REDACTION, "$x")


def test_polls_under_both_names() -> None:
    unstable = told(s.event("org.matrix.msc3381.poll.start", s.UNSTABLE_POLL))
    stable = told(s.event("m.poll.start", s.STABLE_POLL))
    assert (unstable.kind, unstable.body) == (EventKind.POLL, "Quel jour ?")
    assert unstable.poll == NativePoll("Quel jour ?", DAYS, 1, disclosed=True)
    assert stable.poll == NativePoll("Quel jour ?", DAYS, 2, disclosed=False)


def test_a_corrected_poll_is_an_edit() -> None:
    content = {"m.new_content": s.UNSTABLE_POLL, "m.relates_to": s.EDIT}
    event = told(s.event("org.matrix.msc3381.poll.start", content))
    assert (event.kind, event.replies_to) == (EventKind.EDIT, "$avant")
    assert event.poll == NativePoll("Quel jour ?", DAYS, 1, disclosed=True)


@pytest.mark.parametrize(
    ("kind", "vote"),
    [
        (
            "org.matrix.msc3381.poll.response",
            {"org.matrix.msc3381.poll.response": {"answers": ["b", "a", "b"]}},
        ),
        ("m.poll.response", {"m.selections": ["b", "a", "b"]}),
    ],
)
def test_votes_under_both_names(kind: str, vote: dict[str, Any]) -> None:
    event = told(s.event(kind, {"m.relates_to": s.REFERENCE, **vote}))
    assert (event.kind, event.replies_to, event.choices) == (EventKind.POLL_RESPONSE, "$sondage", ("b", "a"))


@pytest.mark.parametrize("told_choices", [[], None, "b", {"b": 1}, [1, None]])
def test_a_spoilt_vote_has_no_choices(told_choices: object) -> None:
    content = {"m.relates_to": s.REFERENCE, "org.matrix.msc3381.poll.response": {"answers": told_choices}}
    assert told(s.event("org.matrix.msc3381.poll.response", content)).choices == ()


@pytest.mark.parametrize("kind", ["org.matrix.msc3381.poll.end", "m.poll.end"])
def test_the_end_of_a_poll(kind: str) -> None:
    event = told(s.event(kind, {"m.relates_to": s.REFERENCE, "org.matrix.msc1767.text": "jeudi, 4 voix"}))
    assert (event.kind, event.replies_to, event.body) == (EventKind.POLL_END, "$sondage", "jeudi, 4 voix")


@pytest.mark.parametrize(
    ("now", "was", "kind"),
    [
        ("join", None, EventKind.JOIN),
        ("join", "invite", EventKind.JOIN),
        ("join", "leave", EventKind.JOIN),
        ("join", "join", None),  # another display name
        ("leave", "join", EventKind.LEAVE),
        ("leave", None, EventKind.LEAVE),
        ("ban", "join", EventKind.LEAVE),
        ("ban", "leave", None),
        ("ban", None, None),
        ("leave", "invite", None),
        ("leave", "ban", None),
        ("invite", None, None),
        ("knock", None, None),
    ],
)
def test_comings_and_goings(now: str, was: str | None, kind: EventKind | None) -> None:
    for person in (s.ALICE, s.US):
        for source in (
            s.member(person, now, was),
            s.member(person, now, was, sender="@fanny:lisieres.example"),
        ):
            event = read(source)
            assert (event and event.kind) == kind
            assert event is None or event.person == person


def test_membership_of_before_at_the_top_level() -> None:
    assert (
        read(
            s.event(
                "m.room.member",
                {"membership": "join"},
                state_key=s.ALICE,
                prev_content={"membership": "join"},
            )
        )
        is None
    )


def test_what_waits_for_its_key_keeps_the_event() -> None:
    source = s.event("m.room.encrypted", s.ENCRYPTED)
    event = told(source)
    assert (event.kind, event.sealed, event.thread) == (EventKind.UNREADABLE, source, "$racine")


UNHEARD = {
    "ours": {**s.message("bonjour"), "sender": s.US},
    "ours, unreadable": s.event("m.room.encrypted", s.ENCRYPTED, sender=s.US),
    "taken back": s.event("m.room.message", {}, unsigned={"redacted_because": {"type": "m.room.redaction"}}),
    "taken back, content kept": {**s.message("oui"), "unsigned": {"redacted_because": {"event_id": "$y"}}},
    "emptied": s.event("m.room.message", {}),
    "emptied, encrypted": s.event("m.room.encrypted", {}),
    "state": s.state("m.room.topic", {"topic": "!aide"}),
    "another state with a membership": s.event("example.member", {"membership": "join"}, state_key=s.ALICE),
    "a message as state": {**s.message("!aide"), "state_key": ""},
    "unknown": s.event("example.unknown", {"body": "!aide"}),
    "sticker": s.event("m.sticker", {"body": "chat"}),
    "unknown message": s.event("m.room.message", {"msgtype": "m.key.verification.request", "body": "!aide"}),
    "reaction to nothing": s.event("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "key": "👍"}}),
    "redaction of nothing": s.event("m.room.redaction", {}),
    "poll without answers": s.event("m.poll.start", {"m.poll": {"question": {"m.text": "?"}, "answers": []}}),
    "vote on nothing": s.event("m.poll.response", {"m.selections": ["a"]}),
    "without id": {**s.message("oui"), "event_id": None},
    "id too long": {**s.message("oui"), "event_id": "$" + "x" * 300},
    "id that cannot be written": {**s.message("oui"), "event_id": "$\ud800"},
    "without sender": {**s.message("oui"), "sender": 3},
}


@pytest.mark.parametrize("source", UNHEARD.values(), ids=UNHEARD)
def test_no_ear_for(source: dict[str, Any]) -> None:
    assert read(source) is None


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        (1_790_000_000_500, dt.datetime(2026, 9, 21, 14, 13, 20, 500_000, dt.UTC)),
        (0, EARLIEST),
        (-(10**30), EARLIEST),
        (2**53, LATEST),
        (4_102_444_800_001, LATEST),
        ("1790000000500", EARLIEST),
        (float("nan"), EARLIEST),
        (True, EARLIEST),
        (None, EARLIEST),
    ],
)
def test_times_make_sense(stamp: object, at: dt.datetime) -> None:
    assert told({**s.message("oui"), "origin_server_ts": stamp}).at == at


BOMBS = [
    "> <@a:b> x\n" * 6_000,
    ">" * 65_000,
    "> <@" + "a" * 65_000,
    "@" * 65_000,
    "[" * 65_000,
    "[](" * 20_000,
    " " * 65_000,
    "?" * 65_000,
    "Navette" * 9_000,
    "e\u0301" * 30_000,
]
HTML_BOMBS = [
    "<" * 65_000,
    "<a" * 32_000,
    "<" + "a" * 65_000,
    "<!--" * 16_000,
    "<![" * 20_000,
    "&#" + "9" * 65_000,
    "<a href=" * 8_000,
    "<a href" + " " * 60_000 + ">",
    "<p>" * 20_000,
    "<div><ul><li>" * 5_000 + "x",
]


@pytest.mark.parametrize("body", BOMBS, ids=range(len(BOMBS)))
def test_long_bodies_are_read(body: str) -> None:
    for source in (s.message(body), s.message(body, **{"m.relates_to": s.REPLY})):
        assert told(source).kind is EventKind.MESSAGE


@pytest.mark.parametrize("html", HTML_BOMBS, ids=range(len(HTML_BOMBS)))
def test_long_html_is_read(html: str) -> None:
    for body in ("", "oui"):
        assert told(s.message(body, **s.formatted(html))).kind is EventKind.MESSAGE


def test_no_body_is_longer_than_an_event() -> None:
    assert len(told(s.message("x" * 200_000)).body) == 65_536


def test_depth_is_survived_and_what_is_sealed_can_be_kept() -> None:
    deep = nested(5_000)
    assert told(s.message("oui", **{"m.relates_to": deep, "m.mentions": deep})).body == "oui"
    sealed = told(
        s.event("m.room.encrypted", {**s.ENCRYPTED, "deep": deep, "odd": {1: 2}, "far": 1e300})
    ).sealed
    assert sealed is not None
    assert json.loads(json.dumps(sealed))["content"]["ciphertext"] == s.ENCRYPTED["ciphertext"]


def storable(event: RoomEvent | None) -> None:
    """Whatever is read can be written down: UTF-8 texts, JSON, an aware time."""
    if event is None:
        return
    texts = (event.event_id, event.sender, event.body, event.person, *event.choices)
    for each in (*texts, event.replies_to or "", event.thread or ""):
        assert isinstance(each, str)
        each.encode()
    assert event.at.tzinfo is not None
    assert EARLIEST <= event.at <= LATEST
    json.dumps(event.sealed).encode()


@UNHURRIED
@given(ANY_JSON)
def test_any_json_is_survived(source: Any) -> None:
    storable(read(source))


@UNHURRIED
@given(spoilt_events(s.ALL), st.booleans())
def test_any_place_may_hold_anything(source: dict[str, Any], direct: bool) -> None:
    storable(read(source, direct=direct))


@pytest.mark.parametrize("source", s.HEARD, ids=lambda source: source["type"])
def test_the_samples_are_all_heard(source: dict[str, Any]) -> None:
    assert read(source) is not None
