"""``python -m tests.bench [NAME …]``: the benchmarks, all or some, as ``name: value unit`` lines."""

from __future__ import annotations

import importlib
import sys

BENCHES = {
    "help": "tests.bench.starting",
    "idle": "tests.bench.idling",
    "send": "tests.bench.sending",
    "import": "tests.bench.importing",
    "read": "tests.bench.reading",
    "rooms": "tests.bench.rooms",
    "gist": "tests.bench.summarising",
}


def main(names: list[str]) -> int:
    """Run them in order.  Exit 2 for a name that is none."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no bench {', '.join(unknown)}; there are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    for name in names or BENCHES:
        importlib.import_module(BENCHES[name]).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
