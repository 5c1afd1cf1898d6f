"""The numbers that we give to the messages of a Maildir, in a small file that only grows."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

log = logging.getLogger(__name__)

FILE_NAME = "navette-uids"
_TITLE = b"uidvalidity "


class UidFile:
    """``uidvalidity N``, then one line ``uid name`` a message ever seen, the name without its flags.

    A number is on disk before anyone learns of it, and is never given again, even when its message
    is gone.  A damaged file is put aside and a new uidvalidity begins, as RFC 9051 §2.3.1.1 has it.
    Methods may raise OSError.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self.uidvalidity = 0
        self.uidnext = 1
        self._length = 0  # of the part that is whole: a crash or a full disk may leave half a line

    def load(self) -> dict[str, int]:
        """Read it, or begin it; the number of each name."""
        try:
            content = self._path.read_bytes()
            return self._parse(content[: content.rfind(b"\n") + 1])
        except FileNotFoundError:
            pass
        except ValueError as error:
            aside = self._path.with_name(f"{FILE_NAME}.damaged-{secrets.token_hex(4)}")
            self._path.rename(aside)
            log.error("%s is damaged (%s): put aside as %s, numbering begins anew", self._path, error, aside)  # noqa: TRY400
        self._begin()
        return {}

    def add(self, names: Sequence[str]) -> dict[str, int]:
        """Give the next numbers to ``names``, in their order."""
        numbers = {name: self.uidnext + place for place, name in enumerate(names)}
        lines = b"".join(
            b"%d %b\n" % (uid, quote_from_bytes(os.fsencode(name), safe=",=+@").encode())
            for name, uid in numbers.items()
        )
        with self._path.open("r+b") as file:
            file.truncate(self._length)
            file.seek(self._length)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        self._length += len(lines)
        self.uidnext += len(numbers)
        return numbers

    def _parse(self, content: bytes) -> dict[str, int]:
        first, *rest = content.split(b"\n")[:-1] or [b""]
        if not first.startswith(_TITLE):
            raise ValueError("no uidvalidity in its first line")
        uidvalidity, last, numbers = int(first.removeprefix(_TITLE)), 0, {}
        for line in rest:
            uid_text, _, name = line.partition(b" ")
            uid = int(uid_text)
            if uid <= last or not name:
                raise ValueError(f"numbers do not rise after {last}")
            last = numbers[os.fsdecode(unquote_to_bytes(name))] = uid
        self.uidvalidity, self.uidnext, self._length = uidvalidity, last + 1, len(content)
        return numbers

    def _begin(self) -> None:
        content = b"%b%d\n" % (_TITLE, secrets.randbelow(2**31 - 1) + 1)
        fresh = self._path.with_name(f"{FILE_NAME}.new")
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        sync_folder(self._path.parent)
        self._parse(content)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
