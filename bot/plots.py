"""Small charts as PNG, drawn by another process: matplotlib is heavy, and ours answers people meanwhile.

Made for telephones: large words, bars whose colours differ in lightness (so also without colours, or for
who sees few), a light ground of their own for clients in dark mode.  A chart is never alone: whoever sends
one says the same in words beside it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

log = logging.getLogger(__name__)

PATIENCE = 20  # seconds; the first chart of an installation looks for fonts
WIDTH, HEIGHT, DPI = 7.2, 4.4, 100  # 720 × 440 pixels
GROUND, INK, QUIET = "#fffdf9", "#24211c", "#5c554a"
FILLS = ("#8a3718", "#e0a67f")
TITLE, WORDS = 15, 13.5  # points
POINTS, DIGIT = 72, 0.7  # of an inch; how wide a digit is, to its height
MARGIN = 0.08  # inches
FEWEST = 6  # labels that there is room for: few bars are no wider than many
GROUP = 0.78  # of the width that each label has
ROOM_FOR_FIGURES, ROOM_FOR_NAMES = 1.3, 1.8  # above the highest bar, which is 1


@dataclass(frozen=True)
class Series:
    """Bars of one kind.  An empty ``name``: the only ones, which the title of the panel names."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True)
class Panel:
    """One row of bars, side by side, under its title."""

    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True)
class Chart:
    """Panels over the same labels."""

    labels: tuple[str, ...]
    panels: tuple[Panel, ...]


async def draw(chart: Chart) -> bytes | None:
    """The chart as PNG, the same bytes for the same chart; None (and a line in the log) if it failed."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        drawn, said = await asyncio.wait_for(child.communicate(json.dumps(asdict(chart)).encode()), PATIENCE)
    except TimeoutError:
        log.warning("no chart within %s seconds", PATIENCE)
        return None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        log.warning("no chart: %s", said.decode(errors="replace").strip().rpartition("\n")[2])
        return None
    return drawn


def _main() -> None:
    """In the child: a chart as JSON from standard input, its PNG to standard output."""
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    matplotlib.rcdefaults()  # whatever the account's own file says
    matplotlib.rcParams.update({"font.family": "DejaVu Sans", "font.size": WORDS, "text.color": INK})
    chart = json.load(sys.stdin)
    layout = ConstrainedLayoutEngine(w_pad=MARGIN, h_pad=MARGIN)
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI, facecolor=GROUND, layout=layout)
    panels = chart["panels"]
    axes = figure.subplots(len(panels), sharex=True, squeeze=False)
    for axis, panel in zip(axes[:, 0], panels, strict=True):
        _bars(axis, panel)
    _label(axes[-1, 0], chart["labels"])
    # Neither the version nor the day: the same chart is the same bytes.
    figure.savefig(sys.stdout.buffer, format="png", metadata={"Software": None})


def _bars(axis: Axes, panel: dict[str, Any]) -> None:
    axis.set_facecolor(GROUND)
    axis.set_title(panel["title"], loc="left", fontsize=TITLE, fontweight="bold", color=INK)
    axis.set_yticks([])
    axis.spines[:].set_visible(False)
    axis.spines["bottom"].set(visible=True, color=QUIET)
    axis.tick_params(length=0, colors=INK)
    series = panel["series"]
    wide = GROUP / len(series)
    digits = max(len(str(value)) for one in series for value in (*one["values"], 0))
    room = WIDTH * POINTS / max(len(series[0]["values"]), FEWEST) / len(series)
    size = min(WORDS, room / (digits * DIGIT))
    for number, (one, fill) in enumerate(zip(series, FILLS, strict=False)):
        middle = (number - (len(series) - 1) / 2) * wide
        places = [place + middle for place in range(len(one["values"]))]
        axis.bar(places, one["values"], wide, color=fill, label=one["name"] or None)
        for place, value in zip(places, one["values"], strict=True):
            if value:
                axis.text(place, value, str(value), ha="center", va="bottom", fontsize=size)
    highest = max(value for one in series for value in (*one["values"], 1))
    named = any(one["name"] for one in series)
    axis.set_ylim(0, highest * (ROOM_FOR_NAMES if named else ROOM_FOR_FIGURES))
    if named:
        axis.legend(loc="upper left", ncols=len(series), frameon=False, borderpad=0, fontsize=WORDS)


def _label(axis: Axes, labels: Sequence[str]) -> None:
    """The last label stands, and those before it that leave room for each other."""
    step = 1 if len(labels) <= 6 else 2
    shown = range(len(labels) - 1, -1, -step)
    axis.set_xticks(list(shown), [labels[place] for place in shown])
    axis.set_xlim(len(labels) - 0.4 - max(len(labels) + 0.2, FEWEST), len(labels) - 0.4)


if __name__ == "__main__":
    _main()
