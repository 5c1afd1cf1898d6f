"""Who wrote it, who only says so, and who tries to look like somebody else."""

from __future__ import annotations

import pytest

from bot.mail.message import Trust
from bot.mail.read import read
from tests.unit.mail.build import raw

OURS = "mx.lisieres.example"
LIST = "reseau@listes.lisieres.example"


def stamped(results: str, **fields: str) -> bytes:
    """A mail with an Authentication-Results field of our server on top."""
    return f"Authentication-Results: {OURS};{results}\r\n".encode() + raw(**fields)


@pytest.mark.parametrize(
    "claimed",
    [
        "alice@lisieres.example <mallory@evil.example>",
        '"alice@lisieres.example" <mallory@evil.example>',
        '"Alice Martin <alice@lisieres.example>" <mallory@evil.example>',
        "=?utf-8?q?alice=40lisieres=2Eexample?= <mallory@evil.example>",
        "Alice (alice@lisieres.example) <mallory@evil.example>",
    ],
)
def test_a_name_that_is_an_address_does_not_fool(claimed: str) -> None:
    author = read(stamped(" dmarc=pass", From=claimed), authserv_id=OURS).author
    assert author.address == "mallory@evil.example"
    assert author.trust is (Trust.VOUCHED if "(" in claimed else Trust.FAILED)


@pytest.mark.parametrize(
    "claimed",
    [
        "alice@lisieres.example, mallory@evil.example",
        "Amis: alice@lisieres.example;",
        "<alice@lisieres.example> <mallory@evil.example>",
        "Alice <alice@lisieres.example@evil.example>",
    ],
)
def test_what_is_not_one_mailbox_is_not_trusted(claimed: str) -> None:
    assert read(stamped(" dmarc=pass", From=claimed), authserv_id=OURS).author.trust is Trust.FAILED


def test_two_from_headers_are_not_trusted() -> None:
    data = stamped(" dmarc=pass") + b""
    doubled = data.replace(b"To: navette", b"From: Mallory <mallory@evil.example>\r\nTo: navette", 1)
    mail = read(doubled, authserv_id=OURS)
    assert mail.author.trust is Trust.FAILED
    assert "several-from-headers" in mail.problems


@pytest.mark.parametrize(
    ("results", "trust"),
    [
        (" dmarc=pass (p=none) header.from=lisieres.example", Trust.VOUCHED),
        (" dmarc=fail (p=reject) header.from=lisieres.example", Trust.FAILED),
        (" dmarc=pass header.from=evil.example", Trust.FAILED),
        (" dkim=pass header.d=lisieres.example", Trust.VOUCHED),
        (" dkim=pass header.i=@lisieres.example header.s=mail", Trust.VOUCHED),
        (" dkim=pass header.d=evil.example", Trust.NONE),
        (" spf=pass smtp.mailfrom=alice@lisieres.example", Trust.VOUCHED),
        (" spf=pass smtp.mailfrom=bounce@evil.example", Trust.NONE),
        (" spf=fail smtp.mailfrom=alice@lisieres.example", Trust.FAILED),
        (" dkim=pass header.d=ailleurs-lisieres.example", Trust.NONE),
        (" dkim=pass header.d=evil.example; dmarc=fail header.from=lisieres.example", Trust.FAILED),
        (" dmarc=pass header.from=lisieres.example; dmarc=fail header.from=lisieres.example", Trust.FAILED),
        (" spf=none; dmarc=none header.from=lisieres.example", Trust.NONE),
        (" dkim=pass header.d=lisieres.example; dmarc=fail header.from=lisieres.example", Trust.FAILED),
        (" none", Trust.NONE),
    ],
)
def test_our_server_says_how_far_to_trust(results: str, trust: Trust) -> None:
    assert read(stamped(results), authserv_id=OURS).author.trust is trust


def test_what_another_server_says_counts_for_nothing() -> None:
    data = b"Authentication-Results: mx.evil.example; dmarc=pass header.from=lisieres.example\r\n" + raw()
    assert read(data, authserv_id=OURS).author.trust is Trust.NONE
    assert read(stamped(" dmarc=pass"), authserv_id=None).author.trust is Trust.NONE


def test_results_in_our_name_below_the_next_hop_were_brought_along() -> None:
    forged = f"Received: from evil by {OURS}\r\nAuthentication-Results: {OURS}; dmarc=pass\r\n".encode()
    data = (
        f"Authentication-Results: {OURS}; dmarc=fail header.from=lisieres.example\r\n".encode()
        + forged
        + raw()
    )
    assert read(data, authserv_id=OURS).author.trust is Trust.FAILED
    silent = f"Authentication-Results: {OURS}; spf=none\r\n".encode() + forged + raw()
    assert read(silent, authserv_id=OURS).author.trust is Trust.NONE


@pytest.mark.parametrize(
    "results",
    [
        ' spf=none smtp.mailfrom="a; dmarc=pass header.from=lisieres.example; b"@evil.example',
        " spf=none (sender is a; dkim=pass header.d=lisieres.example; b) smtp.mailfrom=x@evil.example",
        " spf=none (a (b\\) ; dmarc=pass header.from=lisieres.example; ) c)",
        ' spf=none "unclosed; dmarc=pass header.from=lisieres.example',
    ],
)
def test_results_hidden_in_what_a_stranger_said_count_for_nothing(results: str) -> None:
    assert read(stamped(results), authserv_id=OURS).author.trust is Trust.NONE


def test_a_subdomain_is_covered_by_the_domain_that_was_checked() -> None:
    data = stamped(" dmarc=pass header.from=lisieres.example", From="a@mail.lisieres.example")
    assert read(data, authserv_id=OURS).author.trust is Trust.VOUCHED


def post(**fields: str) -> dict[str, str]:
    """Fields of a list post."""
    return {"List_Id": "<reseau.listes.lisieres.example>", "List_Post": f"<mailto:{LIST}>", **fields}


def test_behind_dmarc_protection_the_author_is_the_original_one() -> None:
    data = raw(
        **post(
            From=f"Alice Martin (via reseau Mailing List) <{LIST}>",
            X_Original_From="Alice Martin <alice@lisieres.example>",
        )
    )
    author = read(data, lists={LIST}).author
    assert (author.name, author.address, author.trust) == (
        "Alice Martin",
        "alice@lisieres.example",
        Trust.LIST,
    )
    assert read(data).author.trust is Trust.NONE


def test_a_list_that_failed_the_check_vouches_for_nobody() -> None:
    data = stamped(
        " dmarc=fail header.from=listes.lisieres.example",
        **post(From=LIST, X_Original_From="Alice Martin <alice@lisieres.example>"),
    )
    assert read(data, lists={LIST}, authserv_id=OURS).author.trust is Trust.FAILED


def test_an_original_author_counts_only_where_the_list_writes() -> None:
    data = stamped(
        " dmarc=pass header.from=evil.example",
        From="m@evil.example",
        X_Original_From="alice@lisieres.example",
    )
    assert read(data, lists={LIST}, authserv_id=OURS).author.address == "m@evil.example"


def test_a_post_whose_own_signature_the_list_broke_is_vouched_for_by_the_list() -> None:
    broken = " dmarc=fail header.from=lisieres.example"
    by_list = " spf=pass smtp.mailfrom=reseau-owner@listes.lisieres.example;"
    assert (
        read(stamped(by_list + broken, **post()), lists={LIST}, authserv_id=OURS).author.trust is Trust.LIST
    )
    assert read(stamped(broken, **post()), lists={LIST}, authserv_id=OURS).author.trust is Trust.FAILED
    assert (
        read(stamped(by_list + broken, **post()), lists=set(), authserv_id=OURS).author.trust is Trust.FAILED
    )


def test_invisible_characters_leave_the_name() -> None:
    author = read(raw(From="=?utf-8?q?Alice=E2=80=AE_Martin=00?= <alice@lisieres.example>")).author
    assert author.name == "Alice Martin"
