"""A mail as the archive keeps it.  Light to import: the processes that read imports need nothing more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.mail.message import Mail
from bot.mail.threads import base_subject, thread_key_candidates


@dataclass(frozen=True)
class Post:
    """What somebody wrote to a circle.  Message-IDs have no brackets; ``at`` is aware."""

    message_id: str
    circle: str
    at: dt.datetime
    subject: str
    base_subject: str
    ancestors: tuple[str, ...]  # the Message-IDs that it answers, the nearest first
    author_name: str
    author_address: str
    text: str
    links: tuple[str, ...]
    attachments: tuple[str, ...]  # names
    content_hash: str
    ours: bool

    @classmethod
    def of(
        cls, mail: Mail, circle: str, at: dt.datetime, *, tags: tuple[str, ...] = (), ours: bool = False
    ) -> Post:
        """``tags``: those that the circle's list puts before subjects."""
        return cls(
            message_id=mail.message_id,
            circle=circle,
            at=at,
            subject=mail.subject,
            base_subject=base_subject(mail.subject, tags),
            ancestors=thread_key_candidates(mail),
            author_name=mail.author.name,
            author_address=mail.author.address,
            text=mail.text,
            links=mail.links,
            attachments=tuple(attachment.name for attachment in mail.attachments),
            content_hash=mail.content_hash,
            ours=ours,
        )
