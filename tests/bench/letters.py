"""A believable archive of a mailing list, the same for the same seed: threads, quotes, HTML, files."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import Header
from email.utils import format_datetime as _stamp
from pathlib import Path

LIST = "reseau@listes.lisieres.example"
BEGINNING = dt.datetime(2019, 1, 7, 8, tzinfo=dt.UTC)
LIVELINESS = 12  # exchanges that people may still answer

_SUBJECTS = ("réunion", "atelier", "subvention", "chantier", "formation", "cantine", "logiciel", "imprimante")
_ABOUT = ("du lieu", "de printemps", "à partager", "pour novembre", "de la région", "ouverte à tous")
_OPENERS = ("Bonjour à toutes et à tous,", "Bonjour,", "Salut la liste,", "Chères et chers collègues,")
_CLOSINGS = ("Bien à vous,", "À bientôt,", "Belle journée,", "Cordialement,")
_STARTS = ("Nous avons", "La commune a", "L'équipe a", "Le conseil a", "Un collectif a", "Notre lieu a")
_VERBS = ("préparé", "demandé", "reçu", "proposé", "reporté", "financé", "terminé", "discuté")
_THINGS = ("le dossier", "une visite", "la convention", "un devis", "l'inventaire", "la charte", "le budget")
_TAILS = (
    "avant la fin du mois",
    "avec les partenaires du département",
    "pour la soirée de jeudi prochain",
    "et il reste quelques questions à régler",
    "sans attendre la réponse de la préfecture",
    "grâce aux bénévoles qui étaient là samedi",
)
_FIRST = ("Alice", "Bruno", "Chloé", "David", "Émile", "Fanny", "Gaston", "Hana", "Jules", "Léa", "Mona")
_LAST = ("Rovère", "Castagne", "Barbaroux", "Sorgues", "Varèse", "Serrault", "Mourre", "Belkadi", "Toscan")
_SYLLABLES = ("ba", "cor", "di", "lan", "mé", "nou", "pro", "ri", "sal", "ter", "vi", "zo", "gné", "chau")

_FOOTER = "--\nPour vous désinscrire de cette liste : https://listes.lisieres.example/sympa/signoff/reseau\n"


class _Lexicon:
    """Invented words, used as unevenly as those of a language (Zipf)."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(8_000)]
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, len(self._words) + 1)))

    def words(self, count: int) -> str:
        return " ".join(self._rng.choices(self._words, cum_weights=self._weights, k=count))


@dataclass
class _Exchange:
    subject: str
    ids: list[str] = field(default_factory=list)
    last_text: str = ""
    last_author: str = ""
    last_date: dt.datetime = BEGINNING


@dataclass(frozen=True)
class Letter:
    """One mail: its bytes, and when it was delivered."""

    raw: bytes
    date: dt.datetime


def letters(count: int, seed: int = 20_261_121) -> Iterator[Letter]:
    """``count`` mails as the list distributed them, in order."""
    rng = random.Random(seed)
    lexicon = _Lexicon(rng)
    live: list[_Exchange] = []
    now = BEGINNING
    for number in range(count):
        now += dt.timedelta(minutes=rng.randint(1, 320))
        if not live or rng.random() < 0.3:
            subject = f"{rng.choice(_SUBJECTS).capitalize()} {rng.choice(_ABOUT)} {lexicon.words(1)}"
            live.append(_Exchange(subject))
            del live[:-LIVELINESS]
        yield _letter(rng, lexicon, rng.choice(live), number, now)


def write_maildir(folder: Path, count: int, seed: int = 20_261_121) -> int:
    """The same as a Maildir; returns the bytes written."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    written = 0
    for number, letter in enumerate(letters(count, seed)):
        seconds = int(letter.date.timestamp())
        (folder / "cur" / f"{seconds}.M{number}P7.lisieres:2,S").write_bytes(letter.raw)
        written += len(letter.raw)
    return written


def _letter(
    rng: random.Random, lexicon: _Lexicon, exchange: _Exchange, number: int, now: dt.datetime
) -> Letter:
    author = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    address = f"personne{rng.randint(1, 400)}@membres.lisieres.example"
    identifier = f"{number:06x}.{rng.getrandbits(48):012x}@courriel{number % 37}.lisieres.example"
    text = _text(rng, lexicon, exchange, author)
    subject = f"[reseau] {'Re: ' if exchange.ids else ''}{exchange.subject}"
    head = [
        f"Return-Path: <{LIST.replace('@', '-owner@')}>",
        f"Received: from listes.lisieres.example by mx.lisieres.example; {_stamp(now)}",
        f"Received: from [192.0.2.{number % 250}] by listes.lisieres.example\n\tfor <{LIST}>; {_stamp(now)}",
        f"From: {Header(author, 'utf-8').encode()} <{address}>",
        f"To: {LIST}",
        f"Subject: {Header(subject, 'utf-8').encode()}",
        f"Date: {_stamp(now)}",
        f"Message-ID: <{identifier}>",
        "MIME-Version: 1.0",
        "List-Id: <reseau.listes.lisieres.example>",
        f"List-Post: <mailto:{LIST}>",
        "List-Unsubscribe: <mailto:sympa@listes.lisieres.example?subject=SIG%20reseau>",
        "Precedence: list",
    ]
    if exchange.ids:
        head.append(f"In-Reply-To: <{exchange.ids[-1]}>")
        head.append("References: " + "\n ".join(f"<{one}>" for one in exchange.ids[-8:]))
    exchange.ids.append(identifier)
    exchange.last_text, exchange.last_author, exchange.last_date = text, f"{author} <{address}>", now
    raw = "\n".join(head).encode() + b"\n" + _content(rng, text, number)
    return Letter(raw, now)


def _sentence(rng: random.Random, lexicon: _Lexicon) -> str:
    words = lexicon.words(rng.randint(3, 9))
    told = f"{rng.choice(_STARTS)} {rng.choice(_VERBS)} {rng.choice(_THINGS)} {words} {rng.choice(_TAILS)}"
    return told + rng.choice((".", ".", ".", " ?", " !"))


def _text(rng: random.Random, lexicon: _Lexicon, exchange: _Exchange, author: str) -> str:
    lines = [rng.choice(_OPENERS), ""]
    for _ in range(rng.randint(1, 5)):
        paragraph = " ".join(_sentence(rng, lexicon) for _ in range(rng.randint(1, 4)))
        lines += [*_wrapped(paragraph), ""]
    if rng.random() < 0.15:
        lines += [f"Voir https://www.lisieres.example/{lexicon.words(1)}/{rng.randint(1, 999)}", ""]
    lines += [rng.choice(_CLOSINGS), author.split()[0]]
    if rng.random() < 0.4:
        lines += [
            "-- ",
            author,
            "Tiers-lieu de la Lisière",
            "04 92 00 00 00",
            "https://lieu.lisieres.example",
        ]
    if exchange.ids:
        said = exchange.last_date
        lines += ["", f"Le {said:%d/%m/%Y} à {said:%H:%M}, {exchange.last_author} a écrit\u00a0:"]
        lines += [f"> {line}" for line in exchange.last_text.split("\n")[:40]]
    return "\n".join(lines)


def _wrapped(paragraph: str) -> list[str]:
    lines, line = [], ""
    for word in paragraph.split():
        if len(line) + len(word) > 74:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def _content(rng: random.Random, text: str, number: int) -> bytes:
    """The part headers and the body: half plain 8-bit or quoted-printable, a third HTML, some with files."""
    full = f"{text}\n{_FOOTER}"
    kind = rng.random()
    if kind < 0.35:
        return _part("text/plain", "8bit", full.encode())
    if kind < 0.6:
        return _part("text/plain", "quoted-printable", _qp(full))
    alternative = _multipart("alternative", f"alt{number}", [_plain(full), _html(full)])
    if kind < 0.85:
        return alternative
    file = base64.encodebytes(rng.randbytes(rng.randint(2_000, 24_000)))
    name = f"compte-rendu-{number}.pdf"
    attached = _part(f'application/pdf; name="{name}"', "base64", file, f'attachment; filename="{name}"')
    first = alternative if kind < 0.95 else _plain(full)
    return _multipart("mixed", f"mix{number}", [first, attached])


def _plain(text: str) -> bytes:
    return _part("text/plain", "quoted-printable", _qp(text))


def _html(text: str) -> bytes:
    shown = "".join(f"<div>{line or '<br>'}</div>\n" for line in text.replace("<", "&lt;").split("\n"))
    page = f'<html><head><style>p {{margin:0}}</style></head><body style="font:14px">{shown}</body></html>'
    return _part("text/html", "quoted-printable", _qp(page))


def _qp(text: str) -> bytes:
    return binascii.b2a_qp(text.encode())


def _part(kind: str, encoding: str, body: bytes, disposition: str = "") -> bytes:
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    shown = f"Content-Disposition: {disposition}\n" if disposition else ""
    return f"Content-Type: {kind}{charset}\n{shown}Content-Transfer-Encoding: {encoding}\n\n".encode() + body


def _multipart(subtype: str, boundary: str, parts: list[bytes]) -> bytes:
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n'.encode()
    mark = f"--{boundary}".encode()
    return head + b"".join(mark + b"\n" + part + b"\n" for part in parts) + mark + b"--\n"
