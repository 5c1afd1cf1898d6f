"""What the service writes about itself: one line a record, without secrets and without what people wrote."""

from __future__ import annotations

import datetime as dt
import logging
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import TextIO

from bot.settings.model import Settings

# They tell whole mails, or every step of their own.
TALKATIVE = (
    "aioimaplib",
    "aiosmtplib",
    "aiosqlite",
    "alembic",
    "apscheduler",
    "asyncio",
    "nio",
    "sqlalchemy",
)
LONGEST_MESSAGE = 500
LONGEST_ERROR = 160  # an unexpected error may quote what it choked on
HIDDEN = "***"


class OneLine(logging.Formatter):
    """Moment (UTC), level, place and message on one line; an error's stack follows on the same line."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        message = _cut(record.getMessage(), LONGEST_MESSAGE)
        line = f"{at.replace('+00:00', 'Z')} {record.levelname.lower()} {record.name}: {message}"
        if record.exc_info and record.exc_info[1] is not None:
            line += f" | {_error(record.exc_info[1], record.exc_info[2])}"
        line = " ".join(line.splitlines())
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line.encode("utf-8", "replace").decode()  # half a character from a stranger ends no record


def set_up(stream: TextIO, secrets: Iterable[str] = (), level: int = logging.INFO) -> None:
    """Send the log to ``stream``; ``secrets`` never reach it, whoever writes them."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # Its warnings tell of late ticks, which our own clock does not mind.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # Its warnings quote what people wrote, when that is malformed.
    logging.getLogger("nio").setLevel(logging.CRITICAL)


def secrets_of(settings: Settings) -> list[str]:
    """Every secret of the settings.  Raises SettingsError when a file of one cannot be read."""
    servers = (settings.mail.inbox, settings.mail.outbox, settings.matrix)
    return [*(server.secret() for server in servers), settings.matrix.token.get_secret_value()]


def _error(error: BaseException, at: TracebackType | None) -> str:
    """What happened and where: the innermost place first.  Its values are left out, its text is cut."""
    frames = traceback.extract_tb(at)
    places = [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames]
    first, *_ = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {_cut(first, LONGEST_ERROR)} at {' < '.join(reversed(places))}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"
