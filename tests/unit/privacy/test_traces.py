"""Somebody is found in whatever dress their name, address or chat id stands, and nobody else is."""

from __future__ import annotations

import base64
import json
import quopri

import pytest

from bot.personal.holdings.traces import Traces

LEA = Traces(
    "ancien·ne membre 1",
    "lea",
    "erased-1",
    ("Léa Toscan",),
    ("lea@lisieres.example",),
    ("@lea:lisieres.example",),
)


@pytest.mark.parametrize(
    "text",
    [
        "Léa Toscan",
        "merci à LÉA TOSCAN !",
        "Lea\u00a0toscan,",
        "le\u0301a toscan",
        "TOSCAN Léa",
        "Toscan, Léa",
        "<lea@lisieres.example>",
        "mailto:LEA%40lisieres.example",
        "bounce+lea=lisieres.example@listes.example",
        "écris à lea@lisieres.example.",
        "https://matrix.to/#/@lea:lisieres.example",
        "https://matrix.to/#/%40lea%3Alisieres.example",
    ],
)
def test_what_names_her_is_replaced(text: str) -> None:
    cleaned = LEA.out_of(text)
    assert "ancien·ne membre 1" in cleaned
    assert not LEA.in_text(cleaned)
    assert "tosc" not in cleaned.lower()


@pytest.mark.parametrize(
    "text",
    [
        "Léa Toscane",
        "Cléa Toscan",
        "Léa",
        "la côte toscane de Léa",
        "clea@lisieres.example",
        "noise.lea@lisieres.example",
        "lea@lisieres.example.org",
        "@lea:lisieres.example.org",
        "lea@lisieres.examples",
        "contact+lea@lisieres.example",
        "la toscan léa",
    ],
)
def test_what_names_somebody_else_stays(text: str) -> None:
    assert LEA.out_of(text) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("un petit jean bleu", "un petit jean bleu"),
        ("Petit Jean arrive, jean petit aussi", "X arrive, X aussi"),
        ("Jean Petit et Jean Petit-Morel", "X et Jean Petit-Morel"),
        ("à la Maison Jean Petit", "à la Maison Jean Petit"),
    ],
)
def test_words_that_are_also_a_name_and_longer_names_stay(text: str, cleaned: str) -> None:
    spared = ("Jean Petit Morel", "Jean Petit-Morel", "Maison Jean Petit")
    assert Traces("X", names=("Jean Petit",), spared=spared).out_of(text) == cleaned


def test_a_text_with_only_spared_names_does_not_name_them() -> None:
    traces = Traces("X", names=("Jean Petit",), spared=("Maison Jean Petit",))
    assert not traces.in_text("à la maison Jean Petit")
    assert traces.in_text("à la maison Jean Petit, Jean Petit")


MAIL = "From: a@b.example\r\n{head}\r\n{body}"
LATIN = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        MAIL.format(
            head="Subject: =?utf-8?Q?Bonjour_L=C3=A9a?=\r\n =?utf-8?Q?_Toscan?=\r\n", body="x"
        ).encode(),
        MAIL.format(head="Cc: =?iso-8859-1?B?TOlhIFRvc2Nhbg==?= <x@y.example>\r\n", body="x").encode(),
        MAIL.format(
            head="Content-Transfer-Encoding: base64\r\n",
            body=base64.encodebytes(("é" * 60 + " Léa Toscan").encode()).decode(),
        ).encode(),
        MAIL.format(
            head="Content-Transfer-Encoding: quoted-printable\r\n",
            body=quopri.encodestring(("à " * 30 + "Léa Toscan").encode()).decode(),
        ).encode(),
        MAIL.format(
            head="Content-Type: text/html\r\n", body="<b>L&#233;a</b>&nbsp;<i>x</i> L&eacute;a&nbsp;Toscan"
        ).encode(),
        MAIL.format(head=LATIN, body="Léa Toscan").encode("iso-8859-1"),
        json.dumps({"content": {"body": "Léa Toscan"}}).encode(),
        json.dumps({"sender": "@lea:lisieres.example"}).encode(),
        "Léa Toscan".encode("utf-16"),
    ],
)
def test_raw_bytes_are_read_as_they_were_meant(raw: bytes) -> None:
    assert LEA.in_bytes(raw)


def test_a_mail_inside_a_mail_is_read_too() -> None:
    inner = MAIL.format(
        head="Content-Transfer-Encoding: base64\r\n", body=base64.b64encode("Léa Toscan".encode()).decode()
    )
    outer = MAIL.format(head="Content-Type: message/rfc822\r\n", body=inner)
    assert LEA.in_bytes(outer.encode())
    assert not LEA.in_bytes(outer.replace(base64.b64encode("Léa Toscan".encode()).decode(), "eA==").encode())


def test_json_loses_her_in_values_keys_and_files() -> None:
    card = base64.b64encode("BEGIN:VCARD\nFN:Léa Toscan".encode()).decode()
    picture = base64.b64encode(b"\xff\xd8lea@lisieres.example").decode()
    state = {
        "who": "lea",
        "audience": "person:lea",
        "lea@lisieres.example": ["LÉA TOSCAN", 3, None],
        "files": [{"base64": card}, {"base64": picture}, {"base64": base64.b64encode(b"autre").decode()}],
    }
    cleaned = LEA.out_of_json(state)
    assert (cleaned["who"], cleaned["audience"]) == ("erased-1", "person:erased-1")
    assert cleaned["ancien·ne membre 1"] == ["ancien·ne membre 1", 3, None]
    files = [base64.b64decode(one["base64"]).decode() for one in cleaned["files"]]
    assert files == ["BEGIN:VCARD\nFN:ancien·ne membre 1", "", "autre"]
