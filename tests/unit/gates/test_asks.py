"""At most two asks a person a week, whoever asks and however long things wait."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections import defaultdict
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.channels.base import Status
from bot.channels.fake import Sent
from bot.outbox import Terms
from bot.store.tables import Klass
from tests.house import House

WEEK = dt.timedelta(days=7)
HOURS = st.sampled_from([1, 30, 90, 169])
ASK = st.tuples(st.just("ask"), st.sampled_from(["emile", "emile", "alice"]), HOURS)
ACTIONS = st.one_of(
    ASK,
    ASK,
    st.tuples(st.just("pause"), st.just(""), HOURS),
    st.tuples(st.just("wait"), st.just(""), HOURS),
    st.tuples(st.just("away"), st.just(""), st.integers(1, 6)),
)


# Two that waited a week left together with two that did not.
LATE = [
    ("ask", "emile", 169),
    ("ask", "emile", 169),
    ("wait", "", 169),
    ("ask", "emile", 1),
    ("ask", "emile", 1),
]


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.lists(ACTIONS, min_size=6, max_size=12))
@example(LATE)
def test_nobody_is_asked_three_times_in_seven_days(actions: list[tuple[str, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sent = asyncio.run(_asked(Path(folder), actions))
    for times in sent.values():
        for first, third in zip(times, times[2:], strict=False):
            assert third - first >= WEEK


async def _asked(folder: Path, actions: list[tuple[str, str, int]]) -> dict[str, list[dt.datetime]]:
    house = House(folder, recap=False)
    await house.open()
    try:
        for number, (what, who, amount) in enumerate(actions):
            if what == "ask":
                later = house.clock.now() + dt.timedelta(hours=amount)
                terms = Terms(Klass.ASK, not_before=later, planned=bool(amount % 2))
                await house.enqueue(f"capacité{number % 3}:{number}", await house.person(who), terms)
                await house.settle()
            elif what == "pause":
                await house.write("alice", "", "!pause")
                await house.wait_hours(amount)
                await house.write("alice", "", "!reprendre")
            elif what == "away":
                house.network.transport.trouble(Status.LATER, amount)
            else:
                await house.wait_hours(amount)
        await house.wait_hours(500)
        asks = {row.message_id for row in (await house.outbox()).values() if row.klass == Klass.ASK}
        sent = defaultdict(list)
        for one in house.network.sent:
            if isinstance(one, Sent) and any(each.encode() in one.data for each in asks):
                sent[one.recipient].append(one.at)
        return sent
    finally:
        await house.kill()
