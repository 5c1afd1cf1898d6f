"""``navette`` as a process of its own, over folders or real servers."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest_asyncio

from tests.servers.wait import until

PROGRAM = "import sys; from bot.cli import main; sys.exit(main())"
SETTINGS = """
capabilities = ["help", "gates"]
[network]
name = "Réseau des Lisières"
[bot]
address = "navette@lisieres.example"
[store]
path = "navette.sqlite3"
backups = "backups"
[mail]
authserv_id = "mx.lisieres.example"
[mail.inbox]
kind = "maildir"
path = "in"
poll_seconds = 1
[mail.outbox]
kind = "maildir"
path = "out"
[gates]
shadow = false
[[people.members]]
key = "alice"
name = "Alice Rovère"
addresses = ["alice@lisieres.example"]
roles = ["coordination"]
[[people.members]]
key = "emile"
name = "Émile Varèse"
addresses = ["emile@lisieres.example"]
"""


@dataclass
class Service:
    """One ``navette run``."""

    process: asyncio.subprocess.Process
    log_file: Path

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return self.log_file.read_text("utf-8")

    async def says(self, words: str) -> None:
        """Wait until the log holds ``words``."""
        await until(lambda: words in self.log or self.process.returncode is not None, 30, words)
        assert words in self.log, self.log

    async def end(self) -> int:
        """Wait for its end; the exit code."""
        return await asyncio.wait_for(self.process.wait(), 20)


@dataclass
class Installation:
    """One folder with settings, and everything that runs over it."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)

    async def run(self, *options: str) -> Service:
        """Start the service."""
        log = self.folder / f"log-{len(self.services)}"
        with log.open("wb") as stream:
            process = await self._start("run", *options, stderr=stream)
        self.services.append(Service(process, log))
        return self.services[-1]

    async def command(self, *words: str) -> tuple[int, str]:
        """Run a command; its exit code, and what it wrote."""
        process = await self._start(*words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        out, _ = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode is not None
        return process.returncode, out.decode()

    def configure(self, section: str, text: str) -> None:
        """Put ``text`` in the place of a whole section of the settings."""
        file = self.folder / "navette.toml"
        before, header, rest = file.read_text("utf-8").partition(f"[{section}]\n")
        assert header
        after = rest[rest.index("\n[") + 1 :]
        file.write_text(f"{before}{header}{text}\n{after}", "utf-8")

    def met(self, source: str) -> bool:
        """Whether a mailbox was met: what comes from now on is acted on."""
        with closing(sqlite3.connect(self.folder / "navette.sqlite3")) as base:
            found = base.execute("SELECT count(*) FROM cursors WHERE source = ?", (source,)).fetchone()
            return bool(found[0])

    def deliver(self, text: str, number: int) -> None:
        """A mail of Émile's into the Maildir."""
        for part in ("tmp", "new", "cur"):
            (self.folder / "in" / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "in" / "new" / f"{number}.test").write_bytes(letter(text, number))

    def sent_to(self, address: str) -> list[str]:
        """The mails that left for somebody."""
        folder = self.folder / "out" / address / "new"
        return [file.read_text("utf-8") for file in sorted(folder.glob("*"))] if folder.exists() else []

    async def _start(self, *words: str, **streams: object) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            PROGRAM,
            *words,
            "--config",
            str(self.folder / "navette.toml"),
            env=os.environ | self.environment,
            **streams,  # type: ignore[arg-type]
        )


def letter(text: str, number: int) -> bytes:
    """A mail of Émile's to the bot."""
    return (
        "Authentication-Results: mx.lisieres.example; dmarc=pass\n"
        "From: Émile <emile@lisieres.example>\nTo: navette@lisieres.example\nSubject: Question\n"
        f"Message-ID: <m{number}@lisieres.example>\nDate: Wed, 18 Nov 2026 10:00:00 +0100\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


@pytest_asyncio.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    """An installation; whatever still runs at the end of the test is killed."""
    (tmp_path / "navette.toml").write_text(SETTINGS, "utf-8")
    made = Installation(tmp_path)
    yield made
    for service in made.services:
        with suppress(ProcessLookupError):
            service.process.kill()
        await service.process.wait()
