"""Which servers this machine has, and what their absence costs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

# Keep in step with tests/servers/install.sh.
FILES = {
    "dovecot": ("/usr/sbin/dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/lmtp"),
    "postfix": ("/usr/sbin/smtp-sink", "/usr/sbin/smtp-source"),
    "sympa": ("/usr/lib/sympa/bin/sympa_msg.pl", "/usr/share/sympa/lib/Sympa/Constants.pm"),
    "notmuch": ("/usr/bin/notmuch",),
    "openssl": ("/usr/bin/openssl",),
    "chromium": ("/usr/bin/chromium",),
    "synapse": (".venv-synapse/bin/synapse_homeserver",),
    "element": ("tests/servers/element-client/node_modules/.package-lock.json",),
}
_PROGRAMS = {"element": ("node",)}  # wherever they are
_ROOT = Path(__file__).parents[2]  # what does not begin with / is below the checkout
_ABSENT = "absent server: "


def is_present(server: str) -> bool:
    """Whether ``server``, one of ``FILES``, is installed."""
    return all((_ROOT / file).exists() for file in FILES[server]) and all(
        shutil.which(program) for program in _PROGRAMS.get(server, ())
    )


def require(server: str) -> None:
    """Skip the test with a sentence when ``server`` is absent; fail it where ``CI=true``."""
    if is_present(server):
        return
    sentence = f"{_ABSENT}{server} (tests/servers/install.sh installs it, some of them as root)"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def costs(skipped: Iterable[pytest.TestReport]) -> dict[str, list[str]]:
    """The tests that did not run, by the server that they missed."""
    found: dict[str, list[str]] = {}
    for report in skipped:
        _, _, reason = (
            report.longreprtext.rpartition(_ABSENT) if _ABSENT in report.longreprtext else ("", "", "")
        )
        server = reason.partition(" ")[0]
        if server in FILES:
            found.setdefault(server, []).append(report.nodeid.rpartition("/")[2])
    return found
