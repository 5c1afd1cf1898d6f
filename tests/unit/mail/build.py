"""Raw mails for the tests, in the shape that a mailbox gives them."""

from __future__ import annotations

from pathlib import Path

from bot.mail.message import Notice

SYMPA = Path(__file__).parents[2] / "fixtures" / "sympa"
LISTS = frozenset({"reseau@lists.example.test", "modere@lists.example.test"})


def fixture(name: str) -> bytes:
    """One of the mails that a real Sympa sent."""
    return (SYMPA / f"{name}.eml").read_bytes()


def raw(body: str | bytes = "Bonjour,\n\nÇa marche.\n", **fields: str) -> bytes:
    """A mail; a field is named as an argument (``In_Reply_To``), and left out when it is empty."""
    named = {
        "From": "Alice Martin <alice@lisieres.example>",
        "To": "navette@lisieres.example",
        "Subject": "Essai",
        "Date": "Mon, 23 Nov 2026 09:00:00 +0100",
        "Message-ID": "<essai.1@lisieres.example>",
        "Content-Type": "text/plain; charset=utf-8",
    }
    named.update({name.replace("_", "-"): value for name, value in fields.items()})
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    content = body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode()
    return head.encode() + b"\r\n" + content


def multipart(subtype: str, *parts: tuple[str, str], boundary: str = "frontiere") -> tuple[str, str]:
    """(content type, body) of a multipart, from (headers, body) pairs."""
    pieces = "".join(f"--{boundary}\n{head}\n\n{body}\n" for head, body in parts)
    return f'multipart/{subtype}; boundary="{boundary}"', f"{pieces}--{boundary}--\n"


def nested(subtype: str, *parts: tuple[str, str], boundary: str) -> tuple[str, str]:
    """A multipart as a part of another one."""
    content_type, body = multipart(subtype, *parts, boundary=boundary)
    return f"Content-Type: {content_type}", body


def from_server(text: str, **fields: str) -> bytes:
    """A mail that a Sympa wrote by itself."""
    named = {
        "From": "SYMPA <sympa@listes.example>",
        "Auto_Submitted": "auto-generated",
        "X_Mailer": "Sympa 6.2.72",
    }
    return raw(text, **(named | fields))


def said(notice: Notice | None) -> tuple[str, str, str, str] | None:
    """What a notice says: action, list, address and name."""
    return None if notice is None else (notice.action, notice.list, notice.address, notice.name)
