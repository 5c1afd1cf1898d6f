"""Charts: drawn by another process, the same bytes each time, legible without colours."""

from __future__ import annotations

import asyncio
import logging
import struct
import zlib
from typing import Any

import pytest

from bot import plots
from bot.plots import Chart, Panel, Series, draw

CHART = Chart(
    tuple(f"{day}/11" for day in range(1, 13)),
    (
        Panel("Minutes épargnées", (Series("", tuple(range(12))),)),
        Panel("De nous", (Series("demandes", (0, 1) * 6), Series("mails", (2,) * 12))),
    ),
)


def chunks(png: bytes) -> dict[bytes, bytes]:
    """The chunks of a PNG (ISO/IEC 15948), the data of those of one kind joined."""
    found: dict[bytes, bytes] = {}
    place = 8
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        kind = png[place + 4 : place + 8]
        found[kind] = found.get(kind, b"") + png[place + 8 : place + 8 + size]
        place += size + 12
    return found


async def test_the_same_chart_is_the_same_bytes_and_they_tell_no_day() -> None:
    first, second = await asyncio.gather(draw(CHART), draw(CHART))
    assert first is not None
    assert first == second
    found = chunks(first)
    assert struct.unpack(">II", found[b"IHDR"][:8]) == (720, 440)
    assert not {b"tEXt", b"zTXt", b"iTXt", b"tIME"} & found.keys()
    # Light in its corner: seen in dark mode too.
    assert all(part > 0xF0 for part in zlib.decompress(found[b"IDAT"])[1:4])


def lightness(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((lightness(one), lightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_bars_are_told_apart_without_colours_and_words_are_read() -> None:
    assert contrast(*plots.FILLS) >= 3
    assert contrast(plots.INK, plots.GROUND) >= 7


async def test_when_it_fails_there_is_no_chart_and_a_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    odd: Any = Chart(("1/11",), (Panel("Ni", (Series("", ("beaucoup",)),)),))  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        assert await draw(odd) is None
    assert "no chart" in caplog.text


async def test_nobody_waits_for_it_for_ever(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(plots, "PATIENCE", 0.01)
    assert await draw(CHART) is None
    assert "no chart within" in caplog.text
