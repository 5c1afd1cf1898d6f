"""Polls shown by the clients themselves: our poll as event content, and theirs read.

MSC3381 as Element ships it (``org.matrix.msc3381.poll.*``) and the stable form (``m.poll.*``) are both
read; the first is written, since clients show nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.base import NativePoll
from bot.channels.matrix.fields import fields, identifier, items, text, whole

UNSTABLE = "org.matrix.msc3381.poll"
STABLE = "m.poll"
START = f"{UNSTABLE}.start"
RESPONSE = f"{UNSTABLE}.response"
END = f"{UNSTABLE}.end"
STARTS = frozenset((START, f"{STABLE}.start"))
RESPONSES = frozenset((RESPONSE, f"{STABLE}.response"))
ENDS = frozenset((END, f"{STABLE}.end"))
TEXT = "org.matrix.msc1767.text"
MAX_ANSWERS = 20  # MSC3381: clients cut off what is beyond


def fallback_text(poll: NativePoll) -> str:
    """What is read where polls are not shown: the question, and its numbered answers."""
    numbered = (f"{number}. {answer}" for number, (_, answer) in enumerate(poll.answers, 1))
    return "\n".join((poll.question, *numbered))


def fits(poll: NativePoll) -> bool:
    """Whether clients show it whole: 1 to 20 answers, each with its own id."""
    ids = {answer_id for answer_id, _ in poll.answers}
    return bool(poll.question) and 1 <= len(ids) == len(poll.answers) <= MAX_ANSWERS


def start_content(poll: NativePoll, fallback: str = "") -> dict[str, Any]:
    """The content of a poll's start; ``fallback`` instead of the question and numbered answers."""
    return {
        TEXT: fallback or fallback_text(poll),
        START: {
            "kind": f"{UNSTABLE}.{'disclosed' if poll.disclosed else 'undisclosed'}",
            "max_selections": poll.max_selections,
            "question": {TEXT: poll.question, "body": poll.question, "msgtype": "m.text"},
            "answers": [{"id": answer_id, TEXT: answer} for answer_id, answer in poll.answers],
        },
    }


def response_content(start: str, choices: tuple[str, ...]) -> dict[str, Any]:
    """The content of a vote on the poll that began with the event ``start``."""
    return {
        "m.relates_to": {"rel_type": "m.reference", "event_id": start},
        RESPONSE: {"answers": list(choices)},
    }


def end_content(start: str, result: str) -> dict[str, Any]:
    """The content that ends the poll which began with the event ``start``."""
    return {"m.relates_to": {"rel_type": "m.reference", "event_id": start}, TEXT: result, END: {}}


def poll_of(content: Mapping[str, Any]) -> NativePoll | None:
    """The poll that a start's content holds, None if it has no question or no answer."""
    start = fields(content.get(START)) or fields(content.get("m.poll")) or fields(content.get("m.poll.start"))
    question = words_of(start.get("question"))
    answers: dict[str, str] = {}
    for each in items(start.get("answers"))[:MAX_ANSWERS]:
        answer = fields(each)
        answer_id = identifier(answer.get("id")) or identifier(answer.get("m.id"))
        if answer_id:
            answers.setdefault(answer_id, words_of(answer))
    if not question or not answers:
        return None
    most = max(1, min(whole(start.get("max_selections")) or 1, len(answers)))
    # Any other kind is to be treated as undisclosed (MSC3381).
    disclosed = text(start.get("kind")) in (f"{UNSTABLE}.disclosed", "m.disclosed", "m.poll.disclosed")
    return NativePoll(question, tuple(answers.items()), most, disclosed)


def choices_of(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The answer ids of a vote; none for a spoiled one, which takes back what its sender chose before."""
    told = fields(content.get(RESPONSE)).get("answers")
    if not isinstance(told, list):
        told = content.get("m.selections")
    if not isinstance(told, list):
        told = fields(content.get("m.poll.response")).get("answers")
    ids = (identifier(each) for each in items(told)[:MAX_ANSWERS])
    return tuple(dict.fromkeys(each for each in ids if each))


def words_of(value: object) -> str:
    """The plain text of an extensible-events block (MSC1767), in the forms that clients write."""
    block = fields(value)
    for key in ("m.text", TEXT, "org.matrix.msc1767.message", "body"):
        told = block.get(key)
        if isinstance(told, str) and told.strip():
            return text(told).strip()
        for each in items(told):
            part = fields(each)
            words = text(part.get("body")).strip()
            if words and part.get("mimetype", "text/plain") == "text/plain":
                return words
    return ""
