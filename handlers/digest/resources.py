"""Links and documents that people share, for their own sake: not those that an ask goes with.  Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.french.fold import fold
from bot.french.scoring import Candidate
from bot.mail.links import find_links
from bot.protocols import DigestItem
from bot.store.archive_tables import Message
from handlers.digest.wording import shorten

DOCUMENT = re.compile(r"\.(?:pdf|odt|ods|odp|docx?|xlsx?|pptx?|csv|md|txt|epub|zip|svg)\Z", re.IGNORECASE)
DECORATION = re.compile(r"^(?:image\d+|logo|signature|smime|winmail|invite|meeting)\b", re.IGNORECASE)
# What a link is there for when it is no resource: to answer, to sign up, to meet.
ERRAND = re.compile(
    r"\b(?:inscri\w+|repond\w+|vot(?:er|ez|e)\b|sondage|doodle|framadate|billet\w*|reserv\w+|visio\w*|zoom|jitsi"
    r"|bbb|remplir|remplissez|complet\w+|formulaire|candidat\w+|participer|rejoindre|connexion|adhe\w+|don\b"
    r"|helloasso|petition|signer|signez)\b"
)
BARE = re.compile(r"https?://\S+|www\.\S+")
MOST = 4  # of one exchange; the exchange itself has the other links


@dataclass(frozen=True)
class Shared:
    """What an exchange shares: its items, the sentences that they say, the links that they have."""

    items: tuple[DigestItem, ...]
    sentences: frozenset[str]
    links: frozenset[str]


def resources(
    thread: int,
    title: str,
    circle: str,
    posts: Sequence[Message],
    sentences: Sequence[Candidate],
    told: Collection[str],
) -> Shared:
    """The links that sentences give to be read, and the documents that came with the messages.

    ``told``: sentences that other items say already, with their links.
    """
    items: list[DigestItem] = []
    said: set[str] = set()
    links: set[str] = set()
    for one in sentences:
        given = [link for link in find_links(one.text) if link not in links]
        if not given or one.text in told or one.asks or ERRAND.search(fold(one.text)) or len(items) >= MOST:
            continue
        items.append(_link(thread, _label(one.text) or title, title, circle, one.author, tuple(given)))
        said.add(one.text)
        links.update(given)
    for post in posts:
        author = post.author_name or post.author_address
        names = [name for name in map(str, post.attachments) if _is_document(name)]
        if names and len(items) < MOST:
            about = f"{', '.join(names)} ({title})"
            items.append(_item(thread, "|".join(names), about, author, circle, ()))
    return Shared(tuple(items), frozenset(said), frozenset(links))


def _link(
    thread: int, label: str, title: str, circle: str, author: str, links: tuple[str, ...]
) -> DigestItem:
    about = label if label == title else f"{label} ({title})"
    return _item(thread, "|".join(links), about, author, circle, links)


def _item(thread: int, what: str, title: str, author: str, circle: str, links: tuple[str, ...]) -> DigestItem:
    key = f"resource:{thread}:{hashlib.sha256(what.encode()).hexdigest()[:10]}"
    return DigestItem(key, "resources", title, f"— {author}", circle, links=links)


def _label(sentence: str) -> str:
    """What a sentence says of the link that it gives."""
    rest = " ".join(BARE.sub(" ", sentence).split()).strip(" .:;,-–—()<>")
    return shorten(rest[:1].upper() + rest[1:]) if len(rest.split()) > 1 else ""


def _is_document(name: str) -> bool:
    return DOCUMENT.search(name) is not None and DECORATION.match(name) is None
