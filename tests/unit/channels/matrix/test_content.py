"""Posts as contents of events, and read again as others read them."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import EventKind, NativePoll, Post, PostFile, RoomEvent
from bot.channels.matrix import polls
from bot.channels.matrix.content import MARK, MAX_CONTENT, Piece, contents_of, file_content, png_size, size_of
from bot.channels.matrix.events import read_event
from bot.channels.matrix.mentions import Me
from tests.unit.channels.matrix import samples as s
from tests.unit.channels.matrix.any_json import UNHURRIED

POLL = NativePoll("Quel jour ?", (("a", "jeudi"), ("b", "vendredi")), 1, disclosed=True)
PNG = (
    b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 640, 480) + b"\x08\x06\0\0\0"
)


def post(text: str = "bonjour", html: str = "", **more: Any) -> Post:
    return Post("txn", s.ROOM, "", text, html, **more)


def only(given_post: Post) -> dict[str, Any]:
    (piece,) = contents_of(given_post, mark="effet")
    assert piece.txn_suffix == ""
    return piece.content


def heard(piece: Piece) -> RoomEvent:
    """How another bot hears it."""
    source = s.event(piece.type, piece.content, sender=s.US)
    event = read_event(source, s.ROOM, Me("@autre:x.example", "Autre"), direct=False)
    assert event is not None
    return event


def test_a_notice() -> None:
    assert only(post()) == {"msgtype": "m.notice", "body": "bonjour", "m.mentions": {}, MARK: "effet"}


def test_what_wakes_is_a_text() -> None:
    content = only(post(wakes=True, mentions=(s.ALICE, s.ALICE)))
    assert (content["msgtype"], content["m.mentions"]) == ("m.text", {"user_ids": [s.ALICE]})


def test_html_only_where_it_says_more() -> None:
    assert "formatted_body" not in only(post("une\n\ndeux", "<p>une</p>\n<p>deux</p>"))
    content = only(post("une", "<p><strong>une</strong></p>"))
    assert content["format"] == "org.matrix.custom.html"
    assert content["formatted_body"] == "<p><strong>une</strong></p>"


def test_html_alone_has_its_text() -> None:
    content = only(post("", "<ul><li>une</li></ul>"))
    assert (content["body"], content["formatted_body"]) == ("- une", "<ul><li>une</li></ul>")


@pytest.mark.parametrize(
    ("more", "relates"),
    [
        ({"replies_to": "$x"}, {"m.in_reply_to": {"event_id": "$x"}}),
        (
            {"thread": "$racine"},
            {
                "rel_type": "m.thread",
                "event_id": "$racine",
                "is_falling_back": True,
                "m.in_reply_to": {"event_id": "$racine"},
            },
        ),
        (
            {"thread": "$racine", "replies_to": "$x"},
            {
                "rel_type": "m.thread",
                "event_id": "$racine",
                "is_falling_back": False,
                "m.in_reply_to": {"event_id": "$x"},
            },
        ),
    ],
)
def test_replies_and_threads(more: dict[str, str], relates: dict[str, Any]) -> None:
    assert only(post(**more))["m.relates_to"] == relates
    assert only(post(poll=POLL, **more))["m.relates_to"] == relates


def test_an_edit_tells_nobody_again() -> None:
    assert only(post("<b>", "<b>&lt;b&gt;</b>", edits="$avant", mentions=(s.ALICE,))) == {
        "msgtype": "m.notice",
        "body": "* <b>",
        "m.new_content": {
            "msgtype": "m.notice",
            "body": "<b>",
            "format": "org.matrix.custom.html",
            "formatted_body": "<b>&lt;b&gt;</b>",
            "m.mentions": {"user_ids": [s.ALICE]},
        },
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$avant"},
        "m.mentions": {},
        MARK: "effet",
    }


def test_a_reaction() -> None:
    (piece,) = contents_of(post("", reaction="✓", replies_to="$x"), mark="effet")
    relates = {"rel_type": "m.annotation", "event_id": "$x", "key": "✓"}
    assert piece == Piece("m.reaction", {"m.relates_to": relates, "m.mentions": {}, MARK: "effet"})
    with pytest.raises(ValueError, match="reaction"):
        contents_of(post("", reaction="✓"), mark="effet")


def test_a_poll() -> None:
    (piece,) = contents_of(post("", poll=POLL), mark="effet")
    assert piece == Piece(polls.START, {**s.UNSTABLE_POLL, "m.mentions": {}, MARK: "effet"})
    assert only(post("Répondez « 1 »", poll=POLL))["org.matrix.msc1767.text"] == "Répondez « 1 »"


def test_a_corrected_poll() -> None:
    content = only(post("", poll=POLL, edits="$avant"))
    assert content["m.new_content"] == {**s.UNSTABLE_POLL, "m.mentions": {}}
    assert content["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$avant"}


@pytest.mark.parametrize(
    "poll",
    [
        NativePoll("?", tuple((str(each), f"option {each}") for each in range(21))),
        NativePoll("?", (("a", "é" * 9_000),)),
    ],
    ids=["too many answers", "too long"],
)
def test_a_poll_that_clients_would_not_show_becomes_words(poll: NativePoll) -> None:
    pieces = contents_of(post("", poll=poll), mark="effet")
    assert {piece.type for piece in pieces} == {"m.room.message"}
    assert "".join(piece.content["body"] for piece in pieces).endswith(poll.answers[-1][1])


def test_the_end_of_a_poll() -> None:
    (piece,) = contents_of(post("jeudi, 4 voix", ends="$sondage"), mark="effet")
    assert piece == Piece(
        polls.END, {**polls.end_content("$sondage", "jeudi, 4 voix"), "m.mentions": {}, MARK: "effet"}
    )


@pytest.mark.parametrize("words", ["@room", "Oh @Room !", "(@room)", "à @room, donc"])
def test_nobody_wakes_everybody(words: str) -> None:
    html = f'<p>{words} <a href="https://x.example/?q=@room">là</a></p>'
    content = only(post(words, html))
    assert "room" not in content["m.mentions"]
    assert "@room" not in content["body"].lower()
    assert content["formatted_body"].lower().count("@room") == 1, "the link still leads there"
    assert content["body"].replace("\u2060", "") == words


@pytest.mark.parametrize("words", ["a@room.example", "https://x.example/@room", "@roomier"])
def test_addresses_stay_as_they_are(words: str) -> None:
    assert only(post(words))["body"] == words


def test_only_files_give_no_words() -> None:
    assert contents_of(post("", files=(PostFile("a.png", "image/png", PNG),)), mark="effet") == []


LONG = "\n\n".join(f"{number} " + "é😀 " * 300 for number in range(60))


@pytest.mark.parametrize(
    "more",
    [{"thread": "$racine"}, {"replies_to": "$x"}, {"edits": "$avant"}, {"ends": "$sondage"}, {"wakes": True}],
    ids=str,
)
@pytest.mark.parametrize("html", ["", "".join(f"<p><b>{part}</b></p>" for part in LONG.split("\n\n"))])
def test_long_posts_come_in_pieces(more: dict[str, Any], html: str) -> None:
    pieces = contents_of(post(LONG, html, mentions=(s.ALICE,), **more), mark="effet")
    assert len(pieces) > 5
    assert len({piece.txn_suffix for piece in pieces}) == len(pieces)
    assert all(size_of(piece.content) <= MAX_CONTENT + 3_000 for piece in pieces)
    assert all(piece.content[MARK] == "effet" for piece in pieces)
    assert "".join("".join(heard(piece).body for piece in pieces).split()) == "".join(LONG.split())
    assert {heard(piece).thread for piece in pieces} == {more.get("thread")}
    assert [heard(piece).replies_to for piece in pieces[1:]] == [None] * (len(pieces) - 1)
    assert all(piece.content["m.mentions"] == {} for piece in pieces[1:])


def test_a_file_and_an_image() -> None:
    content = file_content(
        PostFile("@room.pdf", "application/pdf", b"1234"), "mxc://x.example/a", mark="effet"
    )
    assert content == {
        "msgtype": "m.file",
        "body": "@\u2060room.pdf",
        "filename": "@room.pdf",
        "info": {"mimetype": "application/pdf", "size": 4},
        "url": "mxc://x.example/a",
        "m.mentions": {},
        MARK: "effet",
    }
    image = file_content(PostFile("a.png", "image/png", PNG), "mxc://x.example/a", mark="effet")
    assert image["msgtype"] == "m.image"
    assert image["info"] == {"mimetype": "image/png", "size": len(PNG), "w": 640, "h": 480}


def test_an_encrypted_file_has_no_open_address() -> None:
    keys = {"v": "v2", "key": {"k": "x"}, "iv": "x", "hashes": {"sha256": "x"}}
    content = file_content(PostFile("a.ics", "text/calendar", b"x"), "mxc://x.example/a", keys, mark="effet")
    assert content["file"] == {**keys, "url": "mxc://x.example/a"}
    assert "url" not in content


def test_a_file_stands_where_its_post_does() -> None:
    file = PostFile("a.png", "image/png", PNG)
    with_words = file_content(file, "mxc://x/a", mark="e", post=post(thread="$racine", replies_to="$x"))
    alone = file_content(file, "mxc://x/a", mark="e", post=post("", replies_to="$x"))
    after_words = file_content(file, "mxc://x/a", mark="e", post=post(replies_to="$x"))
    assert (
        heard(Piece("m.room.message", with_words)).thread,
        with_words["m.relates_to"]["is_falling_back"],
    ) == (
        "$racine",
        True,
    )
    assert heard(Piece("m.room.message", alone)).replies_to == "$x"
    assert "m.relates_to" not in after_words


@pytest.mark.parametrize("data", [b"", PNG[:20], b"GIF89a" + b"x" * 40, PNG.replace(b"IHDR", b"IDAT")])
def test_what_is_no_png_has_no_size(data: bytes) -> None:
    assert png_size(data) is None


WORDS = st.text("abcé 😀\n<&", max_size=40).map(str.strip).filter(bool)
NEAR = st.none() | st.just("$x")


@UNHURRIED
@given(WORDS, st.booleans(), NEAR, NEAR)
def test_messages_read_back(text: str, wakes: bool, thread: str | None, replies_to: str | None) -> None:
    (piece,) = contents_of(post(text, wakes=wakes, thread=thread, replies_to=replies_to), mark="effet")
    event = heard(piece)
    assert event.kind is (EventKind.MESSAGE if wakes else EventKind.NOTICE)
    assert (event.body, event.thread, event.replies_to) == (text, thread, replies_to)


@UNHURRIED
@given(WORDS, st.sampled_from(["edit", "reaction", "poll", "corrected", "end"]))
def test_all_else_reads_back(text: str, what: str) -> None:
    poll = NativePoll(text, (("a", text), ("b", "non")), 2)
    given_post, kind = {
        "edit": (post(text, edits="$x", wakes=True), EventKind.EDIT),
        "reaction": (post("", reaction=text, replies_to="$x"), EventKind.REACTION),
        "poll": (post("", poll=poll, replies_to="$x"), EventKind.POLL),
        "corrected": (post("", poll=poll, edits="$x"), EventKind.EDIT),
        "end": (post(text, ends="$x"), EventKind.POLL_END),
    }[what]
    (piece,) = contents_of(given_post, mark="effet")
    event = heard(piece)
    assert (event.kind, event.body, event.replies_to) == (kind, text, "$x")
    assert event.poll == (poll if what in ("poll", "corrected") else None)
