"""`!récap planning`: the schedule shown to whoever asks, changed by coordination."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from bot.authority import Act, Need, Role
from bot.dispatch import authorise
from bot.errors import UserError
from bot.router.declare import Context, Reply
from bot.router.parameters import Everything
from bot.schedule import plan
from bot.settings.model import WEEKDAYS, Settings
from bot.steering import SINCE, SKIPPED, effective, skipped, steered
from bot.store import meta
from handlers.digest import editions, timetable
from handlers.digest.commands import capability
from handlers.digest.desk import showing
from handlers.digest.desk.planning_words import EVE, Hour, Wish, understand_plan
from handlers.digest.tables import Edition, EditionState

DAY = 24 * 60
LEAST, MOST = 60, 6 * DAY  # minutes between the draft and the sending that it prepares


@capability.command("récap planning", "recap planning", "digest schedule")
async def planning(ctx: Context, words: Everything = "") -> Reply:
    """Montre quand le récap est préparé et envoyé ; la coordination le change en mots simples.

    Par exemple : « envoi le jeudi à 17 h », « brouillon mercredi 10 h », « sans réponse : attendre »,
    « pas de récap la semaine prochaine », « comme avant ».
    """
    if not words:
        return Reply("draft.planning", await _shown(ctx))
    await authorise(ctx, Need(Role.COORDINATION, act=Act.STEER))
    wish = understand_plan(words, ctx.now.astimezone(ctx.settings.network.zone))
    if wish.is_empty:
        raise UserError("draft.planning_unclear", words=words)
    settings = await effective(ctx.session, ctx.settings)
    kept = await meta.get(ctx.session, meta.RECAP_PLAN)
    wanted, follows = _wanted(ctx, settings, {} if kept is None else json.loads(kept), wish)
    edition = await _change(ctx, settings, wanted, wish.skip)
    undo = {"before": kept, "after": await meta.get(ctx.session, meta.RECAP_PLAN), "edition": edition}
    ctx.undoable(ctx.me, "digest", "planning", undo)
    return Reply("draft.planned", {"lost": wish.lost, "follows": follows, **await _shown(ctx)})


async def undo(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """« annule » after a change of the schedule, unless somebody changed it again."""
    if await meta.get(ctx.session, meta.RECAP_PLAN) != data["after"]:
        return Reply("draft.planning_since", await _shown(ctx))
    settings = await effective(ctx.session, ctx.settings)
    before = {} if data["before"] is None else json.loads(data["before"])
    await _change(ctx, settings, {name: value for name, value in before.items() if name != SINCE})
    if data["edition"] is not None:
        edition = await ctx.session.get_one(Edition, data["edition"]["id"])
        if edition.state == EditionState.STOPPED.value:
            edition.state = data["edition"]["state"]
    return Reply("draft.planning_undone", await _shown(ctx))


def _wanted(
    ctx: Context, settings: Settings, kept: dict[str, Any], wish: Wish
) -> tuple[dict[str, Any], bool]:
    """What is kept once the wish is granted; and whether the draft moved only to stay before the sending."""
    now = settings.digest
    send = _at(wish.send, now.day, now.time)
    draft = _at(wish.draft, now.draft_day, now.draft_time, eve_of=send[0])
    if wish.reset:
        given = ctx.settings.digest
        kept, send, draft = {}, _at(wish.send, given.day, given.time), (given.draft_day, given.draft_time)
        draft = _at(wish.draft, *draft, eve_of=send[0])
    follows = False
    if not LEAST <= _minutes(draft, send) <= MOST:
        lead = _minutes((now.draft_day, now.draft_time), (now.day, now.time))
        if wish.draft is not None or not LEAST <= lead <= MOST:
            raise UserError("draft.planning_order")
        draft, follows = _earlier(send, lead), True
    wanted = {name: value for name, value in kept.items() if name != SINCE}
    if wish.send or wish.draft or follows:
        wanted |= {"day": send[0], "time": send[1].isoformat()}
        wanted |= {"draft_day": draft[0], "draft_time": draft[1].isoformat()}
    if wish.silent:
        wanted["silent"] = wish.silent
    weeks = [one for one in (*wanted.get(SKIPPED, ()), *wish.skip) if one not in wish.unskip]
    this_week = editions.week_of(ctx.now, settings)
    wanted[SKIPPED] = sorted({one for one in weeks if one >= this_week})
    return wanted, follows


async def _change(
    ctx: Context, settings: Settings, wanted: Mapping[str, Any], skip: tuple[str, ...] = ()
) -> dict[str, Any] | None:
    """Let the schedule be ``wanted`` from this moment.  What it stopped of the draft, to be undone.

    What was due until now by the old schedule is written down first, so that it is done all the same; by the
    new one nothing is due that lies before this moment.
    """
    for kind, rule in (("digest.draft", timetable.draft_rule), ("digest.send", editions.send_rule)):
        last = rule(settings).last(ctx.now, settings)
        born = await meta.moment(ctx.session, meta.BORN_AT)
        if last is not None and (born is None or last[1] >= born):
            await plan(ctx.session, kind, "network", *last)
    kept = {**wanted, SINCE: ctx.now.isoformat()}
    await meta.put(ctx.session, meta.RECAP_PLAN, json.dumps(kept, sort_keys=True))
    changed = steered(ctx.settings, kept)
    edition = await editions.current(ctx)
    if edition is not None and edition.period in skip:
        stopped = {"id": edition.id, "state": edition.state}
        edition.state = EditionState.STOPPED.value
        return stopped
    if edition is not None:
        await _follow(ctx, edition, settings, changed)
    else:
        await _draft_now(ctx, changed)
    return None


async def _follow(ctx: Context, edition: Edition, old: Settings, new: Settings) -> None:
    """The recap that is being prepared leaves by the new schedule, unless its hour was chosen for itself."""
    if edition.send_at <= ctx.now or not timetable.is_usual(old, edition.send_at):
        return
    at = editions.send_rule(new).next(ctx.now, new)
    week = editions.week_of(at, new)
    if week not in skipped(new) and await editions.of_week(ctx, week) in (None, edition):
        edition.send_at, edition.period = at, week
        await ctx.session.flush()
        prompt = await showing.question_of(ctx, edition)
        if prompt is not None:
            await showing.edit_in_room(ctx, edition, prompt)


async def _draft_now(ctx: Context, settings: Settings) -> None:
    """The next sending has a draft, also where its hour passed before anybody chose it."""
    at = await editions.sending_after(ctx, settings, ctx.now)
    drafted = timetable.drafted_at(settings, at)
    if drafted <= ctx.now and not await timetable.was_drafted(ctx, settings, at):
        await plan(ctx.session, "digest.draft", "network", editions.week_of(at, settings), ctx.now)


async def _shown(ctx: Context) -> dict[str, Any]:
    settings = await effective(ctx.session, ctx.settings)
    year_week = [(int(one[:4]), int(one[6:])) for one in skipped(settings)]
    values = {
        "draft_at": timetable.draft_rule(settings).next(ctx.now, settings),
        "send_at": editions.send_rule(settings).next(ctx.now, settings),
        "draft_hour": settings.digest.draft_time,
        "send_hour": settings.digest.time,
        "next_draft": await timetable.next_draft(ctx, settings),
        "next_sending": await editions.next_sending(ctx),
        "waits": await timetable.needs_word(ctx),
        "by_gate": settings.gates.approval and settings.digest.silent == "send",
        "skipped": [dt.date.fromisocalendar(year, week, 1) for year, week in year_week],
    }
    return {
        "timetable": ctx.render("draft.timetable", values, ctx.language).text,
        "may_change": ctx.me.has(Role.COORDINATION),
    }


def _at(said: Hour | None, day: str, time: dt.time, eve_of: str = "") -> tuple[str, dt.time]:
    if said is None:
        return day, time
    named = WEEKDAYS[WEEKDAYS.index(eve_of) - 1] if said.day == EVE else said.day
    return named or day, said.time or time


def _minutes(draft: tuple[str, dt.time], send: tuple[str, dt.time]) -> int:
    """From a draft to the sending after it."""
    return (_of_week(*send) - _of_week(*draft)) % (7 * DAY)


def _earlier(send: tuple[str, dt.time], minutes: int) -> tuple[str, dt.time]:
    at = (_of_week(*send) - minutes) % (7 * DAY)
    return WEEKDAYS[at // DAY], dt.time(at % DAY // 60, at % 60)


def _of_week(day: str, time: dt.time) -> int:
    return WEEKDAYS.index(day) * DAY + time.hour * 60 + time.minute


capability.undo("planning")(undo)
