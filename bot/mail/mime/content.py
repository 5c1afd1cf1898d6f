"""The parts of a mail that are for reading, and the files that came along."""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.mail.message import Attachment
from bot.mail.mime.charsets import decode
from bot.mail.mime.declared import lines_below_quote, signature_lines
from bot.mail.mime.html import to_text
from bot.mail.mime.parts import Part
from bot.mail.mime.standouts import Standout, standouts

MAX_TEXT = 400_000
MAX_ATTACHMENTS = 200

_SIGNATURES = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-encrypted",
    }
)
_TYPES_OF_REPORTS = frozenset(
    {"message/delivery-status", "text/rfc822-headers", "message/disposition-notification"}
)
_PREFIX = re.compile(r">*").match
# A line of plain text does not open so; what quotes a piece of HTML begins with words.
_MARKED = re.compile(
    r"\s{0,99}<(?:!doctype|html|head|meta|body|div|p|span|table|font|h[1-6]|ul|ol|b|br|center)\b[^<>]{0,999}>",
    re.IGNORECASE,
).match
LEAST_TAGS = 2  # closed ones, below which a mail may just show a tag


@dataclass
class Content:
    """What was found while walking the tree."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Part] = field(default_factory=list)  # delivery-status and header parts
    messages: list[Part] = field(default_factory=list)  # attached messages
    html: Part | None = None  # the HTML that was read, or could have been instead of the plain text
    problems: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that is shown, in order."""
        return self.texts[0] if len(self.texts) == 1 else "\n\n".join(self.texts)

    def standouts(self) -> list[Standout]:
        """The lines of the HTML that look otherwise than the rest."""
        return standouts(self._source())

    def signature_lines(self) -> list[str]:
        """The lines that the HTML declares to be a signature."""
        return signature_lines(self._source())

    def lines_below_quote(self) -> list[str]:
        """The lines of the HTML below the element of a quote."""
        return lines_below_quote(self._source())

    def _source(self) -> str:
        if self.html is None:
            return ""
        source, _ = decode(payload(self.html, []), self.html.params.get("charset", ""))
        return source[:MAX_TEXT]


def collect(root: Part, problems: list[str], *, distributed: bool = False) -> Content:
    """Walk the tree once; of alternatives the plain one is taken, unless it is empty.

    ``distributed``: by a list, whose server may have put a footer of its own behind it all.
    """
    content = Content(problems=problems)
    if distributed and root.type == "multipart/mixed" and _is_put_behind(root.children):
        for child in root.children[:-1]:
            _visit(child, content)
    else:
        _visit(root, content, root=True)
    return content


def _is_put_behind(parts: Sequence[Part]) -> bool:
    """Whether the last part is one that Sympa or Mailman made: people's programs do not give it a version."""
    last = parts[-1] if len(parts) > 1 else None
    return (
        last is not None
        and last.type == "text/plain"
        and last.disposition == "inline"
        and not last.filename
        and "mime-version" in last.headers
    )


def _visit(part: Part, content: Content, *, root: bool = False) -> None:
    if part.children:
        _visit_multipart(part, content)
    elif part.type == "text/plain" and _is_shown(part, root):
        _add(content, plain_text(part, content.problems))
    elif part.type == "text/html" and _is_shown(part, root):
        content.html = part
        _add(content, html_text(part, content.problems))
    elif part.type in _TYPES_OF_REPORTS:
        content.reports.append(part)
    elif part.type in _SIGNATURES:
        pass
    elif part.type == "message/rfc822":
        content.messages.append(part)
        _attach(part, content)
    elif part.type.startswith("multipart/"):
        content.problems.append("uncut-multipart")
    elif part.body.strip() or part.filename:
        _attach(part, content)


def _visit_multipart(part: Part, content: Content) -> None:
    subtype = part.type[len("multipart/") :]
    if subtype == "alternative":
        _visit_alternative(part, content)
    elif subtype == "related":
        _visit_related(part, content)
    elif subtype == "encrypted":
        content.problems.append("encrypted")
        for child in part.children:
            _visit(child, content)
    else:
        for child in part.children:
            _visit(child, content)


def _visit_alternative(part: Part, content: Content) -> None:
    chosen: Part | None = None
    html: Part | None = None
    for child in part.children:
        if child.type == "text/plain" and chosen is None:
            text = plain_text(child, content.problems)
            if text.strip():
                chosen = child
                _add(content, text)
        elif html is None and (child.type == "text/html" or child.children):
            html = child
        elif child.type not in ("text/plain", "text/html"):
            _visit(child, content)
    if html is None:
        return
    if chosen is None:
        _visit(html, content)
    elif not html.children:
        content.html = html
    else:
        # The text is known; what is bundled with the HTML (a file, an invitation) is not.
        shown = len(content.texts)
        _visit(html, content)
        del content.texts[shown:]


def _visit_related(part: Part, content: Content) -> None:
    for number, child in enumerate(part.children):
        # Images that the HTML shows (logos, smileys) are no attachments.
        if number == 0 or child.children or "content-id" not in child.headers:
            _visit(child, content)


def _is_shown(part: Part, root: bool) -> bool:
    if part.disposition == "attachment":
        return False
    return root or not part.filename


def _add(content: Content, text: str) -> None:
    if not text.strip():
        return
    room = MAX_TEXT - sum(map(len, content.texts))
    if len(text) > room:
        text = text[:room]
        content.problems.append("truncated-text")
    if text:
        content.texts.append(text)


def _attach(part: Part, content: Content) -> None:
    if len(content.attachments) >= MAX_ATTACHMENTS:
        return
    name = part.filename.replace("\\", "/").rpartition("/")[2][:255]
    content.attachments.append(Attachment(name, part.type, _size(part)))


def _size(part: Part) -> int:
    if part.headers.raw("content-transfer-encoding").lower() == "base64":
        body = part.body.rstrip()
        padding = body[-2:].count(b"=")
        return max(0, (len(body) - body.count(b"\n")) * 3 // 4 - padding)
    return len(part.body)


def payload(part: Part, problems: list[str]) -> bytes:
    """The body of a leaf, its transfer encoding undone, at most four bytes a character that we would keep."""
    body = part.body[: MAX_TEXT * 4]
    if len(body) < len(part.body):
        problems.append("truncated-text")
    encoding = part.headers.raw("content-transfer-encoding").strip().lower() or "7bit"
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding == "base64":
        try:
            return binascii.a2b_base64(body + b"==")
        except binascii.Error:
            problems.append("bad-base64")
            return _lenient_base64(body)
    return body


def _lenient_base64(body: bytes) -> bytes:
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    kept = kept[: len(kept) // 4 * 4]
    return binascii.a2b_base64(kept)


def plain_text(part: Part, problems: list[str]) -> str:
    """The text of a text/plain leaf, line ends as ``\\n``, flowed lines joined (RFC 3676)."""
    text, problem = decode(payload(part, problems), part.params.get("charset", ""))
    if problem and problem != "no-charset":
        problems.append(problem)
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT]
        problems.append("truncated-text")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.params.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=part.params.get("delsp", "").lower() == "yes")
    return unmarked(text)


def unmarked(text: str) -> str:
    """The text of what is HTML although it calls itself plain, as some programs write it; others as they are.

    What stands below the last tag (a list's footer) has lines of its own.
    """
    if not _MARKED(text) or text.count("</") < LEAST_TAGS:
        return text
    end = text.rindex(">", text.rindex("</")) + 1 if ">" in text[text.rindex("</") :] else len(text)
    return f"{to_text(text[:end])}\n{text[end:]}"


def html_text(part: Part, problems: list[str]) -> str:
    """The text of a text/html leaf."""
    source, problem = decode(payload(part, problems), part.params.get("charset", ""))
    if problem and problem != "no-charset":
        problems.append(problem)
    return to_text(source[:MAX_TEXT])


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Join the soft line breaks of format=flowed (RFC 3676 §4.2), quote by quote."""
    joined: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        match = _PREFIX(line)
        depth = match.end() if match else 0
        body = line[depth:]
        if body.startswith(" "):
            body = body[1:]
        soft = body.endswith(" ") and body != "-- "
        piece = body[:-1] if soft and delete_space else body
        if open_depth == depth and body != "-- ":
            joined[-1].append(piece)
        else:
            joined.append([">" * depth + " " if depth else "", piece])
        open_depth = depth if soft else -1
    return "\n".join("".join(pieces) for pieces in joined)
