"""A tiny capability, so that what plays do is tested without what the association does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import select

from bot import asking, people
from bot.asking import Choices
from bot.authority import Act, Role
from bot.channels.base import RoomEvent
from bot.outbox import Content, Destination, Terms
from bot.router.declare import Capability, Context, Reply
from bot.router.parameters import Everything
from bot.schedule import Job, Weekly, plan
from bot.store.tables import DueRow, Klass, OutboxRow, Prompt
from bot.work import Asking, Work

WORDS = """
{% block said %}
Sujet : Coco
{{ text }}
{% endblock %}
{% block asked %}
Sujet : Coco ?
Quoi donc ?
{% endblock %}
{% block bell %}
Sujet : La cloche
Ding {{ kind }} {{ at.strftime("%Y-%m-%d %H:%M") }}
{% endblock %}
"""

capability = Capability("parrot")


@capability.command("dis", role=Role.STRANGER)
async def say(ctx: Context, text: Everything) -> Reply:
    """Répète."""
    return Reply("parrot.said", {"text": text})


@capability.command("crie")
async def shout(ctx: Context, text: Everything) -> Reply:
    """Répète, si c'est bien toi."""
    return Reply("parrot.said", {"text": text.upper()})


@capability.command("paie", act=Act.PAY)
async def pay(ctx: Context, text: Everything) -> Reply:
    """Paie : jamais sur la foi d'un mail."""
    await ctx.send(f"paid:{ctx.incoming.inbox_id}", ctx.incoming.place, Content(f"payé {text}"))
    return Reply("parrot.said", {"text": f"Payé : {text}"})


@capability.command("demande")
async def ask(ctx: Context) -> Reply:
    """Pose une question."""
    return Reply("parrot.asked", {}, Asking("parrot", "what", f"person:{ctx.me.key}"))


@capability.answer("what")
async def answered(ctx: Context, prompt: Prompt) -> Reply:
    """Répète la réponse."""
    prompt.closed_at = ctx.now
    return Reply("parrot.said", {"text": f"Tu réponds : {ctx.incoming.text}"})


@capability.command("écris")
async def write(ctx: Context, text: Everything) -> None:
    """Écrit « texte » à une personne ou à une liste : « écris bruno … »."""
    key, _, rest = text.partition(" ")
    content = Content(rest, f"<p>{rest}</p>", "Coco écrit")
    if key in ctx.settings.lists:
        await ctx.send(f"list:{ctx.incoming.inbox_id}", ctx.house.the_list(key), content)
    elif "@" in key:
        await ctx.send(f"to:{ctx.incoming.inbox_id}", Destination("mail", key), content)
    else:
        member = await people.by_key(ctx.session, key, ctx.now)
        box = ctx.mailbox_of(member) if member else None
        assert box is not None
        await ctx.send(f"to:{ctx.incoming.inbox_id}", box, content)


@capability.command("sonde")
async def poll(ctx: Context, text: Everything) -> None:
    """Montre un sondage : une question, puis une réponse par ligne."""
    question, *answers = text.splitlines()
    shown = {"question": question, "answers": [[f"r{n}", one] for n, one in enumerate(answers)]}
    await ctx.send(f"poll:{ctx.incoming.inbox_id}", ctx.incoming.place, Content(question, poll=shown))


@capability.command("vote")
async def open_vote(ctx: Context, text: Everything) -> None:
    """Pose une question à choix : « public lieux [plusieurs] », la question, une option par ligne."""
    head, question, *options = text.splitlines()
    audience, places, *several = head.split()
    choices = Choices(question, tuple((f"r{n}", one) for n, one in enumerate(options)), bool(several))
    prompt: Asking | int = Asking("parrot", "vote", audience, {"votes": {}}, replaces=False)
    for place in places.split(","):
        key = f"vote:{ctx.incoming.inbox_id}:{place}"
        to = await _place(ctx, place)
        row = await asking.ask(ctx, key, to, choices, prompt)
        assert await asking.ask(ctx, key, to, choices, prompt) == row
        prompt = await asking.prompt_of(ctx, row)


async def _place(ctx: Context, place: str) -> Destination:
    if place == "ici":
        return ctx.incoming.place
    member = await people.by_key(ctx.session, place, ctx.now)
    to = ctx.to_person(member) if member else None
    assert to is not None
    return to


@capability.answer("vote")
async def voted(ctx: Context, prompt: Prompt) -> Reply | None:
    """Note un vote."""
    if not ctx.choices:
        return Reply("parrot.said", {"text": "blanc"}) if ctx.incoming.text == "peu importe" else None
    votes = prompt.state["votes"] | {ctx.me.key: "+".join(ctx.choices)}
    prompt.state = prompt.state | {"votes": votes}
    assert ctx.choice == (ctx.choices[0] if len(ctx.choices) == 1 else None)
    return Reply("parrot.said", {"text": f"{ctx.me.key} vote {'+'.join(ctx.choices)}"}, sign="✓")


@capability.command("votes")
async def show_votes(ctx: Context) -> Reply:
    """Montre les votes de la dernière question."""
    prompt = await _last_vote(ctx)
    return Reply(
        "parrot.said", {"text": " ".join(f"{k}={v}" for k, v in sorted(prompt.state["votes"].items()))}
    )


@capability.command("clos")
async def close_vote(ctx: Context) -> None:
    """Clôt la dernière question."""
    for row in await _rows(ctx):
        result = Content("Résultat", "<p>Résultat</p>")
        await asking.close(ctx, f"close:{row.id}", row.id, result)


@capability.command("corrige")
async def correct(ctx: Context, text: Everything) -> None:
    """Corrige sur place la dernière question."""
    for row in await _rows(ctx):
        await asking.edit(ctx, f"edit:{ctx.incoming.inbox_id}:{row.id}", row.id, Content(text))


async def _last_vote(ctx: Context) -> Prompt:
    prompt = await ctx.session.scalar(select(Prompt).where(Prompt.kind == "vote").order_by(Prompt.id.desc()))
    assert prompt is not None
    return prompt


async def _rows(ctx: Context) -> list[OutboxRow]:
    prompt = await _last_vote(ctx)
    return list(await ctx.session.scalars(select(OutboxRow).where(OutboxRow.prompt_id == prompt.id)))


@capability.phrase(r"note ?:", everywhere=True)
async def note(ctx: Context, words: str) -> Reply:
    """« Note : … » : un signe suffit."""
    asked = Asking("parrot", "noted", f"person:{ctx.me.key}", {"origin": ctx.incoming.origin_id})
    return Reply("parrot.said", {"text": "Noté"}, asked, sign="✓")


@capability.answer("noted", signs=True)
async def unnote(ctx: Context, prompt: Prompt) -> Reply | None:
    """« oublie », ou un pouce."""
    if ctx.incoming.text not in ("oublie", "👎"):
        return None
    prompt.closed_at = ctx.now
    return Reply("parrot.said", {"text": "Oublié"})


async def unsaid(ctx: Context, origin: str) -> Reply | None:
    """Ce qui était noté et qu'on retire."""
    noted = await ctx.session.scalars(select(Prompt).where(Prompt.kind == "noted"))
    if origin not in [prompt.state["origin"] for prompt in noted]:
        return None
    return Reply("parrot.said", {"text": "Repris"}, private=True)


async def greet(work: Work, event: RoomEvent, circle: str) -> None:
    """Salue le salon où l'on entre."""
    await work.send(f"hello:{event.room}", Destination("room", event.room), Content(f"Bonjour {circle}"))


capability.redactions.append(unsaid)
capability.joined.append(greet)


@capability.command("sonne", role=Role.MEMBER)
async def ring(ctx: Context, text: Everything) -> None:
    """Sonne dans tant de minutes."""
    for minutes in text.split():
        at = ctx.now + dt.timedelta(minutes=int(minutes))
        await plan(ctx.session, "parrot.once", "alice", f"{ctx.incoming.inbox_id}:{minutes}", at)


async def bell(work: Work, row: DueRow) -> None:
    """La cloche du dimanche, et celles que « sonne » remonte."""
    at = work.now.astimezone(work.settings.network.zone)
    rendered = work.render("parrot.bell", {"kind": row.kind, "at": at})
    terms = Terms(klass=Klass.NEWS)
    room = await work.room_of("reseau")
    assert room is not None
    await work.send(f"bell:{row.id}", room, rendered, terms)


capability.jobs += [
    Job("parrot.sunday", bell, lambda _: Weekly("dimanche", dt.time(2, 30))),
    Job("parrot.once", bell),
]


def install_words(folder: Path) -> None:
    """The words of the parrot, beside all others."""
    (folder / "fr" / "parrot.md").write_text(WORDS, "utf-8")
