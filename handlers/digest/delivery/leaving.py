"""One gesture ends somebody's own copies, or letters: the mail that List-Unsubscribe has ready for them.

By mailto alone (RFC 2369): the one click of RFC 8058 needs an https address, which waits for pages.  The
token of that very mail proves its reader, so nothing is asked back, even where no server vouches for them.
It must come from an address of theirs: who was forwarded the mail, a program that opens its links, or the
holder of another copy stop nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from bot.asking import HOLDERS
from bot.authority import Role
from bot.french.fold import fold
from bot.reach import NO_MORE, without_recap
from bot.router.declare import SILENCE, Answer, Capability, Context, Reply
from bot.store.people_tables import Preference, Recap
from bot.store.tables import Prompt
from bot.understand import said
from bot.work import Asking, Work

COPY, LETTER = "copy", "letter"
# Plain ASCII: some mail programs decode nothing in the subject of a mailto (RFC 6068).
WORDS = {COPY: "recap non", LETTER: "lettre non"}
SAID = {
    COPY: re.compile(rf"\W*recap {NO_MORE}"),
    LETTER: re.compile(rf"\W*(?:lettre|letter) {NO_MORE}"),
}
LETTER_WISH = rf"(?:lettre|letter) (?:{NO_MORE}|(?:oui|yes)\b)"


def declare(capability: Capability) -> None:
    """Let the recap hear who wants no more of it."""
    for kind in WORDS:
        capability.answer(kind)(answer)
    capability.undo("stop")(put_back)
    capability.phrase(LETTER_WISH, role=Role.KNOWN)(wish)


async def ask(work: Work, kind: str) -> int:
    """What each of these mails is answered by, once for all of them."""
    expires = work.now + dt.timedelta(days=work.settings.mail.token_days)
    return await work.ask(Asking("digest", kind, HOLDERS, {}, expires, replaces=False))


async def answer(ctx: Context, prompt: Prompt) -> Answer:
    """« récap non » to a copy, « lettre non » to a letter; anything else is not for us."""
    mail = ctx.incoming.mail
    # Programs leave the text empty, or write a sentence of their own there.
    texts = [said(ctx.incoming.text), mail.subject if mail is not None else ""]
    if not any(SAID[prompt.kind].match(fold(text)) for text in texts):
        return None
    return await (_letters(ctx, wanted=False) if prompt.kind == LETTER else _no_copy(ctx))


async def wish(ctx: Context, words: str) -> Answer:
    """« lettre non », « lettre oui », by whoever is certain."""
    return await _letters(ctx, wanted=SAID[LETTER].match(fold(words)) is None)


async def put_back(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """« annule » just after."""
    row = await ctx.session.get_one(Preference, ctx.me.id)
    row.recap = str(data["recap"])
    return _told(ctx, "letters.resumed", row)


async def _letters(ctx: Context, *, wanted: bool) -> Answer:
    """Letters alone; who has become a member has none any more, and keeps what members have."""
    if ctx.me.is_member:
        return Reply("letters.for_partners", private=True)
    row = await _preference(ctx)
    return _change(ctx, row, Recap.LIST if wanted else without_recap(Recap(row.recap)))


async def _no_copy(ctx: Context) -> Answer:
    row = await _preference(ctx)
    return _change(ctx, row, without_recap(Recap(row.recap)))


def _change(ctx: Context, row: Preference, recap: Recap) -> Answer:
    if row.recap == recap.value and ctx.incoming.proof is not None:
        return SILENCE  # some programs write it twice
    if row.recap != recap.value:
        ctx.undoable(ctx.me, "digest", "stop", {"recap": row.recap})
        row.recap = recap.value
        ctx.fact(f"preferences.recap.{recap.value}")
    return _told(ctx, "letters.resumed" if recap is Recap.LIST else "letters.stopped", row)


def _told(ctx: Context, message: str, row: Preference) -> Reply:
    return Reply(message, {"member": ctx.me.is_member, "recap": row.recap}, private=True)


async def _preference(ctx: Context) -> Preference:
    row = await ctx.session.get(Preference, ctx.me.id)
    if row is None:
        row = Preference(person_id=ctx.me.id, recap=Recap.LIST.value)
        ctx.session.add(row)
    return row
