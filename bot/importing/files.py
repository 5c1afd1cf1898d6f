"""The messages in what an administrator wants imported: an mbox, a Maildir, a folder of messages."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.mailfiles import messages

BATCH_MESSAGES = 1_000
BATCH_BYTES = 32 << 20

_ALWAYS = (".eml",)
_MAYBE = ("", ".mbox", ".mbx")  # if the first line looks like a mail's or an mbox's
_FIRST_LINE = re.compile(rb"From |[!-9;-~]{1,76}:").match


@dataclass(frozen=True)
class Raw:
    """One message as it stands in its file.  ``moment``: when the file was last written."""

    name: str
    data: bytes
    moment: dt.datetime
    digest: bytes  # SHA-256


@dataclass
class Listing:
    """The files to read, with their sizes in bytes; ``other``: how many files are none of ours."""

    files: list[tuple[Path, int]] = field(default_factory=list)
    other: int = 0

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(size for _, size in self.files)


def find(path: Path) -> Listing:
    """The files of a folder, or the file itself.  Raises OSError.

    Of a Maildir, with its subfolders (Maildir++), what stands in ``cur`` and ``new``.  Of another folder,
    at any depth, what is called ``.eml``, and what has the name and the beginning of a message or an mbox.
    """
    listing = Listing()
    if path.is_dir():
        _walk(path, listing, every_file=False)
    else:
        listing.files.append((path, path.stat().st_size))
    return listing


def _walk(folder: Path | str, listing: Listing, *, every_file: bool) -> None:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    folders = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
    maildir = {"cur", "new"} <= folders
    for entry in entries:
        hidden = entry.name.startswith(".")
        if entry.name in folders:
            if not (entry.name == "tmp" if maildir else hidden):
                _walk(entry.path, listing, every_file=maildir and entry.name in ("cur", "new"))
        elif not entry.is_file():
            continue
        elif not hidden and (every_file or (not maildir and _is_of_mail(Path(entry.path)))):
            listing.files.append((Path(entry.path), entry.stat().st_size))
        elif not hidden and not maildir:
            listing.other += 1


def _is_of_mail(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix in _ALWAYS:
        return True
    # MH calls messages by numbers, Thunderbird an mbox by its folder.
    if suffix not in _MAYBE:
        return False
    with path.open("rb") as stream:
        return bool(_FIRST_LINE(stream.read(100)))


def batches(listing: Listing) -> Iterator[tuple[Sequence[Raw], int]]:
    """The messages in groups that fit in memory, with how many files went away before they were read."""
    batch: list[Raw] = []
    size = gone = 0
    for path, _ in listing.files:
        try:
            moment = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
            for name, data in messages(path):
                batch.append(Raw(name, data, moment, hashlib.sha256(data).digest()))
                size += len(data)
                if len(batch) >= BATCH_MESSAGES or size >= BATCH_BYTES:
                    yield batch, gone
                    batch, size, gone = [], 0, 0
        except FileNotFoundError:
            gone += 1  # a mail program marked it as read, or filed it, meanwhile
    if batch or gone:
        yield batch, gone
