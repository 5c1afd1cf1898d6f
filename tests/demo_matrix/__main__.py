"""``make demo-matrix``: Navette on a real Synapse, a conversation, and how to join it.  Ctrl-C ends it."""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import signal
import sys
import textwrap
from contextlib import AsyncExitStack

from bot import resources
from bot.french.typography import typeset
from bot.settings import load
from tests.demo_matrix.conversation import SPEAKERS, Conversation
from tests.demo_matrix.service import Navette
from tests.demo_matrix.town import COORDINATOR, UNBOUND, DemoSynapse, Town, write_settings
from tests.demo_matrix.words import BEGINNING, invitation
from tests.servers.matrix_admin import Event
from tests.servers.presence import is_present
from tests.servers.synapse import make_matrix_folder

_WIDTH = 100


def main() -> int:
    """Read the options; the exit code."""
    options = argparse.ArgumentParser(prog="make demo-matrix", description="Navette sur un vrai Synapse.")
    options.add_argument("--no-wait", action="store_true", help="Tout montrer, puis finir.")
    chosen = options.parse_args()
    if not is_present("synapse"):
        print("Synapse n'est pas installé : sh tests/servers/install.sh dit pourquoi.", file=sys.stderr)
        return 1
    try:
        asyncio.run(show(wait=not chosen.no_wait))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("\nTout est arrêté, et rien n'en reste.")
    return 0


async def show(*, wait: bool) -> list[Event]:
    """The whole demo; nothing of it is left afterwards, however it ends.

    Returns what a member saw in the room of UNBOUND.
    """
    # The members' clients complain of what they have no keys for yet: nobody waits for that.
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    this = asyncio.current_task()
    assert this is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    async with AsyncExitStack() as closing:
        folder = make_matrix_folder("demo")
        closing.callback(shutil.rmtree, folder)
        (folder / "synapse").mkdir()
        synapse = DemoSynapse(folder / "synapse")
        closing.push_async_callback(synapse.stop)
        _say(BEGINNING)
        await synapse.start()
        config = write_settings(folder / "navette", synapse.base_url)
        navette = Navette(config)
        closing.push_async_callback(navette.stop)
        town = Town(synapse, load(config))
        try:
            await _open(town, navette)
            await Conversation(town, _tell).play()
            heard = town.people[COORDINATOR].heard(town.rooms[UNBOUND])
        except AssertionError as failed:
            failed.add_note(navette.written())
            raise
        finally:
            await town.close()
        _say(invitation(town))
        if wait:
            _say("Ctrl-C arrête tout, et rien n'en reste.")
            await navette.wait()
            raise RuntimeError(f"navette run ended by itself: {navette.written()}")
    return heard


async def _open(town: Town, navette: Navette) -> None:
    """People, rooms, the archive, the service."""
    await town.settle(SPEAKERS)
    await town.make_rooms()
    _say(await navette.command("import", str(resources.config() / "demo" / "mails")))
    await navette.start()
    _say(await navette.command("check"))


def _say(text: str) -> None:
    print(f"\n{typeset(text).rstrip()}", flush=True)


def _tell(where: str, who: str, what: str) -> None:
    """One line of the conversation; what is long goes on below, indented."""
    print(f"\n{where}  {who} :", flush=True)
    for line in what.splitlines():
        print(textwrap.fill(line, _WIDTH, initial_indent="    ", subsequent_indent="    "))


if __name__ == "__main__":
    sys.exit(main())
