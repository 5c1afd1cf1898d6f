"""Events as clients write them: Element Web, Element X, FluffyChat, Cinny; people and places are invented."""

from __future__ import annotations

from typing import Any

from bot.channels.matrix.events import Me

US = "@navette:lisieres.example"
ME = Me(US, "Navette")
ALICE = "@alice:lisieres.example"
ROOM = "!salon:lisieres.example"
PILL = f'<a href="https://matrix.to/#/{US}">Navette</a>'
QUOTED = "> <@bruno:lisieres.example> On se voit jeudi ?\n> ou vendredi\n\n"


def event(kind: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An event of Alice's."""
    return {
        "type": kind,
        "event_id": "$evenement",
        "sender": ALICE,
        "origin_server_ts": 1_790_000_000_000,
        "content": content,
        "unsigned": {"age": 12},
        **more,
    }


def message(body: str, **content: Any) -> dict[str, Any]:
    """A text message of Alice's."""
    return event("m.room.message", {"msgtype": "m.text", "body": body, **content})


def formatted(html: str) -> dict[str, Any]:
    """The two fields that carry HTML."""
    return {"format": "org.matrix.custom.html", "formatted_body": html}


def member(person: str, now: str, was: str | None = None, sender: str = "", **content: Any) -> dict[str, Any]:
    """A membership event."""
    unsigned = {"prev_content": {"membership": was}} if was else {}
    return event(
        "m.room.member",
        {"membership": now, **content},
        state_key=person,
        sender=sender or person,
        unsigned=unsigned,
    )


def state(kind: str, content: dict[str, Any], sender: str = ALICE) -> dict[str, Any]:
    """A state event with an empty key."""
    return event(kind, content, state_key="", sender=sender)


THREAD = {
    "rel_type": "m.thread",
    "event_id": "$racine",
    "is_falling_back": True,
    "m.in_reply_to": {"event_id": "$dernier"},
}
THREAD_REPLY = {**THREAD, "is_falling_back": False}
REPLY = {"m.in_reply_to": {"event_id": "$question"}}
EDIT = {"rel_type": "m.replace", "event_id": "$avant"}
UNSTABLE_POLL = {
    "org.matrix.msc1767.text": "Quel jour ?\n1. jeudi\n2. vendredi",
    "org.matrix.msc3381.poll.start": {
        "kind": "org.matrix.msc3381.poll.disclosed",
        "max_selections": 1,
        "question": {"org.matrix.msc1767.text": "Quel jour ?", "body": "Quel jour ?", "msgtype": "m.text"},
        "answers": [
            {"id": "a", "org.matrix.msc1767.text": "jeudi"},
            {"id": "b", "org.matrix.msc1767.text": "vendredi"},
        ],
    },
}
STABLE_POLL = {
    "m.text": [{"body": "Quel jour ?"}],
    "m.poll": {
        "kind": "m.undisclosed",
        "max_selections": 2,
        "question": {
            "m.text": [{"body": "<b>Quel jour ?</b>", "mimetype": "text/html"}, {"body": "Quel jour ?"}]
        },
        "answers": [
            {"m.id": "a", "m.text": [{"body": "jeudi"}]},
            {"m.id": "b", "m.text": [{"body": "vendredi", "mimetype": "text/plain"}]},
        ],
    },
}
ENCRYPTED = {
    "algorithm": "m.megolm.v1.aes-sha2",
    "ciphertext": "AwgAEnACgAkLmt6q",
    "device_id": "APPAREIL",
    "sender_key": "cle",
    "session_id": "session",
    "m.relates_to": THREAD,
}
REFERENCE = {"rel_type": "m.reference", "event_id": "$sondage"}

CREATE_12 = state("m.room.create", {"room_version": "12", "additional_creators": ["@bruno:lisieres.example"]})
CREATE_11 = state(
    "m.room.create", {"room_version": "11", "predecessor": {"room_id": "!avant:lisieres.example"}}
)
CREATE_1 = state("m.room.create", {"creator": ALICE}, sender="@ailleurs:lisieres.example")
LEVELS = state(
    "m.room.power_levels",
    {
        "users": {ALICE: 100, US: 20},
        "users_default": 0,
        "events": {"m.room.name": 50, "m.reaction": 10, "m.room.encrypted": 30},
        "events_default": 20,
        "state_default": 50,
        "notifications": {"room": 50},
    },
)

HEARD = [
    message("!aide", **formatted(f"{PILL} : !aide"), **{"m.mentions": {"user_ids": [US]}}),
    message("* !aide", **{"m.new_content": {"msgtype": "m.text", "body": "!aide"}, "m.relates_to": EDIT}),
    message(f"{QUOTED}jeudi", **{"m.relates_to": REPLY}),
    message("oui", **{"m.relates_to": THREAD}),
    event("m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$x", "key": "👍"}}),
    event("m.room.redaction", {"redacts": "$x", "reason": "erreur"}, redacts="$x"),
    event("org.matrix.msc3381.poll.start", UNSTABLE_POLL),
    event("m.poll.start", STABLE_POLL),
    event(
        "org.matrix.msc3381.poll.response",
        {"m.relates_to": REFERENCE, "org.matrix.msc3381.poll.response": {"answers": ["b"]}},
    ),
    event("m.poll.response", {"m.relates_to": REFERENCE, "m.selections": ["b"]}),
    event("m.poll.end", {"m.relates_to": REFERENCE, "m.text": [{"body": "jeudi"}]}),
    member(ALICE, "join", "invite"),
    event("m.room.encrypted", ENCRYPTED),
]
STATE = [
    CREATE_12,
    CREATE_11,
    CREATE_1,
    LEVELS,
    state("m.room.name", {"name": "Le salon"}),
    state(
        "m.room.canonical_alias", {"alias": "#salon:lisieres.example", "alt_aliases": ["#a:lisieres.example"]}
    ),
    state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}),
    state("m.room.join_rules", {"join_rule": "public"}),
    state("m.room.tombstone", {"body": "Plus loin", "replacement_room": "!apres:lisieres.example"}),
    member(US, "invite", sender=ALICE, is_direct=True),
    member(ALICE, "join"),
]
ALL = [*HEARD, *STATE]
