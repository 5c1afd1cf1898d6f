"""The key store of a device, as nio has it: opened whole or said to be damaged, never begun anew unsaid."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from nio import AsyncClient, AsyncClientConfig
from nio.exceptions import LocalProtocolError
from nio.store import SqliteStore
from peewee import PeeweeException  # type: ignore[import-untyped]

from bot.channels.matrix.vault import Session, Vault
from bot.errors import ChannelError

REQUEST_SECONDS = 60.0
STORE = "keys.db"
# A wrong pickle key is a ValueError of vodozemac, a spoilt page a DatabaseError, a spoilt row any of these.
_DAMAGES = (LocalProtocolError, PeeweeException, ValueError, TypeError, AttributeError, AssertionError)


def has_keys(vault: Vault, session: Session) -> bool:
    """Whether the store is there and knows the device: nio would make it other keys, under the same name.

    Raises ChannelError when it is damaged.
    """
    if not vault.has_keys(session) or not (vault.store_path(session) / STORE).exists():
        return False
    asked = "SELECT count(*) FROM accounts WHERE user_id = ? AND device_id = ?"
    try:
        with closing(sqlite3.connect(vault.store_path(session) / STORE)) as base:
            (found,) = base.execute(asked, (session.user_id, session.device_id)).fetchone()
    except sqlite3.DatabaseError as error:
        if "no such table" in str(error):
            return False  # we were killed while it was made
        raise _damaged(vault, session, error) from error
    return bool(found)


def load_keys(vault: Vault, session: Session, base: str) -> AsyncClient:
    """A client of nio's for the server at ``base``, with the keys of the device, made if there are none.

    Raises ChannelError when they cannot be read.
    """
    folder, key = vault.store_path(session), vault.pickle_key()
    # SQLite would make it for everybody to read; what it makes beside it has the same mode.
    (folder / STORE).touch(mode=0o600)
    client = AsyncClient(
        base,
        session.user_id,
        device_id=session.device_id,
        store_path=str(folder),
        config=_configuration(key),
    )
    try:
        client.restore_login(session.user_id, session.device_id, session.token)
    except _DAMAGES as error:
        if client.store is not None:
            client.store.database.close()
        raise _damaged(vault, session, error) from error
    return client


def _configuration(pickle_key: str) -> AsyncClientConfig:
    return AsyncClientConfig(
        store=SqliteStore,
        store_name=STORE,
        encryption_enabled=True,
        pickle_key=pickle_key,
        store_sync_tokens=False,
        max_timeouts=0,
        max_limit_exceeded=0,
        request_timeout=REQUEST_SECONDS,
    )


def _damaged(vault: Vault, session: Session, error: Exception) -> ChannelError:
    folder: Path = vault.store_path(session)
    return ChannelError(
        f"Les clés de « {folder / STORE} » ne s'ouvrent pas ({type(error).__name__}) : "
        f"restaurez d'une même sauvegarde ce dossier et « {vault.folder / 'pickle_key'} » ; sans sauvegarde, "
        f"supprimez « {folder} » : Navette se connectera comme un nouvel appareil."
    )
