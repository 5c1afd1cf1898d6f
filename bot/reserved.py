"""Of which reserved circle something is, so that its words stay in it.

Coordination is told that something waits, or did not leave, and of which circle it is; not what it says.
"""

from __future__ import annotations

from bot import rooms
from bot.authority import Member, Role
from bot.render import Rendered
from bot.settings.model import Circle
from bot.store.tables import OutboxRow, Prompt
from bot.work import COORDINATION, Work

CIRCLE = "circle"  # in a row's params: the circle whose matters it tells


def kept_to_itself(work: Work, key: str) -> Circle | None:
    """The circle that ``key`` names, if it is reserved and not coordination's own."""
    circle = work.settings.circles.get(key)
    return circle if circle is not None and circle.reserved and key != COORDINATION else None


async def of_post(work: Work, row: OutboxRow) -> Circle | None:
    """The reserved circle, not coordination's own, that something to send is of; None if of none."""
    return kept_to_itself(work, await circle_of(work, row))


async def circle_of(work: Work, row: OutboxRow) -> str:
    """The key of the circle whose matters something to send tells; "" if that is nobody's."""
    key = str(row.params.get(CIRCLE) or row.params.get("recap", {}).get("circle", ""))
    if not key and row.list_name:
        key = work.settings.lists[row.list_name].circle
    if not key and row.channel == "room" and row.person_id is None:
        key = await rooms.circle_of(work.session, work.settings, row.recipient)
    return key or await _asked_of(work, row)


def hears(work: Work, member: Member, circle: Circle, here: str | None) -> bool:
    """Whether ``member`` may be shown the circle's words in a room that is ``here``'s (None: alone).

    Coordination may do much in a circle, but that does not put it into its conversations.
    """
    key = next(key for key, one in work.settings.circles.items() if one is circle)
    held = {one.circle for one in member.roles if one.role is not Role.COORDINATION}
    return here == key or (here is None and key in held)


def in_place_of(work: Work, circle: Circle, language: str = "") -> Rendered:
    """What coordination reads where the words of a circle would stand."""
    return work.render("common.kept_in_circle", {"circle": circle.name}, language)


async def _asked_of(work: Work, row: OutboxRow) -> str:
    prompt = None if row.prompt_id is None else await work.session.get(Prompt, row.prompt_id)
    kind, _, name = ("", "", "") if prompt is None else prompt.audience.partition(":")
    return name if kind == "circle" else ""
