"""What a real Sympa 6.2.70 (lang fr) sent, each mail told for what it is."""

from __future__ import annotations

import re

import pytest

from bot.mail.message import Kind, Trust
from bot.mail.read import read
from tests.unit.mail.build import LISTS, SYMPA, fixture, said

NUMERIQUE = "numerique@membres.example.test"
LONG_NAME = "Numé Rique de la Très Longue Maison Bleue Adossée à la Colline"
NOTICES = {
    "approval-reply": ("command_report", "reseau", NUMERIQUE, "Numé Rique"),
    "author-notified-moderation": ("message_report", "modere", "", ""),
    "author-told-distributed": ("delivery_status_notification", "modere", "", ""),
    "digest-mime": ("digest", "reseau", "", ""),
    "digest-plain": ("digest", "reseau", "", ""),
    "digest-summary": ("digest", "reseau", "", ""),
    "distribute-reply": ("message_report", "modere", "", ""),
    "member-REVIEW-refused": ("command_report", "reseau", "", ""),
    "moderation-request-editorkey": ("moderate", "modere", "alice@membres.example.test", ""),
    "moderation-request-nonmember": ("moderate", "reseau", "exterieur@membres.example.test", ""),
    "notify-cli-add-notify": ("add", "reseau", NUMERIQUE, "Numé Rique"),
    "notify-cli-del-notify": ("del", "reseau", NUMERIQUE, ""),
    "notify-subscribe-after-confirm-longname": ("subscribe", "reseau", NUMERIQUE, LONG_NAME),
    "notify-subscribe-by-mail": ("subscribe", "reseau", "nouvelle@membres.example.test", "Élodie Nouvelle"),
    "notify-subscribe-noname": ("subscribe", "reseau", NUMERIQUE, ""),
    "notify-unsubscribe-by-mail": ("signoff", "reseau", NUMERIQUE, ""),
    "owner-ADD-reply": ("command_report", "reseau", NUMERIQUE, "Numé Rique"),
    "owner-ADD-with-notify": ("add", "reseau", NUMERIQUE, "Numé Rique"),
    "owner-ADD-with-notify-2": ("command_report", "reseau", NUMERIQUE, "Numé Rique"),
    "owner-DEL-reply": ("command_report", "reseau", NUMERIQUE, ""),
    "owner-DEL-with-notify": ("command_report", "reseau", NUMERIQUE, ""),
    "owner-DEL-with-notify-2": ("del", "reseau", NUMERIQUE, ""),
    "owner-REMIND-reply": ("request_auth", "reseau", "", ""),
    "owner-REMIND-reply-2": ("command_report", "reseau", "", ""),
    "owner-REVIEW-autosubmitted": ("review", "reseau", "", ""),
    "owner-REVIEW-body-reply": ("command_report", "", "", ""),
    "owner-REVIEW-body-reply-2": ("review", "reseau", "", ""),
    "owner-REVIEW-reply": ("review", "reseau", "", ""),
    "reply-set-digest": ("command_report", "reseau", "", ""),
    "reply-set-digestplain": ("command_report", "reseau", "", ""),
    "reply-set-summary": ("command_report", "reseau", "", ""),
    "signoff-notmember-reply": ("bye", "reseau", NUMERIQUE, ""),
    "signoff-notmember-reply-2": ("command_report", "reseau", NUMERIQUE, ""),
    "subscribe-confirm-request": ("command_report", "reseau", NUMERIQUE, LONG_NAME),
    "subscribe-confirm-request-2": ("request_auth", "reseau", NUMERIQUE, ""),
    "subscriber-after-subscribe": ("welcome", "reseau", "nouvelle@membres.example.test", ""),
    "subscriber-after-subscribe-2": ("command_report", "reseau", "", "Élodie Nouvelle"),
    "subscriber-result-of-commands": ("command_report", "reseau", "", ""),
    "subscriber-told-forwarded": ("command_report", "reseau", "", "Numé Rique"),
    "subscription-request-owner": ("subrequest", "reseau", NUMERIQUE, "Numé Rique"),
    "unknown-command-reply": ("delivery_status_notification", "", "", ""),
    "unsubscribe-confirm-request": ("request_auth", "reseau", NUMERIQUE, ""),
    "welcome-cli-add": ("welcome", "reseau", NUMERIQUE, ""),
}
ALICE = ("alice@membres.example.test", "Alice Léa Martin")
MARTIN = ("alice@membres.example.test", "Alice Martin")
BRUNO = ("bruno@membres.example.test", "Bruno Élie")
POSTS = {
    "list-post-custom-subject": ALICE,
    "list-post-dkim": ALICE,
    "list-post-dmarc-all": ALICE,
    "list-post-footer-alternative": ("bruno@membres.example.test", ""),
    "list-post-multipart-attachment": BRUNO,
    "list-post-plain": MARTIN,
    "list-post-plain-2": MARTIN,
    "list-post-replyto-list": ALICE,
    "moderated-post-distributed": MARTIN,
    "own-post-comes-back": ("bot@membres.example.test", "Robot"),
}
OTHERS = {"dsn-to-sender": Kind.BOUNCE, "mail-to-owner-request": Kind.PERSON}


def test_every_mail_of_the_rig_is_expected_here() -> None:
    assert {path.stem for path in SYMPA.glob("*.eml")} == {*NOTICES, *POSTS, *OTHERS}
    assert len({*NOTICES, *POSTS, *OTHERS}) == 55


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_says_what_happened_to_whom(name: str) -> None:
    mail = read(fixture(name), lists=LISTS)
    assert mail.kind is Kind.LIST_NOTICE
    assert said(mail.notice) == NOTICES[name]
    assert mail.notice is not None
    assert mail.notice.trusted
    if mail.notice.list:
        assert mail.list == f"{mail.notice.list}@lists.example.test"


@pytest.mark.parametrize("name", NOTICES)
def test_without_settings_it_is_told_all_the_same_and_not_trusted(name: str) -> None:
    notice = read(fixture(name)).notice
    assert said(notice) == NOTICES[name]
    assert notice is not None
    assert not notice.trusted


@pytest.mark.parametrize("name", POSTS)
def test_a_post_has_its_author_and_its_list(name: str) -> None:
    mail = read(fixture(name), lists=LISTS)
    assert (mail.kind, mail.notice) == (Kind.LIST_POST, None)
    assert (mail.author.address, mail.author.name) == POSTS[name]
    assert mail.list in LISTS


@pytest.mark.parametrize("name", OTHERS)
def test_the_rest_is_neither(name: str) -> None:
    mail = read(fixture(name), lists=LISTS)
    assert (mail.kind, mail.notice) == (OTHERS[name], None)


def test_keys_come_with_what_they_approve() -> None:
    moderation = read(fixture("moderation-request-nonmember")).notice
    request = read(fixture("subscription-request-owner")).notice
    assert moderation is not None
    assert moderation.key == "bcf543c16532468028a065c9d8374fc5"
    assert request is not None
    assert request.key == "7ba16a49274c83d5"


def test_a_notice_of_another_server_is_told_but_not_trusted() -> None:
    data = fixture("notify-subscribe-by-mail")
    unknown = read(data)
    assert unknown.notice is not None
    assert unknown.notice.action == "subscribe"
    assert not unknown.notice.trusted
    forged = read(data.replace(b"@lists.example.test", b"@evil.example"), lists=LISTS).notice
    assert forged is not None
    assert not forged.trusted


def test_where_our_server_checks_a_notice_needs_its_word() -> None:
    data = fixture("notify-subscribe-by-mail")
    passed = b"Authentication-Results: mx.example.test; dmarc=pass header.from=lists.example.test\n"
    without = read(data, lists=LISTS, authserv_id="mx.example.test").notice
    checked = read(passed + data, lists=LISTS, authserv_id="mx.example.test").notice
    failed = read(
        passed.replace(b"=pass", b"=fail") + data, lists=LISTS, authserv_id="mx.example.test"
    ).notice
    assert [notice.trusted for notice in (without, checked, failed) if notice] == [False, True, False]


def test_a_person_who_writes_what_the_server_would_is_a_person() -> None:
    data = fixture("notify-subscribe-by-mail").replace(b"Auto-Submitted: auto-generated\n", b"")
    data = data.replace(b"X-Mailer: Sympa 6.2.70\n", b"")
    assert read(data, lists=LISTS).kind is Kind.PERSON


def test_behind_a_list_that_hides_everybody_there_is_no_author_to_trust() -> None:
    data = fixture("list-post-dmarc-all")
    hidden = b"\n".join(
        line for line in data.split(b"\n") if not line.startswith((b"X-Original-From", b"Reply-To"))
    )
    author = read(hidden, lists=LISTS).author
    assert (author.address, author.name, author.trust) == (
        "reseau@lists.example.test",
        "Alice Léa Martin",
        Trust.NONE,
    )


@pytest.mark.parametrize(
    ("sender", "trusted"),
    [
        ("sympa@lists.example.test", True),
        ("reseau-request@lists.example.test", True),
        ("alice@lists.example.test", False),
        ("reseau@lists.example.test", False),
        ("sympa@lists.example.invalid", False),
    ],
)
def test_only_robots_of_the_list_server_are_trusted(sender: str, trusted: bool) -> None:
    raw = fixture("notify-subscribe-by-mail")
    forged = re.sub(rb"(?m)^From: .*$", b"From: " + sender.encode(), raw, count=1)
    notice = read(forged, lists=["reseau@lists.example.test"]).notice
    assert notice is not None
    assert notice.trusted is trusted
