"""The mails of a play: those of people as bytes, those of the bot as people read them."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import email.utils
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.mail.compose import as_quoted_reply, compose

_SUBJECT = re.compile(r"(?:sujet|subject)\s*:\s*(.*)", re.IGNORECASE)


@dataclass(frozen=True)
class Letter:
    """A mail of the bot, as its recipient reads it."""

    sender: str  # as it stands in From
    answer_to: str  # Reply-To if there is one, else From
    subject: str
    text: str
    message_id: str  # with brackets
    references: str
    date: dt.datetime
    files: tuple[str, ...] = ()


def open_letter(data: bytes) -> Letter:
    """Read one of our own mails, by Python's parser and not by ours."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    sender = str(message["From"])
    answer_to = email.utils.parseaddr(str(message["Reply-To"] or sender))[1]
    return Letter(
        sender=sender,
        answer_to=answer_to,
        subject=str(message["Subject"] or ""),
        text=body.get_content().replace("\r\n", "\n").rstrip() if body else "",
        message_id=str(message["Message-ID"] or "").strip(),
        references=str(message["References"] or "").strip(),
        date=email.utils.parsedate_to_datetime(str(message["Date"])),
        files=tuple(part.get_filename() or part.get_content_type() for part in message.iter_attachments()),
    )


def split_subject(text: str) -> tuple[str | None, str]:
    """The subject, if the first line gives one, and the rest."""
    first, _, rest = text.partition("\n")
    match = _SUBJECT.fullmatch(first.strip())
    return (match[1], rest.lstrip("\n")) if match else (None, text)


@dataclass(frozen=True)
class Pen:
    """Who writes, from where, and when."""

    name: str
    address: str
    now: dt.datetime
    number: int  # makes the Message-ID

    def letter(self, to: str, text: str) -> bytes:
        """A mail; its text may begin with its subject."""
        subject, body = split_subject(text)
        return self._compose(to, subject or "", body, {})

    def answer(self, letter: Letter, text: str, zone: ZoneInfo, copy: str = "") -> bytes:
        """The answer to a letter, which is quoted below it; perhaps with a copy to somebody."""
        subject, body = split_subject(text)
        if subject is None:
            again = letter.subject.lower().startswith("re:")
            subject = letter.subject if again else f"Re: {letter.subject}"
        whole = as_quoted_reply(letter.text, letter.sender, letter.date.astimezone(zone), body)
        threading = {
            "In-Reply-To": letter.message_id,
            "References": f"{letter.references} {letter.message_id}".strip(),
        }
        copied = {"Cc": copy} if copy else {}
        return self._compose(letter.answer_to, subject, whole, threading | copied)

    def _compose(self, to: str, subject: str, text: str, headers: dict[str, str]) -> bytes:
        return compose(
            sender=(self.name, self.address),
            recipient=to,
            subject=subject,
            message_id=f"scene.{self.number}@{self.address.rpartition('@')[2]}",
            date=self.now,
            text=text,
            headers=headers,
        )
