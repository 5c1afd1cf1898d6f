"""Mail in and out by Maildir: ``tmp``, ``new``, ``cur``, one file a message (cr.yp.to/proto/maildir.html)."""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from bot import failpoints
from bot.channels.base import Envelope, MailboxState, Outcome, RawMail, Status
from bot.channels.maildir_uids import UidFile, sync_folder
from bot.errors import ChannelError

POLL_SECONDS = 0.5
FIRST_PART_BYTES = 256 * 1024  # what is kept of a message that is too large


class MaildirMailbox:
    """A Mailbox over the folder ``path``, which is made if it is not there.  ``max_size`` in bytes."""

    def __init__(self, path: Path, max_size: int = 25 * 2**20) -> None:
        self._path = path
        self._max_size = max_size
        self._uids: UidFile | None = None
        self._numbers: dict[str, int] = {}  # of every message ever seen, by its name without flags
        self._looked: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """How the cursor knows it."""
        return f"maildir:{self._path}"

    async def open(self) -> MailboxState:
        """Read the numbers given so far, and give one to whatever has none."""
        with _translated(self._path):
            return await asyncio.to_thread(self._open)

    async def fetch(self, after: int, limit: int = 200) -> list[RawMail]:
        """The messages with a UID above ``after``, in order: at most ``limit``, and about ``max_size`` bytes.

        Fewer than ``limit`` does not mean that there are no more; none does.
        """
        with _translated(self._path):
            mails = await asyncio.to_thread(self._fetch, after, limit)
            if mails:
                failpoints.hit("mail.fetched")
            return mails

    async def wait(self, timeout: float) -> None:
        """Return when the folder changed since it was last read, at the latest after ``timeout`` seconds."""
        deadline = asyncio.get_running_loop().time() + timeout
        with _translated(self._path):
            while await asyncio.to_thread(self._look) == self._looked:
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return
                await asyncio.sleep(min(POLL_SECONDS, left))

    async def mark_seen(self, uids: Sequence[int]) -> None:
        """Move them to ``cur`` with the flag S."""
        with _translated(self._path):
            await asyncio.to_thread(self._mark_seen, uids)

    async def close(self) -> None:
        """Forget what was read."""
        self._uids = None

    def _open(self) -> MailboxState:
        make_maildir(self._path)
        uids = UidFile(self._path)
        self._numbers = uids.load()
        self._uids = uids
        self._number(self._scan())
        return MailboxState(uids.uidvalidity, uids.uidnext)

    def _fetch(self, after: int, limit: int) -> list[RawMail]:
        self._looked = self._look()
        present = self._scan()
        self._number(present)
        mails: list[RawMail] = []
        room = self._max_size
        for uid, base in sorted((uid, base) for base, uid in self._numbers.items() if uid > after):
            if len(mails) == limit or room <= 0:
                break
            mail = self._read(uid, base, present)
            if mail is not None:
                mails.append(mail)
                room -= len(mail.raw)
        return mails

    def _number(self, present: dict[str, Path]) -> None:
        """Give a number to what has none, in order of arrival."""
        if self._uids is None:
            raise ChannelError(f"{self.name}: not open")
        unknown = []
        for base in present.keys() - self._numbers.keys():
            # One that moves just now gets its number at the next look.
            with suppress(FileNotFoundError):
                unknown.append((present[base].stat().st_mtime_ns, base))
        if unknown:
            self._numbers |= self._uids.add([base for _, base in sorted(unknown)])

    def _read(self, uid: int, base: str, present: dict[str, Path]) -> RawMail | None:
        """One message, or None when it was taken away."""
        try:
            file = present[base].open("rb")
        except (KeyError, FileNotFoundError):
            # A folder read while a message gets other flags may lack it: look once more.
            path = self._scan().get(base)
            if path is None:
                return None
            file = path.open("rb")
        with file:
            status = os.fstat(file.fileno())
            truncated = status.st_size > self._max_size
            raw = file.read(min(FIRST_PART_BYTES, self._max_size) if truncated else -1)
        return RawMail(uid, dt.datetime.fromtimestamp(status.st_mtime, dt.UTC), raw, truncated)

    def _mark_seen(self, uids: Sequence[int]) -> None:
        wanted = set(uids)
        present = self._scan()
        for base, uid in self._numbers.items():
            path = present.get(base)
            if uid not in wanted or path is None:
                continue
            flags = path.name.partition(":2,")[2]
            seen = self._path / "cur" / f"{base}:2,{''.join(sorted({*flags, 'S'}))}"
            # Cosmetic: another reader may have been faster.
            with suppress(FileNotFoundError):
                path.rename(seen)

    def _scan(self) -> dict[str, Path]:
        """The files that are there, by their name without flags."""
        # In this order: what moves from new to cur meanwhile is then seen twice, not missed.
        return {
            entry.name.partition(":")[0]: Path(entry.path)
            for folder in ("new", "cur")
            for entry in os.scandir(self._path / folder)
            if not entry.name.startswith(".") and entry.is_file()
        }

    def _look(self) -> tuple[int, ...]:
        """What changes when a message comes.  The count: two may come within one tick of the file's clock."""
        new, cur = self._path / "new", self._path / "cur"
        return new.stat().st_mtime_ns, cur.stat().st_mtime_ns, sum(1 for _ in os.scandir(new))


class MaildirTransport:
    """A MailTransport that delivers into one Maildir a recipient, ``path``/recipient."""

    width = 16

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, batch: Sequence[Envelope]) -> list[Outcome]:
        """Write each mail and have it on disk before it counts as accepted."""
        return await asyncio.to_thread(lambda: [self._deliver(envelope) for envelope in batch])

    async def close(self) -> None:
        """Nothing to let go of."""

    def folder_of(self, recipient: str) -> Path:
        """Where mail to ``recipient`` goes.  Its name stays in ``path`` whatever the address holds."""
        return self._path / quote(recipient, safe="@+=, '!#$&").replace("..", "%2E%2E")

    def _deliver(self, envelope: Envelope) -> Outcome:
        if not envelope.recipient.strip("."):
            return Outcome(Status.REFUSED, f"not an address: {envelope.recipient!r}")
        folder = self.folder_of(envelope.recipient)
        # The time is that of the file, for readers that sort by name; the rest makes it unique.
        name = f"{time.time_ns()}.{secrets.token_hex(8)}.navette"
        try:
            make_maildir(folder)
            with (folder / "tmp" / name).open("xb") as file:
                file.write(envelope.data.replace(b"\r\n", b"\n"))
                file.flush()
                os.fsync(file.fileno())
            (folder / "tmp" / name).rename(folder / "new" / name)
        except OSError as error:
            with suppress(OSError):
                (folder / "tmp" / name).unlink(missing_ok=True)
            never = error.errno == errno.ENAMETOOLONG
            return Outcome(Status.REFUSED if never else Status.LATER, str(error))
        try:
            sync_folder(folder / "new")
        except OSError as error:
            return Outcome(Status.UNCERTAIN, f"delivered, perhaps not for good: {error}")
        return Outcome(Status.ACCEPTED, str(folder / "new" / name))


def make_maildir(folder: Path) -> None:
    """Make the three folders of a Maildir where they are missing."""
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(parents=True, exist_ok=True)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ChannelError(f"maildir {path}: {error}") from error
