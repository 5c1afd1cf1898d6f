"""Who wrote a mail, and how far that is to be believed.

Only what our own server wrote into the mail counts as a proof: an Authentication-Results field
(RFC 8601) under its name, and above what came from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.mail.message import Author, Trust
from bot.mail.mime.headers import Addresses, Headers, addresses

_RESULT = re.compile(r"\s*(dmarc|dkim|spf)\s?=\s?(\w{1,20})", re.IGNORECASE).match
_PROPERTY = re.compile(
    r"\b(header\.from|header\.d|header\.i|smtp\.mailfrom|smtp\.mail)\s?=\s?\"?([^\s;\"]{1,320})", re.I
)
_VIA = re.compile(
    r"\s{0,3}[(\[]?\b(?:via|par|par l'intermédiaire de)\s[^()\[\]]{1,120}[)\]]?\s{0,3}$", re.IGNORECASE
)
MAX_VIA = 200  # characters at the end of a name
_SPOKEN_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")


@dataclass(frozen=True)
class Verdict:
    """What our server found out about a domain."""

    passed: frozenset[str]  # domains for which an aligned check passed
    dmarc: str  # its result, lower case, or empty
    dmarc_domain: str
    spf_failed: bool

    def vouches(self, domain: str) -> bool:
        """Whether mail from that domain is proven to be."""
        if self.dmarc == "pass":
            return not self.dmarc_domain or _is_within(domain, self.dmarc_domain)
        if self.dmarc == "fail":
            return False
        return any(_is_within(domain, proven) for proven in self.passed)

    def rejects(self, domain: str) -> bool:
        """Whether mail from that domain is proven not to be."""
        if self.dmarc in ("pass", "fail"):
            return not self.vouches(domain)
        return self.spf_failed and not self.vouches(domain)


def _is_within(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith("." + parent)


def read_verdict(headers: Headers, authserv_id: str | None) -> Verdict | None:
    """What our server wrote; None when it wrote nothing, or when we do not know its name."""
    if not authserv_id or "authentication-results" not in headers:
        return None
    results = _our_results(headers, authserv_id.lower())
    if not results:
        return None
    passed: set[str] = set()
    dmarc = dmarc_domain = ""
    spf_failed = False
    for result in results:
        match = _RESULT(result)
        if not match:
            continue
        method, outcome = match[1].lower(), match[2].lower()
        properties = {key.lower(): value.lower() for key, value in _PROPERTY.findall(result)}
        if method == "dmarc":
            # Two that differ: the worse one counts.
            dmarc = outcome if dmarc in ("", "pass", "none") else dmarc
            dmarc_domain = properties.get("header.from", dmarc_domain)
        elif outcome == "pass":
            passed.add(_proven_domain(properties))
        elif method == "spf" and outcome == "fail":
            spf_failed = True
    return Verdict(frozenset(passed - {""}), dmarc, dmarc_domain, spf_failed)


def servers_of(headers: Headers) -> tuple[str, ...]:
    """Who says something of how a mail came in: the names above what may have come from elsewhere.

    A server writes its results above its own Received field, or right below it.
    """
    names: list[str] = []
    hops = 0
    for name, value in headers.order:
        hops += name == "received"
        if hops > 1:
            break
        if name == "authentication-results" and (first := _bare(value[:4_000]).partition(";")[0].split()):
            names.append(first[0].lower())
    return tuple(dict.fromkeys(names))


def _our_results(headers: Headers, authserv_id: str) -> list[str]:
    """The results under our server's name, as far as the next hop: below it anybody may have written them."""
    results: list[str] = []
    found = False
    for name, value in headers.order:
        if name == "authentication-results":
            first, *rest = _bare(value[:4_000]).split(";")
            if first.split()[:1] and first.split()[0].lower() == authserv_id:
                found = True
                results += rest
        elif name == "received" and found:
            break
    return results


def _bare(value: str) -> str:
    """Without comments and quoted words: a stranger's address or greeting may hide results in them."""
    kept: list[str] = []
    comment = 0
    quoted = escaped = False
    for char in value:
        if escaped:
            escaped = False
        elif char == "\\" and (comment or quoted):
            escaped = True
        elif quoted:
            quoted = char != '"'
        elif comment or char == "(":
            comment += (char == "(") - (char == ")")
        elif char == '"':
            quoted = True
        else:
            kept.append(char)
    return "".join(kept)


def _proven_domain(properties: dict[str, str]) -> str:
    for key in ("header.d", "header.i", "smtp.mailfrom", "smtp.mail"):
        if key in properties:
            return properties[key].rpartition("@")[2].strip("<>. ")
    return ""


@dataclass(frozen=True)
class Claim:
    """What the From header says, before anything is believed."""

    name: str
    address: str
    problems: tuple[str, ...]  # why it must not be believed


def read_claim(headers: Headers) -> Claim:
    """The From header, with what is deceptive about it."""
    found = addresses(headers.all("from")[:5])
    if not found:
        return Claim("", "", ("no-author",))
    problems: list[str] = []
    if headers.count("from") > 1:
        problems.append("several-from-headers")
    elif len(found) > 1:
        problems.append("several-authors")
    if found.grouped:
        problems.append("group-as-author")
    name, address = found[0]
    if _pretends(name, address):
        problems.append("deceptive-name")
    if not _plausible(address):
        problems.append("bad-address")
    return Claim(name, address, tuple(problems))


def _pretends(name: str, address: str) -> bool:
    """``alice@x <evil@y>``: the name shows an address that is not the one."""
    if "@" not in name:
        return False
    return any(spoken.lower().rstrip(".") != address for spoken in _SPOKEN_ADDRESS.findall(name))


def _plausible(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    return bool(local) and bool(domain) and "@" not in local and len(address) <= 320 and ".." not in domain


def read_author(
    headers: Headers, claim: Claim, verdict: Verdict | None, list_address: str | None, lists: Collection[str]
) -> tuple[Author, tuple[str, ...]]:
    """The person behind a mail, also behind a list that writes in their stead (DMARC protection)."""
    domain = claim.address.rpartition("@")[2]
    if claim.problems:
        return Author(
            claim.name, claim.address, Trust.FAILED if claim.address else Trust.NONE
        ), claim.problems
    rejected = verdict is not None and verdict.rejects(domain)
    vouched = verdict is not None and verdict.vouches(domain)
    if list_address is not None and claim.address == list_address:
        trust = Trust.FAILED if rejected else Trust.LIST if list_address in lists else Trust.NONE
        return _behind_list(headers, claim, trust, list_address), ()
    if vouched:
        return Author(claim.name, claim.address, Trust.VOUCHED), ()
    if list_address is not None and list_address in lists and verdict is not None:
        # A list that changes a mail breaks the author's DKIM; but it may itself be vouched for.
        list_domain = list_address.rpartition("@")[2]
        if any(proven == list_domain for proven in verdict.passed):
            return Author(claim.name, claim.address, Trust.LIST), ()
    return Author(claim.name, claim.address, Trust.FAILED if rejected else Trust.NONE), ()


def read_list_trust(headers: Headers, verdict: Verdict | None, list_address: str | None) -> Trust:
    """How far our own server knows that the list's own server sent this: anybody can write a List-Id.

    What a server of many lists sends for another one of them bears two List-Id fields, ours being forged.
    """
    if list_address is None or verdict is None:
        return Trust.NONE
    if headers.count("list-id") > 1:
        return Trust.FAILED
    domain = list_address.rpartition("@")[2]
    proven = verdict.passed | ({verdict.dmarc_domain} if verdict.dmarc == "pass" else frozenset())
    known = any(one and (_is_within(domain, one) or _is_within(one, domain)) for one in proven)
    return Trust.VOUCHED if known else Trust.NONE


def _behind_list(headers: Headers, claim: Claim, trust: Trust, list_address: str) -> Author:
    for field in ("x-original-from", "reply-to"):
        found: Addresses = addresses(headers.all(field)[:1])
        if len(found) == 1 and found[0][1] != list_address:
            name, address = found[0]
            deceptive = found.grouped or _pretends(name, address)
            return Author(name or _without_via(claim.name), address, Trust.FAILED if deceptive else trust)
    # The list hides its author: nobody in particular, hence no trust in anybody.
    return Author(
        _without_via(claim.name), claim.address, Trust.FAILED if trust is Trust.FAILED else Trust.NONE
    )


def _without_via(name: str) -> str:
    """« Alice Martin (via reseau Mailing List) » -> « Alice Martin »."""
    return (name[:-MAX_VIA] + _VIA.sub("", name[-MAX_VIA:])).strip(" '\"") or name
