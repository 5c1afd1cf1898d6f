"""A mailing list that does with a post what Sympa 6.2 does (shapes: mails recorded from a real one).

Header fields are handled as bytes: a list changes a few of them and leaves the others as they came.
"""

from __future__ import annotations

import email
import email.header
import email.policy
import email.utils
import re
from dataclasses import dataclass, field
from urllib.parse import quote

BOUNDARY = "----------=_navette-1"
_FIELD = re.compile(rb"[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*")
_BODY_FIELDS = (b"content-type", b"content-transfer-encoding", b"content-disposition")


@dataclass
class FakeList:
    """One list: who gets its posts, and which it had already."""

    address: str
    members: list[str]
    tag: str = ""
    footer: str = ""
    reply_to_list: bool = False
    secret: bool = False  # who is on it is told to nobody: REVIEW is refused
    names: dict[str, str] = field(default_factory=dict)  # of members, by address
    had: set[str] = field(default_factory=set)
    sequence: int = 0
    told: int = 0  # mails that its server wrote

    @property
    def server(self) -> str:
        """Where commands to the list server are written."""
        return f"sympa@{self._domain}"

    @property
    def owner(self) -> str:
        """The envelope sender of every post."""
        return f"{self._name}-owner@{self._domain}"

    def takes(self, address: str) -> bool:
        """Whether mail to that address is for the server and not for the members."""
        local, _, domain = address.lower().partition("@")
        roles = ("owner", "request", "editor", "subscribe", "unsubscribe")
        return domain == self._domain and local in (
            "sympa",
            "listmaster",
            *(f"{self._name}-{role}" for role in roles),
        )

    def distribute(self, raw: bytes) -> bytes | None:
        """A post as its members get it, or None: Sympa drops it without a word.

        Dropped: what says that it was sent by itself (Auto-Submitted other than ``no``), what the list
        has already distributed (same Message-ID), and what it has sent itself (X-Loop).
        """
        head, _, body = raw.partition(b"\r\n\r\n")
        message = email.message_from_bytes(head + b"\r\n\r\n", policy=email.policy.compat32)
        automatic = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
        identifier = str(message.get("Message-ID", "")).strip()
        if automatic != "no" or identifier in self.had or self.address in message.get_all("X-Loop", []):
            return None
        self.had.add(identifier)
        self.sequence += 1
        fields = _FIELD.findall(head + b"\r\n")
        about_body = [one for one in fields if _name(one) in _BODY_FIELDS]
        leaving = (*_BODY_FIELDS, b"subject", b"sender", b"reply-to", b"precedence", b"errors-to")
        kept = [one for one in fields if _name(one) not in leaving]
        subject = b"".join(one for one in fields if _name(one) == b"subject")
        new_body_fields, new_body = self._footed(about_body, body)
        added = self._added(message, identifier)
        return b"".join([*kept, self._tagged(subject), added, *new_body_fields, b"\r\n", new_body])

    @property
    def name(self) -> str:
        """How its server calls it."""
        return self._name

    @property
    def _name(self) -> str:
        return self.address.partition("@")[0].lower()

    @property
    def _domain(self) -> str:
        return self.address.partition("@")[2].lower()

    def _tagged(self, subject: bytes) -> bytes:
        shown = _decoded(subject.partition(b":")[2])
        if not self.tag or self.tag.lower() in shown.lower():
            return subject
        return b"Subject: " + self.tag.encode("ascii", "ignore") + b" " + subject.partition(b":")[2].lstrip()

    def _added(self, message: email.message.Message, identifier: str) -> bytes:
        name, domain = self._name, self._domain
        web = f"https://{domain}/sympa"
        commands = f"mailto:{self.server}?subject="
        author = str(message.get("Reply-To") or message.get("From", ""))
        archived = quote(identifier.strip("<>"), safe="")
        lines = [
            f"Reply-To: {self.address if self.reply_to_list else author}",
            f"X-Loop: {self.address}",
            f"X-Sequence: {self.sequence}",
            f"Errors-To: {self.owner}",
            "Precedence: list",
            "Precedence: bulk",
            f"Sender: {name}-request@{domain}",
            "X-no-archive: yes",
            f"List-Id: <{name}.{domain}>",
            f"List-Help: <{web}/help>, <{commands}HELP>",
            f"List-Subscribe: <{web}/subscribe/{name}>, <{commands}SUB%20{name}>",
            f"List-Unsubscribe: <{web}/signoff/{name}>, <{commands}SIG%20{name}>",
            f"List-Post: <mailto:{self.address}>",
            f"List-Owner: <mailto:{name}-request@{domain}>",
            f"List-Archive: <{web}/arc/{name}>",
            f"Archived-At: <{web}/arcsearch_id/{name}/{archived}>",
        ]
        return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")

    def _footed(self, fields: list[bytes], body: bytes) -> tuple[list[bytes], bytes]:
        """The body with the list's footer: below a plain text, else as one more part of it all."""
        if not self.footer:
            return fields, body
        footer = f"\n{self.footer.strip()}\n"
        message = email.message_from_bytes(b"".join(fields) + b"\r\n" + body, policy=email.policy.compat32)
        if message.get_content_type() == "text/plain":
            payload = message.get_payload(decode=True)
            data = payload if isinstance(payload, bytes) else b""
            text = data.decode(message.get_content_charset("utf-8"), "replace").replace("\r\n", "\n")
            whole = (text.rstrip("\n") + "\n" + footer).replace("\n", "\r\n")
            return _fields("text/plain; charset=utf-8"), whole.encode()
        inner = b"".join(fields) + b"\r\n" + body
        last = (
            b"".join(_fields('text/plain; charset="UTF-8"')) + b"\r\n" + footer.replace("\n", "\r\n").encode()
        )
        border = f"--{BOUNDARY}".encode()
        parts = [b"", inner.rstrip(b"\r\n") + b"\r\n\r\n", last]
        mixed = (border + b"\r\n").join(parts) + border + b"--\r\n"
        return [f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"\r\n'.encode()], mixed


def _fields(kind: str) -> list[bytes]:
    return [f"Content-Type: {kind}\r\n".encode(), b"Content-Transfer-Encoding: 8bit\r\n"]


def _name(header: bytes) -> bytes:
    return header.partition(b":")[0].strip().lower()


def _decoded(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    return str(email.header.make_header(email.header.decode_header(text)))
