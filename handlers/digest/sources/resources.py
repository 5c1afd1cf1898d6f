"""Links and documents that people share, for their own sake: not those that an ask goes with.  Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.french.gist.scoring import Candidate
from bot.french.resources import Resource, find_resources
from bot.protocols import DigestItem
from bot.store.archive_tables import Message
from handlers.digest.wording import shorten

DOCUMENT = re.compile(r"\.(?:pdf|od[tspg]|docx?|xlsx?|pptx?|csv|md|txt|epub|zip|svg)\Z", re.IGNORECASE)
DECORATION = re.compile(r"^(?:image\d+|logo|signature|smime|winmail|invite|meeting)\b", re.IGNORECASE)
MOST = 5  # of one exchange; the exchange itself has the other links


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
    """The links that are given to be read, and the documents that came with the messages.

    ``told``: sentences that other items say already, with their links.
    """
    kept = [one.text for one in sentences if one.asks or one.text in told]
    items: dict[str, DigestItem] = {}
    links: set[str] = set()
    for post in posts:
        author = post.author_name or post.author_address
        for one in _shared(post):
            if len(items) >= MOST or (one.link and any(one.link in text for text in kept)):
                continue
            item = _item(thread, one, title, author, circle)
            items.setdefault(item.key, item)
            links.update(item.links)
    said = {one.text for one in sentences if one.text not in kept and any(link in one.text for link in links)}
    return Shared(tuple(items.values()), frozenset(said), frozenset(links))


def _shared(post: Message) -> Iterator[Resource]:
    """What a message gives to be read; its files by what is said of them, if that is told apart."""
    found = find_resources(post.text)
    files = [name for name in map(str, post.attachments) if _is_document(name)]
    nameless = [one for one in found if one.attached and not one.link]
    for one in found:
        if one.link and one.link not in files:
            yield one
    for name in files:
        named = [one.words for one in found if one.link == name]
        words = named[0] if named else nameless[0].words if len(files) == len(nameless) == 1 else ""
        yield Resource(name, words, attached=True)
    if not files:
        yield from nameless


def _item(thread: int, one: Resource, title: str, author: str, circle: str) -> DigestItem:
    what = one.words[:1].upper() + one.words[1:]
    short = shorten(what) if what else title
    if one.attached and one.link:
        short = f"{short} ({one.link})"
    elif what and title not in short:
        short = f"{short} ({title})"
    text = f"{what}\n— {author}" if what and shorten(what) != what else f"— {author}"
    key = hashlib.sha256((one.link or one.words).encode()).hexdigest()[:10]
    links = () if one.attached else (one.link,)
    return DigestItem(f"resource:{thread}:{key}", "resources", short, text, circle, links=links)


def _is_document(name: str) -> bool:
    return DOCUMENT.search(name) is not None and DECORATION.match(name) is None
