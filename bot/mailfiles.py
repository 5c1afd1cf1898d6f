"""The messages in what an administrator points at: a message, an mbox, a Maildir, a folder of messages."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

# RFC 4155 §4: "From ", an address, a date as asctime writes it.  Few sentences begin so.
_FROM_LINE = re.compile(
    rb"From .{1,300}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ ]+"
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ ]+\d{1,2}[ ]+\d\d:\d\d"
)
_QUOTED_FROM = re.compile(rb">+From ")
_HIDDEN_FOLDERS = ("tmp",)  # of a Maildir: not delivered yet


def messages(path: Path) -> Iterator[tuple[str, bytes]]:
    """Each message, with a name that tells where it stands; ``-`` is standard input.  Raises OSError."""
    if str(path) == "-":
        yield from _in_stream("-", sys.stdin.buffer)
    elif path.is_dir():
        for file in sorted(path.rglob("*")):
            inside = file.relative_to(path).parts
            hidden = any(part.startswith(".") for part in inside) or inside[0] in _HIDDEN_FOLDERS
            if file.is_file() and not hidden:
                yield from messages(file)
    else:
        with path.open("rb") as stream:
            yield from _in_stream(str(path), stream)


def _in_stream(name: str, stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    first = stream.readline()
    if not _FROM_LINE.match(first):
        yield name, first + stream.read()
        return
    for number, message in enumerate(_in_mbox(stream), 1):
        yield f"{name}#{number}", message


def _in_mbox(stream: BinaryIO) -> Iterator[bytes]:
    """Each message after a first separator line, one in memory at a time (mboxrd quoting undone)."""
    lines: list[bytes] = []
    empty_before = False
    for line in stream:
        if empty_before and _FROM_LINE.match(line):
            yield b"".join(lines[:-1])  # without the empty line that belongs to the separator
            lines, empty_before = [], False
            continue
        lines.append(line[1:] if _QUOTED_FROM.match(line) else line)
        empty_before = line in (b"\n", b"\r\n")
    yield b"".join(lines[:-1] if empty_before else lines)
