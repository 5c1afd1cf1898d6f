"""``python -m tests.fuzz``: mails changed at random, over the cores; exit 1 when one breaks something.

What breaks is written below ``--keep``, as it was and minimised, with what it broke.  Input number N of a
seed is always the same one for the same mails to start from: ``--seed S --first N --count 1`` repeats it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.fuzz.failures import Failure, failure_of, minimised
from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import seeds

CHUNK = 500


@dataclass(frozen=True)
class Found:
    """What one chunk of inputs came to."""

    tried: int
    broken: tuple[tuple[int, Failure], ...]
    slowest: tuple[float, int]  # seconds, number of the input


def input_of(seed: int, number: int) -> bytes:
    """Input ``number`` of a run."""
    return mutated(random.Random(f"{seed}:{number}"), seeds())


def try_inputs(seed: int, first: int, count: int) -> Found:
    """Try so many inputs, one after the other."""
    broken: list[tuple[int, Failure]] = []
    slowest = (0.0, first)
    for number in range(first, first + count):
        data = input_of(seed, number)
        begun = time.perf_counter()
        failure = failure_of(data)
        slowest = max(slowest, (time.perf_counter() - begun, number))
        if failure:
            broken.append((number, failure))
    return Found(count, tuple(broken), slowest)


def main(words: Sequence[str]) -> int:
    """Run, and tell."""
    options = _options(words)
    digest = hashlib.sha256(b"".join(seeds())).hexdigest()[:12]
    print(f"seed {options.seed}, {options.count} inputs from {len(seeds())} mails ({digest})", flush=True)
    begun = time.perf_counter()
    firsts = range(options.first, options.first + options.count, CHUNK)
    counts = [min(CHUNK, options.first + options.count - first) for first in firsts]
    with ProcessPoolExecutor(options.jobs) as pool:
        found = list(pool.map(try_inputs, [options.seed] * len(counts), firsts, counts))
    broken = {number: failure for chunk in found for number, failure in chunk.broken}
    slowest, number = max(chunk.slowest for chunk in found)
    tried = sum(chunk.tried for chunk in found)
    print(f"{tried} tried in {time.perf_counter() - begun:.0f} s, {len(broken)} broke something")
    print(f"slowest: number {number}, {slowest * 1e3:.0f} ms for {len(input_of(options.seed, number))} bytes")
    for failed, failure in broken.items():
        print(f"number {failed}: {failure.what}", flush=True)
    _keep(options.keep, options.seed, broken)
    return 1 if broken else 0


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where inputs that break go")
    return parser.parse_args(words)


def _keep(folder: Path, seed: int, broken: dict[int, Failure]) -> None:
    """One input for each thing that is broken: as it was, minimised, and what happened."""
    shown: dict[str, int] = {}
    for number, failure in broken.items():
        shown.setdefault(failure.what, number)
    for what, number in shown.items():
        times = sum(failure.what == what for failure in broken.values())
        data = input_of(seed, number)
        small = minimised(data, partial(_breaks, what))
        folder.mkdir(parents=True, exist_ok=True)
        base = folder / f"{seed}-{number}"
        base.with_suffix(".eml").write_bytes(data)
        base.with_suffix(".min.eml").write_bytes(small)
        base.with_suffix(".txt").write_text(broken[number].trace, "utf-8", "backslashreplace")
        print(f"{what}: {times} times, first number {number}; {base}.min.eml has {len(small)} bytes")


def _breaks(what: str, data: bytes) -> bool:
    failure = failure_of(data)
    return failure is not None and failure.what == what


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
