"""What stands out in an HTML text by its looks: people answer « en rouge » inside the mail they answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.mail.mime.html import Writer, write

MAX_DEPTH = 400

_COLOUR = re.compile(
    r"(?<![\w-])color\s{0,5}[:=]\s{0,5}[\"']?\s{0,5}(#[0-9a-f]{3}(?:[0-9a-f]{3})?\b|"
    r"rgba?\(\s{0,3}\d{1,3}\s{0,3}[, ]\s{0,3}\d{1,3}\s{0,3}[, ]\s{0,3}\d{1,3}|[a-z]{3,20}\b(?!\())",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(r"background(?:-color)?\s{0,5}:\s{0,5}([^;\"']{1,60})", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s{0,5}:\s{0,5}(?:bold|[6-9]00)", re.IGNORECASE)
_PLAIN_BACKGROUNDS = re.compile(
    r"\s*(?:white|#fff(?:fff)?\b|transparent|none|inherit|rgb\(255, ?255, ?255\))", re.IGNORECASE
)
_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "col", "area", "wbr"})
_NAMED = {
    "red": (255, 0, 0),
    "crimson": (220, 20, 60),
    "darkred": (139, 0, 0),
    "maroon": (128, 0, 0),
    "green": (0, 128, 0),
    "darkgreen": (0, 100, 0),
    "lime": (0, 255, 0),
    "teal": (0, 128, 128),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "royalblue": (65, 105, 225),
    "purple": (128, 0, 128),
    "magenta": (255, 0, 255),
    "fuchsia": (255, 0, 255),
    "violet": (238, 130, 238),
    "orange": (255, 165, 0),
    "darkorange": (255, 140, 0),
}


@dataclass(frozen=True)
class Standout:
    """A whole line that looks otherwise than black on white.  ``hue``: red, green, blue …, or empty."""

    text: str  # white space collapsed
    hue: str
    bold: bool
    highlighted: bool


def standouts(source: str) -> list[Standout]:
    """The lines of an HTML text that are of one look all along, and not the common one."""
    writer = _Observer()
    write(source, writer)
    writer.result()
    return writer.found


_HEX_DIGITS = frozenset("0123456789abcdef")


def hue_of(colour: str) -> str:
    """The name of a colour as people say it; empty for black, white and greys.

    ``colour`` as CSS writes it: ``#C00000``, ``rgb(0, 0, 255)``, ``red``.
    """
    parts = _parts(colour.lower())
    if parts is None:
        return ""
    red, green, blue = parts
    high, low = max(parts), min(parts)
    if high - low < 60:
        return ""
    if blue == high:
        return "violet" if red > 100 and red > green + 40 else "blue"
    if green == high and green > red + 20:
        return "green"
    if red - green < 70:
        return "yellow"
    if blue > 90 and blue > green + 40:
        return "violet" if blue > red * 0.6 else "red"
    return "orange" if green > 90 and green > blue + 40 else "red"


def _parts(colour: str) -> tuple[int, int, int] | None:
    if colour.startswith("#"):
        digits = colour[1:]
        if len(digits) == 3:
            digits = "".join(digit * 2 for digit in digits)
        if len(digits) < 6 or not set(digits) <= _HEX_DIGITS:
            return None
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    if colour.startswith("rgb"):
        numbers = [min(int(number), 255) for number in re.findall(r"\d{1,3}", colour)[:3]]
        return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None
    return _NAMED.get(colour)


@dataclass(frozen=True)
class _Look:
    hue: str = ""
    bold: bool = False
    highlighted: bool = False


class _Observer(Writer):
    """Writes as ever, and looks at how each piece of a line looks."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Standout] = []
        self._open: list[tuple[str, _Look]] = []
        self._looks: set[_Look] = set()

    def _look(self) -> _Look:
        return self._open[-1][1] if self._open else _Look()

    def words(self, source: str) -> None:
        before = len(self.line)
        super().words(source)
        if "".join(self.line[before:]).strip("\u00a0 -*•·"):
            self._looks.add(self._look())

    def break_line(self, *, force: bool = False) -> None:
        text = " ".join("".join(self.line).split())
        if text and len(self._looks) == 1:
            look = next(iter(self._looks))
            if look != _Look():
                self.found.append(Standout(text, look.hue, look.bold, look.highlighted))
        self._looks.clear()
        super().break_line(force=force)

    def open(self, tag: str, source: str) -> None:
        super().open(tag, source)
        if tag in _VOID or source.endswith("/") or len(self._open) >= MAX_DEPTH:
            return
        look = self._look()
        hue, bold, highlighted = look.hue, look.bold, look.highlighted
        background = _BACKGROUND.search(source)
        if background:
            highlighted = not _PLAIN_BACKGROUNDS.match(background[1])
        colour = _COLOUR.search(source)
        if colour:
            hue = hue_of(colour[1])
        if tag == "a":
            hue = look.hue
        bold = bold or tag in ("b", "strong") or bool(_BOLD.search(source))
        self._open.append((tag, _Look(hue, bold, highlighted or tag == "mark")))

    def close(self, tag: str) -> None:
        super().close(tag)
        for depth in range(len(self._open) - 1, max(-1, len(self._open) - 12), -1):
            if self._open[depth][0] == tag:
                del self._open[depth:]
                return
