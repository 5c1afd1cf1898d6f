"""How much memory a process holds as time goes by, and whether that grows."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, median

TOLERANCE = 0.05  # of the second quarter's median: more is growth
SLACK = 2.0  # MB that are never called growth


@dataclass
class Memory:
    """Samples of a process's resident memory: (seconds since the first, MB)."""

    pid: int
    samples: list[tuple[float, float]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)

    def sample(self) -> None:
        """Look once."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                self.samples.append((time.monotonic() - self._began, int(line.split()[1]) / 1024))

    @property
    def now(self) -> float:
        """MB at the last look."""
        return self.samples[-1][1]

    def quarter(self, number: int) -> float:
        """The median of a quarter of the samples, the first being 1."""
        size = len(self.samples) // 4
        return median(value for _, value in self.samples[(number - 1) * size : number * size])

    @property
    def slope(self) -> float:
        """MB an hour, after the first quarter."""
        later = self.samples[len(self.samples) // 4 :]
        return linear_regression([at for at, _ in later], [value for _, value in later]).slope * 3600

    @property
    def is_flat(self) -> bool:
        """Whether the last quarter holds about as much as the second."""
        before = self.quarter(2)
        return self.quarter(4) <= before + max(SLACK, before * TOLERANCE)
