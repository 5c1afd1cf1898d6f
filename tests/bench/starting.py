"""How long somebody at a keyboard waits: the help, a play."""

from __future__ import annotations

import os
import statistics
import sys
from pathlib import Path

from tests.bench.figures import ROOT, tell, timed

ROUNDS = 7
NAVETTE = Path(sys.executable).with_name("navette")
PLAY = ROOT / "tests" / "acceptance" / "plays" / "help.play"


def run() -> None:
    """The median of some runs, each a process."""
    tell("help_s", _median("--help"), "s (target: under 0.3)")
    tell("play_s", _median("play", PLAY), "s")


def _median(*words: str | Path) -> float:
    return statistics.median(timed([NAVETTE, *words], os.environ) for _ in range(ROUNDS))
