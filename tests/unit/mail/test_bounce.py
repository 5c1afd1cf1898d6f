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


@pytest.mark.parametrize("author", ["", "Postmaster <>", "<>", "Mail Delivery System <>"])
def test_a_bounce_without_an_author_is_still_one(author: str) -> None:
    text = "Did not reach the following recipient: a@b.example\n"
    mail = read(raw(text, From=author, Subject="Undeliverable: Récap"))
    assert (mail.kind, mail.bounce) == (Kind.BOUNCE, Bounce("a@b.example", True, None))


@pytest.mark.parametrize(
    "text",
    [
        "Votre message n'a pas pu être remis aux destinataires suivants :\n\n  * a@b.example\n",
        "Ihre Nachricht konnte nicht zugestellt werden:\n\na@b.example\nEmpfänger unbekannt\n",
        "No se ha podido entregar su mensaje a:\n a@b.example (buzón lleno)\n",
        "Impossibile recapitare il messaggio a: a@b.example\n",
        "Não foi possível entregar a mensagem a a@b.example: caixa cheia\n",
        "Uw bericht kon niet worden bezorgd bij a@b.example\n",
        "次のメールアドレスに配信できませんでした。\na@b.example\n",
        "Failed Recipient: a@b.example\nReason: Remote host said: 550 unknown user\n",
        "Your message\n\n  To:  liste@c.example\n\ndid not reach the following:\n\na@b.example\n",
    ],
)
def test_the_address_is_found_by_its_place_in_many_languages(text: str) -> None:
    mail = read(raw(text, From=DAEMON, Subject="Récap"))
    assert (mail.kind, mail.bounce) == (Kind.BOUNCE, Bounce("a@b.example", True, None))
    assert mail.reason


def test_the_servers_own_addresses_and_ours_never_failed() -> None:
    text = (
        "Message from navette@lisieres.example to reseau@lisieres.example was not delivered to\n\n"
        "    a@b.example\n\nPlease contact postmaster@mx.example or help@mx.example.\n"
    )
    mail = read(raw(text, From=DAEMON, Subject="failure notice", To="reseau@lisieres.example"))
    assert mail.bounce == Bounce("a@b.example", True, None)
    silent = raw("Delivery failed. Contact help@mx.example.", From=DAEMON, Subject="failure notice")
    assert read(silent).bounce == Bounce("", True, None)


def test_the_address_may_hide_in_the_one_for_bounces() -> None:
    mail = read(
        raw("Delivery failed.", From=DAEMON, Subject="failure", To="reseau-bounces+a=b.example@c.example")
    )
    assert mail.bounce == Bounce("a@b.example", True, None)


@pytest.mark.parametrize(("copies", "address"), [("", "a@b.example"), ("Cc: c@d.example\n", "")])
def test_the_original_tells_when_it_went_to_one_alone(copies: str, address: str) -> None:
    kind, body = multipart(
        "mixed",
        ("Content-Type: text/plain", "Your mail could not be delivered."),
        (
            "Content-Type: message/rfc822",
            f"From: x@y.example\nTo: a@b.example\n{copies}Message-ID: <1@y>\n\nx",
        ),
    )
    mail = read(raw(body, Content_Type=kind, From=DAEMON, Subject="Undelivered"))
    assert mail.bounce == Bounce(address, True, "1@y")


@pytest.mark.parametrize(
    ("reply", "permanent"),
    [
        ("550 5.1.1 unknown", True),
        ("452 4.2.2 mailbox full", False),
        ("#550 4.4.7 QUEUE.Expired", False),
        ("host mx.example[192.0.2.5] said 550 unknown (4.5.6.7)", True),
        ("no mailbox here", True),
        ("too many attempts, try again later", False),
    ],
)
def test_what_stands_next_to_the_address_tells_for_how_long(reply: str, permanent: bool) -> None:
    text = f"I could not deliver your message.\n\n<a@b.example>:\n{reply}\n\n--- Below this line is a copy.\n"
    assert read(raw(text, From=DAEMON, Subject="failure")).bounce == Bounce("a@b.example", permanent, None)


def test_a_status_that_says_nothing_gives_way_to_what_the_other_server_said() -> None:
    fields = (
        "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\n"
        "Diagnostic-Code: smtp; 452 4.2.2 mailbox full"
    )
    bounce = read(report(fields)).bounce
    assert bounce is not None
    assert not bounce.permanent


def test_an_alias_of_several_is_not_what_failed() -> None:
    fields = "\n\n".join(
        f"Original-Recipient: rfc822; cac@b.example\nFinal-Recipient: rfc822; {who}@b.example\nAction: failed"
        for who in ("alice", "bruno")
    )
    bounce = read(report(fields)).bounce
    assert bounce is not None
    assert bounce.address == "alice@b.example"


def test_a_report_that_stands_in_the_text_is_read() -> None:
    text = "Delivery report\n\nFinal-Recipient: rfc822; a@b.example\nAction: failure\nStatus: 550 unknown\n"
    mail = read(raw(text, From=DAEMON, Subject="Report"))
    assert (mail.kind, mail.reason, mail.bounce) == (
        Kind.BOUNCE,
        "delivery-report",
        Bounce("a@b.example", True, None),
    )


def test_a_server_that_goes_on_trying_reports_a_delay() -> None:
    text = "Delivery to a@b.example failed for now. We will continue to attempt delivery for 3 days."
    mail = read(raw(text, From=DAEMON, Subject="Delivery problem"))
    assert (mail.kind, mail.bounce) == (Kind.DELAY, Bounce("a@b.example", False, None))


def test_a_list_server_hands_a_bounce_over() -> None:
    fields = "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1"
    kind, body = multipart(
        "mixed",
        ("Content-Type: text/plain", "The attached message was received as a bounce."),
        ("Content-Type: message/rfc822", report(fields).decode()),
        boundary="dehors",
    )
    mail = read(raw(body, Content_Type=kind, From="reseau-bounces@c.example", List_Id="<reseau.c.example>"))
    assert (mail.kind, mail.bounce) == (
        Kind.BOUNCE,
        Bounce("a@b.example", True, "recap.48@lisieres.example"),
    )


def test_a_gateway_under_a_name_of_its_own_is_known_by_its_first_words() -> None:
    text = "Your message could not be delivered to the following user:\n\n<a@b.example>\n"
    mail = read(raw(text, From="gateway@b.example", Subject="Non-Delivery: Récap"))
    assert (mail.kind, mail.bounce) == (Kind.BOUNCE, Bounce("a@b.example", True, None))


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Non remis",
            "Bonjour,\nVotre message n'a pas été remis à a@b.example, vous avez une autre adresse ?",
        ),
        ("Undeliverable", "I got this: your message could not be delivered to <a@b.example>: 550 unknown"),
        ("TR: Undelivered Mail", "Your message could not be delivered to:\n\n<a@b.example>: 550 unknown\n"),
        ("Mail revenu", "Je copie :\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1"),
        ("Échec", "Le colis n'a pas pu être livré, écrire à <a@b.example>."),
    ],
)
@pytest.mark.parametrize("lists", [{}, {"List_Id": "<reseau.c.example>"}])
def test_who_quotes_a_bounce_or_speaks_of_one_is_a_person(
    subject: str, text: str, lists: dict[str, str]
) -> None:
    mail = read(raw(text, Subject=subject, **lists))
    assert (mail.kind, mail.bounce) == (Kind.LIST_POST if lists else Kind.PERSON, None)


def test_a_daemon_that_tells_of_no_failure_is_automatic() -> None:
    mail = read(raw("The queue is empty.", From=DAEMON, Subject="Statistics"))
    assert (mail.kind, mail.bounce) == (Kind.AUTOMATIC, None)


def test_an_answering_machine_that_passes_nothing_on_is_no_bounce() -> None:
    text = "Je ne travaille plus ici. Votre message n'a pas été transmis. Écrivez à :\n\nlea@b.example\n"
    mail = read(raw(text, Return_Path="<>", Subject="Départ"))
    assert (mail.kind, mail.bounce) == (Kind.AUTOMATIC, None)


@pytest.mark.parametrize(
    ("author", "subject", "text"),
    [
        ("alice@b.example", "Samedi", "Hi. This is the plan: <bruno@b.example> brings the bread."),
        ("postmaster@b.example", "Re: Undelivered Mail", "Their box was full: a@b.example.\n\nRoland"),
    ],
)
def test_what_begins_like_a_server_or_comes_from_a_postmaster_may_be_a_persons(
    author: str, subject: str, text: str
) -> None:
    mail = read(raw(text, From=author, Subject=subject))
    assert (mail.kind, mail.bounce) == (Kind.PERSON, None)
