"""How an answer is said: where it goes, in whose language, and under which message or question."""

from __future__ import annotations

from dataclasses import replace

from bot import outbox, reserved
from bot.asking import is_open
from bot.channels.base import EventKind, RoomEvent
from bot.guard import tokens
from bot.outbox import Destination, Terms
from bot.router.declare import Context, Incoming, Reply
from bot.store.tables import Doubt, InboxRow, Klass, Prompt
from bot.work import Asking, content_of


async def answer(ctx: Context, row: InboxRow, reply: Reply) -> None:
    """Write down what a handler answers to what a row holds, and the question that it asks."""
    incoming = ctx.incoming
    alone = incoming.author if reply.private else None
    language = alone.language if alone else ctx.language
    rendered = ctx.render(reply.message, {**reply.values, "me": incoming.author}, language)
    prompt_id = await ctx.ask(reply.asking) if isinstance(reply.asking, Asking) else reply.asking
    place, params = _where(incoming, reply)
    if place is None:
        return
    if incoming.mail is not None:
        prompt_id = prompt_id or await _still_asked(ctx)
        if ctx.undos:
            await ctx.session.flush()
            params[tokens.UNDOES] = ctx.undos[-1].id
    if circle := await _circle_of(ctx, reply):
        params[reserved.CIRCLE] = circle
    content = replace(content_of(rendered), attachments=reply.files)
    if incoming.mail is not None:
        content = replace(content, subject=_reply_subject(incoming.mail.subject))
    terms = Terms(Klass.ANSWER, Doubt.AGAIN, prompt_id=prompt_id, params=params)
    await ctx.send(reply.once or f"answer:{row.id}", place, content, terms)


async def _circle_of(ctx: Context, reply: Reply) -> str:
    """The circle whose matters a personal answer tells: of the room, or of what of ours it answers."""
    incoming = ctx.incoming
    if not (incoming.direct or reply.private):
        return ""
    answered = None if incoming.circle else await outbox.find_answered(ctx.session, incoming.answers)
    return incoming.circle if answered is None else await reserved.circle_of(ctx, answered)


def _where(incoming: Incoming, reply: Reply) -> tuple[Destination | None, dict[str, object]]:
    """Where an answer goes, and what puts it under what it answers; nowhere, if a sign has no place."""
    event, author = incoming.event, incoming.author
    if event is None:
        return incoming.place, _under_mail(incoming)
    if event.direct:
        return incoming.place, {"room": event.room, **_quoting(event)}
    if reply.private:
        # A stranger hears nothing but the answer to what they said.
        heard = author is not None or event.kind is EventKind.MESSAGE
        person = None if author is None else author.id
        return (Destination("room", event.sender, person) if heard else None), {"alone": True}
    if reply.sign:
        sign: dict[str, object] = {"reaction": reply.sign, "replies_to": event.event_id}
        return (incoming.place if event.kind is EventKind.MESSAGE else None), sign
    return incoming.place, {
        "replies_to": event.event_id if event.kind is EventKind.MESSAGE else event.replies_to,
        "thread": event.thread,
        "mentions": [event.sender],
    }


async def _still_asked(ctx: Context) -> int | None:
    """The question that a mail's token was for, if it is still open: who answered it by a token may again."""
    proof = ctx.incoming.proof
    if ctx.incoming.certain or proof is None or proof.prompt_id is None:
        return None
    prompt = await ctx.session.get(Prompt, proof.prompt_id)
    return prompt.id if prompt is not None and is_open(prompt, ctx.now) else None


def _under_mail(incoming: Incoming) -> dict[str, object]:
    assert incoming.mail is not None  # noqa: S101 - it was no event
    origin = f"<{incoming.mail.message_id}>"
    references = " ".join([*(f"<{one}>" for one in incoming.mail.references[-20:]), origin])
    return {"headers": {"In-Reply-To": origin, "References": references}}


def _quoting(event: RoomEvent) -> dict[str, object]:
    """Between two, an answer quotes what it answers only where the person did so, or edited it."""
    if event.kind is EventKind.EDIT:
        return {"replies_to": event.replies_to}
    if event.kind is not EventKind.MESSAGE or not (event.replies_to or event.thread):
        return {}
    return {"replies_to": event.event_id, "thread": event.thread}


def _reply_subject(subject: str) -> str:
    if not subject.strip():
        return "Navette"
    return subject if subject.lower().startswith(("re:", "re :", "ré:")) else f"Re: {subject}"
