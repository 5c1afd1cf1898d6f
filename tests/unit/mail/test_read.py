"""Whole mails: fields, bodies, links, files, the hash, and where text comes from."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.mail.links import find_links
from bot.mail.message import Attachment, Kind, Trust
from bot.mail.read import header_message_id, read
from tests.unit.mail.build import LISTS, fixture, multipart, nested, raw

PDF = """Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''plan%20d%C3%A9t.pdf
Content-Transfer-Encoding: base64"""


def test_a_plain_mail_is_read_whole() -> None:
    mail = read(
        raw(
            "Bonjour,\n\nvoir https://pad.example/p/1.\n",
            Subject="=?utf-8?q?R=C3=A9union?=\r\n =?utf-8?q?_du_CAC?=",
            Cc="Bruno <Bruno@Lisieres.example>, chloe@lisieres.example",
            In_Reply_To="<b@x.example>",
            References="<a@x.example>\r\n <b@x.example>",
        )
    )
    assert mail.subject == "Réunion du CAC"
    assert (mail.kind, mail.author.name, mail.author.address) == (
        Kind.PERSON,
        "Alice Martin",
        "alice@lisieres.example",
    )
    assert mail.date == dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
    assert mail.to == ("navette@lisieres.example",)
    assert mail.cc == ("bruno@lisieres.example", "chloe@lisieres.example")
    assert (mail.references, mail.in_reply_to) == (("a@x.example", "b@x.example"), "b@x.example")
    assert mail.text == "Bonjour,\n\nvoir https://pad.example/p/1."
    assert mail.links == ("https://pad.example/p/1",)
    assert mail.problems == ()


def test_alternatives_give_the_plain_text_and_files_are_told() -> None:
    mail = read(fixture("list-post-multipart-attachment"))
    assert mail.text == "Je cherche un vélo."
    assert [(item.name, item.type) for item in mail.attachments] == [("photo.png", "image/png")]


def test_an_empty_alternative_gives_way_to_the_html() -> None:
    kind, body = multipart(
        "alternative",
        ("Content-Type: text/plain", " \n"),
        ("Content-Type: text/html; charset=utf-8", "<p>Bonjour</p><ul><li>un</li><li>deux</li></ul>"),
    )
    assert read(raw(body, Content_Type=kind)).text == "Bonjour\n\n- un\n- deux"


def test_an_html_mail_behind_a_list_is_more_than_the_footer_added_to_it() -> None:
    kind, body = multipart(
        "mixed",
        ("Content-Type: text/html; charset=utf-8", "<p>Une table à donner.</p>"),
        ("Content-Type: text/plain\nContent-Disposition: inline", "-- \nListe reseau"),
    )
    assert read(raw(body, Content_Type=kind)).text == "Une table à donner."


def test_a_list_s_footer_in_a_part_of_its_own_is_known_whatever_it_says() -> None:
    """Nothing is drawn above it there; what its author wrote below a file is a part as well."""
    words = "Nos autres listes : https://listes.example/toutes"
    written = ("Content-Type: text/plain; charset=utf-8", "Une table à donner.\n")
    below = ("Content-Type: text/plain; charset=utf-8\nContent-Disposition: inline", "Alice, au Hangar")
    put = ("Content-Type: text/plain; charset=utf-8\nContent-Disposition: inline\nMIME-Version: 1.0", words)
    head = {"List_Id": "<reseau.lists.example.test>"}

    def text(*parts: tuple[str, str], **fields: str) -> str:
        kind, body = multipart("mixed", *parts)
        return read(raw(body, Content_Type=kind, **fields), lists=LISTS).text

    assert text(written, below, put, **head) == text(written, below, **head)
    assert "au Hangar" in text(written, below, put, **head)
    assert words in text(written, put)  # by no list
    assert words in text(put, **head)


def test_files_beside_the_html_alternative_are_told_and_shown_images_are_not() -> None:
    kind, body = multipart(
        "alternative",
        ("Content-Type: text/plain", "Voir le plan."),
        nested(
            "related",
            ("Content-Type: text/html", "<p>Voir le plan.</p>"),
            ("Content-Type: image/png\nContent-ID: <logo>", "x"),
            (PDF, "QUJDRA=="),
            boundary="dedans",
        ),
    )
    mail = read(raw(body, Content_Type=kind))
    assert mail.text == "Voir le plan."
    assert mail.attachments == (Attachment("plan dét.pdf", "application/pdf", 4),)


def test_an_attached_message_is_a_file_and_not_the_authors_words() -> None:
    kind, body = multipart(
        "mixed",
        ("Content-Type: text/plain", "Regarde."),
        ("Content-Type: message/rfc822", "From: x@y.example\nSubject: Vieux\n\nAncien texte"),
    )
    mail = read(raw(body, Content_Type=kind))
    assert (mail.text, mail.attachments[0].type, mail.kind) == ("Regarde.", "message/rfc822", Kind.PERSON)


@pytest.mark.parametrize(
    ("charset", "data", "told"),
    [
        ("utf-8", "Été à 10 €".encode(), ()),
        ("iso-8859-1", "Été à 10 €".encode("cp1252"), ()),
        ("windows-1252", "Été à 10 €".encode("cp1252"), ()),
        ("iso-8859-15", "Été à 10 €".encode("iso-8859-15"), ()),
        ("us-ascii", "Été à 10 €".encode(), ("bad-charset",)),
        ("utf-8", "Été à 10 €".encode("cp1252"), ("bad-charset",)),
        ("x-inconnu", "Été à 10 €".encode(), ("unknown-charset",)),
        ("punycode", "Été à 10 €".encode(), ("unknown-charset",)),
    ],
)
def test_text_is_read_whatever_its_charset_says(charset: str, data: bytes, told: tuple[str, ...]) -> None:
    mail = read(raw(data, Content_Type=f"text/plain; charset={charset}", Content_Transfer_Encoding="8bit"))
    assert (mail.text, mail.problems) == ("Été à 10 €", told)


def test_base64_with_rubbish_in_it_still_gives_its_text() -> None:
    mail = read(raw("Qm9u\nam91\n!!cg\n", Content_Transfer_Encoding="base64"))
    assert mail.text == "Bonjour"


def test_flowed_lines_are_joined_and_the_signature_mark_is_not() -> None:
    mail = read(
        raw("Une phrase \ncoupée.\n-- \nAlice\n", Content_Type="text/plain; charset=utf-8; format=flowed")
    )
    assert mail.text == "Une phrase coupée."
    assert mail.signature.endswith("Alice")


def test_eight_bit_headers_are_read() -> None:
    data = raw().replace(b"Subject: Essai", "Subject: Été".encode("cp1252"))
    assert read(data).subject == "Été"


def test_a_mail_without_message_id_gets_the_same_one_each_time() -> None:
    data = raw(Message_ID="")
    mail = read(data)
    assert not mail.has_message_id
    assert mail.message_id == read(b"Received: by elsewhere\r\n" + data).message_id
    assert mail.message_id.endswith("@navette.invalid")
    assert mail.message_id != read(raw("Autre chose.", Message_ID="")).message_id


def test_a_date_that_is_none_is_taken_from_the_last_server() -> None:
    data = b"Received: from a by b; Sat, 21 Nov 2026 19:45:21 +0000\r\n" + raw(Date="demain")
    mail = read(data)
    assert mail.date == dt.datetime(2026, 11, 21, 19, 45, 21, tzinfo=dt.UTC)
    assert "bad-date" in mail.problems


def test_dates_without_a_zone_are_aware() -> None:
    mail = read(raw(Date="Mon, 23 Nov 2026 09:00:00 -0000"))
    assert mail.date is not None
    assert mail.date.tzinfo is not None


def test_the_message_id_alone() -> None:
    assert header_message_id(raw()) == "essai.1@lisieres.example"
    assert header_message_id(b"rien") is None


def test_links_lose_the_punctuation_behind_them_and_keep_their_own_brackets() -> None:
    text = "(voir https://a.example/x_(y)), https://b.example/?q=1. <https://c.example> « https://d.example »"
    assert find_links(text) == (
        "https://a.example/x_(y)",
        "https://b.example/?q=1",
        "https://c.example",
        "https://d.example",
    )


def test_the_list_copy_has_the_hash_of_the_direct_mail() -> None:
    """The same mail sent to the bot and to the list acts once, whatever the list added to it."""
    text = "Bonjour,\n\nUne table à donner.\n\nAlice\n"
    direct = read(raw(text, Subject="Re: Offre : table"))
    footer = "\n-- \nListe reseau, pied de page\n"
    by_list = read(
        b"Received: by lists\r\n"
        + raw(
            text + footer,
            From="Alice Martin (via reseau Mailing List) <reseau@lists.example.test>",
            X_Original_From="Alice Martin <alice@lisieres.example>",
            Subject="Re: [reseau] Offre : table",
            List_Id="<reseau.lists.example.test>",
            List_Post="<mailto:reseau@lists.example.test>",
            X_Sequence="3",
        ),
        lists=LISTS,
    )
    as_part = multipart(
        "mixed", ("Content-Type: text/plain; charset=utf-8", text), ("Content-Type: text/plain", footer)
    )
    in_parts = read(raw(as_part[1], Content_Type=as_part[0], Subject="[reseau] Re: Offre : table"))
    assert direct.content_hash == by_list.content_hash == in_parts.content_hash
    assert by_list.author.trust is Trust.LIST
    assert (
        read(raw(text + "Deux chaises aussi.", Subject="Re: Offre : table")).content_hash
        != direct.content_hash
    )
    assert read(raw(text, Subject="Re: Offre : chaise")).content_hash != direct.content_hash
    assert (
        read(raw(text, Subject="Re: Offre : table", From="b@x.example")).content_hash != direct.content_hash
    )


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n\r\n", b"rien du tout", b"\x00\xff" * 50])
def test_what_is_no_mail_is_told_and_kept_apart(data: bytes) -> None:
    mail = read(data)
    assert mail.kind is Kind.UNREADABLE
    assert mail.problems


def test_a_mail_that_nobody_wrote_is_unreadable() -> None:
    assert read(raw(From="")).kind is Kind.UNREADABLE


def test_a_stored_mailbox_line_above_the_headers_is_passed_over() -> None:
    assert read(b"From alice@x.example Mon Nov 23 09:00:00 2026\n" + raw()).subject == "Essai"
