"""Where the relay takes mail on: into a mailbox by LMTP, or into Sympa's spool."""

from __future__ import annotations

import itertools
import os
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from email.utils import formatdate, make_msgid
from pathlib import Path

from tests.servers.lmtp import LmtpClient

_NUMBERS = itertools.count(1)


async def forward(routes: Mapping[str, str], sender: str, recipients: Sequence[str], data: bytes) -> None:
    """Take one mail where ``routes`` (see Orders) say; the sender gets a notice for what LMTP refuses."""
    for domain, route in routes.items():
        concerned = [each for each in recipients if each.lower().endswith("@" + domain)]
        kind, _, where = route.partition(":")
        if concerned and kind == "sympa":
            for recipient in concerned:
                _spool(Path(where), recipient.lower(), f"Return-Path: <{sender}>\r\n".encode() + data)
        elif concerned:
            async with LmtpClient(int(where)) as lmtp:
                answers = await lmtp.send(sender, concerned, data)
            refused = {each: f"{code} {text}" for each, (code, text) in answers.items() if code >= 300}
            if refused and sender:
                await forward(routes, "", [sender], _failure_notice(sender, refused, data))


def _spool(sympa: Path, recipient: str, data: bytes) -> None:
    """What Sympa's own ``queue`` and ``bouncequeue`` programs do."""
    spool = "msg"
    if bounced := re.fullmatch(r"(?:(.+)-owner|bounce\+[^@]*)@(.+)", recipient):
        spool, recipient = "bounce", f"{bounced[1] or 'sympa'}@{bounced[2]}"
    folder = sympa / "spool" / spool
    name = f"{recipient}.{int(time.time())}.{os.getpid() * 1000 + next(_NUMBERS)}"
    partial = folder / f"T.{name}"
    partial.write_bytes(f"X-Sympa-To: {recipient}\n".encode() + data.replace(b"\r\n", b"\n"))
    partial.chmod(0o666)
    partial.rename(folder / name)


def _failure_notice(sender: str, refused: Mapping[str, str], data: bytes) -> bytes:
    """A delivery status notification (RFC 3464) with the header of what failed."""
    text = "".join(f"<{recipient}>: {reply}\n" for recipient, reply in refused.items())
    status = "".join(
        f"\nFinal-Recipient: rfc822; {recipient}\nAction: failed\n"
        f"Status: 5.1.1\nDiagnostic-Code: smtp; {reply}\n"
        for recipient, reply in refused.items()
    )
    boundary = uuid.uuid4().hex
    top = f"""\
Date: {formatdate(localtime=True)}
From: Mail Delivery System <MAILER-DAEMON@relais.example>
To: {sender}
Subject: Undelivered Mail Returned to Sender
Message-ID: {make_msgid(domain="relais.example")}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"

--{boundary}
Content-Type: text/plain; charset=us-ascii

I could not deliver your message to:

{text}
--{boundary}
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.example
{status}
--{boundary}
Content-Type: text/rfc822-headers

"""
    header = data.partition(b"\r\n\r\n")[0]
    return top.replace("\n", "\r\n").encode() + header + f"\r\n\r\n--{boundary}--\r\n".encode()
