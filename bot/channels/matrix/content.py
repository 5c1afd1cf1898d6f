"""What we say, as contents of events: text with HTML, replies, threads, edits, reactions, polls, files."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.channels.base import Post, PostFile
from bot.channels.matrix import markup, polls
from bot.channels.matrix.splitting import split

MARK = "org.navette.effect"  # the key under which a content bears the sign of what caused it
# An event may have 65,536 bytes (client-server API, "Size limits"); encryption makes a content a third
# longer, and nio encrypts JSON that is escaped to ASCII, which is how sizes are counted here.
MAX_CONTENT = 40_000
_FALLBACK = 200  # characters shown of an edit by clients that know no edits
_IMAGES = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))
# Clients and servers from before v1.7 of the specification know no m.mentions: they wake everybody for
# the word, if our power allows it, and Element paints it as a mention.  Inside of an address it stays.
_EVERYBODY = re.compile(r"(?<![\w/.])@(?=room\b)", re.IGNORECASE)
_WORD_JOINER = "\u2060"


@dataclass(frozen=True)
class Piece:
    """One event to send; ``txn_suffix`` tells the pieces of one post apart."""

    type: str
    content: dict[str, Any]
    txn_suffix: str = ""


def contents_of(post: Post, *, mark: str) -> list[Piece]:
    """The events of a post, in order, its files apart: one, unless it is too long for one.

    None for a post that has only files.  What is too long for an edit, or for the end of a poll, goes on in
    messages of its own.  A poll that clients would not show whole becomes a message.  Raises ValueError
    for a reaction to nothing.
    """
    if post.reaction is not None:
        return [_reaction(post, mark)]
    if post.poll is not None:
        poll = _poll(post, mark)
        if poll is not None:
            return [poll]
        post = replace(post, text=post.text or polls.fallback_text(post.poll))
    if not post.text.strip() and not post.html.strip() and not post.ends:
        return []
    text, html = quiet(post.text or markup.to_text(post.html)), quiet_html(post.html)
    if not markup.says_more(html, text):
        html = ""
    parts = split(text, html, MAX_CONTENT - size_of(_first(post, "", "", mark).content))
    pieces = [_first(post, *parts[0], mark)]
    rest = replace(post, replies_to=None, edits=None, ends=None, mentions=())
    for number, (words, source) in enumerate(parts[1:], 1):
        pieces.append(replace(_first(rest, words, source, mark), txn_suffix=f".{number}"))
    return pieces


def file_content(
    file: PostFile,
    url: str,
    encrypted: Mapping[str, Any] | None = None,
    *,
    mark: str,
    post: Post | None = None,
) -> dict[str, Any]:
    """The content for a file that was uploaded to ``url``; an image shows itself.

    ``encrypted`` holds key, iv, hashes and version of an encrypted file, and replaces the bare address.
    ``post`` is the one it goes with: the file stands in the same thread.
    """
    info: dict[str, Any] = {"mimetype": file.type, "size": len(file.data)}
    size = png_size(file.data)
    if size is not None:
        info["w"], info["h"] = size
    content: dict[str, Any] = {
        "msgtype": "m.image" if file.type in _IMAGES else "m.file",
        "body": quiet(file.name),
        "filename": file.name,
        "info": info,
    }
    if encrypted is None:
        content["url"] = url
    else:
        content["file"] = {**encrypted, "url": url}
    bare = post.text.strip() == "" and post.html.strip() == "" if post else False
    return {**content, **(_relates(post, answers=bare) if post else {}), "m.mentions": {}, MARK: mark}


def png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG (ISO/IEC 15948, IHDR), None for anything else."""
    if len(data) < 24 or not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def size_of(content: Mapping[str, Any]) -> int:
    """Bytes of a content as JSON in ASCII, the longest form that it takes on its way."""
    return len(json.dumps(content, separators=(",", ":")))


def quiet(text: str) -> str:
    """The text in which ``@room`` wakes nobody; it looks the same."""
    return _EVERYBODY.sub(f"@{_WORD_JOINER}", text)


def quiet_html(source: str) -> str:
    """The same for HTML, whose tags and links stay as they are."""
    return "".join(each if markup.tag(each) else quiet(each) for each in markup.tokens(source))


def _first(post: Post, text: str, html: str, mark: str) -> Piece:
    """One event with these words, as the post relates it to others."""
    if post.ends:
        content = polls.end_content(post.ends, text)
        return Piece(polls.END, {**content, "m.mentions": _mentions(post), MARK: mark})
    body = _message(text, html, wakes=post.wakes)
    if post.edits:
        return Piece("m.room.message", _edit(post, body, mark))
    body |= _relates(post, answers=True)
    return Piece("m.room.message", {**body, "m.mentions": _mentions(post), MARK: mark})


def _message(text: str, html: str, *, wakes: bool) -> dict[str, Any]:
    content = {"msgtype": "m.text" if wakes else "m.notice", "body": text}
    if html:
        content |= {"format": "org.matrix.custom.html", "formatted_body": html}
    return content


def _edit(post: Post, new: dict[str, Any], mark: str) -> dict[str, Any]:
    """New content for an earlier event.  Who is mentioned as of now stands inside, who is to be told of
    it outside: nobody hears of the same words twice (client-server API, "Event replacements")."""
    old = new.get("body", "")
    shown = f"* {old}" if len(old) <= _FALLBACK else f"* {old[:_FALLBACK]}…"
    return {
        "msgtype": new["msgtype"],
        "body": shown,
        "m.new_content": {**new, "m.mentions": _mentions(post)},
        "m.relates_to": {"rel_type": "m.replace", "event_id": post.edits},
        "m.mentions": {},
        MARK: mark,
    }


def _poll(post: Post, mark: str) -> Piece | None:
    """The poll, None if clients would not show it whole."""
    assert post.poll is not None  # noqa: S101 - for the type checker
    poll = replace(
        post.poll,
        question=quiet(post.poll.question),
        answers=tuple((answer_id, quiet(answer)) for answer_id, answer in post.poll.answers),
    )
    new = polls.start_content(poll, quiet(post.text))
    if post.edits:
        content = {
            **new,
            "m.new_content": {**new, "m.mentions": _mentions(post)},
            "m.relates_to": {"rel_type": "m.replace", "event_id": post.edits},
            "m.mentions": {},
        }
    else:
        content = {**new, **_relates(post, answers=True), "m.mentions": _mentions(post)}
    content[MARK] = mark
    return Piece(polls.START, content) if polls.fits(poll) and size_of(content) <= MAX_CONTENT else None


def _reaction(post: Post, mark: str) -> Piece:
    if not post.replies_to:
        raise ValueError("a reaction needs the event that it reacts to")
    relates = {"rel_type": "m.annotation", "event_id": post.replies_to, "key": post.reaction}
    return Piece("m.reaction", {"m.relates_to": relates, "m.mentions": {}, MARK: mark})


def _relates(post: Post, *, answers: bool) -> dict[str, Any]:
    """``m.relates_to`` for a thread, a reply, both, or nothing."""
    replies_to = post.replies_to if answers else None
    if post.thread:
        return {
            "m.relates_to": {
                "rel_type": "m.thread",
                "event_id": post.thread,
                "is_falling_back": replies_to is None,
                "m.in_reply_to": {"event_id": replies_to or post.thread},
            }
        }
    return {"m.relates_to": {"m.in_reply_to": {"event_id": replies_to}}} if replies_to else {}


def _mentions(post: Post) -> dict[str, Any]:
    """For whom it is: always said, so that no older rule guesses it from the words; never the whole room."""
    return {"user_ids": list(dict.fromkeys(post.mentions))} if post.mentions else {}
