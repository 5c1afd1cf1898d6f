"""``navette run`` and the commands beside it, as processes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from tests.integration.service.conftest import Installation, letter
from tests.servers.dovecot import Dovecot
from tests.servers.fixtures import MailboxUser
from tests.servers.wait import until

EMILE, ALICE = "emile@lisieres.example", "alice@lisieres.example"


async def test_a_second_instance_waits_and_takes_over(installation: Installation) -> None:
    first = await installation.run()
    await first.says("ready")
    second = await installation.run()
    await second.says("standby")
    await until(lambda: installation.met(f"maildir:{installation.folder / 'in'}"))
    installation.deliver("!aide", 1)
    await until(lambda: installation.sent_to(EMILE), 20, "an answer")
    assert "ready" not in second.log
    first.process.kill()
    await second.says("ready")
    installation.deliver("!aide", 2)
    await until(lambda: len(installation.sent_to(EMILE)) == 2, 20, "an answer of the second")
    second.process.terminate()
    assert await second.end() == 0
    assert len(installation.sent_to(EMILE)) == 2


async def test_a_standby_that_is_told_to_stop_goes(installation: Installation) -> None:
    first = await installation.run()
    await first.says("ready")
    second = await installation.run()
    await second.says("standby")
    second.process.terminate()
    assert await second.end() == 0
    assert "ready" not in second.log


async def test_told_to_stop_it_ends_cleanly(installation: Installation) -> None:
    service = await installation.run()
    await service.says("ready")
    service.process.terminate()
    assert await service.end() == 0
    assert service.log.rstrip().endswith("stopped")
    assert "Traceback" not in service.log


async def test_what_came_while_it_was_killed_is_answered_once(installation: Installation) -> None:
    service = await installation.run()
    await service.says("ready")
    await until(lambda: installation.met(f"maildir:{installation.folder / 'in'}"))
    code, _ = await installation.command("pause")
    installation.deliver("!aide", 1)
    service.process.kill()
    await service.end()
    assert installation.sent_to(EMILE) == []
    service = await installation.run()
    await service.says("ready")
    assert code == 0
    assert "pause on" in service.log
    code, said = await installation.command("resume")
    assert (code, "reprend" in said) == (0, True)
    service.process.terminate()
    await service.end()
    assert (await installation.command("run", "--once"))[0] == 0
    assert len(installation.sent_to(EMILE)) == 1


async def test_a_database_of_a_later_version_is_refused(installation: Installation) -> None:
    assert (await installation.command("run", "--once"))[0] == 0
    with closing(sqlite3.connect(installation.folder / "navette.sqlite3")) as base:
        base.execute("UPDATE schema_version SET version_num = '9999'")
        base.commit()
    code, said = await installation.command("run")
    assert code == 1
    assert "version plus récente" in said
    assert "Traceback" not in said


async def test_status_tells_whether_it_lives(installation: Installation) -> None:
    code, said = await installation.command("status")
    assert (code, "n’existe pas encore" in said or "n'existe pas encore" in said) == (1, True)
    service = await installation.run()
    await service.says("ready")

    async def connected() -> bool:
        code, said = await installation.command("status", "--json", "--alive")
        found = json.loads(said)
        assert found["gates"]["shadow"] is False
        return code == 0 and found["connections"] == {f"maildir:{installation.folder / 'in'}": ""}

    await until(connected, 30, "a sign of life, and the mailbox connected")
    service.process.kill()
    await service.end()
    with closing(sqlite3.connect(installation.folder / "navette.sqlite3")) as base:
        base.execute("UPDATE meta SET value = '2026-01-01T00:00:00+00:00' WHERE name = 'heartbeat'")
        base.commit()
    code, said = await installation.command("status", "--alive")
    assert (code, "pas de signe de vie depuis le 01/01/2026" in said) == (1, True)


async def test_backup_while_it_runs_restore_once_it_is_stopped(installation: Installation) -> None:
    service = await installation.run()
    await service.says("ready")
    code, said = await installation.command("backup")
    assert (code, "faite et vérifiée" in said) == (0, True)
    (made,) = (installation.folder / "backups").glob("navette-*.sqlite3")
    code, said = await installation.command("restore", str(made))
    assert (code, "tourne" in said) == (1, True)
    service.process.terminate()
    await service.end()
    code, said = await installation.command("restore", str(made))
    assert (code, "remise en place" in said) == (0, True)
    with closing(sqlite3.connect(installation.folder / "navette.sqlite3")) as base:
        assert base.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone() == ("2",)


@pytest.mark.needs("dovecot")
async def test_the_log_has_neither_password_nor_what_people_wrote(
    installation: Installation, dovecot: Dovecot, mailbox_user: MailboxUser
) -> None:
    """A run with a mail that makes a handler fail, then one with a password that is refused."""
    installation.configure(
        "mail.inbox",
        f'kind = "imap"\nhost = "localhost"\nport = {dovecot.port}\ntls = "none"\n'
        f'user = "{mailbox_user.address}"\npoll_seconds = 1',
    )
    installation.environment["NAVETTE_MAIL__INBOX__PASSWORD"] = mailbox_user.password
    service = await installation.run()
    await service.says("ready")
    await until(lambda: installation.met("imap:INBOX"), 20, "the first meeting with the mailbox")
    await dovecot.deliver(mailbox_user.address, letter("!aide cornichon-de-saison", 1), sender=EMILE)
    await until(lambda: installation.sent_to(EMILE), 20, "an answer")
    service.process.terminate()
    assert await service.end() == 0

    installation.environment["NAVETTE_MAIL__INBOX__PASSWORD"] = "mauvais-mot-de-passe"
    refused = await installation.run()
    await until(lambda: installation.sent_to(ALICE), 30, "a word to coordination")
    assert refused.process.returncode is None, "it goes on"
    refused.process.terminate()
    assert await refused.end() == 0
    logs = service.log + refused.log
    assert "imap:INBOX" in logs
    for secret in (mailbox_user.password, "mauvais-mot-de-passe", "cornichon"):
        assert secret not in logs
    assert len(installation.sent_to(ALICE)) == 1
