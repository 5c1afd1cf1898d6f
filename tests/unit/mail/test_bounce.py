"""Mails that did not arrive, and those that only look like it."""

from __future__ import annotations

import pytest

from bot.mail.message import Bounce, Kind
from bot.mail.read import read
from tests.unit.mail.build import fixture, multipart, raw

DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example>"
ORIGINAL = (
    "From: Navette <navette@lisieres.example>\nMessage-ID: <recap.48@lisieres.example>\nSubject: x\n\nx"
)


def report(fields: str, **more: str) -> bytes:
    """A delivery report (RFC 3464) on a mail of ours."""
    kind, body = multipart(
        "report",
        ("Content-Type: text/plain", "Sorry."),
        ("Content-Type: message/delivery-status", f"Reporting-MTA: dns; mx.example\n\n{fields}"),
        ("Content-Type: message/rfc822", ORIGINAL),
    )
    return raw(
        body, Content_Type=f"{kind}; report-type=delivery-status", From=DAEMON, Subject="Rapport", **more
    )


def test_a_real_report_of_postfix() -> None:
    mail = read(fixture("dsn-to-sender"))
    assert mail.kind is Kind.BOUNCE
    assert mail.bounce == Bounce(
        "absent@membres.example.test", True, "179529052247.15193.1344479370537892808@membres.example.test"
    )


@pytest.mark.parametrize(
    ("fields", "kind", "permanent"),
    [
        ("Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1", Kind.BOUNCE, True),
        ("Final-Recipient: rfc822;<a@b.example>\nAction: failed\nStatus: 4.4.7", Kind.BOUNCE, False),
        ("Final-Recipient: rfc822; a@b.example\nAction: delayed\nStatus: 4.4.1", Kind.DELAY, False),
        (
            "Original-Recipient: rfc822;a@b.example\nFinal-Recipient: x\nAction: failed\nStatus: 5.2.2",
            Kind.BOUNCE,
            True,
        ),
        (
            "Final-Recipient: rfc822;\n a@b.example\nACTION: Failed (unknown)\nStatus: 5.0.0",
            Kind.BOUNCE,
            True,
        ),
    ],
)
def test_a_report_says_who_and_for_how_long(fields: str, kind: Kind, permanent: bool) -> None:
    mail = read(report(fields))
    assert mail.kind is kind
    assert mail.bounce == Bounce("a@b.example", permanent, "recap.48@lisieres.example")


def test_a_report_of_success_is_no_bounce() -> None:
    mail = read(report("Final-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0"))
    assert (mail.kind, mail.bounce) == (Kind.AUTOMATIC, None)


def test_one_failure_among_successes_is_found() -> None:
    fields = (
        "Final-Recipient: rfc822; a@b.example\nAction: relayed\nStatus: 2.0.0\n\n"
        "Final-Recipient: rfc822; c@d.example\nAction: failed\nStatus: 5.1.1"
    )
    bounce = read(report(fields)).bounce
    assert bounce is not None
    assert bounce.address == "c@d.example"


def test_exim_names_the_address_in_a_header() -> None:
    mail = read(
        raw("A message that you sent could not be delivered.\n\n  a@b.example\n    550 no such user",
            From=DAEMON, Subject="Mail delivery failed: returning message", X_Failed_Recipients="a@b.example")
    )  # fmt: skip
    assert (mail.kind, mail.bounce) == (Kind.BOUNCE, Bounce("a@b.example", True, None))


@pytest.mark.parametrize(
    "subject",
    ["Undelivered Mail Returned to Sender", "failure notice", "Non remis : Récap", "Échec de la remise",
     "Message non distribué", "Delivery Status Notification (Failure)", "Courrier non délivré"],
)  # fmt: skip
def test_a_daemon_without_a_report_is_read_by_its_words(subject: str) -> None:
    ours = "Message-ID: <recap.48@lisieres.example>"
    text = f"Pour navette@lisieres.example :\n<a@b.example>: 550 5.1.1 inconnu\n\n{ours}\n"
    mail = read(raw(text, From=DAEMON, Subject=subject), own_addresses={"navette@lisieres.example"})
    assert (mail.kind, mail.bounce) == (Kind.BOUNCE, Bounce("a@b.example", True, "recap.48@lisieres.example"))


@pytest.mark.parametrize(
    "subject",
    ["Delayed Mail (still being retried)", "Delivery Status Notification (Delay)", "Remise différée : Récap",
     "Warning: could not send message for past 4 hours"],
)  # fmt: skip
def test_a_notice_of_delay_is_no_bounce(subject: str) -> None:
    mail = read(raw("<a@b.example>: 450 4.2.1 later", From=DAEMON, Subject=subject))
    assert (mail.kind, mail.bounce) == (Kind.DELAY, Bounce("a@b.example", False, None))


def test_qmail_has_a_shape_of_its_own() -> None:
    text = "Hi. This is the qmail-send program at b.example.\n\n<a@b.example>:\nno mailbox here. (#5.1.1)\n"
    mail = read(raw(text, From="x@b.example", Subject="Oups"))
    assert (mail.kind, mail.bounce) == (Kind.BOUNCE, Bounce("a@b.example", True, None))


def test_a_person_who_passes_a_bounce_on_is_a_person() -> None:
    kind, body = multipart(
        "mixed",
        ("Content-Type: text/plain", "Undelivered mail again, can you look?"),
        ("Content-Type: message/rfc822", report("Action: failed").decode()),
        boundary="dehors",
    )
    mail = read(raw(body, Content_Type=kind, Subject="Tr: Undelivered Mail Returned to Sender"))
    assert (mail.kind, mail.bounce) == (Kind.PERSON, None)


def test_a_person_with_an_attached_mail_and_a_bouncing_subject_is_a_person() -> None:
    assert (
        read(raw("Mes mails à Léa reviennent.", Subject="Échec de la remise de mes mails")).kind
        is Kind.PERSON
    )
