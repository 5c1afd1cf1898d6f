"""Mail in by IMAP: one folder of one mailbox, told of news by IDLE (RFC 9051, RFC 2177)."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import re
import ssl
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from bot import failpoints
from bot.channels.base import MailboxState, RawMail
from bot.channels.imap_connection import Connection
from bot.channels.imap_response import Fetched, read_codes, read_fetches, read_search
from bot.channels.utf7 import encode_folder
from bot.errors import ChannelError, LoginRefused

log = logging.getLogger(__name__)

MOST_UIDS = 200
# Messages asked for at once.  The library's work grows with the square of them.
BATCH_MESSAGES = 50
BATCH_BYTES = 4 * 2**20
FIRST_PART_BYTES = 256 * 1024  # what is fetched of a message that is too large
# A message that the server says it cannot give is tried this often before it is given up.
MOST_ATTEMPTS = 3
UNKNOWN_DATE = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

_LATER = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\b", re.IGNORECASE)  # RFC 5530


class ImapMailbox:
    """A Mailbox on an IMAP server.  Times in seconds, ``max_size`` in bytes.  One caller at a time.

    A larger message is fetched up to its first 256 kB, ``truncated``.  IDLE is begun anew every
    ``idle_renew`` (RFC 2177: at least every 29 minutes; firewalls want less).  Without
    ``ssl_context``, certificates are checked against the system's authorities.
    """

    def __init__(
        self,
        host: str,
        port: int,
        user: str,
        password: str,
        folder: str = "INBOX",
        tls: Literal["tls", "none"] = "tls",
        ssl_context: ssl.SSLContext | None = None,
        timeout: float = 30.0,
        max_size: int = 25 * 2**20,
        idle_renew: float = 540.0,
    ) -> None:
        self._host, self._port = host, port
        self._user, self._password = user, password
        self._folder = folder
        self._tls = tls
        self._ssl_context = ssl_context
        self._timeout = timeout
        self._max_size = max_size
        self._first_part = min(FIRST_PART_BYTES, max_size)
        self._idle_renew = idle_renew
        self._connection: Connection | None = None
        self._refused: Counter[int] = Counter()

    @property
    def name(self) -> str:
        """How the cursor knows it."""
        return f"imap:{self._folder}"

    async def open(self) -> MailboxState:
        """(Re)connect, log in, select.  Raises LoginRefused when the password is refused."""
        await self.close()
        if self._tls == "tls" and self._ssl_context is None:
            self._ssl_context = await asyncio.to_thread(ssl.create_default_context)
        connection = Connection(
            self._host, self._port, self._ssl_context if self._tls == "tls" else None, self._timeout
        )
        try:
            await connection.greet()
            await self._log_in(connection)
            state = await self._select(connection)
        except BaseException:
            connection.drop("not opened")
            raise
        self._connection = connection
        return state

    async def fetch(self, after: int, limit: int = MOST_UIDS) -> list[RawMail]:
        """The messages with a UID above ``after``, in order: at most ``limit``, and about ``max_size`` bytes.

        Fewer than ``limit`` does not mean that there are no more; none does.
        """
        with self._guarded() as connection:
            # The range always holds the last message, even one at or below ``after`` (RFC 9051 §6.4.9).
            found = read_search(await connection.search(f"UID {after + 1}:*"))
            uids = [uid for uid in found if uid > after]
            mails: list[RawMail] = []
            while uids and not mails:
                chunk, uids = uids[: min(limit, MOST_UIDS)], uids[min(limit, MOST_UIDS) :]
                mails = await self._fetch_chunk(connection, chunk)
            if mails:
                failpoints.hit("mail.fetched")
            return mails

    async def wait(self, timeout: float) -> None:
        """Return on any push, at the latest after ``timeout`` seconds.

        It may be cancelled; at worst, while IDLE begins or ends, that costs the connection.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        with self._guarded() as connection:
            while (left := deadline - loop.time()) > 0:
                if connection.has("IDLE"):
                    left = min(left, await connection.idle(self._idle_renew))
                if await connection.pushed(left):
                    break

    async def mark_seen(self, uids: Sequence[int]) -> None:
        """Set the flag Seen; a folder that is read-only keeps it unset."""
        with self._guarded() as connection:
            for start in range(0, len(uids), MOST_UIDS):
                chunk = _uid_set(uids[start : start + MOST_UIDS])
                done, text = await connection.store(chunk, r"+FLAGS.SILENT (\Seen)")
                if not done:
                    log.warning("%s: messages %s could not be marked as seen: %s", self.name, chunk, text)

    async def close(self) -> None:
        """Log out and let go of the connection; never raises."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.logout()

    async def _log_in(self, connection: Connection) -> None:
        if connection.state == "AUTH":  # PREAUTH
            return
        result, text = await connection.login(self._user, self._password)
        if result == "NO" and not _LATER.search(text):
            raise LoginRefused(f"imap {self._host}:{self._port} refused {self._user}: {text}")
        if result != "OK":
            raise ChannelError(f"imap {self._host}:{self._port}: LOGIN: {result} {text}")

    async def _select(self, connection: Connection) -> MailboxState:
        codes = read_codes(await connection.select(encode_folder(self._folder)))
        if "UIDVALIDITY" not in codes:
            raise ChannelError(f"{self.name}: the server has no UIDVALIDITY, so nothing can be known again")
        if "UIDNEXT" not in codes:
            last = read_search(await connection.search("UID *"))
            codes["UIDNEXT"] = max(last, default=0) + 1
        return MailboxState(codes["UIDVALIDITY"], codes["UIDNEXT"])

    async def _fetch_chunk(self, connection: Connection, uids: list[int]) -> list[RawMail]:
        """As many of the first messages as ``max_size`` allows; those that are gone are left out."""
        _, lines = await connection.fetch(_uid_set(uids), "(UID RFC822.SIZE INTERNALDATE)", 0)
        known = {item.uid: item for item in read_fetches(lines)}
        # One without an answer is asked for alone, which finds out what became of it.
        items = [known.get(uid, Fetched(uid)) for uid in uids]
        mails: list[RawMail] = []
        room = self._max_size
        for batch in self._batches(items):
            room -= sum(self._expected(item) for item in batch)
            if mails and room < 0:
                break
            mails += await self._fetch_bodies(connection, batch)
        return mails

    def _is_too_large(self, item: Fetched) -> bool:
        return item.size is None or item.size > self._max_size

    def _expected(self, item: Fetched) -> int:
        """How many bytes we shall fetch of it."""
        return self._first_part if item.size is None or item.size > self._max_size else item.size

    def _batches(self, items: list[Fetched]) -> Iterator[list[Fetched]]:
        """Runs of messages to ask for at once; one that is too large, or of unknown size, is alone."""
        batch: list[Fetched] = []
        size, most = 0, min(BATCH_BYTES, self._max_size)
        for item in items:
            alone = self._is_too_large(item)
            if batch and (alone or len(batch) == BATCH_MESSAGES or size + self._expected(item) > most):
                yield batch
                batch, size = [], 0
            batch.append(item)
            size += self._expected(item)
            if alone:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    async def _fetch_bodies(self, connection: Connection, batch: list[Fetched]) -> list[RawMail]:
        size = sum(self._expected(item) for item in batch)
        partial = self._is_too_large(batch[0])
        section = f"BODY.PEEK[]<0.{self._first_part}>" if partial else "BODY.PEEK[]"
        uids = [item.uid for item in batch]
        _, lines = await connection.fetch(_uid_set(uids), f"(UID {section})", size)
        bodies = {item.uid: item.body for item in read_fetches(lines)}
        mails = []
        for item in batch:
            body = bodies.get(item.uid)
            if body is not None:
                truncated = partial and len(body) >= self._first_part
                mails.append(RawMail(item.uid, item.received or UNKNOWN_DATE, body, truncated))
            elif len(batch) > 1:
                mails += await self._fetch_bodies(connection, [item])
            else:
                mails += await self._account_for(connection, item)
        return mails

    async def _account_for(self, connection: Connection, item: Fetched) -> list[RawMail]:
        """What to make of a message that the server did not give: nothing, if it is gone."""
        if item.uid not in read_search(await connection.search(f"UID {item.uid}")):
            return []
        self._refused[item.uid] += 1
        if self._refused[item.uid] < MOST_ATTEMPTS:
            raise ChannelError(f"{self.name}: the server does not give message {item.uid}, which it has")
        # Otherwise one message would hold back for ever all that come after it.
        log.error("%s: message %d cannot be read, it goes on without its content", self.name, item.uid)
        return [RawMail(item.uid, item.received or UNKNOWN_DATE, b"", truncated=True)]

    @contextmanager
    def _guarded(self) -> Iterator[Connection]:
        """The connection, thrown away on any error."""
        connection = self._connection
        if connection is None:
            raise ChannelError(f"{self.name}: not open")
        try:
            yield connection
        except (ChannelError, OSError) as error:
            self._connection = None
            connection.drop(str(error))
            if isinstance(error, OSError):
                raise ChannelError(f"{self.name}: {error}") from error
            raise


def _uid_set(uids: Sequence[int]) -> str:
    """Rising numbers as an IMAP set: ``1:3,7``."""
    runs: list[list[int]] = []
    for uid in uids:
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return ",".join(f"{first}:{last}" if first != last else str(first) for first, last in runs)
