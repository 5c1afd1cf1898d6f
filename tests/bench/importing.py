"""``navette import`` against ``notmuch new``: the same files, each a process, into a fresh database."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import tell, timed
from tests.bench.letters import LIST, write_maildir
from tests.servers.process import find

MESSAGES = 20_000
ROUNDS = 2

_SETTINGS = f"""
[store]
path = "base.sqlite3"
[lists.reseau]
address = "{LIST}"
circle = "reseau"
tag = "[reseau]"
[circles.reseau]
name = "Tout le réseau"
"""
_NOTMUCH = """
[database]
path={base}
mail_root={mails}
[user]
name=Alice
primary_email=alice@lisieres.example
[new]
tags=
"""


def run() -> None:
    """The order alternates, so that neither always finds the machine as the other left it."""
    with tempfile.TemporaryDirectory(prefix="navette-bench-") as name:
        folder = Path(name)
        size = write_maildir(folder / "mails", MESSAGES)
        tell("import_megabytes", size / 1e6, "MB")
        for file in (folder / "mails" / "cur").iterdir():  # for both, the files are in memory
            file.read_bytes()
        ours, theirs = [], []
        for number in range(ROUNDS):
            for program in (_navette, _notmuch) if number % 2 == 0 else (_notmuch, _navette):
                place = folder / f"{program.__name__}-{number}"
                place.mkdir()
                (ours if program is _navette else theirs).append(program(folder / "mails", place))
    tell("import_messages_per_s", MESSAGES * ROUNDS / sum(ours), "messages/s")
    tell("notmuch_messages_per_s", MESSAGES * ROUNDS / sum(theirs), "messages/s")
    tell("import_over_notmuch", sum(theirs) / sum(ours), "times (target: 2 or more)")


def _navette(mails: Path, place: Path) -> float:
    settings = place / "navette.toml"
    settings.write_text(_SETTINGS, "utf-8")
    words = [Path(sys.executable).with_name("navette"), "import", "--config", settings, mails]
    return timed(words, os.environ)


def _notmuch(mails: Path, place: Path) -> float:
    settings = place / "notmuch.conf"
    settings.write_text(_NOTMUCH.format(base=place, mails=mails), "utf-8")
    words = [find("notmuch"), f"--config={settings}", "new", "--quiet"]
    return timed(words, {**os.environ, "HOME": str(place)})
