"""A table as spreadsheets write it, whatever the separator and the encoding, as rows of cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import NavetteError

MAX_BYTES = 20 << 20
SEPARATORS = ";\t,|"
HEAD_WITHIN = 15  # rows: above the headings there may be a title
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zip (xlsx, ods), and the OLE container of old xls
_DOCUMENTS = (b"<!doctype", b"<html", b"<table", b"<?xml", b"%pdf", b"{\\rtf")
_SAVE_AS = "enregistrez-le d'abord au format CSV (UTF-8), par « Enregistrer sous » de LibreOffice ou d'Excel"
_TOLD = re.compile(r"sep=(.)[^\S\r\n]*(?:\r\n|\r|\n|$)", re.IGNORECASE)
_LETTERS = frozenset("éèêëàâäçîïôöûùüÿœæÉÈÊËÀÂÄÇÎÏÔÖÛÙÜŒÆ")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_SIGNS = frozenset("’‘“”«»–—…•·€°\u00a0")


class SheetError(NavetteError):
    """A file is no table that we can read; the text says, in French, what to do."""


@dataclass(frozen=True)
class Row:
    """One row of a table; ``number`` is the one that a spreadsheet shows, from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The headings, and the rows below them that are not empty."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    separator: str


def read(raw: bytes, is_heading: Callable[[str], bool]) -> Sheet:
    """The table in a file.  ``is_heading`` knows the words that stand above columns.

    Raises SheetError when there is no table with at least one known heading.
    """
    if raw.startswith(_WORKBOOKS):
        raise SheetError(f"c'est un classeur, pas un tableau en texte : {_SAVE_AS}")
    if raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_DOCUMENTS):
        raise SheetError(f"c'est une page web ou un autre document, pas un tableau en texte : {_SAVE_AS}")
    if len(raw) > MAX_BYTES:
        raise SheetError(f"le fichier dépasse {MAX_BYTES >> 20} Mo")
    text, encoding = decoded(raw)
    told = _TOLD.match(text)
    text = text[told.end() :] if told else text
    best: tuple[tuple[int, int], Sheet] | None = None
    for separator in told[1] if told else SEPARATORS:
        rows = _split(text, separator)
        at = _head(rows, is_heading)
        if at is None:
            continue
        headings = tuple(cell.strip() for cell in rows[at])
        below = tuple(
            Row(number, tuple(cells))
            for number, cells in enumerate(rows[at + 1 :], start=at + 2)
            if any(cell.strip() for cell in cells)
        )
        score = (sum(map(is_heading, headings)), len(headings))
        if best is None or score > best[0]:
            best = (score, Sheet(headings, below, encoding, separator))
    if best is None:
        raise SheetError("aucun en-tête n'y est reconnu : il faut une colonne « nom » ou « courriel »")
    return best[1]


def decoded(raw: bytes) -> tuple[str, str]:
    """The text of a file and the encoding that it was in.

    What is not Unicode is Windows-1252, or Mac Roman if only so it reads as French.
    """
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise SheetError("le fichier est coupé ou abîmé : son texte ne se lit pas") from error
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        windows, mac = raw.decode("cp1252", errors="replace"), raw.decode("mac_roman")
    if _frenchness(mac) > _frenchness(windows):
        return mac, "mac_roman"
    return windows, "cp1252"


def _frenchness(text: str) -> int:
    """How much the characters beyond ASCII look like French: plus for letters where words have them."""
    return sum(_likeliness(text, match.start()) for match in _BEYOND_ASCII.finditer(text))


def _likeliness(text: str, at: int) -> int:
    char, before, after = text[at], text[max(0, at - 1) : at], text[at + 1 : at + 2]
    if char in _SIGNS:
        return 0
    if char not in _LETTERS:
        return -3
    if char.isupper() and before.islower():
        return -1
    return 1 if char in "àÀ" or before.isalpha() or after.isalpha() else -1


def _split(text: str, separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise SheetError(f"le tableau ne se lit pas ({error})") from error


def _head(rows: list[list[str]], is_heading: Callable[[str], bool]) -> int | None:
    """Where the headings are: the row near the top with the most of them, the first if several have."""
    counts = [sum(map(is_heading, row)) for row in rows[:HEAD_WITHIN]]
    return counts.index(max(counts)) if any(counts) else None
