"""kill -9 at each failpoint of the mail path: nothing is lost, nothing is sent twice without a reason.

Members deposit lines by mail (each is acknowledged), posts come from the list, and the recap goes to it.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.crash.oracle import judge
from tests.crash.world import ALICE, LIST, ROOT, World, text_of
from tests.servers.wait import until

# All that the code has on the mail's way: a new one is tried here without being named.
MAIL_PATH = re.compile(r'failpoints\.hit\("((?:mail|inbox|outbox|smtp)\.\w+|handled[\w.]*)"\)')
FAILPOINTS = sorted(
    {name for path in (ROOT / "bot").rglob("*.py") for name in MAIL_PATH.findall(path.read_text())}
)
OF_SENDING = [name for name in FAILPOINTS if name.startswith(("outbox.", "smtp."))]
PASSAGES = 2
EMILE = "emile@membres.example"
MINUTES = 60


def test_the_failpoints_are_those_of_the_design() -> None:
    design = {"mail.fetched", "inbox.before_commit", "inbox.after_commit", "handled", "handled.after_commit"}
    design |= {"outbox.claimed", "smtp.rcpt", "smtp.data_sent", "smtp.accepted"}
    assert design | {"outbox.before_marked", "outbox.marked"} == set(FAILPOINTS)


@pytest.mark.parametrize("name", FAILPOINTS)
async def test_killed_while_lines_are_deposited(world: World, name: str) -> None:
    """Killed at the first passage, then at the second of its successor."""
    lines: list[str] = []
    for passage in range(1, PASSAGES + 1):
        await world.start(f"{name}=kill@{passage}")
        for _ in range(passage):
            number = len(lines) + 1
            lines.append(await world.writes(EMILE, f"Pour le récap : la nouvelle numéro {number}."))
            await until(lambda: not world.process.is_alive() or world.answers_to(lines[-1]), 20, "an answer")
        await until(lambda: not world.process.is_alive(), 20, f"passage {passage} at {name}")
        world.pass_time(20 * MINUTES)
    post = await world.posts(EMILE, "Quelqu'un a-t-il un camion vendredi ?", "Un camion")
    await world.start()
    world.pass_time(20 * MINUTES)
    await until(lambda: all(world.answers_to(line) for line in lines), 20, "every line to be acknowledged")
    await _archived(world, post)
    await _nothing_more_is_sent(world)
    assert len(lines) == len({world.answers_to(line)[0].message_id for line in lines})


@pytest.mark.parametrize("name", OF_SENDING)
async def test_killed_while_the_recap_leaves(world: World, name: str) -> None:
    """The list's post leaves once: its copy tells that it left, or else coordination says what to do."""
    await world.start()
    line = await world.writes(EMILE, "Pour le récap : visite du Hangar samedi.")
    await until(lambda: world.answers_to(line), 20, "the acknowledgement")
    await _archived(world, await world.posts(EMILE, "Qui a un camion ?", "Un camion"))
    world.go_to(world.noon)
    await until(lambda: world.about("Hangar"), 20, "the draft")
    await _quiet(world)
    await world.kill()
    await world.start(f"{name}=kill")
    world.go_to(world.noon + dt.timedelta(days=1))
    await until(lambda: not world.process.is_alive(), 20, f"the passage at {name}")
    await world.start()
    await _settle_the_post(world)
    await _nothing_more_is_sent(world)
    [recap] = world.sent(LIST)
    assert "Hangar" in text_of(recap.raw)
    assert "camion" in text_of(recap.raw)
    assert world.rows("SELECT state FROM outbox WHERE list_name = 'reseau'") == [("sent",)]
    assert world.rows("SELECT count(*) FROM messages WHERE ours") == [(1,)]


async def _settle_the_post(world: World) -> None:
    """The list brings back what it has; what it never had is sent when coordination says so."""
    if not world.sent(LIST):
        await until(lambda: world.rows("SELECT 1 FROM outbox WHERE state = 'uncertain'"), 20, "the doubt")
        world.pass_time(20 * MINUTES)
        [asked] = await until(lambda: world.about("« renvoie »"), 20, "the question")
        await world.writes(ALICE, "Renvoie.", "Re: récap", asked.message_id)
        await until(lambda: world.sent(LIST), 20, "the post")
    # The list takes its time: until then nothing is sent again by itself.
    world.pass_time(10 * MINUTES)
    question = await world.writes(EMILE, "!aide")
    await until(lambda: world.answers_to(question), 20, "the answer")
    await world.deliver(world.bring_back(world.sent(LIST)[0]))
    await until(lambda: world.rows("SELECT 1 FROM messages WHERE ours"), 20, "the copy to be known")


async def _archived(world: World, post: str) -> None:
    await until(
        lambda: world.rows("SELECT 1 FROM messages WHERE message_id = ?", post.strip("<>")),
        20,
        "the post to be archived",
    )


async def _nothing_more_is_sent(world: World) -> None:
    """Start once more: all that leaves is the answer to a question asked then."""
    await _quiet(world)
    before = world.sent()
    await world.kill()
    world.pass_time(20 * MINUTES)
    await world.start()
    question = await world.writes(EMILE, "!aide")
    await until(lambda: world.answers_to(question), 20, "the answer")
    assert len(world.sent()) == len(before) + 1
    await _quiet(world)
    judge(world)


async def _quiet(world: World) -> None:
    open_rows = "SELECT 1 FROM outbox WHERE state IN ('pending', 'sending')"
    await until(lambda: not world.rows(open_rows), 20, "all to have left and to be marked")
