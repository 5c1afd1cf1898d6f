"""``make soak``: the whole bot among people who come and go, for half an hour.

Exit 1 when its memory grows, when a command has not exactly one answer, or when it ends in disorder.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.servers.matrix_admin import MatrixUser
from tests.servers.presence import is_present
from tests.servers.synapse import Synapse, make_matrix_folder
from tests.servers.wait import until
from tests.soak.memory import Memory
from tests.soak.town import Town

PROGRAM = "import sys; from bot.cli import main; sys.exit(main())"
PEOPLE = 6
SAMPLE_SECONDS = 2.0
RESTARTS = 6  # of the homeserver, over the whole time
PATIENCE = 60  # seconds for the last answers
SETTINGS = """
capabilities = ["help", "gates", "digest", "rooms"]
[network]
name = "Réseau des Lisières"
[store]
path = "navette.sqlite3"
[mail.inbox]
kind = "maildir"
path = "in"
[mail.outbox]
kind = "maildir"
path = "out"
[matrix]
host = "{host}"
user = "{user}"
folder = "keys"
[circles.coordination]
name = "Coordination"
[gates]
shadow = false
per_hour = 1000000
per_day = 1000000
per_person_day = 1000000
"""
PERSON = """
[[people.members]]
key = "membre{number}"
name = "Membre {number}"
addresses = ["membre{number}@membres.example"]
chat = ["{chat}"]
"""


async def soak(minutes: float, seed: int, *, keep: bool) -> bool:
    """Let people live with the bot for so long; whether all was well."""
    folder = Path(tempfile.mkdtemp(prefix="navette-soak-"))
    synapse = Synapse(make_matrix_folder("soak"))
    try:
        await synapse.start()
        bot = await synapse.register_anybody("navette")
        town = Town(synapse, bot, seed)
        await town.settle(PEOPLE)
        process = await _start(folder, bot, town)
        try:
            return await _watch(town, process, minutes)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await town.close()
    finally:
        await synapse.stop()
        shutil.rmtree(synapse.folder)
        if keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder)


async def _start(folder: Path, bot: MatrixUser, town: Town) -> asyncio.subprocess.Process:
    text = SETTINGS.format(host=town.synapse.base_url, user=bot.user_id)
    for number, user in enumerate(town.users, 1):
        text += PERSON.format(number=number, chat=user.user_id)
    (folder / "navette.toml").write_text(text)
    for part in ("tmp", "new", "cur"):
        (folder / "in" / part).mkdir(parents=True)
    with (folder / "log").open("wb") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", PROGRAM, "run", "--config", str(folder / "navette.toml")),
            env=os.environ | {"NAVETTE_MATRIX__PASSWORD": bot.password},
            stderr=log,
        )


async def _watch(town: Town, process: asyncio.subprocess.Process, minutes: float) -> bool:
    memory = Memory(process.pid)
    await asyncio.gather(
        *(town.make_room(town.members[n], encrypted=n % 2 == 0, direct=n == 3) for n in range(4))
    )
    loop = asyncio.get_running_loop()
    end = loop.time() + minutes * 60
    living = [asyncio.create_task(town.live(member, end)) for member in town.members]
    server = asyncio.create_task(_trouble(town, minutes * 60 / (RESTARTS + 1)))
    told = 0
    while loop.time() < end:
        await asyncio.sleep(SAMPLE_SECONDS)
        memory.sample()
        if (passed := int((loop.time() - end) / 60 + minutes)) > told:
            told = passed
            _tell(passed, town, memory)
    await asyncio.gather(server, *living)
    return await _judge(town, process, memory)


async def _trouble(town: Town, every: float) -> None:
    for number in range(RESTARTS):
        await asyncio.sleep(every)
        await town.restart_server(suddenly=number % 2 == 1)


def _tell(minute: int, town: Town, memory: Memory) -> None:
    print(
        f"{time.strftime('%H:%M:%S')} minute {minute}: {town.deeds} deeds, {town.asked} commands, "
        f"{town.waiting} waiting, {len(town.rooms)} rooms ({len(town.dropped)} dropped), "
        f"{town.restarts} restarts of the server, {memory.now:.1f} MB",
        flush=True,
    )


async def _judge(town: Town, process: asyncio.subprocess.Process, memory: Memory) -> bool:
    late = ""
    try:
        await until(lambda: not town.waiting, PATIENCE, "the last answers")
    except AssertionError as error:
        late = str(error)
    alive = process.returncode is None
    if alive:
        process.send_signal(signal.SIGTERM)
    code = await process.wait()
    wrong = await town.judge()
    for line in filter(None, [late, *wrong]):
        print(line)
    print(
        f"memory: {memory.quarter(2):.1f} MB in the second quarter, {memory.quarter(4):.1f} MB in the last, "
        f"{memory.slope:+.1f} MB an hour: {'flat' if memory.is_flat else 'it grows'}"
    )
    print(f"commands: {town.asked}, {'each answered once' if not wrong else 'not each answered once'}")
    print(f"the bot ended {'in good order' if alive and code == 0 else f'with {code}'}")
    return memory.is_flat and not wrong and alive and code == 0


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the bot's folder there")
    options = parser.parse_args()
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    if not is_present("synapse"):
        print("synapse is absent: run tests/servers/install.sh", file=sys.stderr)
        return 1
    return 0 if asyncio.run(soak(options.minutes, options.seed, keep=options.keep)) else 1


if __name__ == "__main__":
    sys.exit(main())
