"""What people's clients write into rooms: the contents of events, in the shapes that Element gives them.

Source: the Matrix client-server specification, "Instant messaging"; MSC3381 for polls, whose two prefixes
differ in more than their name.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

STABLE, UNSTABLE = "m.poll", "org.matrix.msc3381.poll"  # the prefixes of native polls
ENCRYPTION = {"algorithm": "m.megolm.v1.aes-sha2"}

Content = dict[str, Any]


def text(
    body: str,
    *,
    html: str = "",
    notice: bool = False,
    replies_to: str | None = None,
    thread: str | None = None,
    mentions: Sequence[str] = (),
    room_mention: bool = False,
) -> Content:
    """A message: plain or with HTML, alone, in answer to an event, or in the thread that begins at one."""
    content: Content = {"msgtype": "m.notice" if notice else "m.text", "body": body}
    if html:
        content |= {"format": "org.matrix.custom.html", "formatted_body": html}
    content["m.mentions"] = _mentions(mentions, room_mention)
    relation: Content = {}
    if thread:
        # Without an answer of its own it "answers" the root, for clients that know no threads.
        relation = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": replies_to is None}
    if replies_to or thread:
        relation["m.in_reply_to"] = {"event_id": replies_to or thread}
        content["m.relates_to"] = relation
    return content


def _mentions(people: Sequence[str], room: bool) -> Content:
    return ({"user_ids": list(people)} if people else {}) | ({"room": True} if room else {})


def pill(user_id: str, name: str) -> str:
    """The HTML of a name that was chosen from the list of members."""
    return f'<a href="https://matrix.to/#/{user_id}">{escape(name)}</a>'


def mention(user_id: str, name: str, words: str) -> Content:
    """Words that begin with a pill."""
    return text(f"{name}: {words}", html=f"{pill(user_id, name)}: {escape(words)}", mentions=[user_id])


def edit(event_id: str, new: Content) -> Content:
    """``new`` instead of what was said in ``event_id``."""
    return {
        **new,
        "body": f"* {new['body']}",
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def reaction(event_id: str, sign: str) -> Content:
    """A sign under an event."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": sign}}


def poll_start(
    question: str,
    answers: Sequence[tuple[str, str]],
    *,
    max_selections: int = 1,
    disclosed: bool = True,
    prefix: str = UNSTABLE,
) -> Content:
    """A native poll; ``answers`` are (id, text).  For an event of type ``{prefix}.start``."""
    kind = "disclosed" if disclosed else "undisclosed"
    fallback = "\n".join([question, *(f"{n}. {words}" for n, (_, words) in enumerate(answers, 1))])
    if prefix == STABLE:
        return {
            "m.poll": {
                "kind": f"m.{kind}",
                "max_selections": max_selections,
                "question": {"m.text": [{"body": question}]},
                "answers": [{"m.id": each, "m.text": [{"body": words}]} for each, words in answers],
            },
            "m.text": [{"body": fallback}],
        }
    return {
        f"{prefix}.start": {
            "kind": f"{prefix}.{kind}",
            "max_selections": max_selections,
            "question": {"org.matrix.msc1767.text": question, "body": question, "msgtype": "m.text"},
            "answers": [{"id": each, "org.matrix.msc1767.text": words} for each, words in answers],
        },
        "org.matrix.msc1767.text": fallback,
    }


def poll_response(poll: str, answers: Sequence[str], *, prefix: str = UNSTABLE) -> Content:
    """A ballot: the ids of the answers chosen.  For an event of type ``{prefix}.response``."""
    chosen = (
        {"m.selections": list(answers)}
        if prefix == STABLE
        else {f"{prefix}.response": {"answers": list(answers)}}
    )
    return {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}, **chosen}


def poll_end(poll: str, words: str, *, prefix: str = UNSTABLE) -> Content:
    """The end of a poll, with words for clients that know no polls.  For type ``{prefix}.end``."""
    said = (
        {"m.text": [{"body": words}]}
        if prefix == STABLE
        else {f"{prefix}.end": {}, "org.matrix.msc1767.text": words, "body": words}
    )
    return {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}, **said}
