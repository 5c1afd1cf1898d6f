"""Mails that leave: the same bytes each time, readable by anybody, impossible to inject into."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import PARIS
from bot.mail.compose import BadAddress, OutAttachment, Stencil, as_quoted_reply, compose, message_id_for
from bot.mail.message import Kind
from bot.mail.read import read

WHEN = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))


def made(**changes: Any) -> bytes:
    """A mail of ours."""
    values: dict[str, Any] = {
        "sender": ("Réseau des Lisières", "navette@lisieres.example"),
        "recipient": "emile@lisieres.example",
        "subject": "Quelle date pour l'assemblée générale ?",
        "message_id": "sondage.12@lisieres.example",
        "date": WHEN,
        "text": "Bonjour Émile,\n\n1. samedi 16\n2. samedi 23\n",
    }
    return compose(**{**values, **changes})


def test_what_is_composed_is_read_back() -> None:
    pdf = OutAttachment("compte rendu été.pdf", "application/pdf", bytes(range(256)) * 5)
    data = made(
        html="<p>Bonjour Émile</p>",
        attachments=[pdf, OutAttachment("ag.ics", "text/calendar", b"BEGIN:VCALENDAR")],
        headers={"Reply-To": "navette+abc@lisieres.example", "In-Reply-To": "<x@y.example>"},
    )
    mail = read(data)
    assert mail.kind is Kind.PERSON
    assert mail.subject == "Quelle date pour l'assemblée générale ?"
    assert (mail.author.name, mail.author.address) == ("Réseau des Lisières", "navette@lisieres.example")
    assert (mail.message_id, mail.in_reply_to, mail.date) == (
        "sondage.12@lisieres.example",
        "x@y.example",
        WHEN,
    )
    assert mail.text == "Bonjour Émile,\n\n1. samedi 16\n2. samedi 23"
    assert [(item.name, item.type, item.size) for item in mail.attachments] == [
        ("compte rendu été.pdf", "application/pdf", 1280),
        ("ag.ics", "text/calendar", 15),
    ]
    assert mail.problems == ()


def test_the_standard_parser_reads_the_same() -> None:
    data = made(
        html="<p>Bonjour Émile</p>", attachments=[OutAttachment("é.bin", "application/x", b"\x00\xff" * 99)]
    )
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert message["subject"] == "Quelle date pour l'assemblée générale ?"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/x",
    ]
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == "Bonjour Émile,\n\n1. samedi 16\n2. samedi 23\n"
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "é.bin"
    assert attachment.get_content() == b"\x00\xff" * 99
    assert not [part.defects for part in message.walk() if part.defects]


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert made(html="<p>x</p>") == made(html="<p>x</p>")
    assert made() != made(message_id="autre@lisieres.example")


def test_a_stencil_stamps_what_compose_makes() -> None:
    stencil = Stencil(sender=("", "n@x.example"), subject="Récap", text="Été", html="<p>Été</p>")
    for number in range(3):
        values: dict[str, Any] = {
            "recipient": f"p{number}@x.example",
            "message_id": f"{number}@x.example",
            "date": WHEN + dt.timedelta(minutes=number),
            "headers": {"List-Unsubscribe": f"<https://x.example/{number}>"},
        }
        once = compose(sender=("", "n@x.example"), subject="Récap", text="Été", html="<p>Été</p>", **values)
        assert stencil.stamp(**values) == once
        assert f"To: p{number}@x.example\r\n".encode() in once


def test_to_may_differ_from_the_recipient() -> None:
    mail = read(made(to="Réseau <reseau@listes.example>"))
    assert mail.to == ("reseau@listes.example",)


@pytest.mark.parametrize(
    "value", ["Récap\r\nBcc: x@evil.example", "Récap\nBcc: x@evil.example", "Récap\x00\rBcc: x@e.example"]
)
def test_a_line_break_in_a_field_adds_no_field(value: str) -> None:
    for data in (made(subject=value), made(headers={"X-Circle": value}), made(sender=(value, "n@x.example"))):
        assert email.message_from_bytes(data)["bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "Alice <a@b.example>",
        "a b@c.example",
        "a@",
        "",
        "é@b.example",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        made(recipient=address)


def test_a_domain_with_accents_goes_by_idna() -> None:
    assert b"To: a@xn--lisires-5xa.example" in made(recipient="a@lisières.example")


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": {"X Y": "z"}},
        {"headers": {"X:\r\nBcc": "z"}},
        {"headers": {"from": "z@x.example"}},
        {"message_id": "a b"},
        {"message_id": ""},
        {"date": WHEN.replace(tzinfo=None)},
    ],
)
def test_header_names_and_ids_and_dates_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^not a|needed$"):
        made(**wrong)


def test_long_fields_are_folded_and_read_back() -> None:
    references = " ".join(f"<reference.numero.{number}@lisieres.example>" for number in range(60))
    subject = "Réunion très longue de l'ensemble des groupes de travail " * 8
    data = made(subject=subject, headers={"References": references})
    assert max(map(len, data.split(b"\r\n"))) <= 80
    mail = read(data)
    assert len(mail.references) == 60
    assert mail.subject == subject.strip()


def test_lines_of_a_body_are_never_too_long_and_never_bare() -> None:
    data = made(text="a" * 5000 + "\nfin\r\nvrai\rfin", html="é" * 5000)
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")


def test_a_text_that_holds_a_boundary_breaks_nothing() -> None:
    first = made(html="<p>x</p>")
    boundary = email.message_from_bytes(first).get_boundary()
    mail = read(made(text=f"un\n--{boundary}--\ndeux", html="<p>x</p>"))
    assert mail.text == f"un\n--{boundary}--\ndeux"


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200)


@given(subject=texts, name=texts, value=texts)
def test_any_words_make_a_mail_with_the_same_fields(subject: str, name: str, value: str) -> None:
    data = made(subject=subject, sender=(name, "n@x.example"), headers={"X-Circle": value})
    message = email.message_from_bytes(data)
    assert list(message.keys()) == [
        "From",
        "Subject",
        "MIME-Version",
        "To",
        "Date",
        "Message-ID",
        "X-Circle",
        "Content-Type",
        "Content-Transfer-Encoding",
    ]
    assert read(data).author.address == "n@x.example"
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_what_a_french_client_quotes_is_told_from_the_answer() -> None:
    text = as_quoted_reply(
        "Quelle date ?\n\n1. le 16\n", "Navette <n@x.example>", WHEN, "plutôt le 23\n\nEmile"
    )
    assert text == (
        "plutôt le 23\n\nEmile\n\nLe lun. 23 nov. 2026 à 09:00, Navette <n@x.example> a écrit\u00a0:\n\n"
        "> Quelle date ?\n>\n> 1. le 16\n"
    )
    assert read(made(text=text)).text == "plutôt le 23\n\nEmile"


def test_a_name_with_accents_leaves_the_address_beside_it_readable() -> None:
    message = email.message_from_bytes(
        made(headers={"Reply-To": "Réseau <r+1@x.example>"}), policy=email.policy.default
    )
    assert message["reply-to"].addresses[0].addr_spec == "r+1@x.example"
    assert message["reply-to"].addresses[0].display_name == "Réseau"


def test_the_hour_that_the_clocks_show_twice_is_written_with_its_offset() -> None:
    stencil = Stencil(sender=("", "n@x.example"), subject="x", text="x")
    first = dt.datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)
    for moment, zone in ((first, b"+0200"), (first.replace(fold=1), b"+0100")):
        data = stencil.stamp(recipient="a@x.example", message_id="1@x.example", date=moment)
        assert b"02:30:00 " + zone in data


def test_an_effect_has_one_message_id() -> None:
    first = message_id_for("poll 12 ask emile", "lisieres.example")
    assert first == message_id_for("poll 12 ask emile", "lisieres.example")
    assert first != message_id_for("poll 12 ask chloe", "lisieres.example")
    assert read(made(message_id=first)).message_id == first
