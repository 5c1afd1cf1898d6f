"""Mails and posts for the tests of importing."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from pathlib import Path

NOW = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
DAY_ZERO = dt.datetime(2025, 3, 3, 10, tzinfo=dt.UTC)
LIST = "reseau@listes.lisieres.example"


def letter(
    identifier: str,
    text: str = "Bonjour à tous.",
    *,
    subject: str = "Le local",
    answers: tuple[str, ...] = (),
    day: float = 0,
    date: str | None = None,
    author: str = "alice@lisieres.example",
    through: str | None = LIST,
    more: tuple[str, ...] = (),
) -> bytes:
    """A mail as the list distributes it; ``through=None``: it went through no list.  ``more``: headers."""
    moment = format_datetime(DAY_ZERO + dt.timedelta(days=day)) if date is None else date
    lines = [f"From: {author}", f"Subject: {subject}", f"Date: {moment}"]
    lines.append(f"Message-ID: <{identifier}@lisieres.example>")
    if through:
        lines += [f"List-Id: <{through.replace('@', '.', 1)}>", f"List-Post: <mailto:{through}>"]
    if answers:
        lines.append("References: " + " ".join(f"<{one}@lisieres.example>" for one in answers))
    lines += [*more, "Content-Type: text/plain; charset=utf-8"]
    return "\n".join([*lines, "", text, ""]).encode()


def put(folder: Path, **letters: bytes) -> Path:
    """The letters as files of a folder, which is made; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in letters.items():
        (folder / f"{name}.eml").write_bytes(data)
    return folder


def mbox(path: Path, *letters: bytes) -> Path:
    """The letters in one file (mboxrd)."""
    lines = []
    for one in letters:
        lines += [b"From alice@lisieres.example Mon Mar  3 10:00:00 2025"]
        lines += [b">" + line if line.startswith(b"From ") else line for line in one.split(b"\n")]
    path.write_bytes(b"\n".join(lines))
    return path
