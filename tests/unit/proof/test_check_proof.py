"""What ``navette check`` says of the server that receives our mail."""

from __future__ import annotations

import pytest

from bot.cli.check_proof import judge
from bot.cli.findings import State

OURS = "mx.lisieres.example"
PLAIN = b"From: a@b.example\r\nSubject: x\r\n\r\nBonjour\r\n"
HOP = b"Received: from b.example by mx.lisieres.example; Mon, 23 Nov 2026 10:00:00 +0100\r\n"
EARLIER = b"Received: from home by b.example; Mon, 23 Nov 2026 09:59:00 +0100\r\n"


def stamped(name: str = OURS) -> bytes:
    return f"Authentication-Results: {name}; dmarc=pass header.from=b.example\r\n".encode()


@pytest.mark.parametrize(
    ("mails", "setting", "state", "said"),
    [
        ([], OURS, State.OK, "Aucun mail encore"),
        ([stamped() + HOP + PLAIN] * 3, OURS, State.OK, "3 des 3"),
        ([HOP + stamped() + PLAIN, PLAIN], OURS, State.OK, "1 des 2"),
        ([stamped() + HOP + PLAIN] * 3, "", State.WARNING, f"« {OURS} »"),
        ([stamped() + HOP + PLAIN] * 3, "mx.autre.example", State.WARNING, "et non « mx.autre.example »"),
        ([HOP + PLAIN] * 3, OURS, State.WARNING, "Aucun des 3"),
        # Below the second hop it may be the sender's own invention.
        ([HOP + EARLIER + stamped() + PLAIN] * 3, "", State.WARNING, "Aucun des 3"),
    ],
)
def test_what_the_latest_mails_tell(mails: list[bytes], setting: str, state: State, said: str) -> None:
    finding = judge(mails, setting)
    assert finding.state is state
    assert said in finding.sentence
    assert (finding.advice == "") is (state is State.OK)


def test_the_name_to_write_is_given() -> None:
    assert f'authserv_id = "{OURS}"' in judge([stamped() + HOP + PLAIN], "").advice
