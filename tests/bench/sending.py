"""A recap to many people through the outbox, against smtp-source into the same sink."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile

from tests.bench.figures import ROOT, tell
from tests.servers.postfix import SmtpSink, smtp_source
from tests.servers.process import make_folder

PEOPLE = 5_000
FEW = 1_000
ROUNDS = 3


def run() -> None:
    """The order alternates; sums of all rounds."""
    asyncio.run(_run())


async def _run() -> None:
    folder = make_folder("bench")
    sink = SmtpSink(folder)
    await sink.start()
    try:
        few = await _send(sink, FEW)
        ours, theirs, peaks, size = [], [], [], int(few["bytes"])
        for number in range(ROUNDS):
            if number % 2:
                theirs.append(
                    await smtp_source(sink.port, PEOPLE, sessions=int(few["connections"]), size=size)
                )
            sent = await _send(sink, PEOPLE)
            ours.append(sent["seconds"])
            peaks.append(sent["peak_mb"])
            if not number % 2:
                theirs.append(
                    await smtp_source(sink.port, PEOPLE, sessions=int(few["connections"]), size=size)
                )
    finally:
        await sink.stop()
        shutil.rmtree(folder)
    tell("send_connections", few["connections"], "connections, of both")
    tell("send_message_bytes", size, "bytes")
    tell("send_messages_per_s", PEOPLE * ROUNDS / sum(ours), "messages/s")
    tell("smtp_source_messages_per_s", PEOPLE * ROUNDS / sum(theirs), "messages/s")
    tell("send_over_smtp_source", sum(theirs) / sum(ours), "times (target: 0.1 or more)")
    tell("send_memory_growth_mb", sorted(peaks)[ROUNDS // 2] - few["peak_mb"], "MB (1,000 → 5,000 people)")


async def _send(sink: SmtpSink, people: int) -> dict[str, float]:
    """One recap to so many people, in a process of its own: its seconds and its peak memory."""
    before = sink.count()
    with tempfile.TemporaryDirectory(prefix="navette-bench-") as name:
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.bench.sender", str(sink.port), str(people), name),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await program.communicate()
    if program.returncode:
        raise RuntimeError("the sender failed")
    told: dict[str, float] = json.loads(said)
    if sink.count() - before not in (0, people):  # it counts when it feels like it
        raise RuntimeError(f"{people} people, but {sink.count() - before} mails")
    return told
