"""What must hold whatever happened to the bot, judged by what lies outside it.

The relay's ledger says what left, Dovecot's folders what came in; the bot's own tables are only asked what
they say of it.
"""

from __future__ import annotations

from tests.crash.world import LIST, World, sent_twice

ENDED = {"applied", "superseded", "rejected", "archived", "held"}


def judge(world: World) -> None:
    """Nothing lost, and nothing twice without a reason that is written down."""
    _every_mail_has_one_row(world)
    _every_effect_has_one_message_id(world)
    _twice_only_with_a_reason(world)
    _what_is_sent_has_left(world)


def _every_mail_has_one_row(world: World) -> None:
    rows = world.rows("SELECT origin_id, state FROM inbox ORDER BY id")
    assert len(rows) == len(world.dovecot.mails(world.user.address))
    acted = [f"<{identifier}>" for identifier, state in rows if state != "superseded"]
    assert sorted(acted) == sorted(set(world.delivered))
    assert {state for _, state in rows} <= ENDED


def _every_effect_has_one_message_id(world: World) -> None:
    rows = world.rows("SELECT effect_key, message_id FROM outbox")
    assert len({key for key, _ in rows}) == len({identifier for _, identifier in rows}) == len(rows)
    known = {f"<{identifier}>" for _, identifier in rows}
    assert {one.message_id for one in world.sent()} <= known


def _twice_only_with_a_reason(world: World) -> None:
    for identifier, mails in sent_twice(world.sent()).items():
        assert len({one.sha256 for one in mails}) == 1, f"{identifier} left with different bytes"
        [(reason, list_name)] = world.rows(
            "SELECT reason, list_name FROM outbox WHERE message_id = ?", identifier.strip("<>")
        )
        assert reason.startswith("again, same Message-ID: "), f"{identifier} left twice: {reason!r}"
        assert list_name is None, "the list had its post twice"
    assert len({one.message_id for one in world.sent(LIST)}) == len(world.sent(LIST))


def _what_is_sent_has_left(world: World) -> None:
    rows = world.rows("SELECT message_id FROM outbox WHERE state IN ('sent', 'awaiting_copy')")
    left = {one.message_id for one in world.sent()}
    assert {f"<{identifier}>" for (identifier,) in rows} == left
