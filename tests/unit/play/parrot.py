"""A tiny capability, so that what plays do is tested without what the association does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from bot import people
from bot.authority import Role
from bot.outbox import Content, Destination, Terms
from bot.router.declare import Capability, Context, Reply
from bot.router.parameters import Everything
from bot.schedule import Job, Weekly, plan
from bot.store.tables import DueRow, Klass, Prompt
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


@capability.command("dis", role=Role.STRANGER, unvouched=True)
async def say(ctx: Context, text: Everything) -> Reply:
    """Répète."""
    return Reply("parrot.said", {"text": text})


@capability.command("crie")
async def shout(ctx: Context, text: Everything) -> Reply:
    """Répète, si c'est bien toi."""
    return Reply("parrot.said", {"text": text.upper()})


@capability.command("demande")
async def ask(ctx: Context) -> Reply:
    """Pose une question."""
    return Reply("parrot.asked", {}, Asking("parrot", "what", f"person:{ctx.me.key}"))


@capability.answer("what")
async def answered(ctx: Context, prompt: Prompt) -> Reply:
    """Répète la réponse."""
    prompt.closed_at = ctx.now
    return Reply("parrot.said", {"text": f"Tu réponds : {ctx.incoming.text}"})


@capability.command("écris", unvouched=True)
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
