"""A screenshot as a small file: at most 256 colours, which is plenty for a page of text.

Source: PNG specification (ISO/IEC 15948): §5.3 chunks, §9 filters, §11.2.3 palettes.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STEP = 4  # colours nearer to each other than this are one
_MOST = 256
Colour = tuple[int, int, int]


def shrink(png: bytes) -> bytes:
    """The same picture with a palette.  Only for what Chromium writes: 8 bits, RGB, not interlaced."""
    chunks = list(_chunks(png))
    header = dict(chunks)[b"IHDR"]
    width, height, depth, kind = struct.unpack(">IIBB", header[:10])
    if (depth, kind) != (8, 2):
        raise ValueError(f"not 8 bits of RGB: {depth}, {kind}")
    data = zlib.decompress(b"".join(content for name, content in chunks if name == b"IDAT"))
    rows = [
        [_rounded(pixel) for pixel in zip(*[iter(row)] * 3, strict=True)] for row in _rows(data, width * 3)
    ]
    palette = [colour for colour, _ in Counter(pixel for row in rows for pixel in row).most_common(_MOST)]
    numbers = {colour: number for number, colour in enumerate(palette)}
    for colour in {pixel for row in rows for pixel in row} - set(palette):
        numbers[colour] = numbers[min(palette, key=lambda one: _distance(one, colour))]
    packed = b"".join(b"\0" + bytes(numbers[pixel] for pixel in row) for row in rows)
    return (
        _SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", bytes(part for colour in palette for part in colour))
        + _chunk(b"IDAT", zlib.compress(packed, 9))
        + _chunk(b"IEND", b"")
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        yield name, png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _rows(data: bytes, length: int) -> Iterator[bytearray]:
    """The rows of pixels, each told by its difference from what is left of it and above."""
    above = bytearray(length)
    for at in range(0, len(data), length + 1):
        row = bytearray(data[at + 1 : at + 1 + length])
        for i in range(length):
            left, up = (row[i - 3], above[i - 3]) if i >= 3 else (0, 0)
            row[i] = (row[i] + _predicted(data[at], left, above[i], up)) & 255
        yield row
        above = row


def _predicted(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        guess = left + above - corner
        return min((left, above, corner), key=lambda one: abs(guess - one))
    return (0, left, above, (left + above) // 2)[kind]


def _rounded(pixel: Colour) -> Colour:
    red, green, blue = (min(255, round(part / _STEP) * _STEP) for part in pixel)
    return red, green, blue


def _distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
