"""The ledger of erasures, beside the database: who was erased, without saying who.

A copy of the database knows nothing of the erasures made after it.  So each is written twice: in the
database, and as a line of ``NAME.erasures``, a file that no restore replaces.  A line has the mark of the
erasure and *seals*: hashes of the person's key, name, addresses and chat ids, salted anew for each line, by
which they are known again if they come back, and from which nobody learns them (scrypt, RFC 7914).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.french.fold import fold
from bot.store import files

# About three milliseconds and a megabyte a try: nothing for us, a lot for whoever tries all addresses.
SCRYPT: Mapping[str, int] = {"n": 2**10, "r": 8, "p": 1, "dklen": 32}


@dataclass(frozen=True)
class Identity:
    """What somebody is known by.  ``contacts``: channel and value."""

    key: str = ""
    names: tuple[str, ...] = ()
    contacts: tuple[tuple[str, str], ...] = ()

    def values(self) -> list[str]:
        """All of it, each under the one form in which it is sealed."""
        found = [f"key:{self.key}"] if self.key else []
        found += [f"name:{' '.join(fold(name).split())}" for name in self.names if name]
        return found + [f"{channel}:{value.strip().lower()}" for channel, value in self.contacts]


@dataclass(frozen=True)
class Line:
    """One erasure.  ``people``: the numbers that the person had in the database."""

    mark: str
    number: int
    people: tuple[int, ...]
    at: str  # ISO 8601
    salt: str  # hexadecimal
    seals: tuple[str, ...]

    @classmethod
    def of(cls, mark: str, number: int, people: Sequence[int], at: dt.datetime, who: Identity) -> Line:
        """The line of an erasure that is being made."""
        salt = secrets.token_hex(16)
        seals = sorted(_seal(salt, value) for value in who.values())
        return cls(mark, number, tuple(people), at.isoformat(), salt, tuple(seals))

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Line:
        """The line that ``fields`` kept.  Raises KeyError, TypeError or ValueError for anything else."""
        people = tuple(int(number) for number in fields["people"])
        seals = tuple(str(seal) for seal in fields["seals"])
        salt = str(fields["salt"])
        bytes.fromhex(salt)
        return cls(str(fields["mark"]), int(fields["number"]), people, str(fields["at"]), salt, seals)

    def fields(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    def is_of(self, who: Identity) -> bool:
        """Whether this is the erasure of ``who``: a contact is the same, or both the key and a name are."""
        contacts = Identity(contacts=who.contacts).values()
        if any(self._sealed(value) for value in contacts):
            return True
        if not who.key or not self._sealed(*Identity(key=who.key).values()):
            return False
        return any(self._sealed(value) for value in Identity(names=who.names).values())

    def names(self, name: str) -> bool:
        """Whether this is a name of theirs."""
        return any(self._sealed(value) for value in Identity(names=(name,)).values())

    def _sealed(self, value: str) -> bool:
        return _seal(self.salt, value) in self.seals


def _seal(salt: str, value: str) -> str:
    return hashlib.scrypt(value.encode(), salt=bytes.fromhex(salt), **SCRYPT).hex()


def path_of(database: Path) -> Path:
    """The ledger beside a database, or beside a copy of it."""
    return database.with_name(f"{database.name}.erasures")


def read(path: Path) -> list[Line]:
    """The lines of a ledger; a line that a crash left unfinished is none.  An absent file has no line."""
    try:
        text = path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return []
    found: dict[str, Line] = {}
    for written in text.splitlines():
        try:
            line = Line.read(json.loads(written))
        except (ValueError, KeyError, TypeError):
            continue
        found[line.mark] = line
    return list(found.values())


def append(path: Path, lines: Iterable[Line]) -> None:
    """Have these lines in the ledger, and on disk; those that are there already are not written again."""
    there = {line.mark for line in read(path)}
    fresh = [line for line in lines if line.mark not in there]
    if not fresh:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(file, "r+b") as ledger:
        if ledger.seek(0, os.SEEK_END):
            ledger.seek(-1, os.SEEK_END)
            if ledger.read(1) != b"\n":
                ledger.write(b"\n")  # what a crash left unfinished
        for line in fresh:
            ledger.write(json.dumps(line.fields(), sort_keys=True).encode() + b"\n")
        ledger.flush()
        os.fsync(ledger.fileno())
    files.sync(path.parent)
