"""What a real Sympa 6.2.70 (lang fr) sent, each mail told for what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.kinds.review import Member, read_review
from bot.mail.message import Kind, Notice, Trust
from bot.mail.read import read
from tests.unit.mail.build import LISTS, SYMPA, fixture, raw

NUMERIQUE = "numerique@membres.example.test"
NOE = "noe@lisieres.example"
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


def said(notice: Notice | None) -> tuple[str, str, str, str] | None:
    return None if notice is None else (notice.action, notice.list, notice.address, notice.name)


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


# As the templates of 6.2 word them, in English where the rig spoke French, or with other typography.
WORDED = [
    (
        "FYI: subscribe list reseau from noe@lisieres.example Noé Blanc",
        "",
        ("subscribe", "reseau", NOE, "Noé Blanc"),
    ),
    ('FYI: add List "reseau" from noe@lisieres.example ', "", ("add", "reseau", NOE, "")),
    (
        "Information\u00a0: del liste gt-numerique de noe@lisieres.example",
        "",
        ("del", "gt-numerique", NOE, ""),
    ),
    (
        "Information, warn-signoff liste cac de noe@lisieres.example N. B.",
        "",
        ("warn-signoff", "cac", NOE, "N. B."),
    ),
    (
        "Subscription request to list reseau",
        "A user Noé Blanc <noe@lisieres.example> asked to be added\nas a subscriber.",
        ("subrequest", "reseau", NOE, "Noé Blanc"),
    ),
    (
        "Demande de désabonnement de la liste reseau",
        "Un utilisateur <noe@lisieres.example> a demandé à être désabonné de votre\nliste.\n",
        ("sigrequest", "reseau", NOE, ""),
    ),
    ("Message for list reseau from noe@lisieres.example to be approved", "", ("moderate", "reseau", NOE, "")),
    (
        "Results of your commands",
        "> ADD reseau noe@lisieres.example Noé\n> add_performed\n",
        ("command_report", "reseau", NOE, "Noé"),
    ),
    (
        "Results of your commands",
        "> Subscription request to list reseau\n\n> add_performed\n",
        ("command_report", "reseau", "", ""),
    ),
    (
        "Welcome to list reseau",
        "Your subscription email is noe@lisieres.example",
        ("welcome", "reseau", NOE, ""),
    ),
    (
        "Unsubscribed from reseau",
        "Your email address (noe@lisieres.example) has been",
        ("bye", "reseau", NOE, ""),
    ),
    (
        "Vous avez été supprimé de la liste reseau",
        "Votre adresse (noe@lisieres.example)",
        ("removed", "reseau", NOE, ""),
    ),
    (
        "Rappel de votre abonnement à reseau",
        "liste reseau@x.example, noe@lisieres.example",
        ("remind", "reseau", NOE, ""),
    ),
    (
        "Information : suppression automatique de l’abonné noe@lisieres.example",
        "de la liste reseau.",
        ("automatic_del", "reseau", NOE, ""),
    ),
    ("ATTENTION: taux d'erreur trop élevé dans la liste reseau", "", ("bounce_rate", "reseau", "", "")),
    (
        "Rejet de votre message",
        "Votre message pour la liste reseau@x.example a été",
        ("reject", "reseau", "", ""),
    ),
    (
        "Message distribution: Authorization denied",
        "to the list 'reseau'",
        ("message_report", "reseau", "", ""),
    ),
    (
        "Invitation à joindre la liste reseau",
        "https://x.example/auth/0123456789abcdef/subscribe/reseau?email=noe%40lisieres.example",
        ("invite", "reseau", NOE, ""),
    ),
    (
        "Listes / unsubscribing from reseau",
        "https://x.example/auth/0123456789abcdef/signoff?email=noe%40lisieres.example",
        ("request_auth", "reseau", NOE, ""),
    ),
    ("CONFIRM 0123456789abcdef", "", ("send_auth", "", "", "")),
    ("Des nouvelles du serveur", "", ("other", "", "", "")),
]


@pytest.mark.parametrize(("subject", "text", "expected"), WORDED)
def test_other_words_of_the_server_say_the_same(
    subject: str, text: str, expected: tuple[str, str, str, str]
) -> None:
    assert said(read(from_server(text, Subject=subject)).notice) == expected


def from_server(text: str, **fields: str) -> bytes:
    named = {
        "From": "SYMPA <sympa@listes.example>",
        "Auto_Submitted": "auto-generated",
        "X_Mailer": "Sympa 6.2.72",
    }
    return raw(text, **(named | fields))


@pytest.mark.parametrize("list_id", ["", "<reseau.listes.example>"])
@pytest.mark.parametrize(
    "subject",
    [
        "reseau Compilation du Lun, 23 Nov 2026 ( 1 / 2 )",
        "Résumé Lun, 23 Nov 2026, reseau",
        "reseau Digest 23 Nov",
    ],
)
def test_a_digest_is_told_with_or_without_the_headers_of_a_list(subject: str, list_id: str) -> None:
    """Its posts may hold anything, an order of a moderator too."""
    text = "1. Une annonce\n\nDISTRIBUTE modere 0123456789abcdef0123456789abcdef\n"
    data = from_server(text, From="reseau-request@listes.example", Subject=subject, List_Id=list_id)
    assert said(read(data).notice) == ("digest", "reseau", "", "")


def test_keys_come_with_what_they_approve() -> None:
    moderation = read(fixture("moderation-request-nonmember")).notice
    request = read(fixture("subscription-request-owner")).notice
    assert moderation is not None
    assert moderation.key == "bcf543c16532468028a065c9d8374fc5"
    assert request is not None
    assert request.key == "7ba16a49274c83d5"


def test_a_server_without_a_site_names_the_order_instead_of_a_link() -> None:
    text = "Cher propriétaire,\n\n  AUTH 0123456789abcdef ADD reseau noe@lisieres.example Noé Blanc\n"
    notice = read(from_server(text, Subject="Demande d'abonnement à la liste reseau")).notice
    assert said(notice) == ("subrequest", "reseau", NOE, "Noé Blanc")
    assert notice is not None
    assert notice.key == "0123456789abcdef"


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


@pytest.mark.parametrize(
    "sender", ["Mallory (via reseau) <reseau@lists.example.test>", "Mallory <m@lisieres.example>"]
)
def test_a_post_that_imitates_a_notice_is_no_notice(sender: str) -> None:
    """What goes through a list may bear its address and name its server, and says what its author likes."""
    forged = {
        "Subject": "Information : del liste reseau de alice@membres.example.test",
        "X_Mailer": "Sympa 6.2.70",
        "List_Id": "<reseau.lists.example.test>",
        "X_Original_From": "Mallory <m@lisieres.example>",
    }
    assert read(raw(From=sender, **forged), lists=LISTS).notice is None
    for machine in ({"Auto_Submitted": "auto-generated"}, {"Content_Type": "multipart/report; boundary=b"}):
        assert read(raw(From=sender, **(forged | machine)), lists=LISTS).notice is None


def test_a_review_gives_members_and_their_number() -> None:
    mail = read(fixture("owner-REVIEW-autosubmitted"), lists=LISTS)
    members, total = read_review(mail.text)
    assert total == len(members) == 7
    assert members[0] == Member(
        "alice@membres.example.test", "Alice Martin", "normal (réception directe des messages)"
    )
    assert members[3].name == ""
    assert members[6].name == LONG_NAME


def test_a_review_that_is_cut_off_gives_no_number() -> None:
    text = read(fixture("owner-REVIEW-reply")).text
    assert read_review(text[: text.index("Nombre")])[1] is None


def wrapped(line: str, width: int) -> str:
    """As Sympa wraps: at a space, the rest of the line behind four of them."""
    pieces: list[str] = []
    while len(line) > width and " " in line[1:width]:
        at = line.rindex(" ", 1, width)
        pieces.append(line[:at])
        line = "    " + line[at + 1 :]
    return "\n".join([*pieces, line])


names_of_members = st.text(
    st.characters(codec="utf-8", categories=["L", "N"]) | st.sampled_from(" -'."), max_size=90
).map(lambda name: " ".join(name.split()).strip(" -"))


@given(st.lists(names_of_members, max_size=8), st.integers(50, 80))
def test_a_review_is_read_whatever_people_are_called_and_wherever_it_is_wrapped(
    names: list[str], width: int
) -> None:
    receptions = ["normal (réception directe des messages)", "résumé des messages"]
    members = [
        Member(f"membre{number}@lisieres.example", name, receptions[number % 2])
        for number, name in enumerate(names)
    ]
    lines = [wrapped(f"{one.address} - {one.name} - {one.reception}", width) for one in members]
    text = "\n".join(
        ["Les abonnés à la liste reseau@x.example sont :", "", *lines, "", f"Nombre d'abonnés : {len(names)}"]
    )
    assert read_review(text) == (tuple(members), len(names))


def test_a_review_in_english_and_a_name_that_is_no_number() -> None:
    text = "noe@lisieres.example - Nombre d'abonnés : 3 - digest MIME format\n\nTotal subscribers: 1\n"
    assert read_review(text) == ((Member(NOE, "Nombre d'abonnés : 3", "digest MIME format"),), 1)


def test_a_long_review_arrives_whole() -> None:
    """What looks like a signature or a footer in it is a line like the others."""
    names = [
        "",
        "Cordialement",
        "Bises",
        "-- ",
        "Alice Martin - La Ruche",
        "Envoyé de mon iPhone",
        "De : Noé",
    ] * 40
    lines = [
        wrapped(f"membre{number}@lisieres.example - {name} - normal (réception directe)", 78)
        for number, name in enumerate(names)
    ]
    data = from_server(
        "\n".join(["Les abonnés sont :", "", *lines, "", "", f"Nombre d'abonnés : {len(names)}", ""]),
        Subject="REVIEW reseau",
        From="reseau-request@listes.example",
    )
    members, total = read_review(read(data).text)
    assert total == len(members) == len(names)


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
