"""What machines say to machines of a delivery: the fields of RFC 3464, also where they are badly written."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from bot.mail.mime.charsets import decode
from bot.mail.mime.content import Content, payload

MAX_REPORT = 60_000
MAX_RECIPIENTS = 200

_FIELD = re.compile(
    r"^[ \t>]{0,8}(action|status|final-recipient|original-recipient|diagnostic-code)[ \t]{0,8}:"
    r"([^\n]{0,2000})",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES_RECIPIENT = re.compile(r"(?:final|original)-recipient[ \t]{0,8}:", re.IGNORECASE).search
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]]{1,64}@[\w#-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
_REPLY_CODE = re.compile(r"(?<![\d.])([245])[0-5]\d(?![\d.]*\d)")
_SAYS_NOTHING = re.compile(r"[45]\.0\.0").fullmatch
_XTEXT = re.compile(r"\+(2B|3D|40)")
# Words that servers write for "failed" (RFC 3464 §2.3.3 knows only that one).
_ACTIONS = {
    **dict.fromkeys(("failed", "failure", "fail", "error", "rejected", "bounced", "undeliverable"), "failed"),
    **dict.fromkeys(("delayed", "delay", "deferred"), "delayed"),
    **dict.fromkeys(("delivered", "relayed", "expanded", "delivery"), "delivered"),
}


@dataclass(frozen=True)
class Report:
    """What a delivery report says of one recipient; all lower case."""

    action: str  # failed, delayed, delivered, or empty
    permanent: bool | None  # None: it gives no code
    address: str


def read_reports(content: Content) -> list[Report]:
    """The recipients of the delivery-status parts of a mail."""
    found: list[Report] = []
    for part in content.reports:
        if part.type == "message/delivery-status":
            found += read_fields(decode(payload(part, [])[:MAX_REPORT], "utf-8")[0])
    return found


def read_fields(text: str) -> list[Report]:
    """The recipients of a report; also of one that stands in a text, without its empty lines."""
    if not _NAMES_RECIPIENT(text):
        return []
    text = text[:MAX_REPORT].replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ")
    blocks: list[dict[str, str]] = [{}]
    for match in _FIELD.finditer(text):
        name = match[1].lower()
        # Some leave empty lines within one recipient, some none between two: a field that comes again tells.
        if name in blocks[-1]:
            if len(blocks) >= MAX_RECIPIENTS:
                break
            blocks.append({})
        blocks[-1][name] = match[2].strip()
    originals = Counter(_original(block) for block in blocks)
    return [_report(block, alias=originals[_original(block)] > 1) for block in blocks if block]


def _original(fields: dict[str, str]) -> str:
    return _typed(_XTEXT.sub(_from_xtext, fields.get("original-recipient", "")))


def _from_xtext(match: re.Match[str]) -> str:
    """RFC 3461 §4: ``+2B`` is a plus sign."""
    return chr(int(match[1], 16))


def _report(fields: dict[str, str], *, alias: bool) -> Report:
    """``alias``: several recipients stand behind the original one, so that it is not what failed."""
    word = re.match(r"[a-z]*", fields.get("action", "").lower())
    action = _ACTIONS.get(word[0] if word else "", "")
    digit = _digit(fields.get("status", ""), fields.get("diagnostic-code", ""))
    if not action and digit:
        action = "delivered" if digit == "2" else "failed"
    final, original = _typed(fields.get("final-recipient", "")), _original(fields)
    address = (final or original) if alias else (original or final)
    return Report(action, {"4": False, "5": True}.get(digit), address)


def _digit(status: str, diagnostic: str) -> str:
    """The class of a status (RFC 3463 §2); what the other server said, where the status says nothing."""
    stated = _ENHANCED.search(status) or _REPLY_CODE.search(status)
    said = _ENHANCED.search(diagnostic) or _REPLY_CODE.search(diagnostic)
    if stated and said and said[1] != "2" and _SAYS_NOTHING(stated[0]):
        return said[1]
    return stated[1] if stated else said[1] if said else ""


def _typed(value: str) -> str:
    """The address in ``rfc822; a@b.example``."""
    match = _ADDRESS.search(value[:1_000])
    return match[0].lower().strip("'") if match else ""
