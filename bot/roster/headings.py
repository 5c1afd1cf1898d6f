"""What stands above the columns of a spreadsheet, in the many ways in which French people write it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.french.fold import unaccent

# The words that tell a column, most telling first: all words of one group must be there.
_RULES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ignored", ("telephone", "tel", "portable", "mobile", "fixe", "gsm", "numero")),
    ("entered", ("depuis",)),
    ("family", ("nom naissance",)),
    (
        "ignored",
        (
            "naissance",
            "adresse postale",
            "rue",
            "voie",
            "site",
            "web",
            "url",
            "commentaire",
            "remarque",
            "note",
        ),
    ),
    ("chat", ("matrix", "messagerie", "chat", "element", "salon")),
    ("postcode", ("code postal", "cp")),
    ("addresses", ("courriel", "email", "mail", "mel", "couriel", "electronique", "mails", "emails")),
    ("key", ("cle", "identifiant", "key", "id")),
    ("department", ("departement", "dept", "dep", "dpt", "department")),
    ("town", ("commune", "ville", "localite", "town")),
    ("place", ("lieu", "structure", "organisme", "organisation", "association", "place", "employeur")),
    ("status", ("statut", "status", "qualite")),
    ("language", ("langue", "language")),
    ("roles", ("role", "fonction", "mission", "mandat", "responsabilite")),
    ("circles", ("groupe", "gt", "cercle", "commission", "chantier")),
    ("entered", ("entree", "inscription", "arrivee")),
    ("member", ("membre", "inscrit", "member")),
    ("name", ("prenom nom", "nom prenom", "nom complet", "name")),
    ("given", ("prenom", "usuel")),
    ("family", ("nom famille", "nom usage", "patronyme")),
    ("name", ("nom", "personne")),
    ("addresses", ("adresse",)),
)
_JOINED = re.compile(r"[^a-z0-9]+")
_INCLUSIVE = re.compile(r"[·.(/-](?:e|s|es|ice|trice|ne|le)\b\)?|[·.(](?:e|s|ne|le)\)?[·.(]s\)?")
_EMAIL = re.compile(r"\be[ -]?mails?\b")
_TIERS = re.compile(r"\btiers[ -]lieux?\b")


@dataclass(frozen=True)
class Column:
    """What one column says: a field, or with ``circle`` whether somebody is in it."""

    field: str  # of ``_RULES``, "circle", "ignored", or "" for what we do not know
    circle: str = ""


def words_of(heading: str) -> tuple[str, ...]:
    """The words of a heading or of a name, without accents, plurals and inclusive endings."""
    text = _TIERS.sub("lieu", _EMAIL.sub("email", unaccent(heading)))
    text = _INCLUSIVE.sub("", text)
    return tuple(_singular(word) for word in _JOINED.split(text) if word)


def _singular(word: str) -> str:
    return word if len(word) < 4 else word.rstrip("s")


def column_of(heading: str, circles: Mapping[str, str]) -> Column:
    """What a column says.  ``circles``: the key of each circle, by its key and its name as ``words_of``."""
    words = words_of(heading)
    joined = " ".join(words)
    if joined in circles:
        return Column("circle", circles[joined])
    words = tuple(word for word in words if not word.isdigit())
    for field, groups in _RULES:
        if any({_singular(word) for word in group.split()} <= set(words) for group in groups):
            return Column(field)
    return Column("")


def is_heading(heading: str) -> bool:
    """Whether a cell may stand above a column that says who somebody is."""
    return len(heading) < 60 and column_of(heading, {}).field not in ("", "ignored")


def columns(
    headings: Sequence[str], cells: Sequence[Sequence[str]], circles: Mapping[str, str]
) -> list[Column]:
    """What each column says.

    « Adresse » is where mail goes only if there are such addresses in it; « Nom » beside « Prénom » is the
    family's; a column « Code postal » only tells the département when no other does.
    """
    found = [column_of(heading, circles) for heading in headings]
    fields = {column.field for column in found}
    for at, column in enumerate(found):
        filled = [row[at] for row in cells if at < len(row) and row[at].strip()]
        if column.field == "addresses" and filled and not any("@" in cell for cell in filled):
            found[at] = Column("ignored")
        elif column.field == "name" and "given" in fields and "prenom" not in words_of(headings[at]):
            found[at] = Column("family")
        elif column.field == "postcode" and "department" in fields:
            found[at] = Column("ignored")
    return found
