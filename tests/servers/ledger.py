"""What the relay accepted: an append-only file that an oracle in any process can read."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path


@dataclass(frozen=True)
class Accepted:
    """One mail accepted for one recipient."""

    at: dt.datetime
    sender: str
    recipient: str
    message_id: str
    size: int  # bytes, CRLF line ends, without the final dot
    sha256: str
    path: Path

    @property
    def raw(self) -> bytes:
        """The mail as it came over the wire, dots unstuffed."""
        return self.path.read_bytes()


class Ledger:
    """The file ``accepted.jsonl`` of a folder, with the mails beside it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "accepted.jsonl"
        self._mails = folder / "mails"
        self._mails.mkdir(exist_ok=True)
        self._count = sum(1 for _ in self._mails.iterdir())

    def add(self, sender: str, recipients: Sequence[str], data: bytes) -> None:
        """Write a mail down; when this returns, the death of this process does not lose it."""
        self._count += 1
        path = self._mails / f"{self._count:06d}.eml"
        path.write_bytes(data)
        entry = {
            "at": dt.datetime.now(dt.UTC).isoformat(),
            "sender": sender,
            "message_id": str(_header(data)["Message-ID"] or "").strip(),
            "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "path": str(path),
        }
        lines = "".join(json.dumps({**entry, "recipient": recipient}) + "\n" for recipient in recipients)
        # Unbuffered: it is with the kernel before the relay answers.
        with self._file.open("ab", buffering=0) as file:
            file.write(lines.encode())

    def read(self) -> list[Accepted]:
        """Everything accepted so far, in order."""
        if not self._file.exists():
            return []
        whole, _, _ = self._file.read_text().rpartition("\n")
        return [_accepted(json.loads(line)) for line in whole.splitlines()]


def _header(data: bytes) -> Message:
    return message_from_bytes(data.partition(b"\r\n\r\n")[0])


def _accepted(entry: dict[str, str]) -> Accepted:
    return Accepted(
        at=dt.datetime.fromisoformat(entry["at"]),
        sender=entry["sender"],
        recipient=entry["recipient"],
        message_id=entry["message_id"],
        size=int(entry["size"]),
        sha256=entry["sha256"],
        path=Path(entry["path"]),
    )
