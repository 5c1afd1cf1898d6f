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
from bot.router.declare import SILENCE, Answer, Capability, Context, Reply
from bot.store.people_tables import Preference, Recap
from bot.store.tables import Prompt
from bot.understand import said
from bot.work import Asking, Work

COPY, LETTER = "copy", "letter"
# Plain ASCII: some mail programs decode nothing in the subject of a mailto (RFC 6068).
WORDS = {COPY: "recap non", LETTER: "lettre non"}
SAID = {
    COPY: re.compile(r"\W*recap (?:non|no)\b"),
    LETTER: re.compile(r"\W*(?:lettre|letter) (?:non|no)\b"),
}
LETTER_WISH = r"(?:lettre|letter) (non|no|oui|yes)\b"


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
    return await _set(ctx, Recap.NONE)


async def wish(ctx: Context, words: str) -> Answer:
    """« lettre non », « lettre oui », by whoever is certain."""
    stops = re.match(LETTER_WISH, fold(words).strip())
    return await _set(ctx, Recap.NONE if stops and stops[1].startswith("n") else Recap.LIST)


async def put_back(ctx: Context, data: Mapping[str, Any]) -> Reply:
    """« annule » just after."""
    row = await ctx.session.get_one(Preference, ctx.me.id)
    row.recap = str(data["recap"])
    return Reply("letters.resumed", {"member": ctx.me.is_member}, private=True)


async def _set(ctx: Context, recap: Recap) -> Reply:
    row = await ctx.session.get(Preference, ctx.me.id)
    if row is None:
        row = Preference(person_id=ctx.me.id, recap=Recap.LIST.value)
        ctx.session.add(row)
    if row.recap == recap.value and ctx.incoming.proof is not None:
        return SILENCE  # some programs write it twice
    if row.recap != recap.value:
        ctx.undoable(ctx.me, "digest", "stop", {"recap": row.recap})
        row.recap = recap.value
        ctx.fact(f"preferences.recap.{recap.value}")
    message = "letters.stopped" if recap is Recap.NONE else "letters.resumed"
    return Reply(message, {"member": ctx.me.is_member}, private=True)
