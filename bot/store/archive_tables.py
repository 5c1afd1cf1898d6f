"""What the archive remembers beside its messages: who mentioned whom, and what was imported."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base


class Mention(Base):
    """A post of this thread names a message that the thread does not hold: it may still come."""

    __tablename__ = "mentions"
    message_id: Mapped[str] = mapped_column(Text, primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), primary_key=True, index=True)


class Imported(Base):
    """A file's message that an import has dealt with: by its bytes, so that it need not be read again.

    It stays when the message is erased, which therefore does not come back with the next import.
    """

    __tablename__ = "imported"
    raw_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)  # SHA-256
