"""What the service has loaded when it is ready: nothing that only a chart or a calendar needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
# Dozens of megabytes: what needs one loads it then, or in a process of its own.
HEAVY = ("matplotlib", "numpy", "PIL", "icalendar", "sumy")
PROGRAM = f"""
import pkgutil, sys
import bot.cli.run, bot.live, handlers
from bot.app import load_capabilities
load_capabilities([module.name for module in pkgutil.iter_modules(handlers.__path__)])
assert "handlers.digest" in sys.modules and "bot.plots" in sys.modules
print(*sorted(set({HEAVY!r}) & set(sys.modules)))
"""


def test_the_service_starts_without_what_is_heavy():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
