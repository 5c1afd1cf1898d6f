"""What must outlive us of our Matrix account: its session, its devices' keys, the seeds that sign them."""

from __future__ import annotations

import base64
import binascii
import fcntl
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

from bot import failpoints
from bot.clock import Clock, SystemClock
from bot.errors import ChannelError

LOCK, SESSION, PICKLE_KEY, SEEDS = "lock", "session.json", "pickle_key", "signing.json"
DEVICES, RETIRED = "devices", "retired"
KEY_BYTES = 32  # of the pickle key, and of an Ed25519 seed (RFC 8032 §5.1.5)


class VaultError(ChannelError):
    """A file of the folder cannot be used.  The text says which one, and what an administrator does then."""


@dataclass(frozen=True)
class Session:
    """One device of our account, as the homeserver knows it."""

    user_id: str
    device_id: str
    token: str = field(repr=False)
    homeserver: str  # its base URL, as it was resolved


@dataclass(frozen=True)
class Seeds:
    """The three cross-signing keys of ``user_id``, as Ed25519 seeds of 32 bytes."""

    user_id: str
    master: bytes = field(repr=False)
    self_signing: bytes = field(repr=False)
    user_signing: bytes = field(repr=False)

    @staticmethod
    def make(user_id: str) -> Seeds:
        """New ones, which nobody else can guess."""
        return Seeds(user_id, *(secrets.token_bytes(KEY_BYTES) for _ in range(3)))


class Vault:
    """The folder of our Matrix account, for its owner's eyes only; one process at a time may write to it.

    Every file is whole or not there, whenever we are killed.  One that is damaged all the same (a disk, a
    hand) is never replaced by itself: methods raise VaultError.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = folder
        self._clock = clock or SystemClock()
        self._lock: int | None = None

    def lock(self) -> None:
        """Have it for ourselves until ``unlock`` or our end, however that comes.

        Raises ChannelError when another process has it: two on one key store would spoil each other's
        encrypted sessions.
        """
        if self._lock is not None:
            return
        with _translated(self.folder):
            self._make(self.folder)
            file = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                raise ChannelError(
                    f"Le dossier « {self.folder} » est déjà utilisé par une autre Navette : "
                    "arrêtez-la d'abord."
                ) from None
            except BaseException:
                os.close(file)
                raise
        self._lock = file

    def unlock(self) -> None:
        """Let the next one have it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def session(self) -> Session | None:
        """The session that we have, or None before the first login and after ``retire``."""
        advice = "supprimez-le : Navette se connectera comme un nouvel appareil"
        values = self._read_values(SESSION, ("user_id", "device_id", "token", "homeserver"), advice)
        return Session(**values) if values else None

    def keep(self, session: Session) -> None:
        """From now on ``session`` is ours."""
        self._write(SESSION, _json(asdict(session)))

    def pickle_key(self) -> str:
        """The secret under which nio encrypts its key stores, made at the first call.

        Ask ``has_keys`` first: a store whose secret was lost does not open with a new one.
        """
        key = self._read_pickle_key()
        if key is None:
            key = secrets.token_hex(KEY_BYTES)
            self._write(PICKLE_KEY, key.encode())
        return key

    def store_path(self, session: Session) -> Path:
        """The folder of this device's key store; it is there when this returns."""
        path = self._device(session)
        with _translated(path):
            self._make(self.folder)
            self._make(path.parent)
            self._make(path)
        return path

    def has_keys(self, session: Session) -> bool:
        """Whether the device still has its key store, and the pickle key that opens it.  Opens neither."""
        if self._read_pickle_key() is None:
            return False
        with _translated(self._device(session)):
            return any(file.stat().st_size for file in self._device(session).glob("*.db"))

    def retire(self, session: Session) -> None:
        """The device is no longer ours: put its keys aside, under the date, and forget the session.

        The same device id with other keys would never be trusted again, so the next login makes a new one.
        """
        path, aside = self._device(session), self.folder / RETIRED
        with _translated(path):
            # The folder first: killed in between, we find a session without keys, and retire it again.
            if path.exists():
                self._make(aside)
                path.rename(aside / f"{path.name}-{self._clock.now():%Y%m%dT%H%M%S}-{secrets.token_hex(2)}")
                _sync(aside)
                _sync(path.parent)
            kept = self.session()
            if kept is not None and kept.device_id == session.device_id:
                (self.folder / SESSION).unlink()
                _sync(self.folder)

    def signing_seeds(self) -> Seeds | None:
        """The seeds of our cross-signing keys, or None as long as there are none."""
        advice = (
            "ne le remplacez pas sans l'avoir cherché partout : sans lui, l'administrateur·rice devra "
            "réinitialiser l'identité cryptographique du compte depuis un client Matrix, puis le supprimer"
        )
        values = self._read_values(SEEDS, ("user_id", "master", "self_signing", "user_signing"), advice)
        if values is None:
            return None
        user_id = values.pop("user_id")
        try:
            decoded = {name: base64.b64decode(value, validate=True) for name, value in values.items()}
        except (binascii.Error, ValueError):
            raise self._damaged(SEEDS, advice) from None
        if any(len(seed) != KEY_BYTES for seed in decoded.values()):
            raise self._damaged(SEEDS, advice)
        return Seeds(user_id, **decoded)

    def keep_seeds(self, seeds: Seeds) -> None:
        """From now on these seeds are ours.  They must be kept before the server learns of their keys."""
        values = {name: _base64(value) for name, value in asdict(seeds).items() if isinstance(value, bytes)}
        self._write(SEEDS, _json({"user_id": seeds.user_id, **values}))

    def _device(self, session: Session) -> Path:
        # Device ids are opaque: a dot or a slash in one must not lead elsewhere.
        return self.folder / DEVICES / quote(session.device_id, safe="").replace(".", "%2E")

    def _read_pickle_key(self) -> str | None:
        advice = "supprimez-le : Navette fera un nouvel appareil"
        content = self._read(PICKLE_KEY)
        if content is None:
            return None
        try:
            if len(bytes.fromhex(content.decode("ascii"))) == KEY_BYTES:
                return content.decode("ascii")
        except ValueError:
            pass
        raise self._damaged(PICKLE_KEY, advice)

    def _read_values(self, name: str, keys: Iterable[str], advice: str) -> dict[str, str] | None:
        content = self._read(name)
        if content is None:
            return None
        try:
            found = json.loads(content)
        except ValueError:
            raise self._damaged(name, advice) from None
        if not isinstance(found, dict):
            raise self._damaged(name, advice)
        values = {key: found.get(key) for key in keys}
        if not all(isinstance(value, str) and value for value in values.values()):
            raise self._damaged(name, advice)
        return {key: str(value) for key, value in values.items()}

    def _damaged(self, name: str, advice: str) -> VaultError:
        return VaultError(
            f"Le fichier « {self.folder / name} » est abîmé : restaurez-le d'une sauvegarde ; "
            f"sans sauvegarde, {advice}."
        )

    def _read(self, name: str) -> bytes | None:
        path = self.folder / name
        with _translated(path):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                return None

    def _write(self, name: str, content: bytes) -> None:
        """The whole of ``content`` under ``name``, or what was there before."""
        path = self.folder / name
        partial = path.with_name(f".{name}.partial")
        with _translated(path):
            self._make(self.folder)
            partial.unlink(missing_ok=True)
            with open(partial, "xb", opener=_for_owner) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            failpoints.hit("matrix.vault.written")
            partial.replace(path)
            _sync(self.folder)

    def _make(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """OSError as VaultError."""
    try:
        yield
    except OSError as error:
        raise VaultError(
            f"« {error.filename or path} » ne peut pas être lu ou écrit ({error.strerror or error}) : "
            "donnez le dossier de [matrix] au compte qui lance Navette, et de la place sur le disque."
        ) from error


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _json(values: dict[str, str]) -> bytes:
    return json.dumps(values, ensure_ascii=False, indent=1).encode()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _sync(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
