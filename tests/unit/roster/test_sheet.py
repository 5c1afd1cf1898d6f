"""Tables as spreadsheets write them: separators, encodings, headings, cells."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.roster import cells, headings, lines, sheet
from bot.roster.roles import Circles
from bot.settings import Settings

HEAD = ["Nom", "Courriel", "Commune", "Lieu"]
# What French spreadsheets hold; every encoding has it.
some = ["Zoé", "ÉLUARD", "HÉLÈNE", "Forêt", "Ça", "Où ?", "naïf", "O'Brien", "04", "x@y.example", "à Gap"]
words = st.lists(st.sampled_from(some), max_size=3).map(" ".join)
cell = st.one_of(
    words, st.sampled_from(["dit « oui »", 'a "b" c', "x;y", "x,y", "x\ty", "l'un\nl'autre", "un\r\ndeux"])
)
tables = st.lists(st.lists(cell, min_size=4, max_size=4).filter(any), max_size=5)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])


def written(rows: list[list[str]], separator: str, ending: str = "\r\n", *, all_quoted: bool = False) -> str:
    """As Python's csv writes it, which is as Excel does."""
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=separator, lineterminator=ending, quoting=quoting).writerows(rows)
    return text.getvalue()


@hypothesis_settings(max_examples=60)
@given(tables, st.sampled_from(";,\t"), encodings, st.sampled_from(["\r\n", "\n"]), st.booleans())
def test_what_a_spreadsheet_wrote_is_read_back(
    rows: list[list[str]], separator: str, encoding: str, ending: str, quoted: bool
) -> None:
    text = written([HEAD, *rows], separator, ending, all_quoted=quoted)
    found = sheet.read(text.encode(encoding), headings.is_heading)
    assert found.headings == tuple(HEAD)
    assert [list(row.cells) for row in found.rows] == rows
    assert found.separator == separator


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("nom;commune\nHÉLÈNE;Dîner à Orange", "cp1252"),
        ("nom;commune\nHélène L’Hôte;Forêt", "mac_roman"),
        ("nom;commune\nÉloïse;Ça", "mac_roman"),
        ("nom;commune\nŒuvre « à l’été » : 5 €;Île", "cp1252"),
        ("nom;commune\nŒuvre « à l’été » : 5 €;Île", "mac_roman"),
        ("nom;commune\nZoé;délégué·e", "utf-8"),
    ],
)
def test_the_encoding_is_the_one_in_which_it_reads_as_french(text: str, encoding: str) -> None:
    assert sheet.decoded(text.encode(encoding)) == (text, encoding)


def test_a_file_that_names_its_separator_with_a_title_and_empty_lines() -> None:
    raw = b"sep=;\r\nListe des membres, 2026;;\r\n;;\r\nNom;Courriel;\r\n\r\n;;\r\nZo\xe9;z@x.example;\r\n"
    found = sheet.read(raw, headings.is_heading)
    assert found.headings == ("Nom", "Courriel", "")
    assert [(row.number, row.cells[0]) for row in found.rows] == [(6, "Zoé")]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04rest", "classeur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "classeur"),
        (b"", "en-t\u00eate"),
        (b"a;b;c\n1;2;3\n", "en-t\u00eate"),
        (codecs.BOM_UTF16_LE + b"a", "coup\u00e9"),
        (b"nom;x\n" + b"a" * 200_000 + b"\n", "ne se lit pas"),
    ],
)
def test_what_is_no_table_of_people_is_refused_with_what_to_do(raw: bytes, said: str) -> None:
    with pytest.raises(sheet.SheetError, match=said):
        sheet.read(raw, headings.is_heading)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Nom et prénom", "name"),
        ("NOM PRÉNOM", "name"),
        ("Prénom(s)", "given"),
        ("Nom de famille", "family"),
        ("Adresse mail", "addresses"),
        ("Courriel (pro)", "addresses"),
        ("E-mail 2", "addresses"),
        ("Adresse électronique", "addresses"),
        ("Mél.", "addresses"),
        ("Tél", "ignored"),
        ("N° de portable", "ignored"),
        ("Adresse postale", "ignored"),
        ("Tiers-lieu", "place"),
        ("Nom de la structure", "place"),
        ("Dépt", "department"),
        ("Code postal", "postcode"),
        ("Ville", "town"),
        ("Identifiant Matrix", "chat"),
        ("Clé", "key"),
        ("Fonction·s", "roles"),
        ("Groupes de travail", "circles"),
        ("GT", "circles"),
        ("Membre ?", "member"),
        ("Inscrit·e", "member"),
        ("Statut", "status"),
        ("Date d'entrée", "entered"),
        ("Membre depuis le", "entered"),
        ("Langue", "language"),
        ("Couleur préférée", ""),
    ],
)
def test_headings_in_the_ways_people_write_them(heading: str, field: str) -> None:
    assert headings.column_of(heading, {}).field == field


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("4", "04"),
        ("04", "04"),
        ("04 - Alpes-de-Haute-Provence", "04"),
        ("Vaucluse (84)", "84"),
        ("2a", "2A"),
        ("974", "974"),
        ("83.0", "83"),
        ("\u00a06 ", "06"),
        ("04/05", None),
        ("Vaucluse", None),
        ("13001", None),
        ("0", None),
    ],
)
def test_departments_that_lost_their_zero(text: str, department: str | None) -> None:
    assert cells.department(text) == department


@pytest.mark.parametrize(
    ("text", "department"),
    [("4000", "04"), ("04000", "04"), ("13 001", "13"), ("97400", "974"), ("20000", None), ("x", None)],
)
def test_departments_of_post_codes(text: str, department: str | None) -> None:
    assert cells.department_of_postcode(text) == department


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/12/2026", dt.date(2026, 12, 31)),
        ("1-2-26", dt.date(2026, 2, 1)),
        ("2026-12-31 00:00:00", dt.date(2026, 12, 31)),
        ("31/02/2026", None),
        ("hier", None),
    ],
)
def test_days(text: str, day: dt.date | None) -> None:
    assert cells.day(text) == day


def test_yes_and_no() -> None:
    assert all(cells.yes(word) for word in ("oui", "Oui ", "x", "X", "1", "VRAI", "✓"))
    assert not any(cells.yes(word) for word in ("non", "0", "Faux", "-"))
    assert cells.yes("peut-être") is None


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("A@X.example ; b@x.example", ["a@x.example", "b@x.example"], []),
        ("a@x.example\nb@x.example\na@x.example", ["a@x.example", "b@x.example"], []),
        ("Zoé Éluard <z@x.example>", ["z@x.example"], []),
        ("mailto:z@x.example", ["z@x.example"], []),
        ("z@x", [], ["z@x"]),
        ("aucune", [], ["aucune"]),
        ("z@x.example ou y@", ["z@x.example"], ["y@"]),
    ],
)
def test_addresses_in_a_cell(text: str, found: list[str], rest: list[str]) -> None:
    assert cells.addresses(text) == (found, rest)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("facilitation GT Animation", ["facilitator:gt-animation"]),
        ("Facilitateur·ice du GT animation", ["facilitator:gt-animation"]),
        ("délégué·e au CAC", ["delegate:cac"]),
        ("déléguée", ["delegate:cac"]),
        ("trésorière", ["treasurer"]),
        ("référente 05", ["referent:05"]),
        ("référent·e du département 5 et 04", ["referent:05", "referent:04"]),
        ("Secrétaire du CAC, coordination", ["secretary:cac", "coordination"]),
        ("secrétaire de séance du CAC", ["secretary:cac"]),
        ("GT Animation / GT Formation", ["member:gt-animation", "member:gt-formation"]),
        ("membre du GT Formation et du CAC", ["member:gt-formation", "member:cac"]),
        ("member:cac; facilitator:gt-formation", ["member:cac", "facilitator:gt-formation"]),
        ("membre", []),
    ],
)
def test_roles_in_french_words(text: str, roles: list[str], settings: Settings) -> None:
    assert Circles.of(settings).read(text) == (roles, [])


@pytest.mark.parametrize(
    "text", ["facilitation", "facilitation du GT Couture", "pompier", "référent", "cac:x"]
)
def test_a_role_that_is_not_understood_gives_none(text: str, settings: Settings) -> None:
    roles, unknown = Circles.of(settings).read(text)
    assert (roles, unknown) == ([], [text])


def read(text: str, settings: Settings) -> list[lines.Line]:
    return list(lines.read(text.encode(), settings).lines)


def test_a_row_with_all_that_french_sheets_have(settings: Settings) -> None:
    text = (
        "Prénom;NOM;Adresse;Courriel;E-mail 2;Tél.;Dépt;GT Animation;Membre;Rôle;Inscription\n"
        "Jean-Pierre;de La Tour;3 rue du Four;jp@x.example;;0600;4;x;oui;pompier;01/09/2025\n"
        " Sean\u00a0;O'Brien ;;s@x.example;t@x.example;;;non;non;;bientôt\n"
    )
    table = lines.read(text.encode("cp1252"), settings)
    first, second = table.lines
    assert (first.name, first.addresses, first.department) == (
        "Jean-Pierre de La Tour",
        ["jp@x.example"],
        "04",
    )
    assert (first.roles, first.status) == (["member:gt-animation"], "subscriber")
    assert (first.entered, first.doubts) == (dt.date(2025, 9, 1), ["Rôle : pompier"])
    assert (second.name, second.addresses) == ("Sean O'Brien", ["s@x.example", "t@x.example"])
    assert (second.roles, second.status, second.doubts) == ([], "newcomer", ["Inscription : bientôt"])
    assert table.passed == ("Adresse", "Tél.")


def test_an_address_column_may_be_where_mail_goes(settings: Settings) -> None:
    [line] = read("Nom;Adresse\nZoé;z@x.example\n", settings)
    assert line.addresses == ["z@x.example"]


def test_cells_beyond_the_headings_are_told(settings: Settings) -> None:
    [line] = read("Nom;Courriel\nZoé;z@x.example;et ceci\n", settings)
    assert line.doubts == ["au-delà des colonnes : et ceci"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Zoé Éluard", "zoe.eluard"),
        ("Jean-Pierre de La Tour", "jean-pierre.de.la.tour"),
        ("O'Brien", "o.brien"),
        ("Œdipe ", "oedipe"),
        ("李", "personne"),
        ("erased-1", "erased.1"),  # else somebody's erasure would find its key taken
    ],
)
def test_a_key_made_of_a_name(name: str, key: str) -> None:
    assert cells.key_of(name) == key
