"""What the benchmarks share: a figure as they print it, and timed processes."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tell(name: str, value: float, unit: str) -> None:
    """``name: value unit``, at once."""
    print(f"{name}: {value:.4g} {unit}".replace("e+0", "e"), flush=True)


def timed(words: Sequence[str | Path], environment: Mapping[str, str]) -> float:
    """Run a program to its end; the seconds that it took.  RuntimeError with what it said if it fails."""
    begun = time.perf_counter()
    done = subprocess.run(
        [str(word) for word in words],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stderr}")
    return seconds
