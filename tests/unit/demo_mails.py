"""The demo's mails as files, read with the standard library alone: what the tests of the demo look at."""

from __future__ import annotations

import codecs
import datetime as dt
import email
import email.header
import email.message
import email.policy
import email.utils
import re
from dataclasses import dataclass
from pathlib import Path

DEMO = Path(__file__).parents[2] / "config" / "demo"
LIST = "reseau@listes.lisieres.example"
BOT = "navette@lisieres.example"
PARIS = dt.timezone(dt.timedelta(hours=1))  # the whole period is in winter time
START = dt.datetime(2026, 11, 2, 8, 0, tzinfo=PARIS)
RECAPS = tuple(dt.datetime(2026, 11, day, 9, 0, tzinfo=PARIS) for day in (6, 13, 20))
DRAFT_AHEAD = dt.timedelta(hours=17)  # Thursday 16:00 for Friday 09:00


def _unfolded(value: str) -> str:
    """A header's words, whatever its encoding."""
    parts = []
    for chunk, charset in email.header.decode_header(value):
        parts.append(chunk if isinstance(chunk, str) else chunk.decode(charset or "latin-1", "replace"))
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _decoded(part: email.message.Message) -> str:
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset("utf-8")
    try:
        codecs.lookup(charset)
    except LookupError:
        charset = "latin-1"
    return payload.decode(charset, "replace") if isinstance(payload, bytes) else ""


@dataclass(frozen=True)
class Mail:
    """One file of the demo."""

    name: str
    raw: bytes

    @property
    def message(self) -> email.message.Message:
        return email.message_from_bytes(self.raw, policy=email.policy.compat32)

    def header(self, name: str) -> str:
        return _unfolded(str(self.message.get(name, "")))

    @property
    def date(self) -> dt.datetime:
        return email.utils.parsedate_to_datetime(str(self.message["Date"]))

    @property
    def text(self) -> str:
        """All readable parts, in order, on single-spaced lines: wrapping is the client's affair."""
        parts = [part for part in self.message.walk() if not part.is_multipart()]
        kept = [
            _decoded(part)
            for part in parts
            if part.get_content_maintype() in ("text", "multipart", "message")
        ]
        return re.sub(r"[ \u00a0]+", " ", re.sub(r" *\r?\n(?!>)", " ", "\n".join(kept)))

    @property
    def by_list(self) -> bool:
        return self.message["List-Id"] is not None


MAILS = tuple(Mail(path.name, path.read_bytes()) for path in sorted((DEMO / "mails").iterdir()))
POSTS = tuple(mail for mail in MAILS if mail.by_list)


def named(slug: str) -> Mail:
    """The mail whose file is ``NNN-slug.eml``."""
    [found] = [mail for mail in MAILS if mail.name[4:] == f"{slug}.eml"]
    return found
