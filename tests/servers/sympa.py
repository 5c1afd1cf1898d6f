"""A private Sympa in French: its mail comes through a relay, and goes out through it into Dovecot."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.servers.process import Process, command
from tests.servers.relay import Relay
from tests.servers.sympa_folder import lay_out
from tests.servers.wait import until

DOMAIN = "listes.example"
_PROGRAMS = Path("/usr/lib/sympa/bin")
# Those that tests need: receiving, sending, bounces.  Archives and yearly tasks are left out.
_DAEMONS = ("sympa_msg", "bulk", "bounced")

_LIST = """\
<?xml version="1.0" encoding="UTF-8"?>
<list>
  <listname>{name}</listname>
  <type>discussion_list</type>
  <subject>{subject}</subject>
  <description>{subject}</description>
  <status>open</status>
  <language>fr</language>
  <topics>computing/software</topics>
  <owner multiple="1"><email>{owner}</email><gecos>Navette</gecos></owner>
</list>
"""


class Sympa:
    """One instance in ``folder``.  Post by SMTP to ``relay``; subscribers' mail leaves by ``relay`` too."""

    domain = DOMAIN

    def __init__(self, folder: Path, relay: Relay) -> None:
        self.folder, self.relay = folder, relay
        relay.route(DOMAIN, f"sympa:{folder}")
        lay_out(folder, DOMAIN, relay.host, relay.port)
        self._environment = {"SYMPALIB": str(folder / "lib"), "SYMPA_LOG": str(folder / "log/syslog")}
        self._daemons = [
            Process(
                [str(_PROGRAMS / f"{name}.pl"), "--foreground"],
                folder / f"log/{name}.out",
                folder,
                self._environment,
            )
            for name in _DAEMONS
        ]

    async def prepare(self) -> None:
        """Make the database: once, before anything else."""
        await self._sympa("check")

    async def start(self) -> None:
        """Start the daemons and return when they look at their spools."""
        for daemon in self._daemons:
            daemon.start()
        await until(self._ready, 30, f"Sympa's daemons to be ready; {self.log()}")

    async def stop(self) -> None:
        """Stop the daemons; what is in the spools stays there."""
        await asyncio.gather(*(daemon.stop() for daemon in self._daemons))
        for file in self.folder.glob("run/*.pid"):
            file.unlink()

    def address(self, name: str) -> str:
        """Where one posts to the list ``name``."""
        return f"{name}@{DOMAIN}"

    async def create_list(self, name: str, owner: str, *, moderated: bool = False) -> str:
        """A list, and its address.  Its owner must approve the posts of all, or else of non-subscribers."""
        description = self.folder / f"{name}.xml"
        description.write_text(_LIST.format(name=name, subject=f"La liste {name}", owner=owner))
        await self._sympa("create", f"--input_file={description}", DOMAIN)
        if moderated:
            # A list's mode is not among what the XML can say.
            config = self.folder / "list_data" / name / "config"
            config.write_text(re.sub(r"(?m)^send .*$", "send editorkey", config.read_text()))
        return self.address(name)

    def hide_authors(self, name: str) -> None:
        """Let the list ``name`` write in its authors' stead, as against DMARC (its own word: protection)."""
        config = self.folder / "list_data" / name / "config"
        config.write_text(f"{config.read_text().rstrip()}\n\ndmarc_protection\nmode all\n")

    def foot(self, name: str, words: str, way: str = "mime") -> None:
        """Let the list ``name`` put ``words`` below each post: in a part of its own, or by "append"."""
        folder = self.folder / "list_data" / name
        (folder / "message_footer").write_text(words)
        config = re.sub(r"(?m)^footer_type .*\n", "", (folder / "config").read_text()).rstrip()
        (folder / "config").write_text(f"{config}\n\nfooter_type {way}\n")

    async def add(self, name: str, *people: str, notify: bool = False) -> None:
        """Subscribe people, as ``address`` or ``address Name``, to the list ``name``.

        With ``notify`` the owner is told and the people are welcomed, as when an owner does it in the
        web pages; without, nobody hears of it.
        """
        words = ["add", "--notify"] if notify else ["add", "--quiet"]
        await self._sympa(*words, self.address(name), text="\n".join([*people, ""]))

    async def remove(self, name: str, *addresses: str, notify: bool = False) -> None:
        """Unsubscribe people."""
        words = ["del", "--notify"] if notify else ["del", "--quiet"]
        await self._sympa(*words, self.address(name), text="\n".join([*addresses, ""]))

    def receptions(self, name: str) -> dict[str, str]:
        """Who is subscribed to the list ``name``, and how they receive it: mail, nomail, digest …"""
        query = "SELECT user_subscriber, reception_subscriber FROM subscriber_table WHERE list_subscriber = ?"
        with closing(sqlite3.connect(f"file:{self.folder}/sympa.sqlite?mode=ro", uri=True)) as connection:
            return dict(connection.execute(query, (name,)).fetchall())

    def log(self) -> str:
        """What the daemons logged and wrote, in no particular order between them."""
        files = sorted(self.folder.glob("log/*"))
        return "\n".join(f"{file.name}:\n{file.read_text(errors='replace')}" for file in files)

    def _ready(self) -> bool:
        if dead := [daemon.words[0] for daemon in self._daemons if not daemon.alive]:
            raise RuntimeError(f"{dead} ended at once; {self.log()}")
        return len(list(self.folder.glob("run/*.pid"))) >= len(self._daemons)

    async def _sympa(self, *words: str, text: str = "") -> str:
        """Run Sympa's command line; RuntimeError with what it said when it fails."""
        program = await asyncio.create_subprocess_exec(
            *command(str(_PROGRAMS / "sympa"), *words),
            cwd=self.folder,
            env={**os.environ, "HOME": str(self.folder), "LC_ALL": "C.UTF-8", **self._environment},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await program.communicate(text.encode())
        if program.returncode:
            raise RuntimeError(f"sympa {' '.join(words)}: {output.decode(errors='replace')}")
        return output.decode(errors="replace")
